"""What the house does by itself with work places."""

from portal.core import Session, clock
from portal.offerings.commands import ask_whether_they_hold
from portal.offerings.rules import CONFIRM_AFTER
from portal.work_places.queries import list_unconfirmed


def ask_whether_work_is_there(session: Session) -> None:
    """Ask each employer after 90 days' silence; later hide the work place."""
    ask_whether_they_hold(session, list_unconfirmed(session, clock.now() - CONFIRM_AFTER, None))
