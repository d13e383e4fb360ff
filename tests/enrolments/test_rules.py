"""The life of an enrolment, as decisions."""

from datetime import date, timedelta

import pytest

from portal.core.errors import NotAllowed, RuleBroken
from portal.enrolments.rules import (
    BY_ITSELF,
    HERS,
    HOLDS_PLACE,
    OPEN,
    TOOK_PART,
    TRANSITIONS,
    DeclineReason,
    EnrolmentStatus,
    Move,
    check_free_place,
    check_last_day,
    check_mover,
    check_not_begun,
    check_not_over,
    check_offered,
    first_status,
    may_stay,
    next_status,
    places_change,
)
from portal.offerings.rules import Intake, OfferingStatus

S = EnrolmentStatus
PUBLISHED, FULL = OfferingStatus.PUBLISHED, OfferingStatus.FULL


@pytest.mark.parametrize(
    ("status", "intake", "free", "waiting", "begins"),
    [
        (PUBLISHED, Intake.DIRECT, 1, 0, S.ENROLLED),
        (PUBLISHED, Intake.DIRECT, 3, 2, S.ENROLLED),
        (PUBLISHED, Intake.DIRECT, 2, 2, S.WAITING),  # the free places are for those in line
        (FULL, Intake.DIRECT, 0, 0, S.WAITING),
        (PUBLISHED, Intake.BY_INVITATION, 5, 0, S.APPLIED),
        (FULL, Intake.BY_INVITATION, 0, 9, S.APPLIED),
    ],
)
def test_how_a_sign_up_begins(status, intake, free, waiting, begins):
    assert first_status(status, intake, free, waiting) is begins


@pytest.mark.parametrize("status", sorted(set(OfferingStatus) - {PUBLISHED, FULL}))
def test_no_sign_up_where_no_new_people_are_taken(status):
    with pytest.raises(RuleBroken):
        first_status(status, Intake.DIRECT, 5, 0)


def test_every_pair_outside_the_table_is_refused():
    for status in S:
        for move in Move:
            if (status, move) in TRANSITIONS:
                assert next_status(status, move) is TRANSITIONS[status, move]
                assert (move in TRANSITIONS.open_from(status)) == (move not in BY_ITSELF)
            else:
                with pytest.raises(RuleBroken):
                    next_status(status, move)


def test_what_is_over_stays_over():
    assert {status for status in S if not TRANSITIONS.open_from(status)} == set(S) - OPEN


def test_who_holds_a_place_is_open_and_who_took_part_once_held_one():
    assert HOLDS_PLACE <= OPEN
    reached = {after for (before, _), after in TRANSITIONS.items() if before in HOLDS_PLACE}
    assert {S.COMPLETED, S.ENDED} <= reached & TOOK_PART


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, S.ENROLLED, 1), (None, S.WAITING, 0), (None, S.APPLIED, 0),
        (S.WAITING, S.OFFERED, 1),
        (S.OFFERED, S.ENROLLED, 0), (S.OFFERED, S.WAITING, -1), (S.OFFERED, S.WITHDRAWN, -1),
        (S.ENROLLED, S.ENDED, -1), (S.ENROLLED, S.COMPLETED, -1), (S.APPLIED, S.DECLINED, 0),
    ],
)  # fmt: skip
def test_places_that_a_change_takes_or_gives_back(before, after, change):
    assert places_change(before, after) == change


def test_a_place_must_be_free_only_when_one_is_taken():
    check_free_place(1, 1)
    check_free_place(0, 0)
    check_free_place(-1, 0)
    with pytest.raises(RuleBroken):
        check_free_place(1, 0)


@pytest.mark.parametrize("move", Move)
def test_each_does_only_what_is_hers(move):
    check_mover(move, is_participant=False, is_house=True)
    for is_participant, may in ((True, move in HERS), (False, move not in BY_ITSELF)):
        if may:
            check_mover(move, is_participant=is_participant)
        else:
            with pytest.raises(NotAllowed):
                check_mover(move, is_participant=is_participant)


@pytest.mark.parametrize(
    ("started", "last", "is_right"),
    [(3, 5, True), (5, 5, True), (6, 5, False), (None, 5, True), (3, 11, False), (3, 10, True)],
)
def test_the_last_day_lies_between_the_first_and_today(started, last, is_right):
    first = date(2026, 3, started) if started else None
    if is_right:
        check_last_day(first, date(2026, 3, last), date(2026, 3, 10))
        return
    with pytest.raises(RuleBroken) as broken:
        check_last_day(first, date(2026, 3, last), date(2026, 3, 10))
    assert broken.value.field == "ended_on"


@pytest.mark.parametrize(
    ("status", "intake", "places", "days", "stays"),
    [
        (PUBLISHED, Intake.DIRECT, 1, 0, True),
        (FULL, Intake.DIRECT, 1, 7, True),
        (PUBLISHED, Intake.DIRECT, 1, 7.1, False),
        (PUBLISHED, Intake.DIRECT, 0, 0, False),
        (PUBLISHED, Intake.BY_INVITATION, 1, 0, False),
        (OfferingStatus.CLOSED, Intake.DIRECT, 1, 0, False),
        (OfferingStatus.CLOSED, Intake.BY_INVITATION, 1, 0, False),
    ],
)
def test_who_walks_in_stays_where_there_is_a_place_and_lately(status, intake, places, days, stays):
    assert may_stay(status, intake, places, timedelta(days=days)) is stays


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("reason", [None, DeclineReason.NO_ANSWER, DeclineReason.GROUP_FULL])
def test_only_what_is_offered_can_be_taken(status, reason):
    if status is S.OFFERED:
        check_offered(status, reason)
        return
    words = (
        "time to answer is over" if reason is DeclineReason.NO_ANSWER
        else "still on the list" if status is S.WAITING
        else r"offered to you now\.$"
    )  # fmt: skip
    with pytest.raises(RuleBroken, match=words):
        check_offered(status, reason)


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("has_begun", [True, False])
def test_that_she_was_there_is_not_undone(move, before, has_begun):
    if (move, before, has_begun) == (Move.WITHDRAW, S.ENROLLED, True):
        with pytest.raises(RuleBroken, match="has begun"):
            check_not_begun(move, before, has_begun)
    else:
        check_not_begun(move, before, has_begun)


@pytest.mark.parametrize("after", S)
def test_a_group_that_is_over_gives_no_place_and_ends_whatever_else(after):
    check_not_over(after, False)
    if after in {S.OFFERED, S.ENROLLED}:
        with pytest.raises(RuleBroken, match="is over"):
            check_not_over(after, True)
    else:
        check_not_over(after, True)
