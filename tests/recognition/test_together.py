"""What the recognised reports of a year say together: sums of what each shows, and no more."""

import csv
import io
from datetime import date

import pytest

from portal.impact.rules import Period
from portal.impact.rules.documents import Investment
from portal.recognition import commands
from tests.impact import made

AUTUMN = Period(date(2025, 10, 1), date(2025, 12, 31))


@pytest.fixture
def recognise(session, cast):
    def recognised(admin, period, **values):
        report = made.report(session, admin, period, **values)
        commands.submit(session, admin, report=report, recogniser_id=cast.municipality.id)
        commands.recognise(session, cast.actor("recogniser"), report=report, remark="")
        return report

    return recognised


@pytest.fixture
def year(session, cast, recognise):
    """Two organisations in 2026, one of them also in 2025 and with a report made anew."""
    made.quarter(session, cast.enterprise)
    made.quarter(session, cast.other_enterprise)
    ours, theirs = cast.actor("admin"), cast.actor("stranger")
    recognise(ours, AUTUMN)
    first = recognise(ours, made.QUARTER)
    reports = [
        recognise(ours, made.QUARTER, replaces=first),
        recognise(theirs, made.QUARTER, investment=Investment(None, 60, None, 5_000)),
    ]
    session.commit()
    return reports


def numbers(page):
    return {
        stat.select_one("a").get_text(): [stat.b.get_text(), stat.small.get_text()]
        for stat in page.select(".stat")
    }


def test_a_year_is_the_sum_of_what_its_reports_show(cast, year):
    page = cast.client().page("/reports")
    assert numbers(page) == {
        "Uren aanwezig": ["232", "in 2 verslagen"],  # 29 people, twice two hours, two houses
        "Bijeenkomsten": ["4", "in 2 verslagen"],
        "Begonnen": ["30", "in 2 verslagen"],
        "Afgerond": ["–", "in 0 verslagen"],  # 6 and 4 of each: the 4 hides the 6
        "Uren begeleiding": ["100", "in 1 verslag"],
        "Uren van vrijwilligers": ["21", "in 2 verslagen"],
        "Directe kosten": ["€\N{NO-BREAK SPACE}2.500", "in 1 verslag"],
        "Daarvoor betaald gekregen": ["€\N{NO-BREAK SPACE}1.050", "in 2 verslagen"],
    }
    assert [link.get_text(strip=True) for link in page.select("main .lines a")] == sorted(
        report.document["organisation"] for report in year
    )
    assert "58" not in page.words  # people are not added up


def test_another_year_has_its_own_and_a_year_without_any_says_so(cast, year):
    page = cast.client().page("/reports?year=2025")
    assert len(page.select("main .lines a")) == 1
    assert not cast.client().page("/reports?year=1999").select(".stat")
    assert cast.client().get("/reports?year=x").status_code == 200


def test_the_table_of_a_year_has_each_row_of_each_report(cast, year):
    rows = list(csv.DictReader(io.StringIO(cast.client().get("/reports.csv").text)))
    assert {row["number"] for row in rows} == {report.number for report in year}
    minutes = [row["value"] for row in rows if row["id"] == "minutes"]
    assert minutes == [str(29 * 2 * 120)] * 2
    assert {row["value"] for row in rows if row["hidden"] == "true"} == {""}


def test_without_any_report_there_is_nothing_to_add(cast):
    assert "Er zijn nog geen" in cast.client().page("/reports").words
