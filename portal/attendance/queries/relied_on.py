"""What rests on marks: the room above that freezes figures says which of them do."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from portal.core import Hook, Session

Resting = Callable[[Session, int, Collection[date]], Sequence[str]]
when_asked_what_rests: Hook[Resting] = Hook()  # what rests on marks of some days


def list_resting_on(session: Session, organisation_id: int, days: Collection[date]) -> list[str]:
    """The numbers of recognised reports with one of these days, which stay as they are."""
    return [
        number for ask in when_asked_what_rests for number in ask(session, organisation_id, days)
    ]
