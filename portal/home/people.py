"""What a person's page shows, to herself or to her guides: other rooms' reads, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.agreements import queries as agreements
from portal.agreements.models import Agreement
from portal.attendance import queries as attendance
from portal.attendance.queries import Coming, Visit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.audit import AuditEvent
from portal.core.guard import as_house
from portal.enrolments import queries as enrolments
from portal.enrolments.line import Waiting, number_in_line
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.hours.queries import Hours, hours_of
from portal.notices import queries as notices
from portal.notices.models import Notice
from portal.organisations.models import Organisation
from portal.participants import queries as participants
from portal.participants.happened import Happened, list_happened
from portal.participants.models import Participant, ParticipantLink, ProgrammeTerm
from portal.participants.viewing import VIEWED
from portal.progress import queries as progress
from portal.progress.models import LadderStep, Observation, Outflow
from portal.schedule import queries as schedule
from portal.schedule.models import OfferingSession

_MOST_VIEWS = 10


@dataclass(frozen=True)
class View:
    """That somebody opened her page, on a day."""

    at: datetime
    name: str
    organisation: str


@dataclass
class Person:
    """One participant as the reader may see her: her own page, or that of her guides."""

    participant: Participant
    enrolments: Sequence[Enrolment]
    next_sessions: dict[int, OfferingSession]  # by the offering's id
    minutes: dict[int, int]  # by the enrolment's id
    hours: Hours
    visits: Sequence[Visit]
    observations: Sequence[Observation]
    steps: Sequence[LadderStep]
    outflow: Sequence[Outflow]
    terms: Sequence[ProgrammeTerm]
    coming: Sequence[Coming] = field(default=())
    numbers: dict[int, int] = field(default_factory=dict)  # in the line, by the enrolment's id
    agreements: dict[int, Agreement] = field(default_factory=dict)  # by the enrolment's id
    links: Sequence[ParticipantLink] = field(default=())
    views: Sequence[View] = field(default=())
    happened: Sequence[Happened] = field(default=())
    messages: Sequence[Notice] = field(default=())


def person(session: Session, participant: Participant) -> Person:
    """A participant with all that the reader may see of her; the guard leaves out the rest."""
    rows = enrolments.list_of_participant(session, participant.id)
    terms = participants.list_terms(session, [participant.id])
    return Person(
        participant=participant,
        enrolments=rows,
        next_sessions=schedule.next_sessions(
            session, {row.offering_id for row in rows}, clock.now()
        ),
        minutes=attendance.minutes_by_enrolment(session, [row.id for row in rows]),
        hours=hours_of(session, participant.id, terms),
        visits=attendance.list_visits(session, participant.id),
        observations=progress.list_observations(session, participant.id),
        steps=progress.list_steps(session, participant.id),
        outflow=progress.list_outflow(session, participant.id),
        terms=terms,
        messages=notices.list_of_person(session, participant.id),
    )


def own_person(session: Session, actor: Actor) -> Person:
    """The participant's own page: what comes, where she stands in line, who knows her."""
    participant = participants.get_own_self(session, actor)
    found = person(session, participant)
    found.coming = attendance.list_coming(session, participant.id, clock.now())
    found.numbers = _numbers_in_line(session, found.enrolments)
    found.agreements = agreements.current_by_enrolment(
        session, [row.id for row in found.enrolments]
    )
    links = participants.own_links(session, participant.id)
    found.links = sorted(
        (link for link in links if link.knows_her), key=lambda link: link.organisation.name
    )
    found.happened = list_happened(session, actor, links)
    found.views = _list_views(session, participant.id)
    return found


def _numbers_in_line(session: Session, rows: Sequence[Enrolment]) -> dict[int, int]:
    """Her number in each line in which she waits, with one question for all of them."""
    hers = [row for row in rows if row.status is EnrolmentStatus.WAITING]
    lines: dict[int, list[Waiting]] = {row.offering_id: [] for row in hers}
    with as_house(session):  # numbers only: who else waits is nobody's business
        waiting = session.execute(
            select(
                Enrolment.offering_id, Enrolment.id, Enrolment.together, Enrolment.offered_at
            ).where(Enrolment.offering_id.in_(lines), Enrolment.status == EnrolmentStatus.WAITING)
        )
        for offering_id, key, together, offered_at in waiting:
            lines[offering_id].append(Waiting(key, together, offered_at is not None))
    return {
        row.id: number_in_line(lines[row.offering_id], row.id, row.offering.places) for row in hers
    }


def _list_views(session: Session, participant_id: int) -> list[View]:
    """Who opened a person's page last, the latest first."""
    rows = session.execute(
        select(AuditEvent.created_at, User.name, Organisation.name)
        .join(User, User.id == AuditEvent.user_id)
        .join(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(
            AuditEvent.event == VIEWED,
            AuditEvent.subject == Participant.__tablename__,
            AuditEvent.subject_id == participant_id,
        )
        .order_by(AuditEvent.id.desc())
        .limit(_MOST_VIEWS)
    )
    return [View(*row) for row in rows]
