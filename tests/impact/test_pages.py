"""What a report says beside its figures: the period before, what people did, a sentence each."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from portal.core.errors import RuleBroken
from portal.impact import queries
from portal.impact.pages import report_view
from portal.impact.pages.conclusions import CONCLUSIONS
from portal.impact.rules import Period
from portal.impact.rules.figures import method
from portal.offerings.rules import OfferingStatus
from portal.recognition import commands
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.impact import made

AUTUMN = Period(date(2025, 10, 1), date(2025, 12, 31))


def recognised(session, cast, period):
    report = made.report(session, cast.actor("admin"), period)
    commands.submit(session, cast.actor("admin"), report=report, recogniser_id=cast.municipality.id)
    commands.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    session.flush()
    return report


def test_every_heading_has_its_sentence():
    assert CONCLUSIONS.keys() == {group.id for group in method().groups}


@pytest.mark.parametrize(
    ("days", "is_compared"),
    [
        (AUTUMN, True),  # 92 days beside 90
        (Period(date(2025, 9, 26), date(2025, 12, 31)), False),  # a week longer
        (Period(date(2025, 7, 1), date(2025, 12, 31)), False),
    ],
)
def test_a_report_stands_beside_the_one_before_only_if_that_is_as_long(
    session, cast, enrolments, days, is_compared
):
    recognised(session, cast, Period(date(2025, 4, 1), date(2025, 6, 30)))  # longer ago
    before = recognised(session, cast, days)
    found = queries.document_before(session, made.report(session, cast.actor("admin")))
    assert (found and found["number"]) == (before.number if is_compared else None)


def test_what_is_not_recognised_or_of_another_stands_beside_nothing(session, cast, enrolments):
    draft = made.report(session, cast.actor("admin"), AUTUMN)
    theirs = recognised(session, cast, AUTUMN)
    theirs.organisation_id = cast.other_enterprise.id
    session.flush()
    report = made.report(session, cast.actor("admin"))
    assert queries.document_before(session, report) is None
    assert draft.number is None


def test_before_is_beside_now_by_id_and_a_month_is_beside_no_other_month(
    app, session, cast, enrolments
):
    """December beside March would say nothing of either, so a quarter's months stand alone."""
    before = recognised(session, cast, AUTUMN).document
    before = {**before, "figures": [dict(figure) for figure in before["figures"]]}
    by_id = {figure["id"]: figure for figure in before["figures"]}
    by_id["people"].update(value=17, hidden=False)
    now = made.report(session, cast.actor("admin")).document
    with app.test_request_context():
        view = report_view(now, before)
    assert view.rows["people"].before.value == 17
    assert "17" in view.sections["taking_part"].conclusion
    assert [row.before for row in view.sections["by_month"].rows] == [None] * 3


def test_a_month_of_a_year_is_beside_that_month_of_the_year_before(app, session, cast, enrolments):
    before = recognised(session, cast, Period(date(2024, 4, 1), date(2025, 3, 31))).document
    before = {**before, "figures": [dict(figure) for figure in before["figures"]]}
    by_id = {figure["id"]: figure for figure in before["figures"]}
    by_id["minutes_2025_02"].update(value=660, hidden=False)
    year = Period(date(2025, 4, 1), date(2026, 3, 31))
    now = made.report(session, cast.actor("admin"), year).document
    with app.test_request_context():
        view = report_view(now, before)
    assert view.rows["minutes_2026_02"].before.bare == "11"
    assert view.rows["minutes_2026_01"].before.is_hidden


@pytest.mark.parametrize(
    ("language", "label"), [("nl", "januari 2026"), ("pl", "styczeń 2026"), ("ar", "يناير 2026")]
)
def test_a_month_has_its_name_in_the_language_of_the_reader(
    app, session, cast, enrolments, language, label
):
    now = made.report(session, cast.actor("admin")).document
    with app.test_request_context(), force_locale(language):
        assert report_view(now).rows["minutes_2026_01"].label == label


def test_who_compiles_is_led_to_the_registers_that_are_not_finished(session, cast, enrolments):
    admin = cast.client("admin")
    done = made.report(session, cast.actor("admin"))
    starts_at = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    make.offering_session(session, enrolments[1].offering, starts_at, 60)
    other = made.report(session, cast.actor("admin"))
    session.commit()
    main = [admin.page(f"/work/reports/{row.uuid}").main for row in (done, other)]
    assert [bool(one.select('a[href="/registers"]')) for one in main] == [False, True]


def test_what_people_did_is_what_everybody_could_find(session, cast):
    """Never a draft, what is hidden, or what was called off; nor what stood outside the days."""
    on_monday = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)

    def activity(title, starts_at=on_monday, *, is_held=True, **values):
        offering = make.offering(session, cast.enterprise, title=title, **values)
        status = SessionStatus.PLANNED if is_held else SessionStatus.CANCELLED
        make.offering_session(session, offering, starts_at, 60, status=status)

    activity("Soep koken")
    activity("Soep koken", on_monday + timedelta(days=1))
    activity("aardappels rooien")
    activity("Over", status=OfferingStatus.ARCHIVED)
    activity("Geheim", status=OfferingStatus.HIDDEN)
    activity("Plan", published_at=None)
    activity("Afgezegd", is_held=False)
    activity("Te laat", datetime(2026, 3, 31, 22, 0, tzinfo=UTC))
    activity("Net nog", datetime(2026, 3, 31, 21, 0, tzinfo=UTC))
    document = made.report(session, cast.actor("admin")).document
    assert document["activities"] == ["aardappels rooien", "Net nog", "Over", "Soep koken"]


def test_a_page_and_its_paper_say_the_same(session, cast, enrolments):
    recognised(session, cast, AUTUMN)
    report = recognised(session, cast, made.QUARTER)
    session.commit()
    client = cast.client()
    page = client.page(f"/reports/{report.number}")
    paper = PdfReader(io.BytesIO(client.get(f"/reports/{report.number}.pdf").data))
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in paper.pages)
    said = [" ".join(line.get_text(" ").split()) for line in page.select(".finding .lead")]
    assert len(said) > 3
    for sentence in said:
        assert sentence in words
    assert f"/reports/{report.number}" in words
    hidden = page.select_one("a[href='/method#reasons']")
    assert hidden  # named once, not drawn row by row
    assert not page.select_one("#part-reasons")


def test_a_year_of_parts_names_them_on_its_page_and_paper_and_counts_once_in_its_year(
    session, cast, enrolments
):
    parts = [recognised(session, cast, days) for days in (AUTUMN, made.QUARTER)]
    year = recognised(session, cast, Period(AUTUMN.from_on, date(2026, 6, 30)))
    session.commit()
    client = cast.client()
    page = client.page(f"/reports/{year.number}")
    paper = PdfReader(io.BytesIO(client.get(f"/reports/{year.number}.pdf").data))
    words = " ".join(sheet.extract_text() for sheet in paper.pages)
    for part in parts:
        assert page.select_one(f'main a[href="/reports/{part.number}"]')
        assert part.number in words
    assert year.document["parts"][2] == {
        "number": None,
        "from": "2026-04-01",
        "until": "2026-06-30",
    }
    listed = client.page("/reports?year=2026").main
    assert listed.select(f'a[href="/reports/{year.number}"]')
    assert not listed.select(f'a[href="/reports/{parts[1].number}"]')
    with pytest.raises(RuleBroken, match="already"):  # no more of days that it has
        made.report(session, cast.actor("admin"), Period(date(2026, 4, 1), date(2026, 6, 30)))
    assert made.report(session, cast.actor("admin"), replaces=parts[1])  # a part can be put right
    with pytest.raises(RuleBroken, match="already"):  # half of a part
        made.report(session, cast.actor("admin"), Period(date(2025, 9, 1), date(2025, 10, 30)))


@pytest.mark.slow
def test_its_makers_go_from_a_report_to_the_registers_and_the_money_behind_it(session, cast):
    made.quarter(session, cast.enterprise)
    report = recognised(session, cast, Period(date(2026, 1, 10), made.QUARTER.until_on))
    session.commit()
    admin = cast.client("admin")
    page = admin.page(f"/work/reports/{report.uuid}")
    links = [one["href"] for one in page.select("#behind a")]
    assert links == [
        "/registers/earlier?since=2026-01-10&until=2026-01-31",
        "/work/reports/money?month=2026-01",
        "/registers/earlier?since=2026-02-01&until=2026-02-28",
        "/work/reports/money?month=2026-02",
        "/registers/earlier?since=2026-03-01&until=2026-03-31",
        "/work/reports/money?month=2026-03",
    ]
    assert page.select('.finding a[href="#behind"]')
    found = [len(admin.page(link).select("main .lines > li, main tbody tr")) for link in links[::2]]
    assert found == [1, 1, 0], "the session of January and that of February"
    for name, address in (
        ("cooperative", f"/work/reports/{report.uuid}"),
        ("recogniser", f"/recognition/{report.uuid}"),
        (None, f"/reports/{report.number}"),
    ):
        other = cast.client(name) if name else cast.client()
        assert not other.page(address).select("#behind, a[href='#behind']"), name
