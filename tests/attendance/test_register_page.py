"""The register as a page without JavaScript: close, say why, take back, settle, not held."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, CorrectionReason
from portal.core import clock
from portal.core.guard import set_actor
from portal.schedule.rules import NotHeldReason
from tests import factories as make
from tests.attendance.test_closing import dispute

FORM = "#register-form"


@pytest.fixture
def address(cast):
    return f"/registers/{cast.offering_session.uuid}"


def marks(session):
    session.rollback()
    rows = session.execute(select(AttendanceMark.status, AttendanceMark.minutes)).all()
    session.rollback()
    return [(row.status.value, row.minutes) for row in rows]


def test_everyone_fewer_minutes_and_closed(session, cast, address):
    client = cast.client("guide")
    key = cast.enrolment.id
    page = client.page(client.submit(address, form=FORM, button="all"))
    assert not page.select_one(f"#person-{key} details").has_attr("hidden")
    shown = page.select_one("#register")
    assert (shown["data-closed"], shown["data-open"], shown["data-minutes"]) == (
        "false", "true", "120",
    )  # fmt: skip
    typed = {f"minutes-{key}": "30"}  # what was tapped last is what she meant
    page = client.page(client.submit(page, form=FORM, button="90", **typed))
    assert marks(session) == [("present", 90)]
    page = client.page(client.submit(page, form=FORM, button="close"))
    assert page.select_one("#register")["data-closed"] == "true"
    assert "Guide" in page.select_one("#register .notice").get_text()
    answer = client.submit(page, form=FORM, button="absent")
    page = client.page(answer, status=422)
    assert page.select_one(".error-summary a[href='#reason']")
    assert marks(session) == [("present", 90)]
    why = CorrectionReason.FROM_PAPER.value
    client.page(client.submit(page, form=FORM, button="absent", reason=why))
    assert marks(session) == [("absent", 0)]
    options = [option.get("value") for option in page.select("#reason option")]
    assert len(options) == 5
    assert CorrectionReason.SETTLED.value not in options


def test_enter_saves_what_was_typed_and_marks_nobody_else(session, cast, address):
    make.enrolment(session, cast.offering, make.participant(session, "Zoë B."))
    session.commit()
    typed = {f"minutes-{cast.enrolment.id}": "30"}
    client = cast.client("guide")
    page = client.page(client.submit(address, form=FORM, button=f"mark-{cast.enrolment.id}"))
    assert [one["id"] for one in page.select("[name^=minutes-]")] == list(typed)
    client.page(client.submit(page, form=FORM, **typed))
    assert marks(session) == [("present", 30)]


@pytest.mark.slow
def test_everyone_is_taken_back_from_the_page_and_later_from_the_history(session, cast, address):
    make.enrolment(session, cast.offering, make.participant(session, "Ali B."))
    session.commit()
    client = cast.client("guide")
    page = client.page(client.submit(address, form=FORM, button="all"))
    page = client.page(client.submit(page, form=FORM, button="undo"))
    assert marks(session) == []
    assert not page.select("[name=undo]")
    page = client.page(client.submit(page, form=FORM, button="all"))
    client.page(client.submit(page, form=FORM, button="close"))
    page = client.page(
        client.submit(f"{address}/history", form="#take-back", button="undo"), status=422
    )
    assert page.select_one(".error-summary a[href='#reason']")
    why = CorrectionReason.WRONG_TAP.value
    page = client.page(client.submit(page, form="#take-back", button="undo", reason=why))
    assert marks(session) == []
    assert len(page.select(".timeline > li")) == 5
    assert not page.select("[name=undo]")


def test_both_sides_of_a_dispute_are_shown_and_one_is_chosen(session, cast, address):
    set_actor(session, cast.actor("guide"))
    _earlier, later = dispute(session, cast, cast.actor("guide"))
    session.commit()
    client = cast.client("coordinator")
    page = client.page(address)
    buttons = page.select(f"[name=settle-{cast.enrolment.id}]")
    assert len(buttons) == 2
    assert not page.select("#register-form [name=close][disabled]")
    page = client.page(client.submit(page, form=FORM, button=str(later)))
    assert not page.select(".register .notice")
    assert marks(session) == [("absent", 0)]


def test_a_session_is_marked_as_not_held_and_went_on_after_all(session, cast, address):
    client = cast.client("guide")
    page = client.page(f"{address}/not-held")
    client.page(client.submit(page, form=0), status=422)
    page = client.page(client.submit(page, reason=NotHeldReason.WEATHER.value))
    assert not page.select("#register-form")
    assert "weer" in page.select_one("#register .notice").get_text()
    assert client.page("/registers").select("main .lines li")
    page = client.page(client.submit(page, form="#register form"))
    assert page.select(f"{FORM} [name=all]")


def test_each_register_stands_where_it_asks_for_something(session, cast):
    begun = cast.offering_session.starts_at
    days = {
        make.offering_session(session, cast.offering, begun - timedelta(days=n)): n for n in (3, 5)
    }
    logged = next(row for row, n in days.items() if n == 5)
    session.add(
        AttendanceMark(
            session_id=logged.id, enrolment_id=cast.enrolment.id,
            organisation_id=cast.enterprise.id, participant_id=cast.participant.id,
            status=AttendanceStatus.PRESENT, minutes=120, recorded_at=clock.now(), how="by_hand",
        )
    )  # fmt: skip
    session.commit()
    page = cast.client("guide").page("/registers")
    lists = [len(lines.select("li")) for lines in page.select("main .lines")]
    assert lists == [1, 1, 1]  # today, never filled in, filled in and not closed
