"""Reads of what is told of somebody; the guard leaves out what is not for the reader."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.core import Actor, Link, NotFound, as_house, clock, one_or_not_found, or_not_found, pick
from portal.core.asked import asks_rare, asks_rows
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_on_register
from portal.enrolments.rules import TOOK_PART, EndReason, EnrolmentStatus
from portal.offerings.models import Offering
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import get_participant, list_links, recipients
from portal.progress import rules
from portal.progress.models import Aftercare, LadderStep, Observation, Outflow, OwnSay, Rating
from portal.schedule.models import OfferingSession

S = TypeVar("S", LadderStep, Outflow)
_OVER = TOOK_PART - {EnrolmentStatus.ENROLLED}
_WITH_HER = joinedload(Aftercare.outflow), joinedload(Aftercare.participant)


@dataclass(frozen=True)
class Stair:
    """One voice on the ladder: the first and the last step that it stated."""

    voice: rules.Voice
    first: LadderStep
    last: LadderStep

    @property
    def change(self) -> rules.LadderChange:
        return rules.ladder_change(
            self.first.step, None if self.first is self.last else self.last.step
        )


def list_observations(session: Session, participant_id: int) -> Sequence[Observation]:
    """Examples of what she does, newest first; hidden ones only for herself."""
    return session.scalars(
        select(Observation)
        .where(Observation.participant_id == participant_id, Observation.in_force())
        .options(_with_offering(Observation.enrolment), joinedload(Observation.own_say))
        .order_by(Observation.observed_on.desc(), Observation.id.desc())
    ).all()


def newest_shown(newest_first: Sequence[Observation]) -> list[Observation]:
    """Pick of each voice the newest example that she doesn't keep to herself."""
    found: dict[rules.Voice, Observation] = {}
    for row in newest_first:
        if row.hidden_at is None:
            found.setdefault(row.voice, row)
    return [found[voice] for voice in rules.Voice if voice in found]


def list_taken_back(session: Session, participant_id: int) -> Sequence[Observation]:
    """Examples that were about somebody else, the newest first: only that there was one."""
    hers = Observation.participant_id == participant_id, Observation.is_taken_back
    return session.scalars(select(Observation).where(*hers).order_by(Observation.id.desc())).all()


def list_corrected(
    session: Session, in_force: Sequence[Observation]
) -> dict[int, list[Observation]]:
    """List what stood before an example was put right, by the id in force."""
    last = {row.first_id: row.id for row in in_force if row.corrects_id}
    found: dict[int, list[Observation]] = {id_: [] for id_ in last.values()}
    if last:
        first = func.coalesce(Observation.corrects_id, Observation.id)
        rows = select(Observation).where(first.in_(last)).order_by(Observation.id)
        for row in session.scalars(rows):
            found[last[row.first_id]].append(row)
    return {id_: rows[:-1] for id_, rows in found.items()}


@asks_rows
def list_newest(participant_id: int) -> Select[str, str, rules.Voice, date]:
    """List what her newest example says that is not hidden; or nothing."""
    row = Observation
    said = select(row.competence, row.example, row.voice, row.observed_on)
    newest = said.order_by(row.observed_on.desc(), row.id.desc()).limit(1)
    return newest.where(row.participant_id == participant_id, row.in_force(), row.unhidden())


def list_steps(session: Session, participant_id: int) -> Sequence[LadderStep]:
    """Her steps on the ladder in all voices, newest first."""
    return session.scalars(_said_of(participant_id, LadderStep, LadderStep.stated_on)).all()


def list_outflow(session: Session, participant_id: int) -> Sequence[Outflow]:
    """Where she went on to, newest first."""
    query = _said_of(participant_id, Outflow, Outflow.started_on)
    return session.scalars(query.options(selectinload(Outflow.aftercare))).all()


def _said_of(participant_id: int, of: type[S], day: InstrumentedAttribute[date]) -> Select[S]:
    return (
        select(of)
        .where(of.participant_id == participant_id)
        .options(_with_offering(of.enrolment))
        .order_by(day.desc(), of.id.desc())
    )


def stairs(newest_first: Sequence[LadderStep]) -> list[Stair]:
    """Where each voice that spoke began and stands now: beside each other, never averaged."""
    by_voice = {
        voice: [step for step in newest_first if step.voice is voice] for voice in rules.Voice
    }
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
    """Find an example in force that the actor may see, hers or her organisation's."""
    return one_or_not_found(
        session,
        select(Observation)
        .where(Observation.uuid == observation_uuid, Observation.in_force())
        .options(joinedload(Observation.own_say), _with_offering(Observation.enrolment)),
    )


def get_photo(session: Session, digest: str) -> bytes:
    """Get a photo of what the reader made, by its digest."""
    query = select(OwnSay.photo).where(OwnSay.photo_digest == digest).limit(1)
    return or_not_found(session.scalar(query))


def get_group(
    session: Session, actor: Actor, session_uuid: uuid.UUID
) -> tuple[OfferingSession, Sequence[Enrolment]]:
    """A session of the actor's organisation, and who was expected there."""
    found = one_or_not_found(
        session,
        select(OfferingSession)
        .filter_by(uuid=session_uuid, organisation_id=actor.organisation_id)
        .options(joinedload(OfferingSession.offering)),
    )
    return found, list_on_register(session, found)


def _with_offering(enrolment: InstrumentedAttribute[Enrolment]) -> ExecutableOption:
    loading = joinedload(enrolment).joinedload(Enrolment.offering)
    return loading.joinedload(Offering.organisation)


def list_to_ask(session: Session, now: datetime) -> list[tuple[Outflow, rules.AftercareMoment]]:
    """List who is to be asked how it goes, and for which moment.

    Not twice in four weeks, and not after she said to ask no more; the caller reads as the house.
    """
    today = clock.to_local(now).date()
    of_her = and_(
        Aftercare.participant_id == Outflow.participant_id,
        Aftercare.organisation_id == Outflow.organisation_id,
    )
    lately = Aftercare.created_at > now - rules.ANSWERED_WITHIN
    no_more = Aftercare.answer == rules.AftercareAnswer.STOP
    query = select(Outflow).where(
        Outflow.newest(),
        Outflow.started_on <= today - min(rules.ASKED_AFTER.values()),
        Outflow.started_on > today - max(rules.ASKED_AFTER.values()) - rules.ASKED_WITHIN,
        ~select(Aftercare.id).where(of_her, or_(lately, no_more)).exists(),
    )
    rows = session.scalars(query.order_by(Outflow.id))
    found = ((row, rules.moment_due(row.started_on, today)) for row in rows)
    return [(row, moment) for row, moment in found if moment is not None]


def find_aftercare(session: Session, link: Link, token: str) -> Aftercare:
    """Find what a link asks; `NotFound` once it is over, or she is reached elsewhere."""
    with as_house(session):  # whoever holds the link has not said who she is
        row = get_aftercare(session, link.row)
    pair = row.participant_id, row.organisation_id
    to = recipients(session, {pair}).get(pair)
    if to is None or not link.is_for(to.contact, token) or not row.is_open:
        raise NotFound("link")
    return row


def get_aftercare(session: Session, aftercare_uuid: uuid.UUID) -> Aftercare:
    """Get a question that the reader may see, with where she went on to."""
    query = select(Aftercare).where(Aftercare.uuid == aftercare_uuid)
    return one_or_not_found(session, query.options(*_WITH_HER))


@asks_rare
def list_unanswered(participant_id: int, since: datetime) -> Select[Aftercare]:
    """List what a participant was asked since then and did not answer."""
    of_her = Aftercare.participant_id == participant_id
    return select(Aftercare).where(of_her, Aftercare.unanswered(since))


def list_relapses(session: Session, actor: Actor) -> Sequence[Aftercare]:
    """List who says that it is hard or over, and was not met yet."""
    with as_house(session):  # she knows that they read it, though they have her no more
        return _relapses(session, actor.organisation_id)


@asks_rare
def _relapses(organisation_id: int | None) -> Select[Aftercare]:
    query = select(Aftercare).where(
        Aftercare.organisation_id == organisation_id,
        Aftercare.answer.in_(rules.RELAPSE),
        Aftercare.met_at.is_(None),
    )
    return query.options(*_WITH_HER).order_by(Aftercare.id)


def get_relapse(
    session: Session, actor: Actor, aftercare_uuid: uuid.UUID
) -> tuple[Aftercare, ParticipantLink]:
    """Get one of those, and how the organisation reaches her, as her answer lets it."""
    rows = list_relapses(session, actor)
    row = pick(rows, uuid=aftercare_uuid)
    with as_house(session):
        links = list_links(session, row.organisation_id, [row.participant_id])
    return row, or_not_found(links.get(row.participant_id))


def list_still_there(
    session: Session, organisation_id: int, first: date, last: date
) -> dict[tuple[int, rules.AftercareMoment], bool]:
    """Tell of steps begun in these days whether she is still there, by moment.

    What is unknown is left out: she did not answer by now, or was not asked.
    """
    rows = session.execute(
        select(Aftercare.outflow_id, Aftercare.moment, Aftercare.answer)
        .join(Outflow, Outflow.id == Aftercare.outflow_id)
        .where(
            Outflow.organisation_id == organisation_id,
            Outflow.started_on.between(first, last),
            Aftercare.created_at <= clock.now(),
        )
    )
    said = ((id_, moment, rules.is_still_there(answer)) for id_, moment, answer in rows)
    return {(id_, moment): there for id_, moment, there in said if there is not None}


@asks_rare
def list_to_rate(participant_id: int, since: datetime) -> Select[Enrolment]:
    """List stays of hers that ended since, of which she said nothing."""
    is_rated = select(Rating.id).where(Rating.enrolment_id == Enrolment.id).exists()
    return (
        select(Enrolment)
        .where(
            Enrolment.participant_id == participant_id,
            Enrolment.status.in_(_OVER),
            Enrolment.status_since > since,
            Enrolment.end_reason.is_distinct_from(EndReason.CAME_ONCE),
            ~is_rated,
        )
        .options(joinedload(Enrolment.offering))
    )


def is_to_rate(stay: Enrolment) -> bool:
    """Say whether she may tell now how she found a stay; a guest had none."""
    is_lately = stay.status_since > clock.now() - rules.RATED_WITHIN
    return is_lately and stay.status in _OVER and stay.end_reason is not EndReason.CAME_ONCE


def get_to_rate(session: Session, enrolment_uuid: uuid.UUID) -> Enrolment:
    """Get a stay of hers, if she may still tell how she found it."""
    query = select(Enrolment).where(Enrolment.uuid == enrolment_uuid)
    found = one_or_not_found(session, query.options(joinedload(Enrolment.offering)))
    if not is_to_rate(found):
        raise NotFound("enrolment")
    return found


def find_face(session: Session, enrolment_id: int) -> rules.Face | None:
    """Find how she found a stay, for herself; None without a word."""
    return session.scalar(select(Rating.face).where(Rating.enrolment_id == enrolment_id))


def faces_by_stay(session: Session, organisation_id: int) -> dict[int, rules.Face]:
    """Tell how each stay was found, for who adds them up and keeps none."""
    rows = select(Rating).filter_by(organisation_id=organisation_id)
    with as_house(session):  # of an organisation nobody reads one
        return {row.enrolment_id: row.face for row in session.scalars(rows)}
