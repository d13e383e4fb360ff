"""The keys that sign, as the database keeps them: public for ever, the private half sealed."""

import hmac
from typing import Any

from sqlalchemy import JSON, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.base import Base, Numbered
from portal.core.errors import NotFound
from portal.core.signing import ECKey, Keys, KeySet, key_set, new_key, opened, sealed


class SigningKey(Numbered, Base):
    """A key pair; the newest signs.

    `private` is a JWE, and gone when a newer key took over.
    """

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(String(64), unique=True)  # RFC 7638
    public: Mapped[dict[str, Any]] = mapped_column(JSON)
    private: Mapped[str | None] = mapped_column(Text)


def published(session: Session) -> KeySet:
    """List the public halves of all keys that signed, the newest first."""
    return key_set(session.scalars(select(SigningKey.public).order_by(SigningKey.id.desc())))


def open_keys(session: Session, secret: str, *, makes: bool = True) -> Keys:
    """Open the keys to sign with.

    The first time, or with another secret, a new one is made. Two that begin at once make two
    keys, which does no harm: both are published. With `makes` off nothing is written: NotFound
    where there is none.
    """
    newest = session.scalar(select(SigningKey).order_by(SigningKey.id.desc()).limit(1))
    private = newest and newest.private and opened(newest.private, _sealing(secret))
    if not private and not makes:
        raise NotFound("a key to sign with")
    if not private:
        private = rotate(session, secret)
    return Keys(private, published(session))


def rotate(session: Session, secret: str) -> ECKey:
    """Make a new key to sign from now on; private halves before it are forgotten."""
    key = new_key()
    session.execute(update(SigningKey).values(private=None))
    private, public = sealed(key, _sealing(secret)), key.as_dict(private=False)
    session.add(SigningKey(kid=key.thumbprint(), public=public, private=private))
    session.flush()
    return key


def _sealing(secret: str) -> bytes:
    """What the private halves are sealed with: of no use for anything else."""
    return hmac.digest(secret.encode(), b"signing keys", "sha256")
