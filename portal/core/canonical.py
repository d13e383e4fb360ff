"""The form of a document that is frozen: its fingerprint, and how people read it."""

import hashlib
import json
from typing import Any


def canonical(value: Any) -> str:
    """The one way to write a value (RFC 8785); ValueError where it has none."""
    import rfc8785

    return rfc8785.dumps(value).decode()


def fingerprint(value: Any) -> str:
    """SHA-256 over the canonical form; ValueError where it has none."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def readable(value: Any) -> str:
    """The same document for people: as a file, or attached to paper."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
