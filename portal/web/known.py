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


def told_to_nobody(response: BaseResponse) -> BaseResponse:
    """An answer whose address no page, cache or search machine may get from us."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
