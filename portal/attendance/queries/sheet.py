"""One register as it lies on the table: each person, what holds for her, and who said so when."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select, true, tuple_

from portal.accounts.models import User
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries import read_register
from portal.attendance.rules import SAY_AGAIN, AttendanceStatus, RecordedHow, came_later, standing
from portal.core import Session, as_house, asks_rows, clock
from portal.core.database import texts_in
from portal.core.grouped import grouped
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import expected_at
from portal.enrolments.queries.namesakes import Note, notes_among
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession


@dataclass(frozen=True)
class Said:
    """What somebody wrote down of one person. `tapped_at` is there when it was sent later."""

    event_id: uuid.UUID
    status: AttendanceStatus
    minutes: int
    how: RecordedHow
    by: str | None
    recorded_at: datetime
    tapped_at: datetime | None

    @property
    def at(self) -> datetime:
        return self.tapped_at or self.recorded_at

    @property
    def came_later(self) -> bool:
        """Whether it stood on a phone for a while before it came here."""
        return came_later(self.tapped_at, self.recorded_at)


@dataclass(frozen=True)
class SheetLine:
    """One person; `others` is what was said of her without seeing what holds."""

    enrolment_id: int
    enrolment_uuid: uuid.UUID
    name: str
    note: Note | None  # where another on this register has her name
    mark: Said | None
    others: tuple[Said, ...] = ()

    @property
    def sayings(self) -> tuple[Said, ...]:
        """All that was said where two contradict each other, what holds first."""
        return (self.mark, *self.others) if self.mark else self.others


@dataclass(frozen=True)
class Sheet:
    """The whole of it; `register` is none until something is written on it."""

    register: Any
    lines: tuple[SheetLine, ...]
    closed_by: str | None = None

    @property
    def marked(self) -> int:
        return sum(line.mark is not None for line in self.lines)

    @property
    def is_closed(self) -> bool:
        return self.register is not None and self.register.closed_at is not None


def get_sheet(session: Session, offering_session: OfferingSession) -> Sheet:
    """Read a session's register, by name; as many queries for one as for a hundred."""
    register = next(iter(read_register(session, offering_session.id)), None)
    rows = people_on(session, offering_session)
    others = beside(session, register)
    notes = notes_among(session, {row.participant_id: row.folded_name for row in rows})
    lines = tuple(
        SheetLine(
            row.id, row.uuid, row.name, notes.get(row.participant_id),
            said(row) if row.status else None, others.get(row.id, ()),
        )
        for row in rows
    )  # fmt: skip
    by = register and register.closed_by_id
    return Sheet(
        register, lines, session.scalar(select(User.name).filter_by(id=by)) if by else None
    )


def people_on(session: Session, at: Any) -> Sequence[Any]:
    """List who stands on the register of a session, by name, each with her mark.

    The caller says whose they are, with the session or a row of it.
    """
    with as_house(session):
        return _people(session, at.id, at.offering_id, clock.to_local(at.starts_at).date())


@asks_rows
def _people(session_id: int, offering_id: int, day: date) -> Select[*tuple[Any, ...]]:
    row, mark = Enrolment, AttendanceMark
    of_mark = mark.event_id, mark.status, mark.minutes, mark.how, mark.recorded_at
    of_her = row.id, row.uuid, row.participant_id, Participant.name, Participant.folded_name
    has_mark = select(mark.enrolment_id).where(mark.session_id == session_id)
    return (
        select(*of_her, *of_mark, User.name.label("by"), AttendanceChange.tapped_at)
        .join(row.participant)
        .outerjoin(mark, (mark.enrolment_id == row.id) & (mark.session_id == session_id))
        .outerjoin(AttendanceChange, AttendanceChange.event_id == mark.event_id)
        .outerjoin(User, User.id == mark.recorded_by_id)
        .where(  # her days were put right since: a mark counts
            or_(and_(*expected_at(offering_id, day)), row.id.in_(has_mark))
        )
        .order_by(Participant.folded_name, row.id)
    )


def said(row: Any) -> Said:
    """What a mark, or a change in the history, says."""
    return Said(
        row.event_id, row.status, row.minutes, row.how, row.by, row.recorded_at, row.tapped_at
    )


def last_bulk(session: Session, session_id: int) -> Any:
    """What was saved together last, and for how many `people` it holds; else None."""
    return next(iter(_saved_together(session, session_id)), None)


@asks_rows
def _saved_together(session_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AttendanceChange.batch_id,
            func.min(AttendanceChange.how).label("how"),
            func.count().label("people"),
        )
        .join(AttendanceMark, AttendanceMark.event_id == AttendanceChange.event_id)
        .where(
            AttendanceChange.session_id == session_id,
            AttendanceMark.session_id == session_id,
            AttendanceChange.batch_id.is_not(None),
            AttendanceChange.how.not_in(SAY_AGAIN),
        )
        .group_by(AttendanceChange.batch_id)
        .order_by(func.max(AttendanceChange.id).desc())
        .limit(1)
    )


def beside(session: Session, register: Any) -> dict[int, tuple[Said, ...]]:
    """What was saved beside the marks that are in dispute, by the enrolment's id."""
    if register is None or not register.disputes:
        return {}
    disputed = session.scalars(
        select(AttendanceMark.enrolment_id).where(
            AttendanceMark.session_id == register.session_id, AttendanceMark.is_disputed
        )
    ).all()
    found = {}
    for enrolment_id, hers in latest(session, register, disputed).items():
        others = standing_of(register, hers).others
        by_event = {row.event_id: row for row in hers}
        found[enrolment_id] = tuple(said(by_event[one.event_id]) for one in others)
    return found


def latest(session: Session, register: Any, ids: Collection[int]) -> dict[int, list[Any]]:
    """List the changes about these people that nothing took the place of, by enrolment.

    They are those that `standing.stand` finds in all; the database looks, as a history is long.
    `waits` says that one was named about her that is not here yet.
    """
    row, closed_at = AttendanceChange, register.closed_at
    theirs = row.session_id == register.session_id, row.enrolment_id.in_(ids)
    has_reason = row.reason.is_not(None)
    counts = true() if closed_at is None else or_(row.recorded_at <= closed_at, has_reason)
    name = texts_in(session, row.replaces)
    key, named_key = _hex(row.event_id), _hex(name.c.value)
    named = (
        select(row.enrolment_id, named_key.label("key"))
        .join(name, true())
        .where(*theirs, counts, named_key != key)
        .cte()
    )
    cleared = (
        select(row.enrolment_id, func.max(row.id).label("id"))
        .where(*theirs, counts, row.replaces.is_(None))
        .group_by(row.enrolment_id)
        .subquery()
    )
    missing = tuple_(*named.c).not_in(select(row.enrolment_id, key).where(*theirs))
    waits = row.enrolment_id.in_(select(named.c.enrolment_id).where(missing)).label("waits")
    rows = session.execute(
        select(*_WEIGHED, waits)
        .outerjoin(User, User.id == row.recorded_by_id)
        .outerjoin(cleared, cleared.c.enrolment_id == row.enrolment_id)
        .where(
            *theirs,
            row.id >= func.coalesce(cleared.c.id, 0),
            tuple_(row.enrolment_id, key).not_in(select(*named.c)),
        )
        .order_by(row.id)
    )
    return grouped((one.enrolment_id, one) for one in rows)


def _hex(event_id: Any) -> ColumnElement[str]:
    """An event's id as digits only, as SQLite keeps it."""
    return func.replace(cast(event_id, String), "-", "")


def standing_of(register: Any, latest_changes: Sequence[Any]) -> standing.Standing:
    """Weigh what `latest` found about one person."""
    waits = any(row.waits for row in latest_changes)
    return standing.choose([as_weighed(register, row) for row in latest_changes], waits=waits)


def weighed(session: Session, register: Any, ids: Collection[int]) -> dict[int, list[Any]]:
    """All that was ever saved about these people on one register, the first one first."""
    rows = session.execute(
        select(*_WEIGHED)
        .outerjoin(User, User.id == AttendanceChange.recorded_by_id)
        .where(
            AttendanceChange.session_id == register.session_id,
            AttendanceChange.enrolment_id.in_(ids),
        )
        .order_by(AttendanceChange.id)
    )
    return grouped((row.enrolment_id, row) for row in rows)


def as_weighed(register: Any, row: Any) -> standing.Recording:
    """A row of the history as the rules weigh it."""
    closed_at = register.closed_at
    return standing.Recording(
        number=row.id,
        event_id=row.event_id,
        value=None if row.is_cleared else (row.status, row.minutes),
        replaces=None if row.replaces is None else frozenset(map(uuid.UUID, row.replaces)),
        tapped_at=row.tapped_at or row.recorded_at,
        is_after_close=closed_at is not None and row.recorded_at > closed_at and not row.reason,
    )


_WEIGHED = (
    *(getattr(AttendanceChange, name) for name in dict(AttendanceChange.__mapper__.columns)),
    User.name.label("by"),
)
