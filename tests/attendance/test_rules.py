"""When a register is open, what a mark is worth, and who stayed away."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.attendance.rules import (
    AttendanceStatus,
    absences_in_a_row,
    check_register_open,
    minutes_credited,
)
from portal.core.errors import RuleBroken

P, E, A = AttendanceStatus.PRESENT, AttendanceStatus.EXCUSED, AttendanceStatus.ABSENT
STARTS = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "said", "credited"),
    [(P, None, 150), (P, 90, 90), (P, 150, 150), (P, 1, 1), (E, None, 0), (A, 90, 0)],
)
def test_minutes_are_those_of_the_session_unless_fewer_were_said(status, said, credited):
    assert minutes_credited(status, 150, said) == credited


@pytest.mark.parametrize("minutes", [0, -5, 151, 10**12])
def test_more_minutes_than_the_session_has_or_none_at_all_are_refused(minutes):
    with pytest.raises(RuleBroken) as refusal:
        minutes_credited(P, 150, minutes)
    assert (refusal.value.field, refusal.value.values) == ("minutes", {"most": 150})


@pytest.mark.parametrize(("hours_before", "is_open"), [(12, True), (12.1, False), (-5000, True)])
def test_a_register_opens_twelve_hours_before_and_stays_open(hours_before, is_open):
    now = STARTS - timedelta(hours=hours_before)
    if is_open:
        check_register_open(STARTS, False, now)
    else:
        with pytest.raises(RuleBroken, match="not open yet"):
            check_register_open(STARTS, False, now)


def test_a_cancelled_session_has_no_register():
    with pytest.raises(RuleBroken, match="cancelled"):
        check_register_open(STARTS, True, STARTS)


@pytest.mark.parametrize(
    ("latest_first", "times"),
    [([], 0), ([A, A, A, P], 3), ([A, E, A, P, A], 2), ([P, A, A], 0), ([E, E, E], 0)],
)
def test_excused_counts_neither_as_absent_nor_as_present(latest_first, times):
    assert absences_in_a_row(latest_first) == times
