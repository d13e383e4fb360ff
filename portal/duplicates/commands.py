"""Writes about duplicates: ask, have one's say, bring together, take back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.actor import Actor, Permission
from portal.core.base import Base
from portal.core.database import hold_lock
from portal.core.errors import N_, NotAllowed, RuleBroken
from portal.core.guard import as_house
from portal.duplicates import queries
from portal.duplicates.models import MergeSay, ParticipantMerge
from portal.duplicates.rules import MergeStatus, may_undo
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN
from portal.notices.commands import tell
from portal.organisations.queries import list_recipients
from portal.participants.commands import make_known
from portal.participants.models import Participant, ParticipantLink, ProgrammeTerm

# What happened is not rewritten: the trail names who she was then.
_LEFT_ALONE = {"audit_event", ParticipantLink.__tablename__}


def ask(
    session: Session, actor: Actor, *, kept: Participant, merged: Participant
) -> ParticipantMerge:
    """Bring two entries of one person together, or ask the others who know her first.

    Every organisation that knows one of the two has its say. When nobody else does, it is done.
    """
    hold_lock(session, "participants.merge")
    _check_both_are_here(session, kept, merged)
    _check_fit(session, kept, merged)
    merge = _new(session, actor, kept, merged, MergeStatus.ASKED)
    for organisation_id in queries.organisations_of(session, [kept.id, merged.id]):
        is_own = organisation_id == actor.organisation_id
        session.add(
            MergeSay(
                merge_id=merge.id,
                organisation_id=organisation_id,
                is_agreed=True if is_own else None,
                said_at=clock.now() if is_own else None,
                user_id=actor.user_id if is_own else None,
            )
        )
        if not is_own:
            _ask_team(session, merge, organisation_id)
    session.flush()
    audit.record(session, actor, "duplicate.asked", merge, kept=kept.id, merged=merged.id)
    _do_when_all_agree(session, actor, merge)
    return merge


def keep_apart(session: Session, actor: Actor, one: Participant, other: Participant) -> None:
    """They are two people: don't suggest it again."""
    merge = _new(session, actor, one, other, MergeStatus.NOT_THE_SAME)
    session.add(MergeSay(merge_id=merge.id, organisation_id=actor.organisation_id))
    audit.record(session, actor, "duplicate.kept_apart", merge, one=one.id, other=other.id)


def say(session: Session, actor: Actor, merge: ParticipantMerge, *, is_agreed: bool) -> None:
    """The say of the actor's organisation in a merge that another one asked for."""
    hold_lock(session, "participants.merge")
    session.refresh(merge)
    if merge.status is not MergeStatus.ASKED:
        raise RuleBroken("", N_("This was answered already."))
    own = _own_say(session, actor, merge)
    own.is_agreed, own.said_at, own.user_id = is_agreed, clock.now(), actor.user_id
    session.flush()
    audit.record(session, actor, "duplicate.said", merge, is_agreed=is_agreed)
    if not is_agreed:
        merge.status = MergeStatus.REFUSED
        return
    _do_when_all_agree(session, actor, merge)


def undo(session: Session, actor: Actor, merge: ParticipantMerge) -> None:
    """Make two people of one again: exactly the rows that changed hands go back.

    What was written since then stays with the one that was kept.
    """
    hold_lock(session, "participants.merge")
    session.refresh(merge)
    _own_say(session, actor, merge)
    if not may_undo(merge.status, merge.done_at, clock.now()):
        raise RuleBroken("", N_("This can't be taken back any more."))
    with as_house(session):
        _check_goes_back(session, merge)
        for name, ids in merge.moved["rows"].items():
            _hand_over(session, Base.metadata.tables[name], ids, merge.merged_id)
        for organisation_id in merge.moved["links"]:
            make_known(session, organisation_id, merge.merged_id)
        merge.merged.merged_into_id = None
        merge.status, merge.undone_at = MergeStatus.UNDONE, clock.now()
        session.flush()
        _know_by_enrolments(session, merge.kept_id)
    session.expire_all()
    audit.record(session, actor, "duplicate.undone", merge)


def _new(
    session: Session, actor: Actor, kept: Participant, merged: Participant, status: MergeStatus
) -> ParticipantMerge:
    merge = ParticipantMerge(
        kept=kept,
        merged=merged,
        organisation_id=actor.organisation_id,
        user_id=actor.user_id,
        status=status,
    )
    session.add(merge)
    session.flush()
    return merge


def _own_say(session: Session, actor: Actor, merge: ParticipantMerge) -> MergeSay:
    own = session.scalar(
        select(MergeSay).where(
            MergeSay.merge_id == merge.id, MergeSay.organisation_id == actor.organisation_id
        )
    )
    if own is None:
        raise NotAllowed()
    return own


def _ask_team(session: Session, merge: ParticipantMerge, organisation_id: int) -> None:
    for to in list_recipients(session, organisation_id, Permission.MERGE_PARTICIPANTS):
        tell(
            session, to, "duplicates/asked", organisation_id=organisation_id, merge=str(merge.uuid)
        )


def _do_when_all_agree(session: Session, actor: Actor, merge: ParticipantMerge) -> None:
    says = session.scalars(select(MergeSay).where(MergeSay.merge_id == merge.id)).all()
    if not all(one.is_agreed for one in says):
        return
    with as_house(session):
        _check_both_are_here(session, merge.kept, merge.merged)
        _check_fit(session, merge.kept, merge.merged)
        merge.moved = _move_all(session, merge.kept_id, merge.merged_id)
        merge.merged.merged_into_id = merge.kept_id
        merge.status, merge.done_at = MergeStatus.DONE, clock.now()
        session.flush()
    session.expire_all()
    audit.record(session, actor, "duplicate.merged", merge)


def _move_all(session: Session, kept_id: int, merged_id: int) -> dict[str, Any]:
    """Hand over every row that names her, and say which they were."""
    rows: dict[str, list[int]] = {}
    for table in Base.metadata.sorted_tables:
        if "participant_id" not in table.columns or table.name in _LEFT_ALONE:
            continue
        ids = session.execute(
            select(table.c.id).where(table.c.participant_id == merged_id).order_by(table.c.id)
        )
        rows[table.name] = [row.id for row in ids]
        _hand_over(session, table, rows[table.name], kept_id)
    links = queries.organisations_of(session, [merged_id])
    for organisation_id in links:
        make_known(session, organisation_id, kept_id)
    session.execute(delete(ParticipantLink).where(ParticipantLink.participant_id == merged_id))
    return {"rows": rows, "links": links}


_AT_A_TIME = 500


def _hand_over(session: Session, table: Table, ids: list[int], to_id: int) -> None:
    for begin in range(0, len(ids), _AT_A_TIME):
        session.execute(
            update(table)
            .where(table.c.id.in_(ids[begin : begin + _AT_A_TIME]))
            .values(participant_id=to_id)
        )


def _check_both_are_here(session: Session, kept: Participant, merged: Participant) -> None:
    if kept.id == merged.id:
        raise RuleBroken("", N_("This is one and the same entry."))
    for one in (kept, merged):
        session.refresh(one, ["merged_into_id"])
        if one.merged_into_id is not None:
            raise RuleBroken("", N_("One of the two was merged already."))


def _check_fit(session: Session, kept: Participant, merged: Participant) -> None:
    """Refuse what no table could hold: she can't be twice in one group or one programme."""
    with as_house(session):
        offerings = [set(_open_offerings(session, one.id)) for one in (kept, merged)]
        terms = [_terms(session, one.id) for one in (kept, merged)]
    if offerings[0] & offerings[1]:
        raise RuleBroken("", N_("Both are signed up for the same activity. End one of them first."))
    if any(_overlap(one, other) for one in terms[0] for other in terms[1]):
        raise RuleBroken("", N_("Both are in a programme on the same days. Change that first."))


def _check_goes_back(session: Session, merge: ParticipantMerge) -> None:
    """A row that is open again with both would not fit; it can't be, as its id goes back alone."""
    ids = merge.moved["rows"].get(Enrolment.__tablename__, [])
    kept = set(
        session.scalars(
            select(Enrolment.offering_id).where(
                Enrolment.participant_id == merge.merged_id, Enrolment.status.in_(OPEN)
            )
        )
    )
    back = session.scalars(
        select(Enrolment.offering_id).where(Enrolment.id.in_(ids), Enrolment.status.in_(OPEN))
    )
    if kept & set(back):
        raise RuleBroken("", N_("This can't be taken back any more."))


def _open_offerings(session: Session, participant_id: int) -> list[int]:
    return list(
        session.scalars(
            select(Enrolment.offering_id).where(
                Enrolment.participant_id == participant_id, Enrolment.status.in_(OPEN)
            )
        )
    )


def _terms(session: Session, participant_id: int) -> list[ProgrammeTerm]:
    return list(
        session.scalars(select(ProgrammeTerm).where(ProgrammeTerm.participant_id == participant_id))
    )


def _overlap(one: ProgrammeTerm, other: ProgrammeTerm) -> bool:
    return (one.until_on is None or other.from_on <= one.until_on) and (
        other.until_on is None or one.from_on <= other.until_on
    )


def _know_by_enrolments(session: Session, participant_id: int) -> None:
    """Whoever enrolled her since the merge goes on knowing the one that was kept."""
    for organisation_id in session.scalars(
        select(Enrolment.organisation_id)
        .where(Enrolment.participant_id == participant_id)
        .distinct()
    ):
        make_known(session, organisation_id, participant_id)
