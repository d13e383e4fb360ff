"""Rows of three people at three organisations, who may look at them, and how: for the guard."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload, selectinload, with_loader_criteria

from portal.core.actor import HOUSE, VISITOR, Actor, ActorKind, participant_actor
from portal.core.base import Base
from portal.core.guard import Guarded, reading_as
from portal.enrolments.models import Enrolment
from portal.offerings.models import Offering
from portal.offerings.rules import OfferingStatus
from portal.participants.models import Participant, ParticipantLink
from portal.progress.models import LadderStep
from portal.progress.rules import Voice
from tests import factories as make

Statement = Callable[[], Any]


def rows(session: Session) -> list[Actor]:
    """Make the rows; returns everybody who may look at them."""
    houses = [make.organisation(session, name=f"House {n}") for n in range(3)]
    people = [make.participant(session, name=f"Person {n}") for n in range(3)]
    for number, (house, person) in enumerate(
        ((0, 0), (0, 1), (1, 0), (1, 2), (2, 1), (2, 0)), start=1
    ):
        status = OfferingStatus.DRAFT if number % 2 else OfferingStatus.PUBLISHED
        enrolment = make.enrolment(
            session, make.offering(session, houses[house], status=status), people[person]
        )
        session.add(
            LadderStep(
                step=number, voice=Voice.GUIDE, stated_on=date(2026, 3, 2), enrolment=enrolment,
                organisation_id=houses[house].id, participant_id=people[person].id,
            )
        )  # fmt: skip
    session.commit()
    ids = [house.id for house in houses]
    staff = [Actor(kind=ActorKind.STAFF, user_id=1, organisation_id=id_) for id_ in ids]
    opens = [[], ids[:1], ids[1:2], ids[:2], ids[1:], ids]
    return [
        VISITOR,
        Actor(kind=ActorKind.STAFF, user_id=1),
        Actor(kind=ActorKind.STAFF, user_id=1, is_operator=True),
        *staff,
        replace(staff[0], logs_for=frozenset(ids[1:2])),
        replace(staff[1], logs_for=frozenset(ids)),
        *(participant_actor(one.id, one.name, which) for one in people for which in opens),
    ]


_also = aliased(LadderStep)
_MADE_ONCE = select(LadderStep.step).where(LadderStep.step < 6).order_by(LadderStep.step)


def _union() -> Any:
    low = select(LadderStep.step).where(LadderStep.step <= 3)
    return union_all(low, select(_also.step).where(_also.step > 3))


# Each returns pairs of simple values; those that are loaded by a relationship come in `read`.
STATEMENTS: dict[str, Statement] = {
    "columns": lambda: select(LadderStep.step, LadderStep.organisation_id),
    "made once": lambda: _MADE_ONCE,
    "counted": lambda: select(func.count()).select_from(Enrolment),
    "alias": lambda: select(_also.step).where(_also.step.in_([1, 2, 3, 5, 6])),
    "joined": lambda: select(LadderStep.step, Participant.name).join(
        Participant, Participant.id == LadderStep.participant_id
    ),
    "outer": lambda: select(Enrolment.id, Participant.name).outerjoin(Enrolment.participant),
    "itself": lambda: select(LadderStep.step, _also.step).join(
        _also, _also.participant_id == LadderStep.participant_id
    ),
    "subquery": lambda: select(Participant.name).where(
        Participant.id.in_(select(LadderStep.participant_id).where(LadderStep.step > 1))
    ),
    "exists": lambda: select(Offering.id).where(
        select(Enrolment.id).where(Enrolment.offering_id == Offering.id).exists()
    ),
    "scalar": lambda: select(
        Participant.id,
        select(func.count(LadderStep.id))
        .where(LadderStep.participant_id == Participant.id)
        .scalar_subquery(),
    ),
    "from": lambda: select(select(LadderStep.step).where(LadderStep.step < 5).subquery()),
    "with": lambda: select(select(LadderStep.step, LadderStep.participant_id).cte()),
    "union": _union,
    "entity": lambda: select(LadderStep),
    "together": lambda: select(LadderStep).options(
        joinedload(LadderStep.enrolment).joinedload(Enrolment.participant)
    ),
    "afterwards": lambda: select(Enrolment).options(selectinload(Enrolment.participant)),
    "link": lambda: select(ParticipantLink),
    "page": lambda: select(LadderStep.step).order_by(LadderStep.step).limit(2).offset(1),
}


def read(session: Session, actor: Actor, statement: Any) -> list[Any]:
    """All that an actor finds by a statement, and by what hangs on it, in one order."""
    session.expunge_all()
    with reading_as(session, actor):
        return sorted((tuple(map(_told, row)) for row in session.execute(statement)), key=repr)


def read_slowly(session: Session, actor: Actor, statement: Any) -> list[Any]:
    """The same, by criteria that are made anew for each model; the guard itself is off."""
    criteria = (
        with_loader_criteria(model, model.visible_to(actor), include_aliases=True)
        for model in guarded_models()
    )
    return read(session, HOUSE, statement.options(*criteria))


def guarded_models() -> Iterator[Any]:
    """Every class of a table whose rows are not for everybody."""
    return (one.class_ for one in Base.registry.mappers if issubclass(one.class_, Guarded))


def _told(value: Any) -> Any:
    if isinstance(value, LadderStep):
        return value.step, _told(value.enrolment)
    if isinstance(value, Enrolment):
        return value.id, _told(value.participant), _told(value.offering), _told(value.link)
    if isinstance(value, (Participant, Offering)):
        return value.id
    if isinstance(value, ParticipantLink):
        return value.id, value.contact_from_id, _told(value.participant)
    return value
