"""Who comes to a session without being expected: a place from that day on, or a guest for the day.

She was in the room, so her hours count in any case. Whether she gets a place is decided as for
anybody else: nobody who waits is passed by, and who decides about a group by invitation still does.
"""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import Actor, NotFound, as_house, clock
from portal.enrolments import queries, rules
from portal.enrolments.commands.steps import enter
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.offerings.models import Offering
from portal.participants.models import Participant

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
    (a place in the line, an application) stays as it is.
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
