"""Reads of goals, of endings without a word, and of who was not asked for a step lately."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload

from portal.core import Actor, asks_rare, asks_rows, clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART, EnrolmentStatus
from portal.goals.models import Goal
from portal.goals.rules import ENDING
from portal.participants.models import Participant
from portal.progress.models import LadderStep

_MOST = 50  # whom nobody asked for a year comes first; the others follow
# Joined, so that whom the reader's organisation knows no more is left out.
_WITH_HER = contains_eager(Enrolment.participant), joinedload(Enrolment.offering)


def list_goals(session: Session, enrolment_id: int) -> Sequence[Goal]:
    """List the goals of one place, as she wrote them down."""
    query = select(Goal).where(Goal.enrolment_id == enrolment_id)
    return session.scalars(query.order_by(Goal.id)).all()


def list_ended_unspoken(session: Session, actor: Actor) -> Sequence[Enrolment]:
    """List places that ended lately with goals of which the actor's side said nothing yet."""
    since = clock.today() - ENDING
    if actor.is_participant:
        return _unspoken_by_her(session, actor.participant_id, since)
    return _unspoken_by_us(session, actor.organisation_id, since)


@asks_rare
def _unspoken_by_her(participant_id: int | None, since: date) -> Select[Enrolment]:
    return _unspoken(Goal.hers, since).where(Enrolment.participant_id == participant_id)


@asks_rare
def _unspoken_by_us(organisation_id: int | None, since: date) -> Select[Enrolment]:
    return _unspoken(Goal.theirs, since).where(Enrolment.organisation_id == organisation_id)


def _unspoken(said: InstrumentedAttribute[Any], since: date) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .join(Enrolment.participant)
        .where(
            Enrolment.id.in_(select(Goal.enrolment_id).where(said.is_(None))),
            Enrolment.ended_on >= since,
            Enrolment.status.in_(TOOK_PART - {EnrolmentStatus.ENROLLED}),
        )
        .options(*_WITH_HER)
        .order_by(Enrolment.ended_on)
    )


@asks_rows
def list_without_step(
    organisation_id: int | None, begun_by: date, put_by: date
) -> Select[*tuple[Any, ...]]:
    """List who was put on the ladder too long ago, with that day."""
    last = (
        select(func.max(LadderStep.stated_on))
        .where(LadderStep.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    first = (last.is_(None)) & (Enrolment.started_on <= begun_by)
    return (
        select(Enrolment.participant_id, Participant.name, Participant.uuid, last.label("last"))
        .join(Enrolment.participant)
        .where(
            Enrolment.organisation_id == organisation_id,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            or_(first, last <= put_by),
        )
        .order_by(func.coalesce(last, Enrolment.started_on), Enrolment.id)
        .limit(_MOST)
    )
