"""One-time links: what goes into the address, and what is kept of it."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 bits for an address."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database keeps: useless to whoever reads it there."""
    return hashlib.sha256(token.encode()).hexdigest()
