"""Telling of somebody's progress, and hiding what she doesn't want seen."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.actor import Actor, Permission
from portal.core.errors import N_, NotAllowed, NotFound, RuleBroken
from portal.core.reading import one_or_not_found
from portal.enrolments.commands.steps import check_has_her
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART
from portal.offerings.rules.competences import competences
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.rules import (
    OutflowKind,
    SkillLevel,
    check_document,
    check_ladder_step,
    check_not_in_future,
    voice_of,
)


def observe(
    session: Session,
    actor: Actor,
    *,
    enrolment_id: int,
    competence: str,
    example: str,
    level: SkillLevel,
    observed_on: date,
) -> Observation:
    """Write down an example of something she does, in the actor's own voice."""
    enrolment = _told_of(session, actor, enrolment_id)
    if competence not in competences():
        raise RuleBroken("competence", N_("Choose one from the list."))
    if not example.strip():
        raise RuleBroken("example", N_("Give an example."))
    check_not_in_future("observed_on", observed_on, clock.today())
    observation = Observation(
        **_about(actor, enrolment),
        competence=competence,
        example=example,
        level=level,
        voice=voice_of(actor),
        observed_on=observed_on,
    )
    session.add(observation)
    audit.record(
        session, actor, "progress.observed", observation, competence=competence, level=level.value
    )
    return observation


def state_step(
    session: Session, actor: Actor, *, enrolment_id: int, step: int, stated_on: date
) -> LadderStep:
    """Say where she stands on the participation ladder, in the actor's own voice."""
    enrolment = _told_of(session, actor, enrolment_id)
    voice = voice_of(actor)
    check_ladder_step(step, voice)
    check_not_in_future("stated_on", stated_on, clock.today())
    row = LadderStep(**_about(actor, enrolment), step=step, stated_on=stated_on, voice=voice)
    session.add(row)
    audit.record(session, actor, "progress.step_stated", row, step=step)
    return row


def tell_outflow(
    session: Session,
    actor: Actor,
    *,
    enrolment_id: int,
    kind: OutflowKind,
    started_on: date,
    document_seen_on: date | None = None,
    document_seen_by: str = "",
) -> Outflow:
    """Say where she went on to; it counts in a report when somebody has seen a document of it."""
    if actor.is_participant:
        raise NotAllowed
    enrolment = _told_of(session, actor, enrolment_id)
    check_not_in_future("started_on", started_on, clock.today())
    check_document(document_seen_on, document_seen_by, clock.today())
    outflow = Outflow(
        **_about(actor, enrolment),
        kind=kind,
        started_on=started_on,
        document_seen_on=document_seen_on,
        document_seen_by=document_seen_by,
    )
    session.add(outflow)
    audit.record(session, actor, "progress.outflow_told", outflow, kind=kind.value)
    return outflow


def toggle_hidden(session: Session, actor: Actor, observation: Observation) -> bool:
    """Hide an observation of her own record, or show it again; whether it is hidden now."""
    if not actor.is_participant or observation.participant_id != actor.participant_id:
        raise NotFound("observation")
    observation.hidden_at = None if observation.hidden_at else clock.now()
    is_hidden = observation.hidden_at is not None
    event = "progress.hidden" if is_hidden else "progress.shown"
    audit.record(session, actor, event, observation)
    return is_hidden


def _told_of(session: Session, actor: Actor, enrolment_id: int) -> Enrolment:
    """An enrolment within which the actor may speak; the current organisation's, or her own."""
    if not (actor.is_participant or actor.may(Permission.RECORD_PROGRESS)):
        raise NotAllowed
    query = select(Enrolment).where(Enrolment.id == enrolment_id, Enrolment.status.in_(TOOK_PART))
    if actor.is_participant:
        query = query.where(Enrolment.participant_id == actor.participant_id)
    elif not actor.is_house:
        query = query.where(Enrolment.organisation_id == actor.organisation_id)
    found = one_or_not_found(session, query)
    check_has_her(session, actor, found)
    return found


def _about(actor: Actor, enrolment: Enrolment) -> dict[str, int | None]:
    return {
        "organisation_id": enrolment.organisation_id,
        "participant_id": enrolment.participant_id,
        "enrolment_id": enrolment.id,
        "recorded_by_id": actor.user_id,
    }
