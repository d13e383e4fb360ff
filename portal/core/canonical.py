"""JSON read and written: what others sent, and a document that is frozen."""

import hashlib
import json
from typing import Any


def parsed(text: str | bytes, **hooks: Any) -> Any:
    """Read JSON, whoever wrote it; ValueError also where it is nested too deep."""
    try:
        return json.loads(text, **hooks)
    except RecursionError:
        raise ValueError("nested too deep") from None


def canonical(value: Any) -> str:
    """The one way to write a value (RFC 8785); ValueError where it has none."""
    import rfc8785

    try:
        return rfc8785.dumps(value).decode()
    except RecursionError:
        raise ValueError("nested too deep") from None


def fingerprint(value: Any) -> str:
    """SHA-256 over the canonical form; ValueError where it has none."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def readable(value: Any) -> str:
    """The same document for people: as a file, or attached to paper."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
