"""Periods, the ladder, and the table of the method."""

from datetime import date

import pytest

from portal.core.errors import RuleBroken
from portal.enrolments.rules import WHY_SHE_STOPS
from portal.impact.figures import equations_of, figures_of, method
from portal.impact.rules import (
    TRANSITIONS,
    Period,
    ReportMove,
    ReportStatus,
    Statement,
    check_period,
    ladder_change,
    next_status,
)
from portal.progress.rules import OutflowKind, SkillLevel, Voice

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 3, 2), date(2026, 3, 1), "until_on"),
        (date(2026, 11, 1), date(2026, 11, 23), "until_on"),
        (date(2023, 11, 22), date(2026, 11, 22), "until_on"),
        (date(2024, 2, 29), date(2027, 2, 28), "until_on"),
    ],
)
def test_a_wrong_period_is_refused(first, last, field):
    with pytest.raises(RuleBroken) as broken:
        check_period(Period(first, last), max(TODAY, last) if last.year == 2027 else TODAY)
    assert broken.value.field == field


@pytest.mark.parametrize("days", [(date(2023, 11, 23), TODAY), (TODAY, TODAY)])
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


def test_the_table_of_the_method_covers_every_value_that_is_counted():
    figures = figures_of(date(2026, 1, 1), date(2026, 2, 1))
    ids = [figure.id for figure in figures]
    assert len(ids) == len(set(ids))
    assert {f"stopped_{reason.value}" for reason in WHY_SHE_STOPS} <= set(ids)
    assert {f"outflow_{kind.value}" for kind in OutflowKind} <= set(ids)
    assert {f"observations_{v.value}_{s.value}" for v in Voice for s in SkillLevel} <= set(ids)
    assert {
        cell for e in equations_of(date(2026, 1, 1), date(2026, 2, 1)) for cell in e.cells
    } <= set(ids)
    for figure in figures:
        words = (figure.label, figure.definition)
        assert all(text.nl and text.en for text in words)
        assert figure.base is None or figure.base in ids
        assert figure.unit in method().units


@pytest.mark.parametrize(
    ("first", "last", "touches"),
    [(9, 11, True), (8, 9, False), (8, 10, True), (12, 13, True), (13, 14, False), (12, None, True),
     (13, None, False), (1, None, True), (1, 30, True)],
)  # fmt: skip
def test_a_stretch_of_days_shares_one_with_a_period(first, last, touches):
    period = Period(date(2026, 3, 10), date(2026, 3, 12))
    until = None if last is None else date(2026, 3, last)
    assert period.touches(date(2026, 3, first), until) is touches
