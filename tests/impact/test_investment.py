"""Which months a provider may write down what it put in."""

from datetime import date

import pytest

from portal.impact.rules.investment import last_months


@pytest.mark.parametrize("today", [date(2026, 1, 31), date(2026, 3, 1), date(2025, 12, 31)])
def test_the_last_months_are_fifteen_the_newest_first(today: date):
    months = last_months(today)
    assert months[0] == today.replace(day=1)
    assert [one.day for one in months] == [1] * 15
    numbers = [one.year * 12 + one.month for one in months]
    assert numbers == list(range(numbers[0], numbers[0] - 15, -1))
