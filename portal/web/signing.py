"""The keys of this installation, for rooms that sign."""

from portal.config import SettingError, Settings
from portal.core import signing_keys
from portal.core.signing import Keys, KeySet, read_pem
from portal.web.current import session, settings


def init_app(settings: Settings) -> None:
    """Stop the start when the key that was given is none."""
    if not settings.signing_key:
        return
    try:
        read_pem(settings.signing_key)
    except ValueError:
        raise SettingError(
            "PORTAL_SIGNING_KEY must begin with a private key on P-256 in PEM."
        ) from None


def keys(*, makes: bool = True) -> Keys:
    """Open the keys to sign with.

    Ask for them before a transaction writes: the first time is slow.
    """
    return signing_keys.open_keys(session(), settings().secret_key, _before(), makes=makes)


def published() -> KeySet:
    """The public halves of all keys that ever signed here, to check with."""
    return signing_keys.published(session(), _before())


def _before() -> str:
    """Keys of an earlier release: from the settings or a file."""
    kept = settings().instance / "signing-key.pem"
    return settings().signing_key or (kept.read_text(encoding="ascii") if kept.exists() else "")
