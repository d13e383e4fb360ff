"""The city's calendar, and its words, whatever day it is built."""

import random
import re
from datetime import date, timedelta

import pytest

from portal.city import texts
from portal.city.days import SUMMER_BREAKS, Calendar
from portal.city.groups import plan_group
from portal.city.houses import House, Staff

WEEK = [date(2026, 12, 21) + timedelta(days=n) for n in range(7)]  # Christmas is in it


@pytest.mark.parametrize(
    "day",
    [
        date(2025, 4, 21),  # Easter Monday
        date(2026, 5, 14),  # Ascension Day
        date(2027, 5, 17),  # Whit Monday
        date(2026, 4, 27),  # King's Day
        date(2026, 12, 29),
        date(2027, 1, 1),
    ],
)
def test_nobody_meets_on_a_holiday(day: date):
    assert Calendar(date(2026, 11, 22)).is_closed(day, 0)


def test_enterprises_take_their_summer_break_in_different_weeks():
    calendar = Calendar(date(2026, 11, 22))
    day = date(2026, 7, 15)  # week 29
    assert [calendar.is_closed(day, one) for one in SUMMER_BREAKS].count(True) == 1


@pytest.mark.parametrize("today", WEEK, ids=str)
def test_the_guide_has_registers_on_the_day_the_city_is_built(today: date):
    calendar = Calendar(today)
    house = House({"key": "kaapstander"}, 1, summer_break=0, phone="+31100000011")
    team = {"guide": Staff(1, "Yusuf")}
    for entry in texts.offerings(today.weekday()):
        if entry["key"] in texts.ON_TODAY:
            group = plan_group(calendar, entry, house, team, random.Random(1))
            [meeting] = [one for one in group.meetings if one.day == today]
            assert not meeting.is_cancelled


@pytest.mark.parametrize("key", texts.ON_TODAY)
def test_no_word_names_a_day_of_what_is_held_on_any(key: str):
    [moved] = [one for one in texts.offerings(6) if one["key"] == key]
    assert moved["weekdays"] == ["sun"]
    days = re.compile("(maan|dins|woens|donder|vrij|zater|zon)dag")
    assert not days.search(str(moved))
    [enterprise] = [one for one in ORGANISATIONS if one["key"] == moved["organisation"]]
    assert days.findall(enterprise["about"]) == ["zater"]  # of the jam


ORGANISATIONS = texts.read("organisations")["organisations"]
