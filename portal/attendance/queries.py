"""Reads of registers, marks and their history."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.accounts.models import User
from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.rules import (
    LATE_AFTER,
    AttendanceStatus,
    RecordedHow,
    absences_in_a_row,
)
from portal.core import clock
from portal.core.actor import Actor
from portal.core.clock import day_bounds, to_local
from portal.core.errors import NotFound
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART, EnrolmentStatus
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

LOOK_BACK = timedelta(weeks=4)
_ABSENCES_WITHIN = timedelta(weeks=13)
# A mark counts once its register is closed, for as long as nobody contradicts it.
COUNTS = and_(AttendanceMark.is_counted, ~AttendanceMark.is_disputed)


@dataclass(frozen=True)
class RegisterLine:
    """One register in a list: whose, when, and how far it is filled in."""

    offering_session: OfferingSession
    marked: int
    people: int

    @property
    def is_wanting(self) -> bool:
        """Whether somebody has no mark yet at a session that went on."""
        return self.marked < self.people and not self.offering_session.is_cancelled


@dataclass(frozen=True)
class Mark:
    """What holds now for one person."""

    id: int
    status: AttendanceStatus
    minutes: int
    event_id: uuid.UUID
    has_rivals: bool
    is_disputed: bool


@dataclass(frozen=True)
class Change:
    """One line of a register's history; `before` is what it replaced."""

    name: str
    status: AttendanceStatus
    minutes: int
    before: tuple[AttendanceStatus, int] | None
    recorded_at: datetime
    recorded_by: str | None
    how: RecordedHow


@dataclass(frozen=True)
class LongAbsent:
    """Somebody who was absent several times in a row."""

    participant_uuid: uuid.UUID
    name: str
    title: str
    times: int


@dataclass(frozen=True)
class Coming:
    """A session that is still to come for somebody who has a place, and whether she comes."""

    offering_session: OfferingSession
    enrolment_uuid: uuid.UUID
    is_excused: bool
    may_take_back: bool


@dataclass(frozen=True)
class Visit:
    """One session in a participant's own list."""

    starts_at: datetime
    title: str
    text_language: str
    status: AttendanceStatus
    minutes: int


def list_registers(
    session: Session, actor: Actor, first_on: date, last_on: date
) -> list[RegisterLine]:
    """The registers of these days that an actor keeps, a member's too, in order of time."""
    from_at, until_at = day_bounds(first_on, last_on)
    sessions = session.scalars(
        select(OfferingSession)
        .join(OfferingSession.offering)
        .where(
            OfferingSession.organisation_id.in_(_registers_of(actor)),
            OfferingSession.starts_at >= from_at,
            OfferingSession.starts_at < until_at,
        )
        .options(contains_eager(OfferingSession.offering).joinedload(Offering.organisation))
        .order_by(OfferingSession.starts_at, OfferingSession.id)
    ).all()
    people = _people_expected(session, sessions, first_on, last_on)
    marked = _people_marked(session, sessions)
    return [
        RegisterLine(row, marked.get(row.id, 0), max(people[row.id], marked.get(row.id, 0)))
        for row in sessions
    ]


def get_register(session: Session, actor: Actor, session_uuid: uuid.UUID) -> OfferingSession:
    """A session whose register the actor keeps, with its offering and organisation."""
    found = session.scalar(
        select(OfferingSession)
        .where(
            OfferingSession.uuid == session_uuid,
            OfferingSession.organisation_id.in_(_registers_of(actor)),
        )
        .options(joinedload(OfferingSession.offering).joinedload(Offering.organisation))
    )
    if found is None or found.offering is None:
        raise NotFound("register")
    return found


def marks_of(session: Session, session_id: int) -> dict[int, Mark]:
    """What holds now on one register, by the enrolment's id."""
    rows = session.execute(
        select(
            AttendanceMark.enrolment_id,
            AttendanceMark.id,
            AttendanceMark.status,
            AttendanceMark.minutes,
            AttendanceMark.event_id,
            AttendanceMark.has_rivals,
            AttendanceMark.is_disputed,
        ).where(AttendanceMark.session_id == session_id)
    )
    return {row.enrolment_id: Mark(*row[1:]) for row in rows}


def find_register(session: Session, session_id: int) -> Register | None:
    """The register of a session, once something was written on it."""
    return session.scalar(select(Register).where(Register.session_id == session_id))


def list_changes(session: Session, session_id: int) -> list[Change]:
    """Every recording on one register, the latest first."""
    rows = session.execute(
        select(AttendanceChange, Participant.name, User.name)
        .join(Participant, Participant.id == AttendanceChange.participant_id)
        .outerjoin(User, User.id == AttendanceChange.recorded_by_id)
        .where(AttendanceChange.session_id == session_id)
        .order_by(AttendanceChange.id)
    )
    before: dict[int, tuple[AttendanceStatus, int]] = {}
    changes = []
    for row, name, by in rows:
        earlier = before.get(row.enrolment_id)
        before[row.enrolment_id] = (row.status, row.minutes)
        if row.is_cleared:
            del before[row.enrolment_id]
        changes.append(Change(name, row.status, row.minutes, earlier, row.recorded_at, by, row.how))
    return changes[::-1]


def minutes_by_enrolment(session: Session, enrolment_ids: Collection[int]) -> dict[int, int]:
    """Minutes that count so far, by the enrolment's id; 0 when there are none yet."""
    found = dict.fromkeys(enrolment_ids, 0)
    rows = session.execute(
        select(AttendanceMark.enrolment_id, AttendanceMark.minutes, OfferingSession)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(
            AttendanceMark.enrolment_id.in_(enrolment_ids),
            OfferingSession.status != SessionStatus.CANCELLED,
            COUNTS,
        )
    )
    for key, minutes, offering_session in rows:
        found[key] += min(minutes, offering_session.minutes)
    return found


def list_visits(session: Session, participant_id: int, most: int = 20) -> list[Visit]:
    """Where and when a participant was marked, the latest first; not what is still to come."""
    rows = session.execute(
        select(
            OfferingSession.starts_at,
            Offering.title,
            Offering.text_language,
            AttendanceMark.status,
            AttendanceMark.minutes,
        )
        .select_from(AttendanceMark)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .join(Offering, Offering.id == OfferingSession.offering_id)
        .where(
            AttendanceMark.participant_id == participant_id,
            OfferingSession.starts_at <= clock.now(),  # not those for which she excused herself
        )
        .order_by(OfferingSession.starts_at.desc(), AttendanceMark.id)
        .limit(most)
    )
    return [Visit(*row) for row in rows]


def get_session(session: Session, session_uuid: uuid.UUID) -> OfferingSession:
    """A session by its address, for somebody who says whether she comes."""
    found = session.scalar(select(OfferingSession).where(OfferingSession.uuid == session_uuid))
    if found is None:
        raise NotFound("session")
    return found


def list_coming(
    session: Session,
    participant_id: int,
    now: datetime,
    *,
    enrolment_id: int | None = None,
    with_cancelled: bool = False,
    most: int = 4,
) -> list[Coming]:
    """What is still to come where a participant has a place, the first one first."""
    query = (
        select(OfferingSession, Enrolment.uuid, AttendanceMark.status, AttendanceMark.how)
        .join(Enrolment, Enrolment.offering_id == OfferingSession.offering_id)
        .join(OfferingSession.offering)
        .outerjoin(
            AttendanceMark,
            (AttendanceMark.session_id == OfferingSession.id)
            & (AttendanceMark.enrolment_id == Enrolment.id),
        )
        .where(
            Enrolment.participant_id == participant_id,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            OfferingSession.starts_at > now,
        )
        .options(contains_eager(OfferingSession.offering))
        .order_by(OfferingSession.starts_at, OfferingSession.id)
        .limit(most)
    )
    if enrolment_id is not None:
        query = query.where(Enrolment.id == enrolment_id)
    if not with_cancelled:
        query = query.where(OfferingSession.status == SessionStatus.PLANNED)
    return [
        Coming(
            row,
            enrolment_uuid,
            status is AttendanceStatus.EXCUSED,
            how is RecordedHow.BY_HERSELF,
        )
        for row, enrolment_uuid, status, how in session.execute(query)
    ]


def list_not_logged(session: Session, actor: Actor, now: datetime) -> list[RegisterLine]:
    """Registers that are late: a signal for the day. Those of the last four weeks only."""
    late = now - LATE_AFTER
    last_on = to_local(late).date()
    lines = list_registers(session, actor, last_on - LOOK_BACK, last_on)
    return [line for line in lines if line.is_wanting and line.offering_session.ends_at < late]


def list_long_absent(session: Session, actor: Actor, now: datetime) -> list[LongAbsent]:
    """Who takes part and was absent three times in a row or more: a signal for the day."""
    rows = session.execute(
        select(AttendanceMark.enrolment_id, AttendanceMark.status, Offering.absences_signal)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
        .join(Enrolment.offering)
        .where(
            OfferingSession.organisation_id == actor.organisation_id,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            OfferingSession.starts_at >= now - _ABSENCES_WITHIN,
        )
        .order_by(OfferingSession.starts_at.desc(), AttendanceMark.id)
    )
    latest_first: dict[int, list[AttendanceStatus]] = {}
    signal: dict[int, int] = {}
    for enrolment_id, status, times in rows:
        latest_first.setdefault(enrolment_id, []).append(status)
        signal[enrolment_id] = times
    in_a_row = {key: absences_in_a_row(statuses) for key, statuses in latest_first.items()}
    long_absent = {key: count for key, count in in_a_row.items() if count >= signal[key]}
    people = session.execute(
        select(Enrolment.id, Participant.uuid, Participant.name, Offering.title)
        .join(Enrolment.participant)
        .join(Enrolment.offering)
        .where(Enrolment.id.in_(long_absent))
        .order_by(Participant.name, Enrolment.id)
    )
    return [LongAbsent(row.uuid, row.name, row.title, long_absent[row.id]) for row in people]


def _registers_of(actor: Actor) -> set[int]:
    """Whose registers an actor keeps: those of her organisation and of members that allow it."""
    own = set() if actor.organisation_id is None else {actor.organisation_id}
    return own | actor.logs_for


def _people_expected(
    session: Session, sessions: Sequence[OfferingSession], first_on: date, last_on: date
) -> Counter[int]:
    """How many people are on each of these registers, by the session's id.

    The days are compared here: no database of ours knows Amsterdam's calendar.
    """
    terms: dict[int, list[tuple[date | None, date | None]]] = {}
    for offering_id, started_on, ended_on in session.execute(
        select(Enrolment.offering_id, Enrolment.started_on, Enrolment.ended_on).where(
            Enrolment.offering_id.in_({row.offering_id for row in sessions}),
            Enrolment.status.in_(TOOK_PART),
            Enrolment.started_on <= last_on,
            or_(Enrolment.ended_on.is_(None), Enrolment.ended_on >= first_on),
        )
    ):
        terms.setdefault(offering_id, []).append((started_on, ended_on))
    people: Counter[int] = Counter()
    for row in sessions:
        day = to_local(row.starts_at).date()
        people[row.id] = sum(
            started_on is not None and started_on <= day and (ended_on is None or day <= ended_on)
            for started_on, ended_on in terms.get(row.offering_id, ())
        )
    return people


def _people_marked(session: Session, sessions: Sequence[OfferingSession]) -> dict[int, int]:
    rows = session.execute(
        select(AttendanceMark.session_id, func.count().label("people"))
        .where(AttendanceMark.session_id.in_([row.id for row in sessions]))
        .group_by(AttendanceMark.session_id)
    )
    return {row.session_id: row.people for row in rows}
