"""What a person's page shows to her guides: other rooms' reads, put together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.attendance import queries as attendance
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.hours.queries import Hours, hours_of
from portal.notices import queries as notices
from portal.notices.models import Notice
from portal.participants import queries as participants
from portal.participants.models import Participant, ProgrammeTerm
from portal.progress import queries as progress
from portal.progress.models import LadderStep, Observation, Outflow

_MOST_VIEWS = 10


@dataclass
class Person:
    """One participant as the staff who guide her may see her."""

    participant: Participant
    enrolments: Sequence[Enrolment]
    minutes: dict[int, int]  # by the enrolment's id
    hours: Hours
    observations: Sequence[Observation]
    steps: Sequence[LadderStep]
    outflow: Sequence[Outflow]
    terms: Sequence[ProgrammeTerm]
    messages: Sequence[Notice]

    @property
    def term(self) -> ProgrammeTerm | None:
        """The programme that she is in today."""
        return self.hours.now.term if self.hours.now else None


def person(session: Session, participant: Participant) -> Person:
    """Read a participant with all that the reader may see of her."""
    rows = enrolments.list_of_participant(session, participant.id)
    terms = participants.list_terms(session, [participant.id])
    return Person(
        participant=participant,
        enrolments=rows,
        minutes=attendance.minutes_by_enrolment(session, [row.id for row in rows]),
        hours=hours_of(session, participant.id, terms),
        observations=progress.list_observations(session, participant.id),
        steps=progress.list_steps(session, participant.id),
        outflow=progress.list_outflow(session, participant.id),
        terms=terms,
        messages=notices.list_of_person(session, participant.id),
    )
