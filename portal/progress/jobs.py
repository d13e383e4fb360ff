"""What time asks of who went on: how it goes, three times in half a year."""

from portal.core import Session, clock, hold_lock
from portal.notices.commands import tell
from portal.notices.rules import CARRIED, is_quiet
from portal.participants.queries import recipients
from portal.progress.models import Aftercare
from portal.progress.queries import list_to_ask
from portal.progress.rules import ANSWERED_WITHIN

KIND = "progress/aftercare"


def ask_how_it_goes(session: Session) -> None:
    """Ask who went on to something whether she is still there, by day.

    Whom no machine reaches finds the question on her page: nobody is called for it.
    """
    now = clock.now()
    if is_quiet(now):
        return
    hold_lock(session, KIND)
    due = list_to_ask(session, now)
    to = recipients(session, {(row.participant_id, row.organisation_id) for row, _ in due})
    for outflow, moment in due:
        pair = outflow.participant_id, outflow.organisation_id
        if (reader := to.get(pair)) is None:
            continue
        asked = Aftercare(
            participant_id=pair[0], organisation_id=pair[1], outflow_id=outflow.id, moment=moment
        )
        session.add(asked)
        session.flush()
        if reader.channel in CARRIED:
            tell(
                session, reader, KIND, organisation_id=pair[1],
                not_after=now + ANSWERED_WITHIN, aftercare=str(asked.uuid),
            )  # fmt: skip
