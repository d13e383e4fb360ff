"""The keys of this installation, for rooms that sign."""

from portal.core import signing_keys
from portal.core.signing import Keys, KeySet
from portal.web.current import session, settings


def keys(*, makes: bool = True) -> Keys:
    """Open the keys to sign with.

    Ask for them before a transaction writes: the first time is slow.
    """
    return signing_keys.open_keys(session(), settings().secret_key, makes=makes)


def published() -> KeySet:
    """The public halves of all keys that ever signed here, to check with."""
    return signing_keys.published(session())
