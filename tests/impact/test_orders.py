"""In which order reports stand with who made them: by their last day, the latest first."""

from datetime import date

from portal.impact.queries import list_reports
from portal.impact.rules import Period
from tests.impact import made


def test_the_latest_period_stands_first_and_of_one_day_the_latest_made(session, cast):
    admin = cast.actor("admin")
    months = (3, 5, 1, 5)
    rows = [
        made.report(session, admin, Period(date(2026, month, 1), date(2026, month, 28)))
        for month in months
    ]
    found = list_reports(session, admin)
    assert [rows.index(row) for row in found] == [3, 1, 0, 2]
