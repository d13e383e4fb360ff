"""What holds depends on what was saved, never on the order in which it came."""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from portal.attendance.rules import AttendanceStatus
from portal.attendance.rules.standing import Recording, stand

PRESENT, EXCUSED, ABSENT = AttendanceStatus
NOON = datetime(2026, 3, 3, 11, tzinfo=UTC)
THERE, SHORTER, AWAY, NOTHING = (PRESENT, 120), (PRESENT, 60), (ABSENT, 0), None
SIX = [uuid.UUID(int=number) for number in range(6)]


def tap(number, value, replaces=(), minute=0, **more):
    seen = None if replaces is None else frozenset(SIX[one] for one in replaces)
    at = NOON + timedelta(minutes=minute)
    return Recording(number, SIX[number], value, seen, at, **more)


def numbers(stood):
    """What holds, what stands beside it, and whether more may come of it."""
    holds = None if stood.holds is None else stood.holds.event_id.int
    return holds, [one.event_id.int for one in stood.others]


def test_nothing_was_saved():
    assert numbers(stand([])) == (None, [])


def test_who_saw_the_first_tap_takes_its_place():
    stood = stand([tap(0, THERE, minute=5), tap(1, AWAY, [0], minute=1)])  # a clock that is slow
    assert numbers(stood) == (1, [])
    assert not stood.has_rivals


def test_two_who_did_not_see_each_other_are_in_dispute_and_the_latest_tap_holds_meanwhile():
    stood = stand([tap(0, THERE), tap(1, AWAY, [0], 2), tap(2, SHORTER, [0], 1)])
    assert numbers(stood) == (1, [2])
    settled = stand([*[tap(0, THERE), tap(1, AWAY, [0], 2)], tap(2, SHORTER, [0], 1),
                     tap(3, SHORTER, [1, 2])])  # fmt: skip
    assert numbers(settled) == (3, [])


def test_two_who_say_the_same_are_in_no_dispute_but_each_must_be_seen_to_be_replaced():
    both = [tap(0, THERE), tap(1, THERE, minute=1)]
    assert numbers(stand(both)) == (1, [])
    assert stand(both).has_rivals
    assert numbers(stand([*both, tap(2, AWAY, [1], 2)])) == (2, [0])


def test_a_mark_that_was_taken_away_gives_way_to_any_other():
    assert numbers(stand([tap(0, THERE), tap(1, NOTHING, [0], 5)])) == (None, [])
    assert numbers(stand([tap(0, THERE), tap(1, NOTHING, [0], 5), tap(2, AWAY, [0])])) == (2, [])


def test_what_the_portal_itself_writes_takes_the_place_of_all_before_it():
    assert numbers(stand([tap(0, THERE), tap(1, AWAY), tap(2, SHORTER, None)])) == (2, [])
    assert numbers(stand([tap(0, THERE, None), tap(1, AWAY, [], 1)])) == (1, [0])


def test_what_was_closed_holds_until_somebody_says_why_it_changes():
    closed = [tap(0, THERE)]
    late = tap(1, AWAY, [0], 9, is_after_close=True)
    assert numbers(stand([*closed, late])) == (0, [1])
    assert numbers(stand([*closed, late, tap(2, AWAY, [0, 1], 10)])) == (2, [])


def test_a_change_does_not_replace_itself_and_waits_for_what_it_names():
    assert numbers(stand([tap(0, THERE, [0])])) == (0, [])
    assert stand([tap(1, THERE, [0])]).has_rivals


changes = st.lists(
    st.builds(
        tap,
        st.integers(0, 5),
        st.sampled_from([THERE, SHORTER, AWAY, NOTHING]),
        st.sets(st.integers(0, 5), max_size=3),  # also what comes later, itself, and in a ring
        st.integers(0, 3),
        is_after_close=st.booleans(),
    ),
    unique_by=lambda one: one.event_id,
)


@given(changes, st.randoms(use_true_random=False))
def test_no_order_changes_what_holds(found, random):
    shuffled = random.sample(found, len(found))
    again = [Recording(number, *vars_of(one)) for number, one in enumerate(shuffled)]
    first, second = stand(found), stand(again)
    assert numbers(first) == numbers(second)
    assert first.has_rivals == second.has_rivals


def vars_of(one):
    return one.event_id, one.value, one.replaces, one.tapped_at, one.is_after_close


@given(changes)
def test_no_value_is_lost_silently(found):
    """A mark that nobody replaced holds, or says the same as what holds, or stands beside it."""
    stood = stand(found)
    named = {
        key for one in found if not one.is_after_close for key in one.replaces - {one.event_id}
    }
    kept = {one.value for one in found if one.event_id not in named and one.value is not None}
    shown = {one.value for one in (stood.holds, *stood.others) if one is not None}
    assert kept == shown
