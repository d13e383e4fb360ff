"""A browser in which somebody signed in before: her tries there are counted apart from others'."""

from typing import Any

from flask import Response, current_app, request
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as BaseResponse

from portal.core.tokens import hash_of, new_token
from portal.web.cookie import Seal

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
