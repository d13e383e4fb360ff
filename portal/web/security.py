"""Headers and cookies that keep a page from being misused."""

from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Settings
from portal.web.current import settings

_MOST_BYTES = 256 * 1024  # of a form; a door for uploads says itself what it takes

_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_LONGEST_COOKIE = timedelta(days=400)  # that browsers keep
_OF_FILES = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")  # the rest is for pages


def init_app(app: Flask, chosen: Settings) -> None:
    """Set cookies, sizes and headers for the whole application."""
    is_https = chosen.base_url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_BYTES,
        SESSION_COOKIE_NAME="__Host-portal" if is_https else "portal",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Of who stays signed in on her own phone: longer than any session, whose row ends it.
        PERMANENT_SESSION_LIFETIME=_LONGEST_COOKIE,
        SESSION_REFRESH_EACH_REQUEST=False,
        REMEMBER_COOKIE_DURATION=0,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must not lose what was typed
        WTF_CSRF_SSL_STRICT=False,  # our pages send no referrer to others; the token decides
    )
    if not chosen.is_demo:  # a demo is tried under any name
        ours = urlsplit(chosen.base_url).hostname or ""
        app.config["TRUSTED_HOSTS"] = [ours, "127.0.0.1", "localhost"]
    if chosen.proxies:
        n = chosen.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    headers = dict(_HEADERS)
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def _add_headers(response: Response) -> Response:
        is_file = request.endpoint == "static" and response.mimetype != "text/html"
        for name in _OF_FILES if is_file else headers:
            response.headers.setdefault(name, headers[name])
        _lead_nowhere_else(response)
        return _say_how_long_to_keep(response)


def comes_from_elsewhere() -> bool:
    """Whether the browser says that another site's page sent this request.

    It looks beside the token against forgery. A script or an old browser says nothing, and a page
    of ours that gives no address away ("no-referrer") says "null": then the token decides alone.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin", "null")
    known = {request.host, urlsplit(settings().base_url).netloc}
    return origin != "null" and urlsplit(origin).netloc not in known


def _lead_nowhere_else(response: Response) -> None:
    """Our own redirects name a path; one for a doubled slash would repeat the Host header."""
    parts = urlsplit(response.location or "")
    if parts.netloc:
        path = "/" + parts.path.lstrip("/\\")
        response.location = urlunsplit(("", "", path, parts.query, parts.fragment))
        response.set_data(b"")


def _say_how_long_to_keep(response: Response) -> Response:
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        # A personal page must not come back from a shared computer's memory after sign-out.
        is_personal = getattr(g, "actor", None) is not None and not g.actor.is_visitor
        response.headers["Cache-Control"] = "no-store" if is_personal else "no-cache"
    return response
