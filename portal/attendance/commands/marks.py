"""The one path by which marks are written, for one person and for a whole group.

Who calls it holds the session's row (`commands.lock`), so that nobody else writes on this register
meanwhile. The number of statements is the same for one person and for a hundred.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from portal.attendance import queries, rules
from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.queries.sheet import latest, standing_of, weighed
from portal.core import Actor, RuleBroken, Session, as_house, audit, clock, past_guard
from portal.core.rows import ForManyRows
from portal.schedule.models import OfferingSession


@dataclass(frozen=True)
class Tap:
    """What somebody says about one person, here or on a phone without a signal.

    `replaces` names what she had seen, None stands for all that is here; `tapped_at` is when it
    was on a phone, put right with the portal's clock. A status of None leaves no mark.
    """

    enrolment_id: int
    participant_id: int
    status: rules.AttendanceStatus | None
    minutes: int | None = None  # None: all of the session
    event_id: uuid.UUID = field(default_factory=uuid.uuid4)
    replaces: tuple[uuid.UUID, ...] | None = None
    tapped_at: datetime | None = None
    batch_id: uuid.UUID | None = None
    reason: rules.CorrectionReason | None = None
    how: rules.RecordedHow | None = None  # None: as all that is saved with it


Row = dict[str, Any]


def save(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    taps: Sequence[Tap],
    how: rules.RecordedHow,
    *,
    register: Register | None = None,
    before: Mapping[int, queries.Mark] | None = None,
) -> set[uuid.UUID]:
    """Keep new taps of people on this register, and show the latest as their marks.

    `register` and `before`, the marks as they are, come from who read them. Returns which changes
    about them stand beside what holds, for a person to decide. Minutes that can't be raise
    RuleBroken, and a tap that is here already IntegrityError.
    """
    register = register or register_of(session, offering_session)
    if before is None:
        with as_house(session):
            before = queries.marks_of(session, offering_session.id)
    now = clock.now()
    rows = [_row_of(actor, offering_session, tap, how, now) for tap in taps]
    _ADD_CHANGES.run(past_guard(session), rows)
    to_weigh = _to_weigh(session, register, before, rows)
    plain = {row["enrolment_id"]: row for row in rows if row["enrolment_id"] not in to_weigh}
    stale = _weigh(session, register, before, to_weigh, offering_session.minutes)
    _show(session, register, before, plain.values())
    _count_up(session, register, bool(to_weigh))
    audit.record(
        session,
        actor,
        "attendance.recorded",
        offering_session,
        people=len({row["enrolment_id"] for row in rows}),
        how=how.value,
        **on_behalf(actor, offering_session),
    )
    return stale


def register_of(session: Session, offering_session: OfferingSession) -> Register:
    """The register of a session, made when nothing was written on it yet."""
    with as_house(session):  # she who excuses herself sees no register
        register = queries.find_register(session, offering_session.id)
    if register is None:
        register = Register(
            session_id=offering_session.id,
            organisation_id=offering_session.organisation_id,
            version=0,
            disputes=0,
        )
        session.add(register)
    return register


def _row_of(
    actor: Actor, offering_session: OfferingSession, tap: Tap, how: rules.RecordedHow, now: datetime
) -> Row:
    return {
        "session_id": offering_session.id,
        "enrolment_id": tap.enrolment_id,
        "organisation_id": offering_session.organisation_id,
        "participant_id": tap.participant_id,
        "status": tap.status or rules.AttendanceStatus.ABSENT,
        "minutes": _credited(offering_session, tap),
        "is_cleared": tap.status is None,
        "recorded_at": now,
        "created_at": now,
        "recorded_by_id": actor.user_id,
        "cooperative_id": on_behalf(actor, offering_session).get("on_behalf"),
        "how": tap.how or how,
        "event_id": tap.event_id,
        "replaces": None if tap.replaces is None else [str(one) for one in tap.replaces],
        "tapped_at": tap.tapped_at,
        "batch_id": tap.batch_id,
        "reason": tap.reason,
    }


def _credited(offering_session: OfferingSession, tap: Tap) -> int:
    if tap.status is None:
        return 0
    try:
        return rules.minutes_credited(tap.status, offering_session.minutes, tap.minutes)
    except RuleBroken as broken:
        field_name = f"minutes-{tap.enrolment_id}"
        raise RuleBroken(field_name, broken.message, **broken.values) from None


def _to_weigh(
    session: Session, register: Register, before: Mapping[int, queries.Mark], rows: Sequence[Row]
) -> set[int]:
    """For whom it isn't plain that the new change holds: then all of hers is looked at.

    It is plain when nothing was ever saved about her, or when the one change that holds is the one
    that is replaced. What names others may be about changes that are still to come.
    """
    times = Counter(row["enrolment_id"] for row in rows)
    unsure, unmarked = set(), []
    for row in rows:
        mark = before.get(row["enrolment_id"])
        if times[row["enrolment_id"]] > 1 or row["is_cleared"] or row["how"] in rules.SAY_AGAIN:
            unsure.add(row["enrolment_id"])
        elif mark is None and not row["replaces"]:
            unmarked.append(row)
        elif mark is None or mark.has_rivals or not _takes_its_place(register, mark, row):
            unsure.add(row["enrolment_id"])
    if unmarked:
        keys = [row["event_id"] for row in unmarked]
        earlier = select(AttendanceChange.enrolment_id).where(
            AttendanceChange.session_id == register.session_id,
            AttendanceChange.enrolment_id.in_([row["enrolment_id"] for row in unmarked]),
            AttendanceChange.event_id.not_in(keys),
        )
        unsure |= set(past_guard(session).scalars(earlier))
    return unsure


def _takes_its_place(register: Register, mark: queries.Mark, row: Row) -> bool:
    if register.closed_at is not None and not row["reason"]:
        return False
    return row["replaces"] is None or row["replaces"] == [str(mark.event_id)]


def _weigh(
    session: Session,
    register: Register,
    before: Mapping[int, queries.Mark],
    people: Collection[int],
    length: int,
) -> set[uuid.UUID]:
    """Look at what nothing replaced about these people; returns the changes in dispute."""
    stale: set[uuid.UUID] = set()
    held = []
    for rows in (latest(session, register, people) if people else {}).values():
        stood = standing_of(register, rows)
        stale |= {one.event_id for one in stood.others}
        if stood.holds is not None:
            row = next(row for row in rows if row.event_id == stood.holds.event_id)
            rivals = {"has_rivals": stood.has_rivals, "is_disputed": bool(stood.others)}
            held.append((row, rivals))
    again = [row.enrolment_id for row, _ in held if row.how in rules.SAY_AGAIN]
    history = weighed(session, register, again) if again else {}
    shown = []
    for row, rivals in held:
        fitting = {"minutes": min(row.minutes, length)}
        first = _first_said(row, history.get(row.enrolment_id, ()))
        shown.append({**row._mapping, **first, **rivals, **fitting})
    _show(session, register, before, shown)
    cleared = set(people).difference(row.enrolment_id for row, _ in held)
    gone = [before[enrolment_id].id for enrolment_id in cleared if enrolment_id in before]
    if gone:
        past_guard(session).execute(delete(AttendanceMark).where(AttendanceMark.id.in_(gone)))
    return stale


def _first_said(row: Any, rows: Sequence[Any]) -> Row:
    """By whom, when and how it was written down what a change says again, if it does."""
    is_shorter = row.how is rules.RecordedHow.SHORTENED
    said = [
        one
        for one in rows
        if one.id < row.id
        and one.how not in rules.SAY_AGAIN
        and (one.status, one.is_cleared) == (row.status, False)
        and (one.minutes == row.minutes or is_shorter)
    ]
    if row.how not in rules.SAY_AGAIN or not said:
        return {}
    return {name: said[-1]._mapping[name] for name in ("recorded_at", "recorded_by_id", "how")}


def _show(
    session: Session, register: Register, before: Mapping[int, queries.Mark], rows: Iterable[Row]
) -> None:
    """Write the marks: new ones in one statement, and those that change in another."""
    now = clock.now()
    new, changed = [], []
    for row in rows:
        mark = before.get(row["enrolment_id"])
        values = {
            "has_rivals": False,
            "is_disputed": False,
            **row,
            "is_counted": register.closed_at is not None,
        }
        if mark is None:
            new.append({**values, "created_at": now})
        else:
            changed.append({**values, "mark_id": mark.id})
    if new:
        _ADD_MARKS.run(past_guard(session), new)
    if changed:
        _CHANGE_MARKS.run(past_guard(session), changed)


_WHOSE = ("session_id", "enrolment_id", "organisation_id", "participant_id", "created_at")
_SHOWN = ("status", "minutes", "recorded_at", "recorded_by_id", "how", "event_id")
_NOW = (*_SHOWN, "has_rivals", "is_disputed", "is_counted")
_ADDED = ("is_cleared", "cooperative_id", "replaces", "tapped_at", "batch_id", "reason")
_ADD_CHANGES = ForManyRows(insert(AttendanceChange).inline(), (*_WHOSE, *_SHOWN, *_ADDED))
_ADD_MARKS = ForManyRows(insert(AttendanceMark).inline(), (*_WHOSE, *_NOW))
_CHANGE_MARKS = ForManyRows(
    update(AttendanceMark).where(AttendanceMark.id == bindparam("mark_id")), (*_NOW, "mark_id")
)


def _count_up(session: Session, register: Register, is_disputed: bool) -> None:
    disputes = register.disputes
    if is_disputed or disputes:
        count = select(func.count()).where(
            AttendanceMark.session_id == register.session_id, AttendanceMark.is_disputed
        )
        with as_house(session):  # who excuses herself sees no mark of others
            disputes = session.scalar(count) or 0
    values = {"version": register.version + 1, "disputes": disputes}
    if register not in session.new:
        past_guard(session).execute(_COUNT_UP, {"register_id": register.id, **values})
    for name, value in values.items():  # what is new is written with these
        set_committed_value(register, name, value)


_COUNT_UP = (
    update(Register)
    .where(Register.id == bindparam("register_id"))
    .values(version=bindparam("version"), disputes=bindparam("disputes"))
)


def minutes_again(offering_session: OfferingSession, minutes: int) -> int | None:
    """Cut minutes that were saved earlier to what the session lasts by now."""
    return minutes if 0 < minutes < offering_session.minutes else None


def on_behalf(actor: Actor, offering_session: OfferingSession) -> dict[str, int]:
    """Which cooperative did it for a member; the mark itself stays the member's."""
    if actor.organisation_id in (None, offering_session.organisation_id):
        return {}
    return {"on_behalf": int(actor.organisation_id or 0)}
