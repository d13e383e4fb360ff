"""Reads about people who may have been entered twice; never beyond whom an organisation knows."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.agreements.models import Agreement
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus
from portal.core import Actor, as_house, asks_rare, asks_rows, clock, is_any, one_or_not_found
from portal.duplicates.models import MergeSay, ParticipantMerge
from portal.duplicates.rules import UNDO_WITHIN, Entry, Kind, MergeStatus, Sign, may_undo, pairs
from portal.enrolments.models import Enrolment
from portal.enrolments.queries.namesakes import Note, notes_among
from portal.enrolments.rules import OPEN
from portal.participants.models import Participant, ParticipantLink, ProgrammeTerm
from portal.participants.queries import people_by_id
from portal.progress.models import LadderStep, Observation
from portal.schedule.models import OfferingSession

_LOOKED_AT = set(MergeStatus) - {MergeStatus.DONE}  # a pair that was done is one entry by now
_MOST = 50


@dataclass(frozen=True)
class Suggestion:
    """Two entries that may be one person, and why."""

    one: Participant
    other: Participant
    sign: Sign


class Named(NamedTuple):
    """An entry by name, with what tells it apart; empty where unseen."""

    name: str
    note: Note | None


@dataclass(frozen=True)
class SeenMerge:
    """A merge as one organisation sees it; strangers have names while it has a say."""

    merge: ParticipantMerge
    kept: Named
    merged: Named
    known: Sequence[Participant]
    is_asked: bool  # whether it waits for this organisation
    is_own: bool  # whether this organisation asked

    @property
    def may_undo(self) -> bool:
        """Whether it can still be taken back."""
        return may_undo(self.merge.status, self.merge.done_at, clock.now())


def list_suggestions(session: Session, actor: Actor) -> list[Suggestion]:
    """Whom the actor's organisation may have entered twice, and nobody looked at yet."""
    found = _found_pairs(session, actor)[:_MOST]
    people = people_by_id(session, {id_ for pair in found for id_ in pair[:2]})
    return [Suggestion(people[one], people[other], sign) for one, other, sign in found]


def count_for_day(session: Session, actor: Actor) -> int:
    """How many pairs wait for the actor's organisation, as a suggestion or as a question."""
    return len(_found_pairs(session, actor)) + len(_asked(session, actor.organisation_id))


def _found_pairs(session: Session, actor: Actor) -> list[tuple[int, int, Sign]]:
    """Pair the entries of an organisation; compared again where one of them is another by now."""
    seen = {frozenset(row) for row in _looked_at(session)}
    entries = [Entry(*row) for row in _entries(session, actor.organisation_id)]
    as_they_are = hash(tuple(entries))
    compared, found = _COMPARED.get(actor.organisation_id, (None, []))
    if compared != as_they_are:
        found = pairs(entries)
        _COMPARED[actor.organisation_id] = as_they_are, found
    return [pair for pair in found if frozenset(pair[:2]) not in seen]


# By organisation, which entries were compared, and what of them is alike; no name is kept.
_COMPARED: dict[int | None, tuple[int | None, list[tuple[int, int, Sign]]]] = {}


@asks_rows
def _looked_at() -> Select[int, int]:
    row = ParticipantMerge
    return select(row.kept_id, row.merged_id).where(row.status.in_(_LOOKED_AT))


@asks_rows
def _entries(organisation_id: int | None) -> Select[*tuple[Any, ...]]:
    her, link = Participant, ParticipantLink
    return (
        select(her.id, her.folded_name, link.phone, link.email, her.birth_year)
        .join(link.participant)
        .where(link.organisation_id == organisation_id, her.merged_into_id.is_(None))
    )


def list_asked(session: Session, actor: Actor) -> list[SeenMerge]:
    """Merges that wait for the say of the actor's organisation, oldest first."""
    return _seen(session, actor, _asked(session, actor.organisation_id))


@asks_rare
def _asked(organisation_id: int | None) -> Select[ParticipantMerge]:
    return (
        select(ParticipantMerge)
        .join(MergeSay, MergeSay.merge_id == ParticipantMerge.id)
        .where(
            ParticipantMerge.status == MergeStatus.ASKED,
            MergeSay.organisation_id == organisation_id,
            MergeSay.is_agreed.is_(None),
        )
        .order_by(ParticipantMerge.id)
    )


def list_recent(session: Session, actor: Actor) -> list[SeenMerge]:
    """What the actor's organisation asked lately, or what was done and can be undone."""
    since = clock.now() - UNDO_WITHIN
    of = ParticipantMerge
    is_own = (of.organisation_id == actor.organisation_id) & (of.status == MergeStatus.ASKED)
    is_done = (of.status == MergeStatus.DONE) & (of.done_at >= since)
    query = select(of).where(is_own | is_done).order_by(of.id.desc())
    return _seen(session, actor, session.scalars(query.limit(_MOST)).all())


def get_merge(session: Session, actor: Actor, merge_uuid: uuid.UUID) -> SeenMerge:
    """A merge in which the actor's organisation has a say."""
    found = one_or_not_found(session, select(ParticipantMerge).filter_by(uuid=merge_uuid))
    return _seen(session, actor, [found])[0]


def _seen(session: Session, actor: Actor, rows: Sequence[ParticipantMerge]) -> list[SeenMerge]:
    ids = {id_ for row in rows for id_ in (row.kept_id, row.merged_id)}
    known = people_by_id(session, ids)
    shown = {MergeStatus.ASKED, MergeStatus.DONE}
    named_so = select(Participant.id, Participant.name, Participant.folded_name)
    with as_house(session):  # the name of an entry that somebody else knows, as long as it matters
        people = session.execute(named_so.where(Participant.id.in_(ids))).all()
    names = {row.id: row.name for row in people}
    notes = notes_among(session, {row.id: row.folded_name for row in people})
    waiting = select(MergeSay.merge_id).where(
        MergeSay.merge_id.in_([row.id for row in rows]),
        MergeSay.organisation_id == actor.organisation_id,
        MergeSay.is_agreed.is_(None),
    )
    asked = {*session.scalars(waiting)}

    def named(row: ParticipantMerge, id_: int) -> Named:
        return Named(names[id_] if id_ in known or row.status in shown else "", notes.get(id_))

    return [
        SeenMerge(
            merge=row,
            kept=named(row, row.kept_id),
            merged=named(row, row.merged_id),
            known=[known[id_] for id_ in (row.kept_id, row.merged_id) if id_ in known],
            is_asked=row.status is MergeStatus.ASKED and row.id in asked,
            is_own=row.organisation_id == actor.organisation_id,
        )
        for row in rows
    ]


def list_own(session: Session, actor: Actor) -> Sequence[ParticipantMerge]:
    """What of a participant's own entries became one lately, for her own page."""
    with as_house(session):
        return _own(session, actor.participant_id, clock.now() - UNDO_WITHIN)


@asks_rare
def _own(participant_id: int | None, since: datetime) -> Select[ParticipantMerge]:
    return (
        select(ParticipantMerge)
        .where(
            ParticipantMerge.kept_id == participant_id,
            ParticipantMerge.status == MergeStatus.DONE,
            ParticipantMerge.done_at >= since,
        )
        .order_by(ParticipantMerge.id)
    )


def list_between(session: Session, one_id: int, other_id: int) -> Sequence[ParticipantMerge]:
    """Every earlier look at these two, whoever looked."""
    both = [one_id, other_id]
    with as_house(session):
        return session.scalars(
            select(ParticipantMerge).where(
                ParticipantMerge.kept_id.in_(both), ParticipantMerge.merged_id.in_(both)
            )
        ).all()


def list_asked_about(session: Session, participant_id: int) -> Sequence[ParticipantMerge]:
    """The merges of an entry that still wait for somebody; for the house."""
    of = ParticipantMerge
    about_her = or_(of.kept_id == participant_id, of.merged_id == participant_id)
    return session.scalars(select(of).where(of.status == MergeStatus.ASKED, about_her)).all()


def list_done(session: Session) -> Sequence[ParticipantMerge]:
    """The merges that can be undone or could lately; for the house."""
    return session.scalars(
        select(ParticipantMerge).filter_by(status=MergeStatus.DONE).order_by(ParticipantMerge.id)
    ).all()


def list_says(session: Session, merge: ParticipantMerge) -> Sequence[MergeSay]:
    """Who has a say, and what it was; never for a page."""
    return session.scalars(select(MergeSay).where(MergeSay.merge_id == merge.id)).all()


def was_refused_to(session: Session, merge: ParticipantMerge, actor: Actor) -> bool:
    """Whether another organisation said no, rather than the actor's own."""
    return merge.status is MergeStatus.REFUSED and any(
        one.is_agreed is False and one.organisation_id != actor.organisation_id
        for one in list_says(session, merge)
    )


def both_of(
    session: Session, kept_id: int, merged_id: int
) -> tuple[Participant, Participant]:  # fmt: skip
    """Both people of a merge as they are now; read as the house."""
    with as_house(session):
        query = select(Participant).where(Participant.id.in_([kept_id, merged_id]))
        rows = session.scalars(query.execution_options(populate_existing=True))
        found = {row.id: row for row in rows}
    return found[kept_id], found[merged_id]


def organisations_of(session: Session, participant_ids: Sequence[int]) -> list[int]:
    """Which organisations know at least one of these people; read as the house."""
    of_them = ParticipantLink.participant_id.in_(participant_ids), ParticipantLink.has_her()
    query = select(ParticipantLink.organisation_id).where(*of_them).distinct()
    with as_house(session):
        return list(session.scalars(query.order_by(ParticipantLink.organisation_id)))


def list_groups(session: Session, one_id: int, other_id: int) -> Sequence[int]:
    """List, in order, the offerings either person signed up for; as the house."""
    query = select(Enrolment.offering_id).where(Enrolment.participant_id.in_([one_id, other_id]))
    return session.scalars(query.distinct().order_by(Enrolment.offering_id)).all()


def lock_sessions(session: Session, one_id: int, other_id: int) -> None:
    """Lock the registers where either person is marked; as the house."""
    marked = select(AttendanceMark.session_id).where(
        AttendanceMark.participant_id.in_([one_id, other_id])
    )
    query = select(OfferingSession.id).where(OfferingSession.id.in_(marked))
    session.execute(query.order_by(OfferingSession.id).with_for_update())


def share_a_group(session: Session, one_id: int, other_id: int) -> bool:
    """Whether both have an open sign-up for one offering; for the house."""
    return _share(session, Enrolment, "offering_id", OPEN, one_id, other_id)


def met_at_a_session(session: Session, one_id: int, other_id: int) -> bool:
    """Whether both were present at one session, by the register; for the house."""
    present = {AttendanceStatus.PRESENT}
    return _share(session, AttendanceMark, "session_id", present, one_id, other_id)


def _share(
    session: Session, of: Any, by: str, statuses: Collection[str], one_id: int, other_id: int
) -> bool:
    """Whether each of the two has a row of one of these statuses about the same."""
    other = aliased(of)
    both = (of.participant_id == one_id) & (other.participant_id == other_id)
    query = select(of.id).join(other, getattr(other, by) == getattr(of, by))
    return is_any(session, query.where(both, of.status.in_(statuses), other.status.in_(statuses)))


_COUNTED: dict[Kind, Any] = {
    Kind.ENROLMENTS: Enrolment,
    Kind.MARKS: AttendanceMark,
    Kind.EXAMPLES: Observation,
    Kind.STEPS: LadderStep,
    Kind.AGREEMENTS: Agreement,
    Kind.TERMS: ProgrammeTerm,
}


def what_is_there(session: Session, people: Iterable[Participant]) -> dict[int, dict[Kind, int]]:
    """Count what was written of these people, by kind, as the reader sees it."""
    ids = [person.id for person in people]
    found: dict[int, dict[Kind, int]] = {id_: dict.fromkeys(_COUNTED, 0) for id_ in ids}
    for kind, of in _COUNTED.items():
        query = select(of.participant_id, func.count()).where(of.participant_id.in_(ids))
        rows = session.execute(query.group_by(of.participant_id))
        for id_, number in rows:
            found[id_][kind] = number
    return found
