"""What a link from a message opens: one answer, in one tap, without signing in."""

from __future__ import annotations

from flask import Response

from portal.home.routes.room import BOTH, room
from portal.web import links
from portal.web.page import page
from portal.web.room import ANYONE


@room.door("/a/<token>", allow=ANYONE, methods=BOTH)
def answer(token: str) -> Response:
    """Show what can be answered; nothing changes until a button is pressed."""
    return page("home/link_over.html", status=200 if links.read(token) else 404)
