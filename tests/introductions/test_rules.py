"""What follows what between interest and work: who may do it, who acts, and by when."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from portal.core.errors import RuleBroken
from portal.introductions import rules
from portal.introductions.rules import (
    HIRED,
    MOVES,
    OPEN,
    OVER,
    SHOWN,
    WHY_NOT,
    IntroductionMove as Move,
    IntroductionStatus as Status,
    Side,
    WhyNot,
)

DAY = date(2026, 3, 3)
BY_ALL_OR_BY_TIME = {Move.TRY, Move.PLACE, Move.LAPSE}
STEPS = st.lists(st.sampled_from(list(Move)), max_size=12)


def test_each_state_is_before_work_at_work_or_over():
    groups = [set(rules.BEFORE_WORK), set(HIRED), set(OVER)]
    assert set().union(*groups) == set(Status)
    assert sum(map(len, groups)) == len(Status)
    assert {state for state in Status if MOVES.open_from(state)} == OPEN


@given(st.booleans(), STEPS)
def test_no_walk_passes_over_both_having_said_yes(was_invited, moves):
    """Whatever is tried in whatever order: work comes after a yes, a meeting, and a text."""
    state = Status.AGREED if was_invited else Status.WANTED
    walked = [state]
    for move in moves:
        if (state, move) in MOVES:
            state = MOVES.next(state, move)
            walked.append(state)
        else:
            with pytest.raises(RuleBroken):
                MOVES.next(state, move)
    if HIRED & set(walked):
        assert walked.index(Status.AGREED) < walked.index(Status.MEETING)
        assert walked.index(Status.MEETING) < walked.index(Status.PLACED)
    assert not set(walked[:-1]) & (OVER | {Status.ENDED})  # nothing follows an end


@pytest.mark.parametrize("state", Status)
@pytest.mark.parametrize("move", Move)
def test_who_may_do_what(state, move):
    who = {side for side in Side if rules.may(side, state, move)}
    if (state, move) not in MOVES or move in BY_ALL_OR_BY_TIME:
        assert not who
    elif move is Move.YES:
        assert who == {Side.EMPLOYER}
    elif move in (Move.NO, Move.END):
        assert who == {Side.HER, Side.EMPLOYER}  # a guide decides for nobody
    else:
        assert who == {Side.EMPLOYER if move is Move.MEET else Side.HER}


@pytest.mark.parametrize("state", Status)
def test_each_step_before_work_has_a_day(state):
    is_step = state in rules.BEFORE_WORK
    by = rules.act_by(state, DAY)
    assert (by is not None) is is_step
    assert by is None or by > DAY


def test_an_employer_never_sees_what_led_to_nothing():
    assert not SHOWN & (OVER | HIRED)
    assert set(Status) == SHOWN | HIRED | OVER


@pytest.mark.parametrize("side", [Side.HER, Side.EMPLOYER])
@pytest.mark.parametrize("move", [Move.NO, Move.END])
@pytest.mark.parametrize("why", [None, *WhyNot])
def test_a_no_has_a_reason_of_its_side(side, move, why):
    if why in WHY_NOT[side]:
        rules.check_why(side, move, why)
    else:
        with pytest.raises(RuleBroken):
            rules.check_why(side, move, why)


def test_a_yes_needs_no_reason():
    rules.check_why(Side.HER, Move.YES, None)


def test_she_need_not_say_why():
    assert WhyNot.NOT_SAID in WHY_NOT[Side.HER]
    assert WhyNot.NOT_SAID not in WHY_NOT[Side.EMPLOYER]


@pytest.mark.parametrize("state", Status)
@pytest.mark.parametrize("to", Status)
@pytest.mark.parametrize("until", [None, DAY])
def test_a_text_leads_to_the_next_step_only(state, to, until):
    next_steps = {
        (Status.MEETING, Status.TRIAL), (Status.MEETING, Status.PLACED),
        (Status.TRIAL, Status.PLACED),
    }  # fmt: skip
    if (state, to) in next_steps and (until or to is Status.PLACED):
        rules.check_text(state, to, until)
    else:
        with pytest.raises(RuleBroken):
            rules.check_text(state, to, until)


@pytest.mark.parametrize(("days", "is_right"), [(-1, False), (0, True), (62, True), (63, False)])
def test_the_first_meeting_is_soon_and_somewhere(days, is_right):
    if is_right:
        rules.check_meeting(DAY, DAY + timedelta(days=days), "Kade 1")
    with pytest.raises(RuleBroken):
        rules.check_meeting(DAY, DAY + timedelta(days=days), "" if is_right else "Kade 1")


def test_a_first_meeting_has_a_day():
    with pytest.raises(RuleBroken):
        rules.check_meeting(DAY, None, "Kade 1")


@pytest.mark.parametrize("free", [0, -1])
def test_no_more_than_there_are_places(free):
    rules.check_is_free(1)
    with pytest.raises(RuleBroken):
        rules.check_is_free(free)


@pytest.mark.parametrize("state", Status)
def test_an_employer_reads_a_first_name_until_she_works_there(state):
    whole = state in HIRED
    assert rules.called_at_work("Samira el Idrissi", state) == (
        "Samira el Idrissi" if whole else "Samira"
    )
