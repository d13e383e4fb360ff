"""Reads of what the registers of a period say: how each was kept, and who was there how long."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from portal.attendance import queries as attendance
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, Provenance, credit, length, provenance
from portal.core.clock import to_local
from portal.impact.queries.held import began_in
from portal.impact.rules import Period
from portal.impact.rules.figures import month_id
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

_STRONGEST_FIRST = list(Provenance)
Sessions = Mapping[int, Any]  # rows of sessions, by id


@dataclass(frozen=True)
class KeptRegisters:
    """The sessions of a period, by their ids, whose register says something."""

    written: set[int] = field(default_factory=set)  # with a mark
    closed: set[int] = field(default_factory=set)  # with one that counts
    weakest: dict[int, Provenance] = field(default_factory=dict)  # with somebody present


@dataclass(frozen=True)
class Present:
    """By person her visits, her minutes by month, and those not counted yet."""

    visits: Counter[int] = field(default_factory=Counter)
    minutes: Counter[tuple[int, str]] = field(default_factory=Counter)
    not_yet: Counter[int] = field(default_factory=Counter)


class _Stretch(NamedTuple):
    """Somebody's minutes in one session, and the mark that says so."""

    mark: int
    minutes: int
    counts: bool
    starts_at: datetime
    ends_at: datetime
    month: str


def read_sessions(session: Session, organisation_id: int, period: Period) -> Sessions:
    """Read a period's sessions: when they are, whether they were held."""
    columns = ("id", "starts_at", "ends_at", "status", "not_held_reason")
    found = session.execute(
        select(*(getattr(OfferingSession, name) for name in columns)).where(
            began_in(organisation_id, period)
        )
    )
    return {row.id: row for row in found}


def read_kept(
    session: Session, organisation_id: int, period: Period, of: Sessions
) -> KeptRegisters:
    """Read how each register was kept, by its weakest mark of somebody present."""
    kept, mark = KeptRegisters(), AttendanceMark
    # Of marks made in one way the last is the weakest.
    last_here = func.max(case((mark.status == AttendanceStatus.PRESENT, mark.recorded_at)))
    rows = session.execute(
        of_marks(organisation_id, period)
        .add_columns(mark.session_id, mark.how, attendance.COUNTS, last_here)
        .group_by(mark.session_id, mark.how, attendance.COUNTS)
    )
    for id_, how, counts, last in rows:
        kept.written.add(id_)
        if counts:
            kept.closed.add(id_)
        if counts and last:
            came = provenance(how, last, of[id_].ends_at)
            weakest = kept.weakest.get(id_, came)
            kept.weakest[id_] = max(came, weakest, key=_STRONGEST_FIRST.index)
    return kept


def read_present(session: Session, organisation_id: int, period: Period, of: Sessions) -> Present:
    """Read who was there; only sessions that share time are weighed."""
    mark = AttendanceMark
    rows = session.execute(
        of_marks(organisation_id, period)
        .add_columns(mark.participant_id, mark.session_id, mark.id, mark.minutes, attendance.COUNTS)
        .where(mark.status == AttendanceStatus.PRESENT)
    )
    days = {id_: to_local(row.starts_at) for id_, row in of.items()}
    months = {id_: month_id(day.year, day.month) for id_, day in days.items()}
    lasts = {id_: length(row) for id_, row in of.items()}
    shared, found = _shared_times(of), Present()
    at_once: dict[tuple[int, int], list[_Stretch]] = defaultdict(list)
    for person, id_, mark_id, said, counts in rows:
        if id_ in shared:
            when = of[id_].starts_at, of[id_].ends_at, months[id_]
            at_once[person, shared[id_]].append(_Stretch(mark_id, said, counts, *when))
        elif counts:
            found.visits[person] += 1
            found.minutes[person, months[id_]] += min(said, lasts[id_])
        else:
            found.not_yet[person] += min(said, lasts[id_])
    for (person, _), stretches in at_once.items():
        _weigh(found, person, sorted(stretches))
    return found


def _weigh(found: Present, person: int, stretches: Sequence[_Stretch]) -> None:
    """Add what somebody was at in one time."""
    counted = [stretch for stretch in stretches if stretch.counts]
    given = credit(counted)
    for stretch, minutes in zip(counted, given, strict=True):
        found.minutes[person, stretch.month] += minutes
    if counted:
        found.visits[person] += len(counted)
    if len(counted) < len(stretches):
        found.not_yet[person] += sum(credit(stretches)) - sum(given)


def count_others(
    session: Session, organisation_id: int, period: Period
) -> Iterable[tuple[int, AttendanceStatus, int]]:
    """Count each person's marks that count and say that she was not there."""
    columns = AttendanceMark.participant_id, AttendanceMark.status
    rows = session.execute(
        of_marks(organisation_id, period)
        .add_columns(*columns, func.count())
        .where(attendance.COUNTS, AttendanceMark.status != AttendanceStatus.PRESENT)
        .group_by(*columns)
    )
    return [(person, status, times) for person, status, times in rows]


def of_marks(organisation_id: int, period: Period) -> Select[Any]:
    """Choose the marks of a period's sessions, but for cancelled ones."""
    return (
        select()
        .select_from(OfferingSession)
        .join(AttendanceMark, AttendanceMark.session_id == OfferingSession.id)
        .where(
            AttendanceMark.organisation_id == organisation_id,
            OfferingSession.status != SessionStatus.CANCELLED,
            began_in(organisation_id, period),
        )
    )


def _shared_times(sessions: Sessions) -> dict[int, int]:
    """Number the times that sessions share, one for all that share it."""
    order = sorted(sessions.items(), key=lambda one: one[1].starts_at)
    times, until = dict[int, int](), None
    for number, (id_, row) in enumerate(order):
        is_apart = until is None or row.starts_at >= until
        times[id_] = number if is_apart else times[order[number - 1][0]]
        until = row.ends_at if is_apart else max(until, row.ends_at)
    sizes = Counter(times.values())
    return {id_: number for id_, number in times.items() if sizes[number] > 1}
