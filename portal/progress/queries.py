"""Reads of what is told of somebody; the guard leaves out what is not for the reader."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.reading import one_or_not_found
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_on_register
from portal.enrolments.rules import TOOK_PART
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.participants.queries import get_participant
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.rules import LadderChange, Voice, ladder_change
from portal.schedule.models import OfferingSession


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
        .where(Observation.participant_id == participant_id, Observation.in_force())
        .options(_with_offering(Observation.enrolment), joinedload(Observation.own_say))
        .order_by(Observation.observed_on.desc(), Observation.id.desc())
    ).all()


def list_corrected(
    session: Session, in_force: Sequence[Observation]
) -> dict[int, list[Observation]]:
    """What stood there before an example was put right, by the id of the one in force."""
    last = {row.first_id: row.id for row in in_force if row.corrects_id}
    found: dict[int, list[Observation]] = {id_: [] for id_ in last.values()}
    if last:
        first = func.coalesce(Observation.corrects_id, Observation.id)
        rows = select(Observation).where(first.in_(last)).order_by(Observation.id)
        for row in session.scalars(rows):
            found[last[row.first_id]].append(row)
    return {id_: rows[:-1] for id_, rows in found.items()}


def newest_observation(session: Session, participant_id: int) -> Observation | None:
    """The newest example of what she does that isn't hidden, for her first page."""
    return session.scalar(
        select(Observation)
        .where(
            Observation.participant_id == participant_id,
            Observation.in_force(),
            Observation.unhidden(),
        )
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


def get_observation(session: Session, observation_uuid: uuid.UUID) -> Observation:
    """An example in force that the actor may see: of her own record, or her organisation's."""
    return one_or_not_found(
        session,
        select(Observation)
        .where(Observation.uuid == observation_uuid, Observation.in_force())
        .options(joinedload(Observation.own_say), _with_offering(Observation.enrolment)),
    )


def get_group(
    session: Session, actor: Actor, session_uuid: uuid.UUID
) -> tuple[OfferingSession, Sequence[Enrolment]]:
    """A session of the actor's organisation, and who was expected there."""
    found = one_or_not_found(
        session,
        select(OfferingSession)
        .where(
            OfferingSession.uuid == session_uuid,
            OfferingSession.organisation_id == actor.organisation_id,
        )
        .options(joinedload(OfferingSession.offering)),
    )
    return found, list_on_register(session, found)


def _with_offering(enrolment: InstrumentedAttribute[Enrolment]) -> ExecutableOption:
    loading = joinedload(enrolment).joinedload(Enrolment.offering)
    return loading.joinedload(Offering.organisation)
