"""Reads for a report: the counts before hiding, in a constant number of queries, and the list."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, joinedload

from portal.attendance import queries as attendance
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, credit
from portal.core.actor import Actor
from portal.core.clock import day_bounds, to_local
from portal.core.errors import NotFound
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART, EndReason, EnrolmentStatus
from portal.impact.figures import figures_of, month_id
from portal.impact.models import ImpactReport
from portal.impact.rules import BINDING, Period, Statement, ladder_change
from portal.impact.suppression import Cell
from portal.progress.models import LadderStep, Observation, Outflow
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason, SessionStatus

People = set[int]
_IS_COUNTED_PRESENT = and_(attendance.COUNTS, AttendanceMark.status == AttendanceStatus.PRESENT)


@dataclass(frozen=True)
class Counts:
    """What was counted, before anything is hidden: never stored and never shown."""

    cells: dict[str, Cell]  # about people
    plain: dict[str, int]  # not about people
    not_counted: dict[str, Cell]  # about people too, beside the figures


class _Tally:
    """Adds up cells: so many of this figure, about this person."""

    def __init__(self, names: Iterable[str]) -> None:
        self.values: dict[str, int] = dict.fromkeys(names, 0)
        self.people: dict[str, People] = defaultdict(set)

    def add(self, name: str, person: int, value: int = 1) -> None:
        self.values[name] += value
        self.people[name].add(person)

    def add_person(self, name: str, person: int) -> None:
        """Count a person once, however often she comes by."""
        if person not in self.people[name]:
            self.add(name, person)

    def cells(self) -> dict[str, Cell]:
        return {n: Cell(value, frozenset(self.people[n])) for n, value in self.values.items()}


def count_period(session: Session, organisation_id: int, period: Period) -> Counts:
    """Count one organisation's period; six queries, however many people there are."""
    figures = figures_of(period.from_on, period.until_on)
    tally = _Tally(figure.id for figure in figures if figure.is_about_people)
    beside = _Tally(["minutes_not_counted"])
    here = _count_presence(session, organisation_id, period, tally, beside)
    _count_enrolments(session, organisation_id, period, tally, here)
    _count_ladder(session, organisation_id, period, tally, here)
    _count_observations(session, organisation_id, period, tally)
    without_document = _count_outflow(session, organisation_id, period, tally)
    plain = _count_sessions(session, organisation_id, period)
    not_counted = beside.cells() | {"outflow_without_document": without_document}
    return Counts(tally.cells(), plain, not_counted)


def _count_presence(
    session: Session, organisation_id: int, period: Period, tally: _Tally, beside: _Tally
) -> dict[int, int]:
    """Minutes by month; returns the participant of each enrolment with a present mark."""
    starts, ends = day_bounds(period.from_on, period.until_on)
    rows = session.execute(
        select(
            AttendanceMark.enrolment_id,
            AttendanceMark.participant_id,
            AttendanceMark.minutes,
            OfferingSession.starts_at,
            OfferingSession.ends_at,
            attendance.COUNTS.label("counts"),
        )
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(
            AttendanceMark.organisation_id == organisation_id,
            AttendanceMark.status == AttendanceStatus.PRESENT,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at >= starts,
            OfferingSession.starts_at < ends,
        )
        .order_by(AttendanceMark.participant_id, AttendanceMark.id)
    )
    here: dict[int, int] = {}
    for person, group in groupby(rows, key=lambda row: row.participant_id):
        marks = list(group)
        counted = [row for row in marks if row.counts]
        minutes = credit(counted)
        for row, credited in zip(counted, minutes, strict=True):
            here[row.enrolment_id] = person
            local = to_local(row.starts_at)
            tally.add("minutes", person, credited)
            tally.add(month_id(local.year, local.month), person, credited)
            tally.add_person("people", person)
        if len(counted) < len(marks):
            beside.add("minutes_not_counted", person, sum(credit(marks)) - sum(minutes))
    return here


def _count_enrolments(
    session: Session, organisation_id: int, period: Period, tally: _Tally, here: dict[int, int]
) -> None:
    rows = session.execute(
        select(
            Enrolment.id,
            Enrolment.participant_id,
            Enrolment.status,
            Enrolment.started_on,
            Enrolment.ended_on,
            Enrolment.end_reason,
        ).where(
            Enrolment.organisation_id == organisation_id,
            Enrolment.status.in_(TOOK_PART),
            Enrolment.end_reason.is_distinct_from(EndReason.CAME_ONCE),  # a guest had no place
        )
    )
    for id_, person, status, started_on, ended_on, reason in rows:
        runs = started_on is not None and period.touches(started_on, ended_on)
        if not runs and id_ not in here:
            continue
        tally.add("enrolments", person)
        began_before = started_on is not None and started_on < period.from_on
        tally.add("carried_over" if began_before else "started", person)
        if status is EnrolmentStatus.ENROLLED or ended_on is None or ended_on > period.until_on:
            tally.add("ongoing", person)
        elif status is EnrolmentStatus.COMPLETED:
            tally.add("completed", person)
        else:
            tally.add("stopped", person)
            tally.add(f"stopped_{(reason or EndReason.UNKNOWN).value}", person)


def _count_ladder(
    session: Session, organisation_id: int, period: Period, tally: _Tally, here: dict[int, int]
) -> None:
    rows = session.execute(
        select(LadderStep.participant_id, LadderStep.stated_on, LadderStep.voice, LadderStep.step)
        .where(
            LadderStep.organisation_id == organisation_id,
            LadderStep.stated_on <= period.until_on,
        )
        .order_by(LadderStep.participant_id, LadderStep.stated_on, LadderStep.id)
    )
    stated = {
        person: [Statement(on, voice, step) for _, on, voice, step in group]
        for person, group in groupby(rows, key=lambda row: row.participant_id)
    }
    for person in set(here.values()):
        tally.add(f"ladder_{ladder_change(stated.get(person, []))}", person)


def _count_observations(
    session: Session, organisation_id: int, period: Period, tally: _Tally
) -> None:
    rows = session.execute(
        select(Observation.participant_id, Observation.voice, Observation.level, func.count())
        .where(
            Observation.organisation_id == organisation_id,
            Observation.hidden_at.is_(None),
            Observation.observed_on.between(period.from_on, period.until_on),
        )
        .group_by(Observation.participant_id, Observation.voice, Observation.level)
    )
    for person, voice, level, count in rows:
        tally.add(f"observations_{voice.value}", person, count)
        tally.add(f"observations_{voice.value}_{level.value}", person, count)


def _count_outflow(session: Session, organisation_id: int, period: Period, tally: _Tally) -> Cell:
    """The last step with a document per person; returns those who have none with a document."""
    rows = session.execute(
        select(Outflow.participant_id, Outflow.kind, Outflow.document_seen_on)
        .where(
            Outflow.organisation_id == organisation_id,
            Outflow.started_on.between(period.from_on, period.until_on),
        )
        .order_by(Outflow.started_on, Outflow.id)
    )
    told: People = set()
    proven = {}
    for person, kind, document_seen_on in rows:
        told.add(person)
        if document_seen_on is not None:
            proven[person] = kind
    for person, kind in proven.items():
        tally.add("outflow", person)
        tally.add(f"outflow_{kind.value}", person)
    only_told = frozenset(told - proven.keys())
    return Cell(len(only_told), only_told)


def _count_sessions(session: Session, organisation_id: int, period: Period) -> dict[str, int]:
    starts, ends = day_bounds(period.from_on, period.until_on)
    marks = (
        select(
            AttendanceMark.session_id,
            func.sum(case((attendance.COUNTS, 1), else_=0)).label("counted"),
            func.sum(case((_IS_COUNTED_PRESENT, 1), else_=0)).label("present"),
        )
        .where(AttendanceMark.organisation_id == organisation_id)
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
            OfferingSession.organisation_id == organisation_id,
            OfferingSession.starts_at >= starts,
            OfferingSession.starts_at < ends,
            OfferingSession.not_held_reason.is_distinct_from(NotHeldReason.MOVED),  # held elsewhen
        )
        .subquery()
    )
    names = (
        "sessions", "sessions_without_register", "sessions_not_closed", "sessions_cancelled",
        "sessions_nobody_came",
    )  # fmt: skip
    rows = session.execute(
        select(found.c.kind, func.count().label("number")).group_by(found.c.kind)
    ).all()
    counted: dict[str, int] = {row.kind: row.number for row in rows}
    return dict.fromkeys(names, 0) | counted


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


def list_reports(session: Session, actor: Actor) -> Sequence[ImpactReport]:
    """The reports of the actor's organisation and of members it sees figures of, newest first."""
    organisations = {actor.organisation_id, *actor.sees_figures_of}
    return session.scalars(
        select(ImpactReport)
        .where(ImpactReport.organisation_id.in_(organisations))
        .options(joinedload(ImpactReport.organisation), joinedload(ImpactReport.recogniser))
        .order_by(ImpactReport.until_on.desc(), ImpactReport.id.desc())
    ).all()


def get_report(session: Session, actor: Actor, report_uuid: uuid.UUID) -> ImpactReport:
    """A report of the actor's organisation or of a member whose figures it sees."""
    found = session.scalar(
        select(ImpactReport)
        .where(
            ImpactReport.uuid == report_uuid,
            ImpactReport.organisation_id.in_({actor.organisation_id, *actor.sees_figures_of}),
        )
        .options(joinedload(ImpactReport.organisation), joinedload(ImpactReport.recogniser))
    )
    if found is None:
        raise NotFound("report")
    return found


def get_own_report(session: Session, actor: Actor, report_uuid: uuid.UUID) -> ImpactReport:
    """A report of the actor's own organisation."""
    found = get_report(session, actor, report_uuid)
    if found.organisation_id != actor.organisation_id:
        raise NotFound("report")
    return found


def find_overlapping(
    session: Session, organisation_id: int, period: Period, except_ids: Iterable[int | None]
) -> ImpactReport | None:
    """A handed-in or recognised report of this organisation that shares a day with the period."""
    return session.scalar(
        select(ImpactReport)
        .where(
            ImpactReport.organisation_id == organisation_id,
            ImpactReport.status.in_(BINDING),
            ImpactReport.from_on <= period.until_on,
            ImpactReport.until_on >= period.from_on,
            ImpactReport.id.not_in([id_ for id_ in except_ids if id_ is not None]),
        )
        .order_by(ImpactReport.id)
        .limit(1)
    )
