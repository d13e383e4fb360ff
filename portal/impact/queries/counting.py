"""What a report counts, before hiding, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Callable
from itertools import groupby

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from portal.attendance import queries as attendance
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, Provenance, credit, provenance
from portal.core.clock import day_bounds, to_local
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART, WHY_SHE_STOPS, EndReason, EnrolmentStatus
from portal.impact.rules import (
    LADDER_CHANGES,
    Period,
    Statement,
    ladder_change,
)
from portal.impact.rules.documents import Counts
from portal.impact.rules.figures import check_method, figures_of, method, month_id, whole_of
from portal.impact.rules.suppression import Cell
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.rules import OutflowKind, SkillLevel, Voice
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason, SessionStatus

_IS_COUNTED_PRESENT = and_(attendance.COUNTS, AttendanceMark.status == AttendanceStatus.PRESENT)


_STRONGEST_FIRST = list(Provenance)
# A session is as well written down as the weakest of its hours.
_KEPT_HOW = {
    Provenance.CHECKED_IN: "sessions_in_time",
    Provenance.WITHIN_TWO_DAYS: "sessions_in_time",
    Provenance.LATER: "sessions_later",
    Provenance.IMPORTED: "sessions_imported",
}


class _Tally:
    """Adds up figures about people: so many of this one, and of each whole that it is part of."""

    def __init__(self, session: Session, organisation_id: int, period: Period) -> None:
        self.session, self.organisation_id, self.period = session, organisation_id, period
        self.figures = [*figures_of(period.from_on, period.until_on), *method().not_counted]
        self.whole_of = whole_of(self.figures)
        self.values: dict[str, int] = dict.fromkeys(self.whole_of, 0)
        self.people: dict[str, set[int]] = defaultdict(set)
        self.here: set[int] = set()  # who was present

    def add(self, name: str, person: int, value: int = 1) -> None:
        whole: str | None = name
        while whole:
            self.values[whole] += value
            self.people[whole].add(person)
            whole = self.whole_of[whole]

    def counts(self) -> Counts:
        return Counts(
            cells={
                figure.id: Cell(self.values[figure.id], frozenset(self.people[figure.id]))
                for figure in self.figures
                if figure.is_about_people
            },
            plain={f.id: self.values[f.id] for f in self.figures if not f.is_about_people},
        )


_Counter = Callable[[_Tally], None]
_COUNTERS: dict[str, tuple[frozenset[str], _Counter]] = {}  # in the order in which they run


def _counts(name: str, *ids: str) -> Callable[[_Counter], _Counter]:
    """Register a counter under the name in the method's table, with the measures that it counts."""

    def register(counter: _Counter) -> _Counter:
        _COUNTERS[name] = frozenset(ids), counter
        return counter

    return register


def count_period(session: Session, organisation_id: int, period: Period) -> Counts:
    """Count one organisation's period; eight queries, however many people there are."""
    tally = _Tally(session, organisation_id, period)
    for _, counter in _COUNTERS.values():
        counter(tally)
    return tally.counts()


@_counts("presence", "minutes_not_counted", *_KEPT_HOW.values())
def _count_presence(tally: _Tally) -> None:
    """Minutes by month, who was there, and how well the sessions were written down."""
    starts, ends = day_bounds(tally.period.from_on, tally.period.until_on)
    rows = tally.session.execute(
        select(
            AttendanceMark.participant_id,
            AttendanceMark.minutes,
            AttendanceMark.session_id,
            AttendanceMark.how,
            AttendanceMark.recorded_at,
            OfferingSession.starts_at,
            OfferingSession.ends_at,
            attendance.COUNTS.label("counts"),
        )
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(
            AttendanceMark.organisation_id == tally.organisation_id,
            AttendanceMark.status == AttendanceStatus.PRESENT,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at >= starts,
            OfferingSession.starts_at < ends,
        )
        .order_by(AttendanceMark.participant_id, AttendanceMark.id)
    )
    weakest: dict[int, Provenance] = {}
    for person, group in groupby(rows, key=lambda row: row.participant_id):
        marks = list(group)
        counted = [row for row in marks if row.counts]
        minutes = credit(counted)
        for row, credited in zip(counted, minutes, strict=True):
            tally.here.add(person)
            came = provenance(row.how, row.recorded_at, row.ends_at)
            weakest[row.session_id] = max(
                came, weakest.get(row.session_id, came), key=_STRONGEST_FIRST.index
            )
            local = to_local(row.starts_at)
            tally.add(month_id(local.year, local.month), person, credited)
        if len(counted) < len(marks):
            tally.add("minutes_not_counted", person, sum(credit(marks)) - sum(minutes))
    for kind in weakest.values():
        tally.values[_KEPT_HOW[kind]] += 1


@_counts("newcomers", "people_new", "people_returned")
def _count_newcomers(tally: _Tally) -> None:
    """Count everybody who was there once, by whether she ever was before."""
    starts, _ = day_bounds(tally.period.from_on, tally.period.until_on)
    before = set(
        tally.session.scalars(
            select(AttendanceMark.participant_id)
            .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
            .where(
                AttendanceMark.organisation_id == tally.organisation_id,
                _IS_COUNTED_PRESENT,
                OfferingSession.status != SessionStatus.CANCELLED,
                OfferingSession.starts_at < starts,
            )
            .distinct()
        )
    )
    for person in tally.here:
        tally.add("people_returned" if person in before else "people_new", person)


@_counts("visits", *(f"visits_{status.value}" for status in AttendanceStatus))
def _count_visits(tally: _Tally) -> None:
    """Count how often people were expected, and what was written down of them."""
    starts, ends = day_bounds(tally.period.from_on, tally.period.until_on)
    rows = tally.session.execute(
        select(AttendanceMark.participant_id, AttendanceMark.status, func.count())
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(
            AttendanceMark.organisation_id == tally.organisation_id,
            attendance.COUNTS,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at >= starts,
            OfferingSession.starts_at < ends,
        )
        .group_by(AttendanceMark.participant_id, AttendanceMark.status)
    )
    for person, status, number in rows:
        tally.add(f"visits_{status.value}", person, number)


@_counts("enrolments", "started", "completed", *(f"stopped_{r.value}" for r in WHY_SHE_STOPS))
def _count_enrolments(tally: _Tally) -> None:
    period = tally.period
    began = Enrolment.started_on.between(period.from_on, period.until_on)
    is_over = and_(
        Enrolment.status.in_(TOOK_PART - {EnrolmentStatus.ENROLLED}),
        Enrolment.ended_on.between(period.from_on, period.until_on),
    )
    rows = tally.session.execute(
        select(
            Enrolment.participant_id,
            Enrolment.status,
            Enrolment.end_reason,
            began.label("began"),
            is_over.label("is_over"),
        ).where(
            Enrolment.organisation_id == tally.organisation_id,
            Enrolment.status.in_(TOOK_PART),
            Enrolment.end_reason.is_distinct_from(EndReason.CAME_ONCE),  # a guest had no place
            or_(began, is_over),
        )
    )
    for person, status, reason, has_begun, has_ended in rows:
        if has_begun:
            tally.add("started", person)
        if has_ended and status is EnrolmentStatus.COMPLETED:
            tally.add("completed", person)
        elif has_ended:
            tally.add(f"stopped_{(reason or EndReason.UNKNOWN).value}", person)


@_counts("ladder", *(f"ladder_{change}" for change in LADDER_CHANGES))
def _count_ladder(tally: _Tally) -> None:
    """Everybody who was there once, by how her step changed."""
    rows = tally.session.execute(
        select(LadderStep.participant_id, LadderStep.stated_on, LadderStep.voice, LadderStep.step)
        .where(
            LadderStep.organisation_id == tally.organisation_id,
            LadderStep.stated_on <= tally.period.until_on,
        )
        .order_by(LadderStep.participant_id, LadderStep.stated_on, LadderStep.id)
    )
    stated = {
        person: [Statement(on, voice, step) for _, on, voice, step in group]
        for person, group in groupby(rows, key=lambda row: row.participant_id)
    }
    for person in tally.here:
        tally.add(f"ladder_{ladder_change(stated.get(person, []))}", person)


@_counts("observations", *(f"observations_{v.value}_{s.value}" for v in Voice for s in SkillLevel))
def _count_observations(tally: _Tally) -> None:
    rows = tally.session.execute(
        select(Observation.participant_id, Observation.voice, Observation.level, func.count())
        .where(
            Observation.organisation_id == tally.organisation_id,
            Observation.in_force(),
            Observation.unhidden(),
            Observation.observed_on.between(tally.period.from_on, tally.period.until_on),
        )
        .group_by(Observation.participant_id, Observation.voice, Observation.level)
    )
    for person, voice, level, count in rows:
        tally.add(f"observations_{voice.value}_{level.value}", person, count)


@_counts("outflow", "outflow_without_document", *(f"outflow_{kind.value}" for kind in OutflowKind))
def _count_outflow(tally: _Tally) -> None:
    """The last step with a document per person, and those who have none with a document."""
    rows = tally.session.execute(
        select(Outflow.participant_id, Outflow.kind, Outflow.document_seen_on)
        .where(
            Outflow.organisation_id == tally.organisation_id,
            Outflow.started_on.between(tally.period.from_on, tally.period.until_on),
        )
        .order_by(Outflow.started_on, Outflow.id)
    )
    last: dict[int, str] = {}
    for person, kind, document_seen_on in rows:
        if document_seen_on is not None:
            last[person] = kind.value
        last.setdefault(person, "without_document")
    for person, step in last.items():
        tally.add(f"outflow_{step}", person)


_SESSIONS = (
    "sessions", "sessions_without_register", "sessions_not_closed", "sessions_cancelled",
    "sessions_nobody_came",
)  # fmt: skip


@_counts("sessions", *_SESSIONS)
def _count_sessions(tally: _Tally) -> None:
    starts, ends = day_bounds(tally.period.from_on, tally.period.until_on)
    marks = (
        select(
            AttendanceMark.session_id,
            func.sum(case((attendance.COUNTS, 1), else_=0)).label("counted"),
            func.sum(case((_IS_COUNTED_PRESENT, 1), else_=0)).label("present"),
        )
        .where(AttendanceMark.organisation_id == tally.organisation_id)
        .group_by(AttendanceMark.session_id)
        .subquery()
    )
    is_cancelled = OfferingSession.status == SessionStatus.CANCELLED
    kind = case(
        (is_cancelled, "sessions_cancelled"),
        (marks.c.session_id.is_(None), "sessions_without_register"),
        (marks.c.counted == 0, "sessions_not_closed"),
        (marks.c.present == 0, "sessions_nobody_came"),
        else_="sessions",
    ).label("kind")
    found = (
        select(kind)
        .outerjoin(marks, marks.c.session_id == OfferingSession.id)
        .where(
            OfferingSession.organisation_id == tally.organisation_id,
            OfferingSession.starts_at >= starts,
            OfferingSession.starts_at < ends,
            OfferingSession.not_held_reason.is_distinct_from(NotHeldReason.MOVED),  # held elsewhen
        )
        .subquery()
    )
    rows = tally.session.execute(
        select(found.c.kind, func.count().label("number")).group_by(found.c.kind)
    )
    tally.values.update((row.kind, row.number) for row in rows)


check_method({name: ids for name, (ids, _) in _COUNTERS.items()})


def minutes_held(session: Session, organisation_id: int, period: Period) -> int:
    """How long the sessions with somebody present lasted together: a guide's time at the least."""
    starts, ends = day_bounds(period.from_on, period.until_on)
    had_people = (
        select(AttendanceMark.id)
        .where(AttendanceMark.session_id == OfferingSession.id, _IS_COUNTED_PRESENT)
        .exists()
    )
    rows = session.scalars(
        select(OfferingSession).where(
            OfferingSession.organisation_id == organisation_id,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at >= starts,
            OfferingSession.starts_at < ends,
            had_people,
        )
    )
    return sum(row.minutes for row in rows)
