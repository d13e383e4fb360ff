"""The registers that somebody keeps, in a list, and one group over time."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, case, func, or_, select

from portal.attendance.models import AttendanceMark, Register
from portal.attendance.rules import ASK_FOR_WORK, AttendanceStatus, RegisterState, register_state
from portal.attendance.rules.trend import Trend, trend
from portal.core import Actor, Session, asks_rows, clock, to_local
from portal.core.grouped import grouped
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_by_name
from portal.enrolments.rules import TOOK_PART, EnrolmentStatus
from portal.offerings.models import Offering
from portal.organisations.models import Organisation
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

LOOK_BACK = timedelta(weeks=4)
_ALL = 2**31 - 1  # as many as there are
_Registers = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class RegisterLine:
    """One register in a list: `at` says whose, when and where; `excused` said so ahead."""

    at: Row[*tuple[Any, ...]]
    marked: int
    people: int
    excused: int
    state: RegisterState

    @property
    def day(self) -> date:
        return to_local(self.at.starts_at).date()


def list_registers(
    session: Session, actor: Actor, first_on: date, last_on: date, most: int | None = None
) -> list[RegisterLine]:
    """List the first registers of these days that an actor keeps, in order of time."""
    bounds = clock.day_bounds(first_on, last_on)
    return _lines(session, _held(session, actor.keeps_registers_of, *bounds, most or _ALL))


def list_unfinished(session: Session, actor: Actor, today: date) -> list[RegisterLine]:
    """Registers of before `today` that still ask for something, however old, in order of time."""
    before = clock.day_bounds(today, today)[0]
    lines = _lines(session, _unfinished(session, actor.keeps_registers_of, before))
    return [line for line in lines if line.state in ASK_FOR_WORK]


@asks_rows
def _held(
    organisations: Collection[int], from_at: datetime, until_at: datetime, most: int
) -> _Registers:
    is_then = OfferingSession.starts_at >= from_at, OfferingSession.starts_at < until_at
    return _registers(organisations).where(*is_then).limit(most)


@asks_rows
def _unfinished(organisations: Collection[int], before: datetime) -> _Registers:
    had_people = select(Enrolment.offering_id).where(
        Enrolment.organisation_id.in_(organisations), Enrolment.status.in_(TOOK_PART)
    )
    return _registers(organisations).where(
        OfferingSession.starts_at < before,
        OfferingSession.status == SessionStatus.PLANNED,
        OfferingSession.offering_id.in_(had_people),
        or_(Register.closed_at.is_(None), Register.disputes > 0),
    )


def _registers(organisations: Collection[int]) -> _Registers:
    row = OfferingSession
    of_session = (
        row.id, row.uuid, row.offering_id, row.organisation_id, row.starts_at, row.ends_at,
        row.status, row.place, row.not_held_reason,
    )  # fmt: skip
    of_offering = Offering.title, Offering.text_language, Offering.address
    of_register = Register.closed_at, func.coalesce(Register.disputes, 0).label("disputes")
    return (
        select(*of_session, *of_offering, *of_register, Organisation.name)
        .join(row.offering)
        .join(Offering.organisation)
        .outerjoin(Register, Register.session_id == row.id)
        .where(row.organisation_id.in_(organisations))
        .order_by(row.starts_at, row.id)
    )


def _lines(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[RegisterLine]:
    if not rows:
        return []
    expected = _people_expected(session, rows)
    marks = {
        key: (all_, excused)
        for key, all_, excused in _people_marked(session, [row.id for row in rows])
    }
    return [_line(row, expected[row.id], *marks.get(row.id, (0, 0))) for row in rows]


def _line(row: Row[*tuple[Any, ...]], expected: int, marked: int, excused: int) -> RegisterLine:
    people, is_cancelled = max(expected, marked), row.status is SessionStatus.CANCELLED
    state = register_state(
        row.starts_at, row.ends_at, clock.now(), marked=marked, people=people,
        disputes=row.disputes, is_cancelled=is_cancelled, is_closed=row.closed_at is not None,
    )  # fmt: skip
    return RegisterLine(row, marked, people, excused, state)


def _people_expected(session: Session, sessions: Sequence[Row[*tuple[Any, ...]]]) -> Counter[int]:
    """Count who is on each register, by session id; no database knows Amsterdam's calendar."""
    days = {row.id: to_local(row.starts_at).date() for row in sessions}
    first, last = min(days.values()), max(days.values())
    offerings = {row.offering_id for row in sessions}
    terms = grouped((key, term) for key, *term in _places(session, offerings, first, last))
    people: Counter[int] = Counter()
    for row in sessions:
        day = days[row.id]
        people[row.id] = sum(
            started_on is not None and clock.is_within(day, started_on, ended_on)
            for started_on, ended_on in terms.get(row.offering_id, ())
        )
    return people


@asks_rows
def _places(
    offerings: Collection[int], first: date, last: date
) -> Select[int, date | None, date | None]:
    row = Enrolment
    return select(row.offering_id, row.started_on, row.ended_on).where(
        row.offering_id.in_(offerings),
        row.status.in_(TOOK_PART),
        row.started_on <= last,
        or_(row.ended_on.is_(None), row.ended_on >= first),
    )


@asks_rows
def _people_marked(session_ids: Sequence[int]) -> Select[int, int, int]:
    """How many have a mark on each of these registers, and how many of them excused themselves."""
    is_excused = case((AttendanceMark.status == AttendanceStatus.EXCUSED, 1), else_=0)
    return (
        select(AttendanceMark.session_id, func.count(), func.sum(is_excused))
        .where(AttendanceMark.session_id.in_(session_ids))
        .group_by(AttendanceMark.session_id)
    )


_MOST_SESSIONS = 12


@dataclass(frozen=True)
class InGroup:
    """One person of the group: her marks by the session's id, and what they say."""

    enrolment: Enrolment
    marks: Mapping[int, AttendanceStatus]
    trend: Trend


@dataclass(frozen=True)
class Over:
    """The last sessions of a group, the first first, and who takes part, by name."""

    sessions: Sequence[OfferingSession]
    rows: Sequence[InGroup]
    present: Mapping[int, int]  # by the session's id, with who left since; none: nobody has a mark


def over_time(session: Session, offering: Offering) -> Over:
    """Read a group's last twelve sessions and who came, in three queries."""
    held = session.scalars(
        select(OfferingSession)
        .where(
            OfferingSession.offering_id == offering.id,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at <= clock.now(),
        )
        .order_by(OfferingSession.starts_at.desc(), OfferingSession.id.desc())
        .limit(_MOST_SESSIONS)
    ).all()[::-1]
    here, takes_part = Enrolment.offering_id == offering.id, EnrolmentStatus.ENROLLED
    people = list_by_name(session, here, Enrolment.status == takes_part)
    marks: dict[int, dict[int, AttendanceStatus]] = {}
    present: Counter[int] = Counter()
    for enrolment_id, session_id, status in session.execute(
        select(AttendanceMark.enrolment_id, AttendanceMark.session_id, AttendanceMark.status).where(
            AttendanceMark.session_id.in_([one.id for one in held])
        )
    ):
        marks.setdefault(enrolment_id, {})[session_id] = status
        present[session_id] += status is AttendanceStatus.PRESENT
    rows = [_row(one, held, marks.get(one.id, {}), offering) for one in people]
    return Over(held, rows, present)


def _row(
    enrolment: Enrolment,
    held: Sequence[OfferingSession],
    marks: Mapping[int, AttendanceStatus],
    offering: Offering,
) -> InGroup:
    in_order = [marks[one.id] for one in held if one.id in marks]
    return InGroup(enrolment, marks, trend(in_order, offering.absences_signal))
