"""Changing a series: what it does to the sessions is worked out first, and done afterwards."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import N_, Actor, NotFound, RuleBroken, Session, audit, clock
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering
from portal.offerings.rules import OfferingKind
from portal.schedule import rules
from portal.schedule.commands import check_beside_others, count_minutes, make_sessions
from portal.schedule.commands.moved import Times, call_off, hold_at
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import list_series, list_sessions


@dataclass(frozen=True)
class SeriesChange:
    """What becomes of the sessions to come; without a pattern the series is taken away.

    `by_hand` were moved by hand before and stay where they are; `off` were called off and stay so.
    """

    series: Series
    pattern: rules.Pattern | None
    added: tuple[Times, ...]
    moved: tuple[tuple[OfferingSession, Times], ...]
    cancelled: tuple[OfferingSession, ...]
    by_hand: tuple[OfferingSession, ...]
    off: tuple[OfferingSession, ...] = ()

    @property
    def touches_sessions(self) -> bool:
        return bool(self.added or self.moved or self.cancelled)

    @property
    def fingerprint(self) -> str:
        """Tells this change from one that was worked out before something else happened."""
        said = (
            self.pattern,
            self.added,
            [(row.id, row.revision, times) for row, times in self.moved],
            [(row.id, row.revision) for row in self.cancelled],
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def plan_removal(session: Session, series: Series) -> SeriesChange:
    """Take away all that is still to come of a series; what was held stays."""
    coming = [row for row in _coming(session, series) if row.series_id == series.id]
    going_on = tuple(row for row in coming if not row.is_cancelled)
    return SeriesChange(series, None, (), (), going_on, ())


def plan_change(
    session: Session, series: Series, pattern: rules.Pattern, from_on: date
) -> SeriesChange:
    """Let a series say something else from a day on; nothing is written yet.

    What was held stays, what was called off stays off, and a session that somebody moved by hand
    stays where she put it: the half-day that it came from is not filled again.
    """
    begin = max(from_on, clock.today())
    _check(session, series, pattern, begin)
    return _Planner(session, series, pattern, begin).change()


def apply_change(session: Session, actor: Actor, change: SeriesChange) -> None:
    """Do what was worked out; the caller holds the offering's lock and tells the people."""
    series = change.series
    offering = series.offering
    hold_at(session, actor, change.moved)
    _call_off(session, actor, offering, change.cancelled)
    make_sessions(session, actor, series, change.added)
    audit.record(
        session,
        actor,
        "series.edited" if change.pattern else "series.removed",
        series,
        organisation_id=offering.organisation_id,
        added=len(change.added),
        moved=len(change.moved),
        cancelled=len(change.cancelled),
    )
    if change.pattern is None:
        _take_away(session, series)
    else:
        series.pattern = change.pattern
        series.planned_until = _until(change.pattern)
    session.flush()
    count_minutes(session, offering, clock.today())


class _Planner:
    """Lays the new half-days beside the old ones, week by week."""

    def __init__(
        self, session: Session, series: Series, pattern: rules.Pattern, begin: date
    ) -> None:
        self.old, self.new, self.begin = series.pattern, pattern, begin
        self.series, self.now = series, clock.now()
        today = list(self.old.days(clock.today(), clock.today()))
        self.begun = {day for day in today if clock.from_local(day, self.old.starts) <= self.now}
        self.planned = series.planned_until or series.last_on or begin
        rows = [
            row for row in _coming(session, series) if clock.to_local(row.starts_at).date() >= begin
        ]
        self.taken = {row.starts_at: row for row in rows}
        self.own = {row.starts_at: row for row in rows if row.series_id == series.id}
        self.added: list[Times] = []
        self.moved: list[tuple[OfferingSession, Times]] = []
        self.cancelled: list[OfferingSession] = []
        self.off: list[OfferingSession] = []

    def change(self) -> SeriesChange:
        old_days = self._days(self.old, self.planned)
        for old, new in rules.pair_days(old_days, self._days(self.new, _until(self.new))):
            self._lay(old, new)
        slots = {rules.session_times(day, self.old.starts, self.old.ends) for day in old_days}
        by_hand: list[OfferingSession] = []
        for row in self.own.values():
            if row.is_cancelled or (row.starts_at, row.ends_at) in slots:
                continue
            day = clock.to_local(row.starts_at).date()
            is_after_the_end = self.new.last_on is not None and day > self.new.last_on
            (self.cancelled if is_after_the_end else by_hand).append(row)
        return SeriesChange(
            self.series, self.new, tuple(sorted(self.added)), tuple(self.moved),
            tuple(sorted(self.cancelled, key=lambda row: row.starts_at)), tuple(by_hand),
            tuple(self.off),
        )  # fmt: skip

    def _days(self, pattern: rules.Pattern, until: date) -> list[date]:
        days = pattern.days(self.begin, until)
        to_come = (day for day in days if clock.from_local(day, pattern.starts) > self.now)
        return [day for day in to_come if day not in self.begun]

    def _lay(self, old: date | None, new: date | None) -> None:
        slot = rules.session_times(old, self.old.starts, self.old.ends) if old else None
        row = self.own.get(slot[0]) if slot else None
        if slot is None or (row is None and slot[0] in self.taken):  # the latter another series'
            self._need(new)
        elif row is not None and row.is_cancelled and not row.may_come_back and new:
            self.off.append(row)
        elif row is not None and not row.is_cancelled and row.ends_at == slot[1]:
            self._shift(row, new)

    def _need(self, day: date | None) -> None:
        if day is None:
            return
        times = rules.session_times(day, self.new.starts, self.new.ends)
        there = self.taken.get(times[0])
        if there is None or there.may_come_back:
            self.added.append(times)
        elif there.is_cancelled:
            self.off.append(there)

    def _shift(self, row: OfferingSession, day: date | None) -> None:
        times = rules.session_times(day, self.new.starts, self.new.ends) if day else None
        if times is None:
            self.cancelled.append(row)
        elif self.taken.get(times[0], row) is not row:  # that moment has a session already
            self.cancelled.append(row)
            self._need(day)
        elif times != (row.starts_at, row.ends_at):
            self.moved.append((row, times))


def _check(session: Session, series: Series, pattern: rules.Pattern, begin: date) -> None:
    rules.check_times(pattern.starts, pattern.ends)
    first = max(begin, pattern.first_on)
    if pattern.first_on != series.first_on and pattern.first_on < clock.today():
        raise RuleBroken("first_on", N_("The first day is in the past. Choose today or later."))
    if pattern.last_on is not None and pattern.last_on < max(clock.today(), pattern.first_on):
        raise RuleBroken("last_on", N_("This last day is too early. Choose today or later."))
    if pattern.last_on is None or pattern.last_on >= first:
        rules.check_end(pattern, first)
    check_beside_others(session, series.offering, pattern, but=series)
    today, now = clock.today(), clock.now()
    is_left_out = rules.has_begun(pattern, today, now) and not rules.has_begun(
        series.pattern, today, now
    )
    if begin <= today and is_left_out:  # it would be, without a word
        field = "from_on" if series.first_on <= today else "first_on"
        raise RuleBroken(field, N_("Today it has begun by then. Choose a later day."))


def _coming(session: Session, series: Series) -> Sequence[OfferingSession]:
    """The offering's sessions that have not begun; those of its other series too."""
    soon = clock.now() + timedelta(microseconds=1)
    return list_sessions(session, series.offering_id, soon)


def _until(pattern: rules.Pattern) -> date:
    return rules.plan_until(pattern.last_on, max(pattern.first_on, clock.today()))


def _call_off(
    session: Session, actor: Actor, offering: Offering, rows: Sequence[OfferingSession]
) -> None:
    """Cancel sessions; without anybody in the group, and no mark on them, they simply go."""
    if rows and not offering.places_taken:
        try:
            with session.begin_nested():
                for row in rows:
                    session.delete(row)
                return
        except IntegrityError:
            pass  # somebody who left by now excused herself: it stays to be seen as cancelled
    call_off(session, actor, rows, rules.NotHeldReason.SERIES_CHANGED)


def _take_away(session: Session, series: Series) -> None:
    """A series of which something was held ends; of another nothing is left but its cancelled."""
    session.flush()
    rows = session.scalars(select(OfferingSession).where(OfferingSession.series_id == series.id))
    left = list(rows)
    if any(row.starts_at <= clock.now() for row in left):
        yesterday = clock.today() - timedelta(days=1)
        series.last_on = series.planned_until = max(series.first_on, yesterday)
        return
    for row in left:
        row.series_id = None
    session.flush()
    session.delete(series)


def lock_and_refresh(session: Session, series: Series) -> None:
    """Lock the offering and reread the series, if it is still there."""
    lock_offering(session, series.offering_id)
    query = select(Series).where(Series.id == series.id)
    if session.scalar(query.execution_options(populate_existing=True)) is None:
        raise NotFound("series")


_TO_PREPARE = timedelta(days=7)  # between making a copy and its first day
_MOST_HALF_DAYS = 2  # that the form has room for


def times_to_copy(session: Session, offering: Offering, today: date) -> dict[str, Any]:
    """What the form's fields about time say for a next round; empty without any series."""
    latest = latest_round(list_series(session, [offering.id]))
    if not latest:
        return {}
    patterns = [series.pattern for series in latest]
    first = patterns[0]
    copied = patterns[:_MOST_HALF_DAYS]
    values: dict[str, Any] = {
        "weekdays": [str(day) for day in first.weekdays],
        "starts": first.starts,
        "ends": first.ends,
        "first_on": next_start(copied, today),
        "skips_school_holidays": first.skips_school_holidays,
        **_length(offering.kind, copied),
    }
    for second in patterns[1:_MOST_HALF_DAYS]:
        values |= {
            "second_weekdays": [str(day) for day in second.weekdays],
            "second_starts": second.starts,
            "second_ends": second.ends,
        }
    return values


def count_left_out(session: Session, offering: Offering) -> int:
    """How many half-days of the latest round the form has no room for."""
    return max(0, len(latest_round(list_series(session, [offering.id]))) - _MOST_HALF_DAYS)


def latest_round(series: Sequence[Series]) -> list[Series]:
    """List the half-days of the round that began last."""
    if not series:
        return []
    last = max(series, key=lambda one: (one.first_on, one.id))
    beside = [one for one in series if one.last_on is None or one.last_on >= last.first_on]
    return sorted(beside, key=lambda one: (one.weekdays, one.starts, one.id))


def next_start(patterns: Sequence[rules.Pattern], today: date) -> date:
    """Find the first half-day a week later, out of the holidays."""
    ends = [pattern.last_on for pattern in patterns if pattern.last_on]
    begin = max(today + _TO_PREPARE, *(day + timedelta(days=1) for day in ends), today)
    afresh: dict[str, Any] = {"first_on": begin, "last_on": None, "days_off": frozenset()}
    moved = [replace(pattern, **afresh) for pattern in patterns]
    days = (day for pattern in moved for day in pattern.days(begin, begin + timedelta(days=120)))
    return min(days, default=begin)


def _length(kind: OfferingKind, patterns: Sequence[rules.Pattern]) -> dict[str, int]:
    """As long as before: so many weeks where no day was left out, else so many times."""
    if any(pattern.last_on is None for pattern in patterns):
        return {"weeks": 10} if kind is OfferingKind.PRE_TRAJECTORY else {}
    first_on = min(pattern.first_on for pattern in patterns)
    last_on = max(pattern.last_on for pattern in patterns if pattern.last_on)
    times = sum(len(list(pattern.days(first_on, last_on))) for pattern in patterns)
    weeks = (last_on - first_on).days // 7 + 1
    is_whole = times == weeks * sum(len(pattern.weekdays) for pattern in patterns)
    if kind is OfferingKind.PRE_TRAJECTORY and is_whole and weeks <= rules.MOST_WEEKS:
        return {"weeks": weeks}
    return (
        {"times": times} if last_on <= rules.last_day_of_weeks(first_on, rules.MOST_WEEKS) else {}
    )
