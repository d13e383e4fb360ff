"""What the recognised reports of a year say together: sums of what each shows, and no more."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import select

from portal.impact.rules import Period
from portal.organisations.models import CooperativeTie
from portal.recognition import commands, queries
from portal.recognition.rules.size import Size, providers_by_size
from tests.impact import made

AUTUMN = Period(date(2025, 10, 1), date(2025, 12, 31))


@pytest.fixture
def recognise(session, cast):
    def recognised(admin, period, **values):
        report = made.report(session, admin, period, **values)
        commands.submit(session, admin, report=report, recogniser_id=cast.municipality.id)
        commands.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
        return report

    return recognised


@pytest.fixture
def year(session, cast, enrolments, recognise):
    """Two organisations in 2026, one of them also in 2025 and with a report made anew."""
    made.quarter(session, cast.other_enterprise)
    made.money(session, cast.enterprise)
    for month in (1, 2, 3):
        made.entry(session, cast.other_enterprise, date(2026, month, 1), "volunteer_minutes", 60)
    ours, theirs = cast.actor("admin"), cast.actor("stranger")
    recognise(ours, AUTUMN)
    first = recognise(ours, made.QUARTER)
    reports = [
        recognise(ours, made.QUARTER, replaces=first),
        recognise(theirs, made.QUARTER),
    ]
    session.commit()
    return reports


def numbers(page):
    return {
        stat.select_one("a").get_text(): [stat.b.get_text(), stat.small.get_text()]
        for stat in page.select(".stat")
    }


@pytest.mark.slow
def test_a_report_that_is_part_of_another_is_listed_in_that_one_only(session, year):
    whole, part = year
    assert {*queries.list_of_year(session, 2026)} == {whole, part}
    whole.document = {**whole.document, "parts": [{"number": part.number}]}
    session.flush()
    assert queries.list_of_year(session, 2026) == [whole]


@pytest.mark.slow
def test_a_year_is_the_sum_of_what_its_reports_show(cast, year):
    page = cast.client().page("/reports")
    assert numbers(page) == {
        "Mensen die er waren": ["58", "in 2 verslagen"],  # 29 in each of two houses
        "Uren aanwezig": ["232", "in 2 verslagen"],  # each twice two hours
        "Bijeenkomsten": ["4", "in 2 verslagen"],  # who completed: 6, hidden by 4 who stopped
        "Gestegen": ["28", "in 2 verslagen"],
        "Doorgestroomd, met bewijs": ["12", "in 2 verslagen"],
        "Uren begeleiding": ["60", "in 1 verslag"],
        "Uren van vrijwilligers": ["15", "in 2 verslagen"],
        "Directe kosten": ["€\N{NO-BREAK SPACE}3.000", "in 1 verslag"],
        "Daarvoor betaald gekregen": ["€\N{NO-BREAK SPACE}1.200", "in 1 verslag"],
        "Voorinvestering die niet is betaald": ["€\N{NO-BREAK SPACE}5.400", "in 1 verslag"],
    }
    assert "telt twee keer" in page.words
    assert [link.get_text(strip=True) for link in page.select("main .lines a")] == sorted(
        report.document["organisation"] for report in year
    )


@pytest.mark.slow
def test_another_year_has_its_own_and_a_year_without_any_says_so(cast, year):
    page = cast.client().page("/reports?year=2025")
    assert len(page.select("main .lines a")) == 1
    assert not cast.client().page("/reports?year=1999").select(".stat")
    assert cast.client().get("/reports?year=x").status_code == 200


@pytest.mark.slow
def test_the_table_of_a_year_has_each_row_of_each_report(cast, year):
    rows = list(csv.DictReader(io.StringIO(cast.client().get("/reports.csv").text)))
    assert {row["number"] for row in rows} == {report.number for report in year}
    minutes = [row["value"] for row in rows if row["id"] == "minutes"]
    assert minutes == [str(29 * 2 * 120)] * 2
    assert {row["value"] for row in rows if row["hidden"] == "true"} == {""}


def test_without_any_report_there_is_nothing_to_add(cast):
    assert "Er zijn nog geen" in cast.client().page("/reports").words


@pytest.mark.slow
def test_open_data_says_the_same_sums_and_how_they_are_counted(session, cast, year):
    """With the year before beside them; a hidden number is in no sum and has no value."""
    made.quarter(session, cast.other_enterprise)
    data = cast.client().get("/reports.json?year=2026").get_json()
    sums = {row["id"]: row for row in data["sums"]}
    assert (sums["people"]["value"], sums["people"]["reports"]) == (58, 2)
    assert sums["completed"]["value"] is None
    assert sums["guidance_minutes"]["year_before"] is None
    assert sorted(data["reports"]) == sorted(report.number for report in year)
    assert (data["providers"], data["cooperative"]) == (2, None)
    assert "twee keer" in data["counted"]
    assert data["offered_now"]["activities"] >= 2
    later = cast.client().get("/reports.json?year=2027").get_json()["sums"]
    assert {row["id"]: row["year_before"] for row in later}["people"] == 58


@pytest.mark.slow
def test_a_cooperative_adds_up_those_who_let_it_and_nobody_else(session, cast, year):
    def numbers_of():
        answer = cast.client().get(f"/reports.json?of={cast.cooperative.slug}")
        return answer.get_json()["reports"]

    tie = session.scalars(select(CooperativeTie)).one()
    ours = [r.number for r in year if r.organisation_id == tie.member_id]
    tie.may_see_figures = True
    session.commit()
    assert numbers_of() == ours != []
    tie.may_see_figures = False
    session.commit()
    assert numbers_of() == []
    assert cast.client().get(f"/reports?of={cast.enterprise.slug}").status_code == 404


def test_small_and_large_providers_stand_beside_each_other(session, cast, enrolments, recognise):
    """29 people in one house, 58 in the other: added up apart, as their reports show them."""
    for _ in range(2):
        made.quarter(session, cast.other_enterprise)
    made.money(session, cast.enterprise)
    for admin in ("admin", "stranger"):
        recognise(cast.actor(admin), made.QUARTER)
    session.commit()
    page = cast.client().page("/reports")
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.select("[aria-labelledby=sizes] tr")
    ]
    said = {what: (small, large) for what, small, large in rows}
    assert said["Wat"] == ("Kleine aanbieders", "Grote aanbieders")
    assert said["Aanbieders"] == ("1", "1")
    assert said["Mensen die er waren"] == ("29", "58")
    assert said["Bijeenkomsten"] == ("2", "4")
    assert said["Gestegen"] == ("14", "28")
    assert said["Voorinvestering die niet is betaald"] == ("€\N{NO-BREAK SPACE}5.400", "–")
    data = cast.client().get("/reports.json").get_json()
    assert data["small_until_people"] == 50
    sums = {
        side: {row["id"]: row["value"] for row in of["sums"]}
        for side, of in data["by_size"].items()
    }
    for row in data["sums"]:
        parts = [of[row["id"]] for of in sums.values() if of[row["id"]] is not None]
        assert row["value"] == (sum(parts) if parts else None)


@pytest.mark.one_database
def test_a_provider_is_as_large_as_the_report_that_shows_most():
    shown = [(1, 50), (1, 50), (2, 51), (2, 3), (3, None)]  # a hidden number is of few
    assert providers_by_size(shown) == {Size.SMALL: {1, 3}, Size.LARGE: {2}}


def test_without_two_sizes_nothing_is_set_side_by_side(cast, year):
    assert not cast.client().page("/reports").select("[aria-labelledby=sizes]")
