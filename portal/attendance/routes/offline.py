"""What lets the registers open without a signal: worker, page for what isn't kept, app."""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.attendance.routes import room
from portal.web import home_screen
from portal.web.page import page
from portal.web.room import ANYONE


@room.door("/registers/sw.js", allow=ANYONE)
def worker() -> Response:
    """The service worker."""
    return home_screen.worker_of("/registers", "register-sw.js")


@room.door("/registers/not-here", allow=ANYONE)
def not_here() -> Response:
    """What is shown without a signal in place of a page that isn't kept on the phone."""
    return page("attendance/not_here.html")


@room.door("/registers/app.webmanifest", allow=ANYONE)
def app() -> Response:
    """How the registers stand on a home screen."""
    return home_screen.app_at("/registers", _("Registers, Warm Werkt"), _("Registers"))
