"""Whose turn it is, and until when: the waiting line as decisions."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from portal.core.clock import LOCAL_ZONE, to_local
from portal.enrolments.rules import Overdue, answer_due, fills_by_itself, offer_deadline, overdue
from portal.enrolments.rules.line import InLine, left_for_new, next_party, number_in_line, parties
from portal.notices.rules import is_quiet, next_daytime
from portal.offerings.rules import OfferingStatus, WaitingLine

A, B = uuid.UUID(int=1), uuid.UUID(int=2)


def _line(*people):
    return [
        InLine(number, *(one if isinstance(one, tuple) else (one,)))
        for number, one in enumerate(people, start=1)
    ]


def test_who_came_first_is_first():
    line = _line(None, None, None)
    assert next_party(line, free=2, places=5) == [1]
    assert [number_in_line(line, row.id, 5) for row in line] == [1, 2, 3]


def test_a_partys_turn_is_that_of_its_last_member():
    line = _line(A, None, A, None)
    assert [[one.id for one in party] for party in parties(line, 5)] == [[2], [1, 3], [4]]
    assert [number_in_line(line, number, 5) for number in (1, 2, 3, 4)] == [2, 1, 2, 4]


def test_a_smaller_party_passes_one_that_does_not_fit_and_that_keeps_its_turn():
    line = _line(A, A, None, B, B)
    assert next_party(line, free=1, places=5) == [3]
    assert next_party(line, free=2, places=5) == [1, 2]
    assert next_party(_line(A, A, B, B), free=1, places=5) == []


def test_nobody_is_offered_a_place_twice():
    line = _line((None, True), None)
    assert next_party(line, free=1, places=5) == [2]
    assert number_in_line(line, 1, 5) == 1  # she is in the line all the same
    assert next_party(_line((None, True)), free=1, places=5) == []


def test_a_party_larger_than_the_group_counts_one_by_one():
    line = _line(A, A, A)
    assert next_party(line, free=2, places=2) == [1]
    assert number_in_line(line, 3, 2) == 3


def test_who_does_not_wait_has_no_number():
    assert number_in_line(_line(None), 9, 5) == 0


people = st.lists(st.tuples(st.sampled_from([None, A, B]), st.booleans()), max_size=9)


@given(people, st.integers(0, 6), st.integers(1, 6))
def test_no_chair_stays_empty_for_who_fits(found, free, places):
    line = _line(*found)
    turn = next_party(line, free, places)
    mayhap = [one for one in line if not one.was_offered]
    assert len(turn) <= free
    assert bool(turn) == any(len(party) <= free for party in parties(mayhap, places))
    assert sorted(one.id for party in parties(line, places) for one in party) == [
        one.id for one in line
    ]


@pytest.mark.parametrize(
    ("now", "hours", "until"),
    [
        ((2026, 3, 3, 14, 0), 48, "2026-03-05 14:00"),
        ((2026, 3, 3, 23, 0), 48, "2026-03-06 09:00"),  # told in the morning: from then on
        ((2026, 3, 3, 3, 0), 48, "2026-03-05 09:00"),
        ((2026, 3, 3, 18, 0), 5, "2026-03-04 10:00"),  # not at night
        ((2026, 3, 3, 20, 59), 24, "2026-03-04 20:59"),
        ((2026, 3, 3, 21, 0), 12, "2026-03-05 10:00"),  # 09.00 and twelve hours is 21.00: quiet
        ((2026, 3, 27, 23, 30), 48, "2026-03-30 10:00"),  # over the night of summer time:
        ((2026, 3, 28, 10, 0), 48, "2026-03-30 11:00"),  # she has all of her hours
        ((2026, 10, 24, 10, 0), 48, "2026-10-26 09:00"),
        ((2026, 3, 28, 20, 0), 12, "2026-03-29 09:00"),
    ],
)
def test_until_when_a_place_is_hers(now, hours, until):
    moment = datetime(*now).replace(tzinfo=LOCAL_ZONE)  # noqa: DTZ001 - it has one at once
    assert to_local(offer_deadline(moment, hours)).strftime("%Y-%m-%d %H:%M") == until


@given(st.integers(0, 366 * 24 * 60), st.integers(1, 336))
def test_a_deadline_is_by_day_and_gives_all_the_hours(minutes, hours):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    until = offer_deadline(now, hours)
    assert not is_quiet(until)
    assert timedelta(hours=hours) <= until - next_daytime(now) <= timedelta(hours=hours + 14)


def test_an_answer_is_due_at_the_end_of_the_day():
    due = answer_due(datetime(2026, 3, 27, 22, 30, tzinfo=UTC), 5)
    assert to_local(due).strftime("%Y-%m-%d %H:%M") == "2026-04-01 17:00"


@pytest.mark.parametrize(
    ("days", "reminders", "step"),
    [
        (-1, 0, None), (0, 0, Overdue.REMIND), (1, 1, None), (2, 1, Overdue.ASK_COOPERATIVE),
        (6, 2, None), (7, 2, Overdue.CLOSE),
        (30, 0, Overdue.REMIND), (30, 1, Overdue.ASK_COOPERATIVE),
    ],
)  # fmt: skip
def test_what_an_answer_that_stays_away_calls_for(days, reminders, step):
    due = datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert overdue(due, reminders, due + timedelta(days=days)) is step


@pytest.mark.parametrize("status", OfferingStatus)
def test_where_the_house_offers_places(status):
    open_ones = {OfferingStatus.PUBLISHED, OfferingStatus.FULL, OfferingStatus.CLOSED}
    assert fills_by_itself(status, WaitingLine.FIRST_COME) == (status in open_ones)
    assert not fills_by_itself(status, WaitingLine.BY_STAFF)


@pytest.mark.parametrize(
    ("line", "free", "left"),
    [
        ([], 3, 3), ([(1, None)], 3, 2), ([(1, None), (2, None)], 1, 0), ([(1, None)], 0, 0),
        ([(1, 7), (2, 7)], 1, 1), ([(1, 7), (2, 7), (3, None)], 1, 0),
        ([(1, 7), (2, 7), (3, None)], 4, 1),
    ],
)  # fmt: skip
def test_what_the_line_leaves_is_for_who_comes_new(line, free, left):
    """Of a group of five; people of one number wait together."""
    waiting = [InLine(n, together and uuid.UUID(int=together)) for n, together in line]
    assert left_for_new(waiting, free, 5) == left
    assert left_for_new([InLine(1, None, was_offered=True), *waiting[1:]], 1, 5) <= 1
