"""The reminder of a conversation, the afternoon before."""

from datetime import time, timedelta

from portal.assessments.commands import words_for
from portal.assessments.queries import list_to_remind
from portal.core import Session, clock, hold_lock
from portal.notices.commands import tell
from portal.notices.queries import list_told_since
from portal.notices.rules import CARRIED
from portal.participants.queries import recipients

KIND = "assessments/reminder"
_FROM, _UNTIL = time(14), time(20)


def remind(session: Session) -> int:
    """Remind who has a conversation tomorrow, once; returns how many. Only in the afternoon."""
    if not _FROM <= clock.to_local(clock.now()).time() < _UNTIL:
        return 0
    hold_lock(session, KIND)
    today = clock.today()
    told = list_told_since(session, KIND, clock.day_bounds(today, today)[0])
    rows = {
        (row.participant_id, row.organisation_id): row
        for row in list_to_remind(session, today + timedelta(days=1))
    }
    reached = recipients(session, rows.keys() - told)
    for pair, to in reached.items():
        row = rows[pair]
        if to.channel in CARRIED:
            tell(session, to, KIND, not_after=row.at, **words_for(row, row.holder.name))
    return len(reached)
