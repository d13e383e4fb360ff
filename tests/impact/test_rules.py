"""Periods, the ladder, and the table of the method."""

from dataclasses import replace
from datetime import date

import pytest

from portal.core.errors import RuleBroken
from portal.impact.queries import counting
from portal.impact.rules import (
    TRANSITIONS,
    Period,
    ReportMove,
    ReportStatus,
    Statement,
    check_period,
    figures,
    ladder_change,
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
