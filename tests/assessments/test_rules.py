"""A conversation as a table of moves, and the codes on paper."""

import pytest
from hypothesis import given, strategies as st

from portal.assessments.rules import (
    BY_HER,
    HELD,
    MOVES,
    OVER,
    AssessmentMove,
    AssessmentStatus,
    Pick,
    code_of,
    read_codes,
)
from portal.core.errors import RuleBroken
from portal.offerings.rules.competences import all_competences, competences

_M, _S = AssessmentMove, AssessmentStatus


def test_only_she_ends_it_well_and_everybody_may_stop():
    into = {move for (_, move), state in MOVES.items() if state is _S.AGREED}
    assert into == {_M.AGREE}
    assert [state for state, move in MOVES if move is _M.AGREE] == [_S.LAID]
    assert {state for state, move in MOVES if move is _M.STOP} == set(_S) - OVER
    assert _M.AGREE in BY_HER


def test_what_is_over_stays_so_and_what_is_not_leads_on():
    for state in _S:
        assert bool(MOVES.open_from(state)) is (state not in OVER), state
    for state in HELD:
        can_lay = state is _S.RUNNING or (state, _M.BEGIN) in MOVES
        assert can_lay, state


def test_nobody_takes_the_cards_away_while_they_lie_on_the_table():
    """Nor from who paused: whoever is asked then begins where she was."""
    assert (_S.RUNNING, _M.ASSIGN) not in MOVES
    assert MOVES[_S.PAUSED, _M.ASSIGN] is _S.ASKED


def test_each_word_has_a_code_of_its_own_that_nobody_reads_wrong():
    codes = {key: code_of(key) for key in all_competences()}
    assert len(set(codes.values())) == len(codes)
    assert not {letter for code in codes.values() for letter in code} & set("01OIAEUY")
    assert {len(code) for code in codes.values()} == {3}
    assert codes["samenwerken"] == code_of("samenwerken")


@given(st.dictionaries(st.sampled_from(sorted(competences())), st.sampled_from(Pick)), st.data())
def test_codes_are_read_back_however_they_are_typed(picks, data):
    typed = dict.fromkeys(Pick, "")
    for key, pick in picks.items():
        code, between = code_of(key), data.draw(st.sampled_from([" ", ", ", "\n", "  "]))
        typed[pick] += data.draw(st.sampled_from([code, code.lower()])) + between
    assert read_codes(typed, competences()) == picks


@pytest.mark.parametrize(
    ("mine", "learn", "field"), [("QQQ", "", "mine"), ("{code}", "{code}", "learn")]
)
def test_a_code_that_is_none_or_lies_twice_is_refused(mine, learn, field):
    code = code_of("samenwerken")
    typed = {Pick.MINE: mine.format(code=code), Pick.LEARN: learn.format(code=code)}
    with pytest.raises(RuleBroken) as refused:
        read_codes(typed, competences())
    assert refused.value.field == field


def test_a_card_on_paper_keeps_its_code():
    """Sets that were printed stay in drawers for years."""
    assert code_of("working-together") == "XP6"
