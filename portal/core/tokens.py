"""Secrets for addresses: what goes into one, and what is kept of it."""

import hashlib
import secrets


def new_token(size: int = 32) -> str:
    """`size` random bytes for an address."""
    return secrets.token_urlsafe(size)


def hash_of(token: str) -> str:
    """What the database keeps: useless to whoever reads it there."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
