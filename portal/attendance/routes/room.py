"""The room itself, for the files beside this one."""

from __future__ import annotations

from flask import current_app
from itsdangerous import Signer

from portal.web.current import actor
from portal.web.room import Room

BOTH = ("GET", "POST")
room = Room("attendance", "portal.attendance.routes")


def whose_page() -> str:
    """Who looks at a register, so that a phone never sends one's taps as another's.

    It stands in pages and on phones, so it says nothing to anybody but us. What was tapped for one
    organisation waits until she works for that one again.
    """
    who = actor()
    signer = Signer(current_app.config["SECRET_KEY"], salt="whose-register")
    return signer.get_signature(f"{who.user_id}:{who.organisation_id}").decode()
