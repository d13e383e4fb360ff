"""Reads of what is told of somebody; the guard leaves out what is not for the reader."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.reading import one_or_not_found
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.participants.queries import get_participant
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.rules import LadderChange, Voice, ladder_change


@dataclass(frozen=True)
class Stair:
    """One voice on the ladder: the first and the last step that it stated."""

    voice: Voice
    first: LadderStep
    last: LadderStep

    @property
    def change(self) -> LadderChange:
        return ladder_change(self.first.step, None if self.first is self.last else self.last.step)


def list_observations(session: Session, participant_id: int) -> Sequence[Observation]:
    """Examples of what she does, newest first; hidden ones only for herself."""
    return session.scalars(
        select(Observation)
        .where(Observation.participant_id == participant_id)
        .options(_with_offering(Observation.enrolment))
        .order_by(Observation.observed_on.desc(), Observation.id.desc())
    ).all()


def newest_observation(session: Session, participant_id: int) -> Observation | None:
    """The newest example of what she does that isn't hidden, for her first page."""
    return session.scalar(
        select(Observation)
        .where(Observation.participant_id == participant_id, Observation.hidden_at.is_(None))
        .order_by(Observation.observed_on.desc(), Observation.id.desc())
        .limit(1)
    )


def list_steps(session: Session, participant_id: int) -> Sequence[LadderStep]:
    """Her steps on the ladder in all voices, newest first."""
    return session.scalars(
        select(LadderStep)
        .where(LadderStep.participant_id == participant_id)
        .options(_with_offering(LadderStep.enrolment))
        .order_by(LadderStep.stated_on.desc(), LadderStep.id.desc())
    ).all()


def list_outflow(session: Session, participant_id: int) -> Sequence[Outflow]:
    """Where she went on to, newest first."""
    return session.scalars(
        select(Outflow)
        .where(Outflow.participant_id == participant_id)
        .options(_with_offering(Outflow.enrolment))
        .order_by(Outflow.started_on.desc(), Outflow.id.desc())
    ).all()


def stairs(newest_first: Sequence[LadderStep]) -> list[Stair]:
    """Where each voice that spoke began and stands now: beside each other, never averaged."""
    by_voice = {voice: [step for step in newest_first if step.voice is voice] for voice in Voice}
    return [Stair(voice, said[-1], said[0]) for voice, said in by_voice.items() if said]


def get_person(session: Session, actor: Actor, participant_uuid: uuid.UUID) -> Participant:
    """A participant of whom the actor's organisation, which has her, may tell something."""
    found = get_participant(session, actor, participant_uuid)
    if not list_told_of(session, actor, found.id):
        raise NotFound("participant")
    return found


def list_told_of(session: Session, actor: Actor, participant_id: int) -> Sequence[Enrolment]:
    """The enrolments within which the actor may tell of somebody, the current one first.

    Staff speak for their own organisation only; a cooperative that logs attendance for a member
    says nothing of its people.
    """
    query = (
        select(Enrolment)
        .where(Enrolment.participant_id == participant_id, Enrolment.status.in_(TOOK_PART))
        .options(joinedload(Enrolment.offering))
        .order_by(Enrolment.ended_on.is_not(None), Enrolment.id.desc())
    )
    if actor.is_staff:
        query = query.where(Enrolment.organisation_id == actor.organisation_id)
    return session.scalars(query).all()


def get_own_observation(session: Session, actor: Actor, observation_uuid: uuid.UUID) -> Observation:
    """An observation of the participant's own record."""
    return one_or_not_found(
        session,
        select(Observation).where(
            Observation.uuid == observation_uuid,
            Observation.participant_id == actor.participant_id,
        ),
    )


def _with_offering(enrolment: InstrumentedAttribute[Enrolment]) -> ExecutableOption:
    loading = joinedload(enrolment).joinedload(Enrolment.offering)
    return loading.joinedload(Offering.organisation)
