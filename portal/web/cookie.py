"""The session cookie: sealed, so that whoever copies or reads it reads nothing in it."""

from __future__ import annotations

import hmac
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, request, session as cookie
from flask.globals import request_ctx
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature

if TYPE_CHECKING:
    from joserfc.jwk import OctKey

_HEADER = {"alg": "dir", "enc": "A256GCM"}
KEPT_FORM = "kept_form"  # set when a form was refused, for after signing in
_ALGORITHMS = list(_HEADER.values())


class SealedCookie(SecureCookieSessionInterface):
    """Flask's own sessions in a cookie, encrypted (RFC 7516) where Flask signs.

    It ends with the browser, but on a phone that is her own; the row that it points at ends first.
    """

    def __init__(self, app: Flask) -> None:
        self._seal = Seal(app, "session cookie", keeps=256)

    def get_signing_serializer(self, _app: Flask) -> Any:
        return self._seal

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Leave files alone, which are the same for all cookies."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


class Seal:
    """A serializer, as Flask wants one, that encrypts for one purpose; it `keeps` some texts."""

    def __init__(self, app: Flask, purpose: str, *, keeps: int = 0) -> None:
        secret = str(app.config["SECRET_KEY"]).encode()
        self._secret = hmac.digest(secret, purpose.encode(), "sha256")
        self._text = lru_cache(keeps)(self._open)

    @cached_property
    def _key(self) -> OctKey:
        from joserfc.jwk import OctKey  # here and below: most visitors have no cookie

        return OctKey.import_key(self._secret)

    def dumps(self, value: Any) -> str:
        from joserfc import jwe

        text = SealedCookie.serializer.dumps(value)
        return jwe.encrypt_compact(_HEADER, text, self._key, _ALGORITHMS)

    def loads(self, value: str, max_age: int | None = None) -> Any:
        return SealedCookie.serializer.loads(self._text(value))

    def _open(self, value: str) -> str:
        from joserfc import jwe
        from joserfc.errors import JoseError

        try:
            return (jwe.decrypt_compact(value, self._key, _ALGORITHMS).plaintext or b"").decode()
        except (JoseError, ValueError) as error:
            raise BadSignature("no cookie of ours") from error


def take_back() -> None:
    """Let the cookie be as it came, when its transaction was not kept.

    Who signed in, a line about what was done, a card to print: none of it happened. What belongs
    to the page itself stays, and so does a line that was shown.
    """
    app: Any = current_app
    came = app.session_interface.open_session(app, request)
    if "csrf_token" in cookie:
        came.setdefault("csrf_token", cookie["csrf_token"])
    if KEPT_FORM in cookie and cookie[KEPT_FORM] != came.get(KEPT_FORM):
        came[KEPT_FORM] = cookie[KEPT_FORM]
    if "_flashes" not in cookie:
        came.pop("_flashes", None)
    cookie.clear()
    cookie.update(came)
    cookie.modified = came.modified
    request_ctx.flashes = None


def init_app(app: Flask) -> None:
    """Seal this application's session cookie."""
    app.session_interface = SealedCookie(app)
