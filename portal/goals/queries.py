"""Reads of goals, of endings without a word, and of who was not asked for a step lately."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.core import Actor, clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART, EnrolmentStatus
from portal.goals.models import Goal
from portal.goals.rules import ENDING, FIRST_STEP_AFTER, LADDER_AFTER
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
    said = Goal.hers if actor.is_participant else Goal.theirs
    unspoken = select(Goal.enrolment_id).where(said.is_(None))
    query = (
        select(Enrolment)
        .join(Enrolment.participant)
        .where(
            Enrolment.id.in_(unspoken),
            Enrolment.ended_on >= clock.today() - ENDING,
            Enrolment.status.in_(TOOK_PART - {EnrolmentStatus.ENROLLED}),
        )
    )
    if actor.is_participant:
        query = query.where(Enrolment.participant_id == actor.participant_id)
    else:
        query = query.where(Enrolment.organisation_id == actor.organisation_id)
    return session.scalars(query.options(*_WITH_HER).order_by(Enrolment.ended_on)).all()


def list_without_step(session: Session, actor: Actor) -> Sequence[tuple[Enrolment, date | None]]:
    """List who was put on the ladder too long ago, with that day."""
    last = (
        select(func.max(LadderStep.stated_on))
        .where(LadderStep.enrolment_id == Enrolment.id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    today = clock.today()
    first = (last.is_(None)) & (Enrolment.started_on <= today - FIRST_STEP_AFTER)
    rows = session.execute(
        select(Enrolment, last)
        .join(Enrolment.participant)
        .where(
            Enrolment.organisation_id == actor.organisation_id,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            or_(first, last <= today - LADDER_AFTER),
        )
        .options(*_WITH_HER)
        .order_by(func.coalesce(last, Enrolment.started_on), Enrolment.id)
        .limit(_MOST)
    )
    return [(row[0], row[1]) for row in rows]
