"""When a task waits."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.notes.rules import is_near


@pytest.mark.parametrize("days", [-1, 0, 3, 4])
def test_a_task_waits_from_three_days_before_its_day(days):
    today = clock.today()
    assert is_near(today + timedelta(days=days), today) is (days <= 3)
