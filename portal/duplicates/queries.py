"""Reads about people who may have been entered twice; never beyond whom an organisation knows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.agreements.models import Agreement
from portal.attendance.models import AttendanceMark
from portal.core import clock
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.guard import as_house
from portal.duplicates.models import MergeSay, ParticipantMerge
from portal.duplicates.rules import UNDO_WITHIN, Entry, MergeStatus, Sign, pairs
from portal.enrolments.models import Enrolment
from portal.participants.models import Participant, ParticipantLink, ProgrammeTerm
from portal.progress.models import LadderStep, Observation

_LOOKED_AT = set(MergeStatus) - {MergeStatus.DONE}  # a pair that was done is one entry by now
_MOST = 50


@dataclass(frozen=True)
class Suggestion:
    """Two entries that may be one person, and why."""

    one: Participant
    other: Participant
    sign: Sign


def list_suggestions(session: Session, actor: Actor) -> list[Suggestion]:
    """Whom the actor's organisation may have entered twice, and nobody looked at yet."""
    known = select(ParticipantLink.participant_id).where(
        ParticipantLink.organisation_id == actor.organisation_id
    )
    rows = session.execute(
        select(
            Participant.id,
            Participant.name,
            Participant.phone,
            Participant.email,
            Participant.birth_year,
        ).where(Participant.id.in_(known), Participant.merged_into_id.is_(None))
    )
    seen = _looked_at(session)
    found = [
        pair
        for pair in pairs(Entry(*row) for row in rows)
        if frozenset(pair[:2]) not in seen
    ][:_MOST]  # fmt: skip
    ids = {id_ for pair in found for id_ in pair[:2]}
    people = {
        row.id: row for row in session.scalars(select(Participant).where(Participant.id.in_(ids)))
    }
    return [Suggestion(people[one], people[other], sign) for one, other, sign in found]


def _looked_at(session: Session) -> set[frozenset[int]]:
    rows = session.execute(
        select(ParticipantMerge.kept_id, ParticipantMerge.merged_id).where(
            ParticipantMerge.status.in_(_LOOKED_AT)
        )
    )
    return {frozenset(row) for row in rows}


def list_asked(session: Session, actor: Actor) -> Sequence[ParticipantMerge]:
    """Merges that wait for the say of the actor's organisation, oldest first."""
    return session.scalars(
        _with_people()
        .join(MergeSay, MergeSay.merge_id == ParticipantMerge.id)
        .where(
            ParticipantMerge.status == MergeStatus.ASKED,
            MergeSay.organisation_id == actor.organisation_id,
            MergeSay.is_agreed.is_(None),
        )
        .order_by(ParticipantMerge.id)
    ).all()


def list_recent(session: Session, actor: Actor) -> Sequence[ParticipantMerge]:
    """What was asked by the actor's organisation, or done so lately that it can be undone."""
    since = clock.now() - UNDO_WITHIN
    return session.scalars(
        _with_people()
        .where(
            or_(
                (ParticipantMerge.status == MergeStatus.ASKED)
                & (ParticipantMerge.organisation_id == actor.organisation_id),
                (ParticipantMerge.status == MergeStatus.DONE) & (ParticipantMerge.done_at >= since),
            )
        )
        .order_by(ParticipantMerge.id.desc())
        .limit(_MOST)
    ).all()


def get_merge(session: Session, actor: Actor, merge_uuid: uuid.UUID) -> ParticipantMerge:
    """A merge in which the actor's organisation has a say."""
    found = session.scalar(
        _with_people()
        .where(ParticipantMerge.uuid == merge_uuid)
        .options(selectinload(ParticipantMerge.says))
    )
    if found is None:
        raise NotFound()
    return found


def list_own(session: Session, actor: Actor) -> Sequence[ParticipantMerge]:
    """The merges that made one of a participant's own entries, for her own page."""
    with as_house(session):
        return session.scalars(
            select(ParticipantMerge)
            .where(
                ParticipantMerge.kept_id == actor.participant_id,
                ParticipantMerge.status == MergeStatus.DONE,
                ParticipantMerge.done_at >= clock.now() - UNDO_WITHIN,
            )
            .order_by(ParticipantMerge.id)
        ).all()


def organisations_of(session: Session, participant_ids: Sequence[int]) -> list[int]:
    """Which organisations know at least one of these people; read as the house."""
    with as_house(session):
        return list(
            session.scalars(
                select(ParticipantLink.organisation_id)
                .where(ParticipantLink.participant_id.in_(participant_ids))
                .distinct()
                .order_by(ParticipantLink.organisation_id)
            )
        )


_COUNTED: dict[str, Any] = {
    "enrolments": Enrolment,
    "marks": AttendanceMark,
    "observations": Observation,
    "steps": LadderStep,
    "agreements": Agreement,
    "terms": ProgrammeTerm,
}


def what_moves(session: Session, participant_id: int) -> dict[str, int]:
    """How many rows of each kind change hands, of those that the reader may see."""
    return {
        name: session.scalar(
            select(func.count()).select_from(of).where(of.participant_id == participant_id)
        )
        or 0
        for name, of in _COUNTED.items()
    }


def _with_people() -> Select[ParticipantMerge]:
    return select(ParticipantMerge).options(
        joinedload(ParticipantMerge.kept), joinedload(ParticipantMerge.merged)
    )
