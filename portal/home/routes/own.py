"""A participant's own pages."""

from __future__ import annotations

from flask import Response

from portal.core.actor import Permission
from portal.home import people
from portal.home.routes.room import room
from portal.web.current import actor, session
from portal.web.page import page


@room.door("/my", allow=Permission.OWN_PAGE)
def my() -> Response:
    """The participant's own page."""
    return page("home/my.html", person=people.own_person(session(), actor()))
