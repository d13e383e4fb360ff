"""Months without a word about money wait on `/work`, by a rule, until somebody saves them."""

from datetime import UTC, date, datetime

import pytest

from portal.core import clock
from portal.impact.commands import save_month
from portal.impact.models import InvestmentEntry
from portal.impact.queries import list_entries
from portal.impact.queries.held import list_unfilled
from portal.impact.rules.investment import LEFT_EMPTY
from tests.impact import made

TODAY = date(2026, 4, 10)


@pytest.fixture
def ours(session, cast):
    """People came in January and February; autumn is filled in."""
    made.quarter(session, cast.enterprise)
    made.entry(session, cast.enterprise, date(2025, 11, 1), "guidance_minutes", 60)
    session.commit()
    return cast.enterprise.id


def waiting(session, cast, name="admin"):
    with clock.freeze(datetime(2026, 4, 10, 10, 0, tzinfo=UTC)):
        page = cast.client(name).page("/work")
        return [link["href"] for link in page.select('.board a[href*="/reports/money"]')]


@pytest.mark.parametrize(
    ("today", "asked"),
    [
        (date(2026, 1, 31), []),  # that month runs
        (date(2026, 2, 1), [1]),
        (date(2026, 3, 31), [1, 2]),
        (date(2026, 4, 30), [1, 2]),  # nobody came in March
        (date(2026, 5, 1), [2]),  # of longer ago nobody knows
        (date(2026, 6, 1), []),
    ],
)
def test_the_last_months_with_people_are_asked(session, ours, today, asked):
    assert list_unfilled(session, ours, today) == [date(2026, month, 1) for month in asked]


def test_who_never_filled_in_a_month_is_not_asked(session, cast):
    made.quarter(session, cast.enterprise)
    assert list_unfilled(session, cast.enterprise.id, TODAY) == []


@pytest.mark.slow
def test_it_waits_for_who_compiles_reports_until_it_is_saved(session, cast, ours):
    january, february = (f"/work/reports/money?month=2026-0{month}" for month in (1, 2))
    assert waiting(session, cast) == [january, february]
    assert waiting(session, cast, "guide") == []
    with clock.freeze(datetime(2026, 4, 10, 10, 0, tzinfo=UTC)):
        cast.client("admin").submit(january, guidance_minutes="20")
    assert waiting(session, cast) == [february]


def test_a_month_that_is_saved_empty_is_unknown_and_not_asked_again(session, cast, ours):
    month = date(2026, 1, 1)
    with clock.freeze(datetime(2026, 4, 10, 10, 0, tzinfo=UTC)):
        save_month(session, cast.actor("admin"), month=month, amounts={"paid_fund_cents": None})
        session.commit()
        page = cast.client("admin").page("/work/reports/money?month=2026-01")
    assert list_entries(session, ours, TODAY)[month] == {LEFT_EMPTY: 0}
    assert list_unfilled(session, ours, TODAY) == [date(2026, 2, 1)]
    assert "0 van 10 ingevuld" in page.text
    made.entry(session, cast.enterprise, date(2026, 2, 1), LEFT_EMPTY, 0)
    made.entry(session, cast.enterprise, date(2026, 3, 1), LEFT_EMPTY, 0)
    report = made.figures(made.report(session, cast.actor("admin")))
    assert {report[name] for name in ("guidance_minutes", "paid_cents", "not_paid_cents")} == {None}


def test_filling_in_takes_the_mark_away(session, cast, ours):
    with clock.freeze(datetime(2026, 4, 10, 10, 0, tzinfo=UTC)):
        for amounts in ({}, {"paid_fund_cents": 0}):
            save_month(session, cast.actor("admin"), month=date(2026, 1, 1), amounts=amounts)
    session.flush()
    rows = session.query(InvestmentEntry).filter_by(month=date(2026, 1, 1)).all()
    assert [row.figure for row in rows] == ["paid_fund_cents"]
