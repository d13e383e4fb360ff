"""What lets a part of the portal stand on a home screen, and open without a signal.

Neither says anything about anybody, so both are for all: a browser asks for them by itself, also
when nobody is signed in.
"""

from pathlib import Path

from flask import current_app, jsonify
from itsdangerous import Signer
from werkzeug.wrappers import Response

from portal.web.current import actor
from portal.web.i18n import locale_code, text_direction
from portal.web.layout import static_url

_GREEN, _PAPER = "#0b4b44", "#ffffff"


def worker_of(scope: str, script: str) -> Response:
    """A service worker; it may serve `scope`, though its own address is below that."""
    body = (Path(str(current_app.static_folder)) / "js" / script).read_bytes()
    response = Response(body, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = scope
    response.headers["Cache-Control"] = "no-cache"  # a new release is there at the next visit
    return response


def app_at(start: str, name: str, short: str) -> Response:
    """How the part that begins at `start` stands on a home screen."""
    icons = [
        {"src": static_url(f"img/{icon}-{size}.png"), "sizes": f"{size}x{size}", "purpose": use}
        for icon, use in (("app", "any"), ("app-maskable", "maskable"))
        for size in (192, 512)
    ]
    response = jsonify(
        id=start,
        name=name,
        short_name=short,
        lang=locale_code(),
        dir=text_direction(),
        start_url=start,
        scope="/",
        display="standalone",
        theme_color=_GREEN,
        background_color=_PAPER,
        icons=[one | {"type": "image/png"} for one in icons],
    )
    response.mimetype = "application/manifest+json"
    return response


def whose_page() -> str:
    """Who looks at a register, so that a phone never sends one's taps as another's.

    It stands in pages and on phones, so it says nothing to anybody but us. What was tapped for one
    organisation waits until she works for that one again.
    """
    who = actor()
    signer = Signer(current_app.config["SECRET_KEY"], salt="whose-register")
    return signer.get_signature(f"{who.user_id}:{who.organisation_id}").decode()
