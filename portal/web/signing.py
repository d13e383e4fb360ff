"""The keys of this installation, for rooms that sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.config import SettingError, Settings
from portal.web.current import settings

if TYPE_CHECKING:
    from portal.core.signing import Keys


def init_app(settings: Settings) -> None:
    """Stop the start when the key that was given is none."""
    if not settings.signing_key:
        return
    from portal.core.signing import read_keys

    try:
        read_keys(settings.signing_key)
    except ValueError:
        raise SettingError(
            "PORTAL_SIGNING_KEY must begin with a private key on P-256 in PEM."
        ) from None


def keys() -> Keys:
    """The keys from the settings; without that, the one kept in the instance's folder."""
    from portal.core.signing import kept_keys, read_keys

    given = settings().signing_key
    return read_keys(given) if given else kept_keys(settings().instance / "signing-key.pem")
