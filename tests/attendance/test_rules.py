"""When a register is open, what a mark is worth, and who stayed away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from portal.attendance.rules import (
    LATE_AFTER,
    WENT_ON_WITHIN,
    AttendanceStatus,
    Provenance,
    RecordedHow,
    RegisterState,
    absences_in_a_row,
    came_later,
    check_may_close,
    check_may_excuse,
    check_may_go_on,
    check_nobody_came,
    check_reason,
    check_register_open,
    check_still_then,
    minutes_credited,
    moment_tapped,
    provenance,
    register_state,
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


ENDS = STARTS + timedelta(hours=2)
LITTLE = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("how", "after", "kind"),
    [
        (RecordedHow.CHECKED_IN, 9 * LATE_AFTER, Provenance.CHECKED_IN),
        (RecordedHow.IMPORTED, -LITTLE, Provenance.IMPORTED),
        (RecordedHow.BY_HAND, -LITTLE, Provenance.WITHIN_TWO_DAYS),
        (RecordedHow.BY_HAND, LATE_AFTER, Provenance.WITHIN_TWO_DAYS),
        (RecordedHow.ALL_AT_ONCE, LATE_AFTER + LITTLE, Provenance.LATER),
    ],
)
def test_how_an_hour_came_to_be_is_told_by_when_it_was_written_down(how, after, kind):
    assert provenance(how, ENDS + after, ENDS) is kind


@given(tapped=st.integers(-9000, 9000), sent=st.integers(-9000, 9000), now=st.integers(0, 9000))
def test_a_tap_was_as_long_ago_as_the_phone_says_after_it_opened_and_before_now(tapped, sent, now):
    """In minutes from when the register opened; the phone's clock may say anything."""

    def at(minutes: int) -> datetime:
        return STARTS + timedelta(minutes=minutes)

    meant = now - (sent - tapped)
    found = moment_tapped(at(tapped), at(sent), begins=STARTS, now=at(now))
    assert found == at(0 if meant < 0 else now if meant > now else meant)


def test_a_phone_that_is_ages_off_tapped_just_now():
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    assert moment_tapped(last, first, begins=STARTS, now=ENDS) == ENDS


@pytest.mark.parametrize(
    ("minutes", "is_later"), [(None, False), (0, False), (2, False), (2.1, True)]
)
def test_a_tap_that_was_on_its_way_for_long_came_later(minutes, is_later):
    tapped_at = None if minutes is None else ENDS - timedelta(minutes=minutes)
    assert came_later(tapped_at, ENDS) is is_later


@pytest.mark.parametrize(
    ("now", "values", "state"),
    [
        (ENDS, {"is_cancelled": True, "disputes": 1, "is_closed": True}, "not_held"),
        (STARTS - LITTLE, {"disputes": 1, "is_closed": True}, "to_settle"),
        (ENDS, {"is_closed": True, "people": 0}, "closed"),
        (STARTS - LITTLE, {"people": 0}, "coming"),
        (STARTS, {"people": 0}, "nobody"),
        (STARTS, {}, "now"),
        (ENDS - LITTLE, {"marked": 3}, "now"),
        (ENDS, {}, "incomplete"),
        (ENDS + LATE_AFTER, {}, "incomplete"),
        (ENDS + LATE_AFTER + LITTLE, {}, "never_logged"),
        (ENDS + LATE_AFTER + LITTLE, {"marked": 2}, "incomplete"),
        (ENDS + LATE_AFTER + LITTLE, {"marked": 3}, "to_close"),
        (ENDS, {"marked": 4}, "to_close"),
    ],
)
def test_what_a_register_asks_is_the_first_that_holds(now, values, state):
    plain = {"marked": 0, "people": 3, "disputes": 0, "is_cancelled": False, "is_closed": False}
    assert register_state(STARTS, ENDS, now, **{**plain, **values}) == RegisterState(state)


CHECKS = [
    (lambda: check_may_close(STARTS, 0, STARTS), None),
    (lambda: check_may_close(STARTS, 0, STARTS - LITTLE), "not begun yet"),
    (lambda: check_may_close(STARTS, 1, ENDS), "Settle that first"),
    (lambda: check_nobody_came(False, False), None),
    (lambda: check_nobody_came(True, False), "cancelled already"),
    (lambda: check_nobody_came(False, True), "marked as here"),
    (lambda: check_may_go_on(STARTS, ENDS, True, STARTS), None),
    (lambda: check_may_go_on(STARTS, ENDS, True, ENDS + WENT_ON_WITHIN), None),
    (lambda: check_may_go_on(STARTS, ENDS, True, STARTS - LITTLE), "people were told"),
    (lambda: check_may_go_on(STARTS, ENDS, False, ENDS), "people were told"),
    (lambda: check_may_go_on(STARTS, ENDS, True, ENDS + WENT_ON_WITHIN + LITTLE), "too long ago"),
    (lambda: check_reason(False, False), None),
    (lambda: check_reason(True, True), None),
    (lambda: check_reason(True, False), "Say why"),
    (lambda: check_may_excuse(STARTS, False, STARTS - LITTLE), None),
    (lambda: check_may_excuse(STARTS, False, STARTS), "begun already"),
    (lambda: check_may_excuse(STARTS, True, STARTS - LITTLE), "does not take place"),
    (lambda: check_still_then(STARTS, None), None),
    (lambda: check_still_then(STARTS, STARTS), None),
    (lambda: check_still_then(STARTS, STARTS + LITTLE), "time has changed"),
]


@pytest.mark.parametrize(("check", "words"), CHECKS)
def test_each_refusal_holds_from_its_moment_on(check, words):
    if words is None:
        check()
        return
    with pytest.raises(RuleBroken, match=words) as refusal:
        check()
    assert refusal.value.field == ("reason" if words == "Say why" else "")
