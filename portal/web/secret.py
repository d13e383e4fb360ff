"""An address that is itself a key: shown in one browser just long enough to copy it."""

from flask import session as cookie
from werkzeug.wrappers import Response

from portal.core import clock
from portal.web.current import actor

_SECONDS_TO_SHOW = 15 * 60


def keep_to_show(name: str, token: str) -> None:
    """Remember a new key in this browser, for its holder only."""
    until = int(clock.now().timestamp()) + _SECONDS_TO_SHOW
    cookie[name] = {"person": actor().participant_id, "token": token, "until": until}


def forget_to_show(name: str) -> None:
    """Show it no more: it was stopped, or another is made."""
    cookie.pop(name, None)


def to_show(name: str) -> str | None:
    """Give a key just made here; None without one, or for others."""
    kept = cookie.get(name)
    if not kept or kept["person"] != actor().participant_id:
        return None
    return None if kept["until"] < clock.now().timestamp() else str(kept["token"])


def told_to_nobody(response: Response) -> Response:
    """An answer whose address no page, cache or search machine may get from us."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
