"""A whole group is entered at once, with few statements, so that nobody waits long for the lock."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import Actor, NotFound, audit, clock
from portal.enrolments import queries, rules
from portal.enrolments.commands.steps import fill_line
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.offerings.commands import change_places
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering
from portal.participants.commands import register_all
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
    is_in = set(
        session.scalars(
            select(Enrolment.participant_id).where(
                Enrolment.offering_id == offering.id,
                Enrolment.participant_id.in_(known_ids),
                Enrolment.status.in_(OPEN),
            )
        )
    )
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
