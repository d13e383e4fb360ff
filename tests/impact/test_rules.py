"""Periods, the ladder, and the table of the method."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.core.errors import RuleBroken
from portal.impact.queries import counting
from portal.impact.rules import (
    TRANSITIONS,
    Period,
    ReportMove,
    ReportStatus,
    Statement,
    check_names,
    check_period,
    check_words,
    figures,
    how_long,
    ladder_change,
    longest_row,
    next_status,
)
from portal.impact.rules.figures import (
    Figure,
    MethodText,
    check_method,
    figures_of,
    method,
    parts_of,
)
from portal.progress.rules import Voice

TODAY = date(2026, 11, 22)
YESTERDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), "until_on"),
        (date(2026, 11, 1), date(2026, 11, 22), "until_on"),  # today goes on
        (date(2026, 11, 1), date(2026, 11, 23), "until_on"),
        (date(2023, 11, 21), date(2026, 11, 21), "until_on"),
        (date(2024, 2, 29), date(2027, 2, 28), "until_on"),
    ],
)
def test_a_wrong_period_is_refused(first, last, field):
    with pytest.raises(RuleBroken) as broken:
        check_period(Period(first, last), date(2027, 3, 1) if last.year == 2027 else TODAY)
    assert broken.value.field == field


@pytest.mark.parametrize("days", [(date(2023, 11, 22), YESTERDAY), (YESTERDAY, YESTERDAY)])
def test_three_years_and_a_single_day_are_periods(days):
    check_period(Period(*days), TODAY)


def _said(*statements):
    return [Statement(date(2026, 1, day), voice, step) for day, voice, step in statements]


P, G, E = Voice.PARTICIPANT, Voice.GUIDE, Voice.EXPERT


@pytest.mark.parametrize(
    ("statements", "change"),
    [
        ([], "unknown"),
        ([(1, P, 2)], "unknown"),
        ([(1, P, 2), (1, P, 3)], "unknown"),  # the same day says nothing of a change
        ([(1, P, 2), (9, G, 4)], "unknown"),  # two voices are not compared
        ([(1, P, 2), (9, P, 3)], "rose"),
        ([(1, P, 3), (5, P, 5), (9, P, 3)], "held"),
        ([(1, G, 3), (9, G, 4), (2, P, 2)], "rose"),
        ([(1, G, 3), (2, P, 3), (9, G, 4), (9, P, 2)], "fell"),  # her own voice goes first
        ([(1, E, 3), (9, E, 3), (2, G, 4)], "held"),
    ],
)
def test_how_a_change_on_the_ladder_is_read(statements, change):
    said = sorted(_said(*statements), key=lambda statement: statement.stated_on)
    assert ladder_change(said) == change


def test_only_the_moves_of_the_table_are_possible():
    for status in ReportStatus:
        for move in ReportMove:
            if (status, move) in TRANSITIONS:
                assert next_status(status, move) is TRANSITIONS[status, move]
            else:
                with pytest.raises(RuleBroken):
                    next_status(status, move)


def test_the_table_of_the_method_has_its_words_and_what_it_refers_to():
    figures = figures_of(date(2026, 1, 1), date(2026, 2, 1))
    ids = [figure.id for figure in figures]
    assert len(ids) == len(set(ids))
    for figure in figures:
        words = (figure.label, figure.definition)
        assert all(text.nl and text.en for text in words)
        assert figure.base in {None, *ids}
        assert figure.shown_with in {None, *ids}
        assert figure.unit in method().units
    for whole, parts in parts_of(figures):
        assert all(ids.index(whole) < ids.index(part) for part in parts), "wholes stand above"


COUNTED = {name: ids for name, (ids, _) in counting._COUNTERS.items()}
ONE_MORE = Figure("wellbeing", "ladder", MethodText("Welzijn", "Wellbeing"), "people", "ladder")


def _with(change):
    """The method with the figures of its first group changed."""
    first, *others = method().groups
    return replace(method(), groups=(replace(first, figures=change(first.figures)), *others))


@pytest.mark.parametrize(
    ("change", "counted", "says"),
    [
        (lambda rows: (*rows, ONE_MORE), COUNTED, "nobody counts wellbeing. Name it in"),
        (lambda rows: rows[:1], COUNTED, "counts sessions, which method.toml does not have"),
        (
            lambda rows: (*rows, replace(ONE_MORE, part_of="life")),
            {**COUNTED, "ladder": COUNTED["ladder"] | {"wellbeing"}},
            "wellbeing is part of life, which is no measure above it. Add that whole",
        ),
        (
            lambda rows: rows,
            {**COUNTED, "ladder": COUNTED["ladder"] | {"wellbeing"}},
            "counts wellbeing, which method.toml does not have under it. Add a line",
        ),
        (lambda rows: rows, {**COUNTED, "mood": frozenset({"sad"})}, "counts sad"),
        (
            lambda rows: (*rows, replace(ONE_MORE, counter="mood")),
            COUNTED,
            "nobody counts wellbeing. Name it in the counter 'mood'",
        ),
    ],
)
def test_the_start_refuses_a_measure_that_hangs_loose_and_says_where_to_go_on(
    monkeypatch, change, counted, says
):
    check_method(COUNTED)
    changed = _with(change)
    monkeypatch.setattr(figures, "method", lambda: changed)
    with pytest.raises(ValueError, match=says):
        check_method(counted)


def test_the_method_is_read_in_every_language():
    """Each text of the table has its words in each other language of the house."""
    texts = {
        text.en
        for group in method().groups
        for text in (
            *(group.label, group.definition),
            *(text for one in group.figures for text in (one.label, one.definition)),
        )
        if text.en
    }
    texts |= {line.label.en for line in method().not_counted}
    texts |= {unit.en for unit in method().units.values()}
    for language in ("ar", "tr", "pl"):
        assert {text for text in texts if MethodText("", text)(language) == text} == set()
    assert MethodText("mensen", "people")("nl") == "mensen"
    assert MethodText("mensen", "people")("en") == "people"


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, "unknown"), (0, "week"), (7, "week"), (8, "month"), (31, "month"), (32, "longer")],
)
def test_how_long_somebody_waited_is_said_in_three_steps(days, said):
    assert how_long(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days)) == said


@pytest.mark.parametrize(
    ("numbers", "longest"),
    [
        ([], 0), ([5], 1), ([0], 1), ([0, 1], 2), ([1, 3, 5], 1), ([3, 1, 2], 3),
        ([1, 2, 3, 7, 8], 3), ([1, 2, 7, 8, 9], 3), ([-1, 0, 1, 4], 3),
    ],
)  # fmt: skip
def test_the_longest_row_is_of_numbers_that_follow_each_other(numbers, longest):
    assert longest_row(numbers) == longest


def refused(check, *args):
    try:
        check(*args)
    except RuleBroken as broken:
        return broken.field, broken.values.get("name"), broken.message
    return None


@pytest.mark.parametrize(
    ("words", "name", "is_refused"),
    [
        ("Ik, FATMA, kook.", "Fatma Demir", True), ("Demirs soep.", "Fatma Demir", True),
        ("Ik kook.", "Fatma Demir", False), ("Van wie? Van mij.", "Fatma van Demir", False),
        ("Dat is b.", "Fatma B.", False), ("Ik, Élise.", "Elise Bos", True),
        ("Ik, Jo.", "Jo Bos", True),
    ],
)  # fmt: skip
def test_her_own_name_stands_in_no_words_of_hers(words, name, is_refused):
    said = "Leave out the name of who says it."
    assert refused(check_words, words, name) == (("words", None, said) if is_refused else None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ook ZAHRA  Bülbül kookte.", "Zahra Bulbul"), ("Zahra Bulbuls idee", "Zahra Bülbül"),
        ("zahra b", "Zahra B."), ("Eerst Jan Bos, dan zij.", "Jan Bos"), ("Van Jan Bos", "Jan Bos"),
        ("Iris Bos", "Iris Bos"), ("Van Jan Bos", "Van Jan Bos"),
        ("De soep van Jan Bos, die op is", "Jan Bos"),
        ("Wij, en Anna de Vries, van hier", "Anna de Vries"), ("Anna de Vries", "Vries, Anna de"),
    ],
)  # fmt: skip
def test_a_whole_name_is_found_in_a_text_for_everybody(text, name):
    said = "Everybody can read this: leave out {name}."
    assert refused(check_names, "story", text, ["Roos", name]) == ("story", name, said)


@pytest.mark.parametrize("text", ["Zahra kookte.", "Bulbul en Zahra", "de roos", "Zahra Bulbulan"])
def test_half_a_name_is_many_peoples(text):
    assert refused(check_names, "story", text, ["Roos", "Zahra Bulbul"]) is None
