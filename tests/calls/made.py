"""A call of the cast's enterprise."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.calls import commands
from portal.calls.models import Call
from portal.calls.rules import CallKind, CallMove
from portal.core import clock
from portal.core.guard import reading_as
from tests.cast import Cast


def call_of(session: Session, cast: Cast, move: CallMove = CallMove.PUBLISH, **values: Any) -> Call:
    """A call for a van, which an operator published; or as far as `move` brings it."""
    given: dict[str, Any] = {
        "kind": CallKind.NEED, "title": "Een busje op dinsdag", "agreed_by": "", "of_id": None,
        "body": "Wij halen **meubels** op.", "until_on": clock.today() + timedelta(days=30),
    } | values  # fmt: skip
    coordinator, operator = cast.actor("coordinator"), cast.actor("operator")
    first = CallMove.SAVE if move is CallMove.SAVE else CallMove.HAND_IN
    with reading_as(session, coordinator):
        made = commands.write(session, coordinator, None, first, **given)
    if move is CallMove.PUBLISH:
        with reading_as(session, operator):
            commands.move_on(session, operator, made, move)
    session.flush()
    return made
