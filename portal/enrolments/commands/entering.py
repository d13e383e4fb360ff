"""People who are entered by staff: a whole group at once, or who stands in the room unexpected."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.core import Actor, NotFound, Session, as_house, audit, clock
from portal.enrolments import queries, rules
from portal.enrolments.commands.steps import enter, fill_line
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, EndReason, EnrolmentStatus
from portal.offerings.commands import change_places
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering
from portal.participants.commands import register_all
from portal.participants.models import Participant
from portal.participants.queries import list_links


def enter_group(
    session: Session,
    actor: Actor,
    *,
    offering_id: int,
    names: Sequence[str],
    known_ids: Collection[int],
) -> tuple[int, int]:
    """Enter people, new and known; returns how many have places and how many wait.

    Staff who enter a group have decided, so nobody waits for an answer; nobody is told, as they
    are there. Who is in it already stays as she is. The offering stays locked until the end.
    """
    offering = lock_offering(session, offering_id)
    rules.check_takes_people(offering.takes_people, is_verified=offering.organisation.is_verified)
    fill_line(session, offering)
    if list_links(session, actor.organisation_id, known_ids).keys() != set(known_ids):
        raise NotFound("participant")
    made = register_all(session, actor, offering.organisation_id, names)
    query = select(Enrolment.participant_id).where(
        Enrolment.offering_id == offering.id,
        Enrolment.participant_id.in_(known_ids),
        Enrolment.status.in_(OPEN),
    )
    is_in = set(session.scalars(query))
    room = queries.places_for_new(session, offering)
    coming = [id_ for id_ in [*known_ids, *made] if id_ not in is_in]
    rows = [
        Enrolment(
            offering_id=offering.id,
            organisation_id=offering.organisation_id,
            participant_id=participant_id,
            status=EnrolmentStatus.ENROLLED if number < room else EnrolmentStatus.WAITING,
            started_on=clock.today() if number < room else None,
        )
        for number, participant_id in enumerate(coming)
    ]
    in_it = add_all(session, actor, offering, rows, event="enrolment.entered")
    return in_it, len(rows) - in_it


def add_all(
    session: Session,
    actor: Actor,
    offering: Offering,
    rows: Sequence[Enrolment],
    *,
    event: str,
    **about: Any,
) -> int:
    """Write enrolments, unannounced, in a locked offering; returns how many have a place."""
    session.add_all(rows)
    session.flush()
    in_it = [row for row in rows if row.status is EnrolmentStatus.ENROLLED]
    change_places(session, offering, len(in_it))
    audit.record_all(session, actor, event, rows, **about)
    return len(in_it)


_S = EnrolmentStatus


def come_in(
    session: Session,
    actor: Actor,
    offering: Offering,
    participant: Participant,
    *,
    day: date,
    key: uuid.UUID | None = None,
    about: Mapping[str, int],
) -> Enrolment:
    """Enrol somebody who stands in the room on a day; `about` goes into the trail.

    The caller holds the offering's lock and knows that she isn't expected yet. What she has open
    (a place in the line, an application) stays as it is. She was in the room, so her hours count;
    whether she gets a place is decided as for anybody else: nobody who waits is passed by.
    """
    has_open = queries.find_open(session, offering.id, participant.id) is not None
    may_stay = not has_open and rules.may_stay(
        offering.status, offering.intake, queries.places_for_new(session, offering),
        clock.today() - day,
    )  # fmt: skip
    over: dict[str, Any] = {"ended_on": day, "end_reason": EndReason.CAME_ONCE}
    return enter(
        session, actor, offering, participant, _S.ENROLLED if may_stay else _S.ENDED,
        "enrolments/enrolled" if may_stay else "",
        event="enrolment.walked_in", about={"stays": may_stay, **about}, is_own_action=False,
        uuid=key or uuid.uuid4(), started_on=day, **({} if may_stay else over),
    )  # fmt: skip


def find_walked_in(session: Session, offering: Offering, key: uuid.UUID) -> Enrolment | None:
    """The enrolment that a phone made under this key; another group's is not found."""
    with as_house(session):
        found = session.scalar(select(Enrolment).where(Enrolment.uuid == key))
    if found is not None and found.offering_id != offering.id:
        raise NotFound("enrolment")
    return found
