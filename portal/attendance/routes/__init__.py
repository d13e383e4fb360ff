"""Doors of the attendance room, by what they are about."""

import re
from contextlib import suppress
from datetime import datetime

from flask import current_app, request
from itsdangerous import Signer

from portal.attendance.commands import moves
from portal.attendance.rules import check_still_then
from portal.schedule.models import OfferingSession
from portal.web.view import Room, actor

room = Room("attendance", __name__)
_ = moves  # it looks at everybody who leaves


def check_drawn_for(offering_session: OfferingSession) -> None:
    """Refuse what was filled in while the session had another time."""
    with suppress(ValueError):
        check_still_then(
            offering_session.starts_at,
            datetime.fromisoformat(request.form.get("starts_at", "")),
        )


def seen_on_page() -> int | None:
    """Read the last change that stood on the page; None where it says none."""
    text = request.form.get("seen", "")
    return int(text) if re.fullmatch("[0-9]{1,15}", text) else None


def whose_page() -> str:
    """Who looks at a register, so that a phone never sends one's taps as another's.

    It stands in pages and on phones, so it says nothing to anybody but us. What was tapped for one
    organisation waits until she works for that one again.
    """
    who = actor()
    signer = Signer(current_app.config["SECRET_KEY"], salt="whose-register")
    return signer.get_signature(f"{who.user_id}:{who.organisation_id}").decode()
