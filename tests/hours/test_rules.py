"""No minute counts twice, none more than there were, and none is lost that could count."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from portal.attendance.rules import Provenance, conflicts, credit, length
from portal.core.clock import monday_of
from portal.core.errors import RuleBroken
from portal.core.sealed import new_number
from portal.hours.rules import (
    CountStatus,
    MarkedTime,
    Sum,
    check_days,
    last_weeks,
    milestones,
    tally,
    weeks_of,
)

HALF = timedelta(seconds=30)
_ZERO = datetime(2026, 3, 2, 8, tzinfo=UTC)  # a Monday


@dataclass(frozen=True)
class Stretch:
    starts_at: datetime
    ends_at: datetime
    minutes: int


def stretch(begin: int, end: int, minutes: int | None = None) -> Stretch:
    span = end - begin if minutes is None else minutes
    return Stretch(_ZERO + timedelta(minutes=begin), _ZERO + timedelta(minutes=end), span)


stretches = st.lists(
    st.builds(
        lambda begin, span, minutes: stretch(begin, begin + span, minutes),
        st.integers(0, 12), st.integers(1, 8), st.integers(0, 10),
    ),
    max_size=5,
)  # fmt: skip


def _most_that_fit(found: list[Stretch], step: timedelta = timedelta(minutes=1)) -> int:
    """The most steps of time that can be laid into what there was, by augmenting paths."""
    each = timedelta(minutes=1) // step
    units = [s for s in found for _ in range(each * min(s.minutes, length(s)))]
    taken: dict[datetime, int] = {}

    def place(unit: int, tried: set[datetime]) -> bool:
        at = units[unit].starts_at
        while at < units[unit].ends_at:
            if at not in tried:
                tried.add(at)
                if at not in taken or place(taken[at], tried):
                    taken[at] = unit
                    return True
            at += step
        return False

    return sum(place(unit, set()) for unit in range(len(units)))


@given(stretches)
def test_what_counts_is_the_most_that_fits_and_never_more(found):
    given_ = credit(found)
    assert all(0 <= g <= min(s.minutes, length(s)) for g, s in zip(given_, found, strict=True))
    covered = {s.starts_at + timedelta(minutes=m) for s in found for m in range(length(s))}
    assert sum(given_) <= len(covered)
    assert sum(given_) == _most_that_fit(found)
    if not conflicts(found):
        assert given_ == [min(s.minutes, length(s)) for s in found]


@given(
    st.lists(
        st.builds(
            lambda begin, span, minutes: Stretch(
                _ZERO + begin * HALF, _ZERO + (begin + span) * HALF, minutes
            ),
            st.integers(0, 9), st.integers(1, 9), st.integers(0, 5),
        ),
        max_size=4,
    )
)  # fmt: skip
def test_of_sessions_that_begin_on_half_minutes_no_half_counts_twice_and_few_are_lost(found):
    minutes = credit(found)
    fits = _most_that_fit(found, HALF)  # in half minutes
    assert all(0 <= m <= min(s.minutes, length(s)) for m, s in zip(minutes, found, strict=True))
    assert fits - len(found) <= 2 * sum(minutes) <= fits  # rounded down, each by less than one


@pytest.mark.parametrize(
    ("found", "minutes"),
    [
        ([stretch(0, 120), stretch(120, 240)], [120, 120]),  # one right after the other
        ([stretch(0, 120), stretch(60, 180)], [120, 60]),
        ([stretch(0, 120), stretch(0, 120)], [120, 0]),
        ([stretch(0, 120, 60), stretch(60, 180, 60)], [60, 60]),  # part of each: possible
        ([stretch(0, 60), stretch(0, 60), stretch(30, 240, 30)], [60, 0, 30]),
        ([stretch(0, 90, 120)], [90]),  # shortened after the mark was made
        ([], []),
    ],
)
def test_sessions_at_one_time(found, minutes):
    assert credit(found) == minutes


def visit(starts_at: datetime, minutes: int = 120, lasts: int = 120, **values) -> MarkedTime:
    return MarkedTime(
        **{
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=lasts),
            "minutes": minutes,
            "provenance": Provenance.WITHIN_TWO_DAYS,
            "standing": CountStatus.COUNTS,
            "organisation": "Keuken",
            "title": "Koken",
            **values,
        }
    )


def test_a_week_is_monday_to_sunday_in_amsterdam():
    late_on_sunday = visit(datetime(2026, 3, 8, 22, 30, tzinfo=UTC))  # 23.30, past midnight
    on_monday = visit(datetime(2026, 3, 8, 23, 30, tzinfo=UTC))  # 00.30 on Monday the 9th
    found = tally([late_on_sunday, on_monday], date(2026, 3, 4), date(2026, 3, 12))
    assert [(w.from_on.day, w.until_on.day, w.minutes) for w in found.weeks] == [
        (9, 12, 60), (4, 8, 120)
    ]  # fmt: skip
    assert found.twice == 60


def test_the_night_that_is_an_hour_shorter_or_longer():
    spring = visit(datetime(2026, 3, 29, 0, tzinfo=UTC), 180, 120)  # 01.00 to 04.00 on the clock
    autumn = visit(datetime(2026, 10, 24, 23, tzinfo=UTC), 240, 240)  # 01.00 to 04.00 too
    assert credit([spring, autumn]) == [120, 240]
    assert (spring.day, autumn.day) == (date(2026, 3, 29), date(2026, 10, 25))


def test_a_term_that_begins_in_the_middle_of_a_week():
    before = visit(_ZERO)  # on Monday; her term begins on Wednesday
    inside = visit(_ZERO + timedelta(days=2))
    found = tally([before, inside], date(2026, 3, 4), date(2026, 3, 15))
    assert found.minutes == 120
    assert [week.from_on for week in found.weeks] == [date(2026, 3, 9), date(2026, 3, 4)]


def test_what_does_not_count_yet_stands_apart():
    rows = [
        visit(_ZERO, provenance=Provenance.CHECKED_IN),
        visit(_ZERO + timedelta(days=1), standing=CountStatus.OPEN),
        visit(_ZERO + timedelta(days=2), standing=CountStatus.DISPUTED),
        visit(_ZERO + timedelta(days=3), 0, is_excused=True),
        visit(_ZERO + timedelta(days=4), 0),
        visit(_ZERO + timedelta(minutes=60), organisation="Tuin"),
    ]
    found = tally(rows, date(2026, 3, 2), date(2026, 3, 8))
    assert (found.minutes, found.waiting, found.twice) == (180, 240, 60)
    assert (found.excused, found.absent) == (1, 1)
    assert found.by == Counter({Provenance.CHECKED_IN: 120, Provenance.WITHIN_TWO_DAYS: 60})
    assert found.organisations == {"Keuken": 120, "Tuin": 60}
    assert found.conflicts == [(rows[0], rows[5])]
    assert found.times == {CountStatus.COUNTS: 2, CountStatus.OPEN: 1, CountStatus.DISPUTED: 1}


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_weeks_cover_each_day_once(first, days):
    last = first + timedelta(days=days)
    weeks = list(weeks_of(first, last))
    assert (weeks[0].from_on, weeks[-1].until_on) == (first, last)
    for one, other in pairwise(weeks):
        assert other.from_on == one.until_on + timedelta(days=1) == monday_of(other.from_on)


def test_a_number_gives_no_other_away():
    assert len({new_number("U", 2026) for _ in range(50)}) == 50
    assert len(new_number("U", 2026)) <= 32


def test_days_that_can_not_be():
    today = date(2026, 3, 10)
    check_days(today, today, today)
    for first, last in (
        (date(2026, 3, 11), today), (today, date(2026, 3, 11)), (date(2020, 1, 1), today),
    ):  # fmt: skip
        with pytest.raises(RuleBroken):
            check_days(first, last, today)


def test_the_same_hours_however_they_are_listed():
    rows = [visit(_ZERO), visit(_ZERO + timedelta(minutes=30)), visit(_ZERO + timedelta(days=9))]
    days = (date(2026, 3, 1), date(2026, 3, 31))
    assert tally(rows, *days).minutes == tally(rows[::-1], *days).minutes == 150 + 120
    open_ones = [replace(row, standing=CountStatus.OPEN) for row in rows]
    assert tally(open_ones, *days).waiting == 270


@given(
    st.lists(
        st.builds(
            lambda day, minutes, provenance, standing, organisation, is_excused: visit(
                _ZERO + timedelta(days=day), minutes, provenance=provenance, standing=standing,
                organisation=organisation, is_excused=is_excused and not minutes,
            ),
            st.integers(-3, 12), st.sampled_from([0, 60, 120]), st.sampled_from(Provenance),
            st.sampled_from(CountStatus), st.sampled_from(["Keuken", "Tuin"]), st.booleans(),
        ),
        max_size=8, unique_by=lambda one: one.day,
    ),
    st.integers(0, 9),
)  # fmt: skip
def test_all_that_is_added_up_is_what_a_slow_reader_adds_up(visits, days):
    """At most one session a day, so nothing is at once."""
    first, last = _ZERO.date(), _ZERO.date() + timedelta(days=days)
    found = tally(visits, first, last)
    inside = [one for one in visits if first <= one.day <= last]
    counted = [one for one in inside if one.minutes and one.standing is CountStatus.COUNTS]
    by: Counter[Provenance] = Counter()
    houses: Counter[str] = Counter()
    weeks: dict[date, Counter[Provenance]] = {}
    for one in counted:
        by[one.provenance] += one.minutes
        houses[one.organisation] += one.minutes
        weeks.setdefault(monday_of(one.day), Counter())[one.provenance] += one.minutes
    assert (found.from_on, found.until_on) == (first, last)
    assert (+found.by, found.minutes) == (by, by.total())
    assert found.organisations == houses
    assert {monday_of(w.from_on): +w.by for w in found.weeks if w.minutes} == weeks
    assert all(w.minutes == w.by.total() for w in found.weeks)
    assert found.waiting == sum(one.minutes for one in inside) - by.total()
    assert found.excused == sum(one.is_excused for one in inside)
    assert found.absent == sum(not one.minutes for one in inside) - found.excused
    assert found.times == Counter(one.standing for one in inside if one.minutes)


def test_an_overview_covers_five_years_and_no_day_more():
    last = date(2026, 3, 10)
    check_days(last - timedelta(days=5 * 366), last, last)
    with pytest.raises(RuleBroken) as refusal:
        check_days(last - timedelta(days=5 * 366 + 1), last, last)
    assert refusal.value.field == "from_on"


def test_one_right_after_the_other_is_no_conflict():
    assert conflicts([stretch(0, 60), stretch(60, 90), stretch(89, 120)]) == [(1, 2)]
    assert tally([], date(2026, 3, 2), date(2026, 3, 3)).weeks[0].from_on == date(2026, 3, 2)


def test_what_is_lost_is_lost_in_whole_minutes():
    long = replace(stretch(0, 2), ends_at=_ZERO + 5 * HALF)
    short = replace(stretch(0, 1), ends_at=_ZERO + 3 * HALF)
    assert [type(one) for one in credit([long, short])] == [int, int]
    assert credit([long, short]) == [1, 1]


def on_day(day, minutes=60, standing=CountStatus.COUNTS):
    begins = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    ends = begins + timedelta(hours=1)
    how = Provenance.WITHIN_TWO_DAYS
    return MarkedTime(begins, ends, minutes, how, standing, "Keuken", "Koken")


def test_a_sum_keeps_how_its_minutes_came_to_be():
    found = Sum()
    for kind, minutes in ((Provenance.LATER, 30), (Provenance.LATER, 15), (Provenance.IMPORTED, 5)):
        found.add(kind, minutes)
    assert found.minutes == 50
    assert found.parts == [(Provenance.LATER, 45), (Provenance.IMPORTED, 5)]


def test_the_last_twelve_weeks_hold_their_visits_and_no_others():
    today = date(2026, 3, 5)  # a Thursday
    first = date(2025, 12, 15)  # the Monday eleven weeks before
    days = [first - timedelta(days=1), first, first + timedelta(days=6), today, date(2026, 3, 6)]
    visits = [on_day(day) for day in days] + [on_day(today, minutes=0), on_day(today, minutes=20)]
    weeks = last_weeks(visits, today)
    assert [week.monday for week in weeks] == [first + timedelta(weeks=n) for n in range(12)]
    told = [(week.monday, [(one.day, minutes) for one, minutes in week.visits]) for week in weeks]
    assert [row for row in told if row[1]] == [
        (first, [(first, 60), (first + timedelta(days=6), 60)]),
        (date(2026, 3, 2), [(today, 60), (today, 0)]),  # the same hour counts once
    ]


def test_a_month_has_passed_on_its_day_over_new_year_too():
    first, later = date(2025, 12, 15), date(2026, 1, 15)
    found = milestones([on_day(first), on_day(later - timedelta(days=1)), on_day(later)])
    assert [(one.on, one.months) for one in found if one.months] == [(later, 1)]


def test_milestones_are_facts_of_visits_that_count():
    first = date(2026, 1, 31)
    days = [first + timedelta(days=3 * number) for number in range(10)]
    visits = [on_day(day) for day in reversed(days)]
    visits += [
        on_day(days[0] + timedelta(days=1), minutes=0),
        on_day(days[1], standing=CountStatus.OPEN),
    ]
    told = [(one.on, one.times, one.months) for one in milestones(visits)]
    assert told == [(days[9], 10, 0), (first, 1, 0)]  # the 27th of February is no month later
    newest = milestones([*visits, on_day(date(2026, 3, 2))])[0]
    assert (newest.on, newest.months) == (date(2026, 3, 2), 1)
    assert milestones([]) == []
