"""Reads of conversations and their cards; the guard leaves out what is not for the reader."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.accounts.models import User
from portal.assessments.models import Assessment, LaidCard
from portal.assessments.rules import OVER, AssessmentStatus, Pick
from portal.core import Actor, Permission, as_house, asks_all, clock, or_not_found
from portal.core.actor import ROLES
from portal.enrolments.models import Enrolment
from portal.offerings.rules.competences import competences
from portal.organisations.models import Membership
from portal.participants.models import ParticipantLink

_WITH_PEOPLE = (
    joinedload(Assessment.participant),
    joinedload(Assessment.holder),
    joinedload(Assessment.organisation),
)


def get_assessment(session: Session, assessment_uuid: uuid.UUID) -> Assessment:
    """Get a conversation that the reader may see, with who holds it."""
    seen = select(Assessment.id).where(Assessment.uuid == assessment_uuid)
    return or_not_found(next(iter(_with_people(session, session.scalars(seen).all())), None))


def list_of(session: Session, participant_id: int) -> Sequence[Assessment]:
    """List somebody's conversations, the newest first."""
    return _with_people(session, _hers(session, participant_id))


@asks_all
def _hers(participant_id: int) -> Select[int]:
    hers = select(Assessment.id).where(Assessment.participant_id == participant_id)
    return hers.order_by(Assessment.id.desc())


def find_open(session: Session, enrolment: Enrolment) -> Assessment | None:
    """Find the conversation with her that is not over, at the organisation of a place."""
    found = list_of(session, enrolment.participant_id)
    ours = [row for row in found if row.organisation_id == enrolment.organisation_id]
    return next((row for row in ours if row.status not in OVER), None)


def list_cards(session: Session, assessment_id: int) -> dict[str, LaidCard]:
    """List the cards that were laid, by word, in the order of the list."""
    rows = session.scalars(select(LaidCard).where(LaidCard.assessment_id == assessment_id))
    laid = {row.competence: row for row in rows}
    return {key: laid[key] for key in dict.fromkeys([*competences(), *laid]) if key in laid}


def list_to_learn(session: Session, participant_id: int) -> list[str]:
    """List what she wanted to learn when she last agreed on a conversation, by key."""
    last = (
        select(Assessment.id)
        .filter_by(participant_id=participant_id, status=AssessmentStatus.AGREED)
        .order_by(Assessment.status_since.desc(), Assessment.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(LaidCard.competence).where(LaidCard.assessment_id == last)
    return list(session.scalars(query.where(LaidCard.pick == Pick.LEARN).order_by(LaidCard.id)))


def list_held(session: Session, actor: Actor) -> Sequence[Assessment]:
    """List what is not over and the actor holds, for whichever organisation; the oldest first."""
    return _with_people(session, _held(session, actor.user_id))


@asks_all
def _held(holder_id: int | None) -> Select[int]:
    held = select(Assessment.id).where(
        Assessment.holder_id == holder_id, Assessment.status.not_in(OVER)
    )
    return held.order_by(Assessment.id)


def list_declined(session: Session, actor: Actor) -> Sequence[Assessment]:
    """List what who was asked declined at the actor's organisation; the oldest first."""
    return _with_people(session, _declined(session, actor.organisation_id))


@asks_all
def _declined(organisation_id: int | None) -> Select[int]:
    declined = select(Assessment.id).filter_by(status=AssessmentStatus.DECLINED)
    return declined.where(Assessment.organisation_id == organisation_id).order_by(Assessment.id)


def list_to_remind(session: Session, day: date) -> Sequence[Assessment]:
    """List the conversations of a day whose participant wants to be reminded."""
    from_at, until_at = clock.day_bounds(day, day)
    return session.scalars(
        select(Assessment)
        .join(
            ParticipantLink,
            (ParticipantLink.participant_id == Assessment.participant_id)
            & (ParticipantLink.organisation_id == Assessment.organisation_id),
        )
        .where(
            Assessment.status == AssessmentStatus.PLANNED,
            Assessment.at >= from_at,
            Assessment.at < until_at,
            ParticipantLink.has_her(),
            ParticipantLink.wants_reminders,
        )
        .options(*_WITH_PEOPLE)
        .order_by(Assessment.at, Assessment.id)
    ).all()


def list_holders(session: Session, actor: Actor) -> Sequence[Membership]:
    """List who of the actor's organisation may hold a conversation, by name."""
    roles = [role for role, held in ROLES.items() if Permission.HOLD_ASSESSMENTS in held]
    return session.scalars(
        select(Membership)
        .join(Membership.user)
        .where(Membership.organisation_id == actor.organisation_id, Membership.role.in_(roles))
        .options(contains_eager(Membership.user))
        .order_by(User.name, Membership.id)
    ).all()


def _with_people(session: Session, ids: Sequence[int]) -> Sequence[Assessment]:
    """Read those that the reader may see, with who takes part: a holder knows nobody else."""
    with as_house(session):
        found = {row.id: row for row in _of_ids(session, ids)} if ids else {}
    return [found[id_] for id_ in ids]


@asks_all
def _of_ids(ids: Sequence[int]) -> Select[Assessment]:
    return select(Assessment).where(Assessment.id.in_(ids)).options(*_WITH_PEOPLE)
