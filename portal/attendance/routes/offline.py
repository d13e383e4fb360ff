"""What lets the registers open without a signal: the worker, the page for what isn't kept, the app.

None of the three says anything about anybody, so they are for all: a browser asks for the worker
and the app's description by itself, also when nobody is signed in.
"""

from __future__ import annotations

from pathlib import Path

from flask import current_app, jsonify
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.attendance.routes.room import room
from portal.web.i18n import locale_code, text_direction
from portal.web.layout import static_url
from portal.web.page import page
from portal.web.room import ANYONE

_GREEN, _PAPER = "#0b4b44", "#ffffff"


@room.door("/registers/sw.js", allow=ANYONE)
def worker() -> Response:
    """The service worker. It may serve `/registers` itself too, which is above its own address."""
    script = Path(str(current_app.static_folder)) / "js" / "register-sw.js"
    response = Response(script.read_bytes(), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/registers"
    response.headers["Cache-Control"] = "no-cache"  # a new release is there at the next visit
    return response


@room.door("/registers/not-here", allow=ANYONE)
def not_here() -> Response:
    """What is shown without a signal in place of a page that isn't kept on the phone."""
    return page("attendance/not_here.html")


@room.door("/registers/app.webmanifest", allow=ANYONE)
def app() -> Response:
    """How the registers stand on a home screen."""
    icons = [
        {"src": static_url(f"img/{name}-{size}.png"), "sizes": f"{size}x{size}", "purpose": use}
        for name, use in (("app", "any"), ("app-maskable", "maskable"))
        for size in (192, 512)
    ]
    response = jsonify(
        id="/registers",
        name=_("Registers, Warm Werkt"),
        short_name=_("Registers"),
        lang=locale_code(),
        dir=text_direction(),
        start_url="/registers",
        scope="/",
        display="standalone",
        theme_color=_GREEN,
        background_color=_PAPER,
        icons=[icon | {"type": "image/png"} for icon in icons],
    )
    response.mimetype = "application/manifest+json"
    return response
