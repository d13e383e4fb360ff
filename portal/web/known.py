"""What one browser knows: who signed in in it before, and a key that it may show once."""

from typing import Any

from flask import Response, current_app, request, session as cookie
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as BaseResponse

from portal.core import clock
from portal.core.tokens import hash_of, new_token
from portal.web.cookie import Seal
from portal.web.current import actor

_DAYS = 400  # the longest that browsers keep a cookie
_MOST = 12  # people who share a computer


def browser_of(name: str) -> str | None:
    """This browser's own name, when `name` signed in in it before; else None."""
    kept = _read()
    return kept["browser"] if hash_of(name) in kept["names"] else None


def remember(response: BaseResponse, *names: str) -> BaseResponse:
    """Let a browser show that `names` signed in in it; returns the response."""
    kept = _read()
    new = [hash_of(name) for name in names]
    others = [one for one in kept["names"] if one not in new]
    value = Seal(current_app, "known browser").dumps(
        {"browser": kept["browser"], "names": [*others, *new][-_MOST:]}
    )
    assert isinstance(response, Response)
    response.set_cookie(
        _cookie_name(), value, max_age=_DAYS * 86_400, httponly=True, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
    return response


def _read() -> dict[str, Any]:
    try:
        kept: dict[str, Any] = Seal(current_app, "known browser").loads(
            request.cookies.get(_cookie_name(), "")
        )
        return kept
    except BadSignature:
        return {"browser": new_token(), "names": []}


def _cookie_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"


_SECONDS_TO_SHOW = 15 * 60


def keep_to_show(name: str, kept: Any, whose: str | None = None) -> None:
    """Remember something new in this browser, long enough to show or print it once.

    One person may see it: whoever made it, unless it says `whose` it is.
    """
    until = int(clock.now().timestamp()) + _SECONDS_TO_SHOW
    cookie[name] = {"whose": whose or actor().participant_id, "kept": kept, "until": until}


def forget_to_show(name: str) -> None:
    """Show it no more: it was stopped, or another is made."""
    cookie.pop(name, None)


def to_show(name: str, whose: str | None = None) -> Any:
    """Give what was just made here for her; None without it, or for others."""
    found = cookie.get(name) or {"until": 0}
    is_hers = found.get("whose") == (whose or actor().participant_id)
    return found["kept"] if is_hers and found["until"] >= clock.now().timestamp() else None


def told_to_nobody(response: BaseResponse) -> BaseResponse:
    """An answer whose address no page, cache or search machine may get from us."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
