"""The recogniser's queue, and a report beside the one that she sent back before."""

import pytest

from portal.impact import commands as impact
from portal.impact.rules import ReportStatus
from portal.recognition import commands, queries
from portal.recognition.rules import Sort
from tests.impact import made


@pytest.fixture
def again(session, cast, enrolments):
    """A report that was sent back with a remark, and one made anew with other hours."""
    admin = cast.actor("admin")
    made.money(session, cast.enterprise)
    first = made.report(session, admin)
    commands.submit(session, admin, report=first, recogniser_id=cast.municipality.id)
    commands.send_back(
        session, cast.actor("recogniser"), report=first, remark="De uren kloppen niet."
    )
    amounts = {**made.MONTH, "volunteer_minutes": 540}
    impact.save_month(session, admin, month=made.QUARTER.from_on, amounts=amounts)
    second = made.report(session, admin, replaces=first)
    commands.submit(session, admin, report=second, recogniser_id=cast.municipality.id)
    session.commit()
    return first, second


def test_what_changed_stands_beside_the_remark_before_and_nothing_else(cast, again):
    first, second = again
    client = cast.client("recogniser")
    page = client.page(f"/recognition/{second.uuid}")
    assert "De uren kloppen niet." in page.select_one("blockquote").text
    changed = [
        (row.select_one("del").text, row.select_one("ins").text)
        for row in page.select("main li") if row.select_one("ins")
    ]  # fmt: skip
    assert changed == [("12 uur", "17 uur")] * 2  # above all figures, and at the figure
    assert len(page.select("[id^=figure-] ins")) == 1
    earlier = client.page(f"/recognition/{first.uuid}")
    assert "ins" not in {tag.name for tag in earlier.main.find_all(True)}


def test_a_first_report_has_nothing_to_be_held_against(session, cast, again):
    first, second = again
    assert queries.find_earlier(session, first) is None
    assert queries.find_earlier(session, second) is first


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("", ["second", "first"]),
        ("q=KADE", ["second", "first"]),
        ("q=nergens", []),
        ("status=submitted", ["second"]),
        ("status=replaced", ["first"]),
        ("status=compiled", ["second", "first"]),
        ("status=x&sort=x&q=%00", ["second", "first"]),
        ("sort=name", ["first", "second"]),
        ("sort=period", ["first", "second"]),
    ],
)
def test_the_queue_is_searched_filtered_and_sorted(cast, again, query, which):
    names = dict(
        zip((f"/recognition/{row.uuid}" for row in again), ("first", "second"), strict=True)
    )
    page = cast.client("recogniser").page(f"/recognition?{query}")
    links = [link["href"] for link in page.select(".lines a")]
    assert [names[link] for link in links] == which


def test_no_draft_is_in_the_queue(session, cast, again):
    rows = queries.list_sent_here(session, cast.actor("recogniser"), sort=Sort.NAME)
    assert ReportStatus.COMPILED not in {row.status for row in rows}
