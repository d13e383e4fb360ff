"""What fits a search."""

from dataclasses import fields
from datetime import UTC, datetime, time, timedelta

import pytest

from portal.core.areas import areas, districts
from portal.finding.rules import (
    Filters,
    Miss,
    Weekday,
    Wish,
    levels_up_to,
    neighbours,
    slot_of,
    weekly_slot,
)
from portal.offerings.rules import DutchLevel, OfferingKind, WorkWord
from portal.schedule.rules import DayPart

# 23.30 UTC on a Monday in summer is half past one on Tuesday in Amsterdam.
TUESDAY_NIGHT = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filters", "moment", "fits"),
    [
        (Filters(), MONDAY_NOON, True),
        (Filters(day=frozenset({Weekday.TUESDAY})), TUESDAY_NIGHT, True),
        (Filters(day=frozenset({Weekday.MONDAY})), TUESDAY_NIGHT, False),
        (Filters(part=frozenset({DayPart.AFTERNOON})), MONDAY_NOON, True),
        (Filters(part=frozenset({DayPart.MORNING})), MONDAY_NOON, False),
        (
            Filters(day=frozenset({Weekday.MONDAY}), part=frozenset({DayPart.MORNING})),
            MONDAY_NOON,
            False,
        ),
    ],
)
def test_a_session_fits_the_day_and_the_part_together(filters, moment, fits):
    assert filters.fits(slot_of(moment, moment + timedelta(hours=1))) is fits


@pytest.mark.parametrize(
    ("weekday", "starts", "ends", "skips", "fits"),
    [
        (0, time(8, 45), time(14, 30), True, True),
        (0, time(8, 44), time(14, 30), True, False),
        (4, time(8, 45), time(14, 31), True, False),
        (2, time(8, 45), time(12, 31), True, False),
        (5, time(9), time(12), True, False),
        (0, time(9), time(12), False, False),  # it goes on in the holidays
    ],
)
def test_school_hours_leave_time_for_the_way_and_have_no_holidays(
    weekday, starts, ends, skips, fits
):
    assert weekly_slot(weekday, starts, ends, skips_holidays=skips).in_school_hours is fits


def test_a_day_in_the_school_holidays_is_not_in_school_hours():
    in_may = datetime(2026, 4, 27, 8, 0, tzinfo=UTC)
    assert not slot_of(in_may, in_may + timedelta(hours=2)).in_school_hours
    in_june = in_may + timedelta(weeks=5)
    assert slot_of(in_june, in_june + timedelta(hours=2)).in_school_hours


def test_who_speaks_more_can_follow_what_asks_less():
    assert levels_up_to(DutchLevel.NONE) == [DutchLevel.NONE]
    assert levels_up_to(DutchLevel.A2) == [DutchLevel.NONE, DutchLevel.A1, DutchLevel.A2]


FULL = Filters(
    q="koken", kind=OfferingKind.DAY_ACTIVITY, work=frozenset({WorkWord.HELPEN}),
    area=frozenset({"BU05991080"}), day=frozenset({Weekday.MONDAY}),
    part=frozenset({DayPart.MORNING}), language="ar", level=DutchLevel.A1, also=frozenset(Wish),
)  # fmt: skip
ALL_ASKED = [
    "q", "kind", "work", "area", "day", "part", "language", "level", "school", "free", "gratis",
]  # fmt: skip


def test_what_is_asked_is_named_in_the_order_of_the_form():
    assert Filters().asked() == []
    assert FULL.asked() == ALL_ASKED  # that near is enough asks for more, not for less


@pytest.mark.parametrize("name", [*ALL_ASKED, "near"])
def test_a_wish_is_left_out_alone(name):
    left = FULL.without(name)
    assert left.asked() == [one for one in ALL_ASKED if one != name]
    assert left.also == frozenset(wish for wish in Wish if wish != name)
    assert left != FULL
    assert FULL.without(*ALL_ASKED, "near", "no wish at all") == Filters()


@pytest.mark.parametrize("wish", Wish)
def test_a_wish_is_added_to_the_others(wish):
    other = next(one for one in Wish if one is not wish)
    found = Filters(q="koken", also=frozenset({other})).with_wish(wish)
    assert found == Filters(q="koken", also=frozenset({wish, other}))


def test_what_lies_near_goes_both_ways_and_never_further_than_a_border():
    districts_ = set(districts())
    for code in districts_:
        near = neighbours(code)
        assert near <= districts_ - {code}
        assert all(code in neighbours(other) for other in near)
    assert sum(len(neighbours(code)) for code in districts_) > len(districts_)
    for area in areas().values():
        assert neighbours(area.code) == {area.district_code}
    assert neighbours("nowhere") == frozenset()


def test_what_is_asked_goes_into_an_address_and_comes_back():
    asked = Filters(
        q="soep koken", kind=OfferingKind.DAY_ACTIVITY, work=frozenset(list(WorkWord)[:2]),
        area=frozenset({"03631", "03632"}), day=frozenset({Weekday.MONDAY, Weekday.FRIDAY}),
        part=frozenset({DayPart.MORNING}), language="nl", level=DutchLevel.A2,
        also=frozenset({Wish.NEAR, Wish.SCHOOL}),
    )  # fmt: skip
    pairs = asked.pairs()
    assert Filters.of(pairs) == asked
    assert [name for name, _ in pairs] == sorted(
        (name for name, _ in pairs), key=[one.name for one in fields(asked)].index
    )
    several = [value for name, value in pairs if name == "area"]
    assert several == sorted(several)
    assert all(isinstance(value, str) for pair in pairs for value in pair)
    assert Filters().pairs() == []
    nonsense = [("day", "someday"), ("colour", "red"), ("kind", ""), ("q", "")]
    assert Filters.of(nonsense) == Filters()


def test_a_miss_says_how_many_it_finds_and_how_it_was_asked():
    instead = Filters(q="soep")
    miss = Miss.of(0b1011, instead, leave_out=("day",))
    assert (miss.count, miss.found, miss.instead) == (3, 0b1011, instead)
    assert miss == Miss(3, leave_out=("day",))
    assert Miss.of(0, instead, q="soep").q == "soep"
