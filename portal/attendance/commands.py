"""Writing down who was there: one path for one person and for a whole group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries import Mark, marks_of
from portal.attendance.rules import (
    AttendanceStatus,
    RecordedHow,
    check_may_excuse,
    check_register_open,
    check_still_then,
    minutes_credited,
)
from portal.core import audit, clock
from portal.core.actor import Actor, Permission
from portal.core.errors import N_, NotAllowed, NotFound, RuleBroken
from portal.enrolments.queries import keys_on_register
from portal.schedule.models import OfferingSession

# How somebody was marked, and her minutes when they are not those of the whole session.
Marks = Mapping[int, tuple[AttendanceStatus, int | None]]


def record(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    marks: Marks,
    how: RecordedHow,
) -> int:
    """Save marks by enrolment id; the number of people for whom something changed.

    What holds already is left alone, so a second send changes nothing. The number of statements
    is the same for one person and for a hundred. A broken rule names the field `minutes-<id>`.
    """
    locked = _lock(session, actor, offering_session)
    on_register = keys_on_register(session, locked)
    if not marks.keys() <= on_register.keys():
        raise NotFound("enrolment")
    return _save(session, actor, locked, on_register, marks, how)


def record_everyone(session: Session, actor: Actor, offering_session: OfferingSession) -> int:
    """Mark as present whoever has no mark yet; the number of people."""
    locked = _lock(session, actor, offering_session)
    on_register = keys_on_register(session, locked)
    unmarked = on_register.keys() - marks_of(session, locked.id).keys()
    marks = {key: (AttendanceStatus.PRESENT, None) for key in on_register if key in unmarked}
    return _save(session, actor, locked, on_register, marks, RecordedHow.ALL_AT_ONCE)


def excuse(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    seen_at: datetime | None = None,
) -> None:
    """A participant says ahead that she does not come, never why; twice is the same as once.

    Her place, her hours and the group's capacity stay as they are; a guide may still change it.
    """
    locked = _lock_ahead(session, actor, offering_session)
    check_still_then(locked.starts_at, seen_at)
    on_register = keys_on_register(session, locked)
    hers = {key for key, person in on_register.items() if person == actor.participant_id}
    if not hers:
        raise NotFound("enrolment")
    marks: Marks = dict.fromkeys(hers, (AttendanceStatus.EXCUSED, None))
    _save(session, actor, locked, on_register, marks, RecordedHow.BY_HERSELF)


def take_back_excuse(session: Session, actor: Actor, offering_session: OfferingSession) -> None:
    """She comes after all: no mark is left, and the history says so."""
    locked = _lock_ahead(session, actor, offering_session)
    mark = session.scalar(
        select(AttendanceMark).where(
            AttendanceMark.session_id == locked.id,
            AttendanceMark.participant_id == actor.participant_id,
        )
    )
    if mark is None:
        return
    if mark.how is not RecordedHow.BY_HERSELF:
        raise RuleBroken("", N_("Your guide wrote this down. You can just come, or call."))
    kept = {name: getattr(mark, name) for name in _NAMES}
    session.add(
        AttendanceChange(
            **kept, recorded_at=clock.now(), recorded_by_id=None, how=RecordedHow.TAKEN_BACK
        )
    )
    session.delete(mark)
    audit.record(session, actor, "attendance.excuse_taken_back", locked)


def _lock_ahead(
    session: Session, actor: Actor, offering_session: OfferingSession
) -> OfferingSession:
    if not actor.is_participant:
        raise NotAllowed
    locked = _lock_row(session, offering_session)
    check_may_excuse(locked.starts_at, locked.is_cancelled, clock.now())
    return locked


def _lock(session: Session, actor: Actor, offering_session: OfferingSession) -> OfferingSession:
    """The session as it is now, for somebody who keeps its register."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        raise NotAllowed
    if not (actor.is_house or offering_session.organisation_id in _keeps_registers_of(actor)):
        raise NotFound("register")
    locked = _lock_row(session, offering_session)
    check_register_open(locked.starts_at, locked.is_cancelled, clock.now())
    return locked


def _lock_row(session: Session, offering_session: OfferingSession) -> OfferingSession:
    """The session as it is now, held against a second writer until this transaction ends."""
    found = session.scalar(
        select(OfferingSession)
        .where(OfferingSession.id == offering_session.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:  # an edit of its series took it away meanwhile
        raise NotFound("session")
    return found


def _keeps_registers_of(actor: Actor) -> set[int | None]:
    return {actor.organisation_id, *actor.logs_for}


def _save(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    on_register: Mapping[int, int],
    marks: Marks,
    how: RecordedHow,
) -> int:
    before = marks_of(session, offering_session.id)
    now = clock.now()
    changes: list[dict[str, Any]] = []
    for enrolment_id, (status, minutes) in marks.items():
        became = _became(offering_session, enrolment_id, status, minutes, before.get(enrolment_id))
        if became is None:
            continue
        changes.append(
            {
                "session_id": offering_session.id,
                "enrolment_id": enrolment_id,
                "organisation_id": offering_session.organisation_id,
                "participant_id": on_register[enrolment_id],
                "status": status,
                "minutes": became,
                "recorded_at": now,
                "recorded_by_id": actor.user_id,
                "how": how,
            }
        )
    if changes:
        _write(session, changes, before)
        audit.record(
            session,
            actor,
            "attendance.recorded",
            offering_session,
            people=len(changes),
            how=how.value,
            **_on_behalf(actor, offering_session),
        )
    return len(changes)


def _became(
    offering_session: OfferingSession,
    enrolment_id: int,
    status: AttendanceStatus,
    minutes: int | None,
    before: Mark | None,
) -> int | None:
    """The minutes that now count; None when nothing changes.

    Who is marked present once more keeps the minutes that were written down for her.
    """
    if before is not None and minutes is None and status is before.status:
        return None
    try:
        credited = minutes_credited(status, offering_session.minutes, minutes)
    except RuleBroken as broken:
        field = f"minutes-{enrolment_id}"
        raise RuleBroken(field, broken.message, **broken.values) from None
    if before is not None and (before.status, before.minutes) == (status, credited):
        return None
    return credited


def _write(session: Session, changes: Sequence[dict[str, Any]], before: Mapping[int, Mark]) -> None:
    """Three statements at most, each for all people at once."""
    connection = session.connection()
    new = [change for change in changes if change["enrolment_id"] not in before]
    corrected = [
        {
            "mark_id": before[change["enrolment_id"]].id,
            **{key: change[key] for key in _CORRECTED},
        }
        for change in changes
        if change["enrolment_id"] in before
    ]
    if new:
        connection.execute(insert(AttendanceMark), new)
    if corrected:
        connection.execute(
            update(AttendanceMark)
            .where(AttendanceMark.id == bindparam("mark_id"))
            .values({key: bindparam(key) for key in _CORRECTED}),
            corrected,
        )
    connection.execute(insert(AttendanceChange), list(changes))


_NAMES = (
    "session_id", "enrolment_id", "organisation_id", "participant_id", "status", "minutes",
)  # fmt: skip
_CORRECTED = ("status", "minutes", "recorded_at", "recorded_by_id", "how")


def _on_behalf(actor: Actor, offering_session: OfferingSession) -> dict[str, int]:
    """Which cooperative did it for a member; the mark itself stays the member's."""
    if actor.organisation_id in (None, offering_session.organisation_id):
        return {}
    return {"on_behalf": int(actor.organisation_id or 0)}
