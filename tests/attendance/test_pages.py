"""Registers in the browser: one tap, exceptions, corrections, and who may come in."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.core import clock
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.cast import CAST
from tests.phones.test_events import Phone

KEEPERS = {"guide", "coordinator", "admin", "cooperative"}


@pytest.fixture
def address(cast):
    return f"/registers/{cast.offering_session.uuid}"


@pytest.fixture
def second(session, cast):
    enrolment = make.enrolment(session, cast.offering, make.participant(session, "Ali B."))
    session.commit()
    return enrolment


def marks(session):
    session.rollback()
    found = session.execute(
        select(AttendanceMark.enrolment_id, AttendanceMark.status, AttendanceMark.minutes)
    )
    rows = {row.enrolment_id: (row.status.value, row.minutes) for row in found}
    session.rollback()
    return rows


@pytest.mark.slow
def test_who_may_open_a_register(cast, address):
    keep_others = dict.fromkeys(("stranger", "referrer", "employer"), 404)
    opens = dict.fromkeys(KEEPERS, 200) | keep_others | {"visitor": 303}
    for name in CAST:
        client, expected = cast.client(name), opens.get(name, 403)
        for url in (address, f"{address}/history"):
            assert client.get(url).status_code == expected, (name, url)
        listing = client.get("/registers").status_code
        assert listing == (200 if expected == 404 else expected), name


def test_a_forged_mark_changes_nothing(session, cast, address):
    token = cast.client("guide").page(address).select_one("[name=csrf_token]")["value"]
    for name in CAST:
        answer = cast.client(name).post(address, data={"all": "present", "csrf_token": token})
        assert answer.status_code in (400, 401, 403, 404), name
        assert marks(session) == {}, name


@pytest.mark.slow
def test_everyone_in_one_tap_and_then_two_exceptions(session, cast, address, second):
    client = cast.client("guide")
    page = client.page(client.submit(address, form="#register-form", button="all"))
    assert "2 " in page.select_one("#register-count").get_text()
    page = client.page(client.submit(page, form="#register-form", button=f"mark-{second.id}"))
    assert marks(session) == {cast.enrolment.id: ("present", 120), second.id: ("present", 120)}
    client.submit(page, form="#register-form", **{f"minutes-{second.id}": "45"})
    client.post(address, data=_sent(page, {f"mark-{cast.enrolment.id}": "excused"}))
    assert marks(session) == {cast.enrolment.id: ("excused", 0), second.id: ("present", 45)}
    history = client.page(f"{address}/history")
    assert len(history.select(".timeline > li")) == 3


def test_a_group_can_be_sent_at_once_and_twice(session, cast, address, second):
    client = cast.client("guide")
    sent = _sent(
        client.page(address),
        {f"mark-{cast.enrolment.id}": "present", f"mark-{second.id}": "absent"},
    )
    for _again in range(2):
        assert client.post(address, data=sent).status_code == 303
    assert marks(session) == {cast.enrolment.id: ("present", 120), second.id: ("absent", 0)}
    assert len(session.scalars(select(AttendanceChange)).all()) == 2


@pytest.mark.slow
def test_wrong_minutes_come_back_with_words_and_what_was_typed(session, cast, address):
    client = cast.client("guide")
    page = client.page(client.submit(address, form="#register-form", button="all"))
    key = cast.enrolment.id
    for minutes in ("0", "121", "-4", "veel", "1.5", "9" * 40, "٣"):
        answer = client.submit(page, form="#register-form", **{f"minutes-{key}": minutes})
        again = client.page(answer, status=422)
        assert again.select_one(f"#minutes-{key}")["value"] == minutes
        assert again.select_one(f".error-summary a[href='#minutes-{key}']"), minutes
        assert again.select_one(f"#minutes-{key}-error").get_text(), minutes
        assert marks(session) == {key: ("present", 120)}, minutes


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"mark-999999": "present"}, 404),
        ({"mark-x": "present"}, 404),
        ({"mark-" + "9" * 30: "present"}, 404),
        ({"mark-": "present"}, 404),
    ],
)
def test_a_person_who_is_not_on_the_register_is_not_found(cast, address, sent, status):
    client = cast.client("guide")
    assert client.post(address, data=_sent(client.page(address), sent)).status_code == status


def test_a_mark_that_does_not_exist_is_refused(session, cast, address):
    client = cast.client("guide")
    sent = _sent(client.page(address), {f"mark-{cast.enrolment.id}": "ill"})
    assert client.post(address, data=sent).status_code == 422
    assert marks(session) == {}


def test_an_unknown_register_is_not_found(cast):
    client = cast.client("guide")
    assert client.get(f"/registers/{uuid.uuid4()}").status_code == 404
    assert client.get("/registers/1").status_code == 404


def test_a_cancelled_session_has_no_buttons(session, cast, address):
    cast.offering_session.status = SessionStatus.CANCELLED
    session.commit()
    client = cast.client("guide")
    page = client.page(address)
    assert not page.select("#register button")
    sent = _sent(page, {"all": "present"})
    assert client.post(address, data=sent).status_code == 422


def test_a_register_to_come_says_when_it_opens(session, cast):
    starts_at = cast.offering_session.starts_at + timedelta(days=3)
    later = make.offering_session(session, cast.offering, starts_at)
    session.commit()
    page = cast.client("guide").page(f"/registers/{later.uuid}")
    opens = clock.to_local(starts_at - timedelta(hours=12))
    assert f"{opens:%H.%M}" in page.select_one(".notice").get_text()
    assert not page.select("#register button")


def test_the_list_shows_what_is_not_complete(session, cast):
    for days in (3, 10):
        starts_at = cast.offering_session.starts_at - timedelta(days=days)
        make.offering_session(session, cast.offering, starts_at)
    session.commit()
    client = cast.client("guide")
    page = client.page("/registers")
    assert len(page.select("main .lines li")) == 3
    week = clock.today() - timedelta(days=8)
    assert len(client.page(f"/registers/earlier?until={week}").select("main .lines li")) == 1
    assert client.get("/registers/earlier?until=nonsense").status_code == 200
    assert client.get("/registers/earlier?until=0001-01-01").status_code == 200
    assert not cast.client("stranger").page("/registers").select("main .lines li")


def test_a_member_is_named_in_the_list_of_its_cooperative(cast):
    page = cast.client("cooperative").page("/registers")
    assert cast.enterprise.name in page.select_one("main .lines li").get_text()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["register", "history", "list"])
def test_the_number_of_queries_does_not_grow(session, cast, engine, address, what):
    url = {"register": address, "history": f"{address}/history", "list": "/registers"}[what]
    client = cast.client("guide")
    before = cast.offering_session.starts_at - timedelta(days=19)
    make.offering_session(session, cast.offering, before)  # its register isn't finished either
    session.commit()
    client.post(address, data=_sent(client.page(address), {"all": "present"}))
    few = _statements(engine, lambda: client.get(url))
    cast.offering.places = 30
    for number in range(18):
        make.enrolment(session, cast.offering, make.participant(session, f"Mens {number}"))
        starts_at = cast.offering_session.starts_at - timedelta(days=number + 1)
        make.offering_session(session, cast.offering, starts_at)
    session.commit()
    client.post(address, data=_sent(client.page(address), {"all": "present"}))
    assert _statements(engine, lambda: client.get(url)) == few


def _statements(engine, deed):
    seen = []

    def count(*args):
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        deed()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(seen)


def _sent(page, values):
    return {"csrf_token": page.select_one("[name=csrf_token]")["value"], **values}


def test_who_has_a_mark_stays_on_the_register_when_her_days_are_put_right(session, cast):
    """Her last day was written too late, and is earlier now: what counts is seen, and corrected."""
    guide, row, key = cast.client("guide"), cast.offering_session, cast.enrolment.id
    address = f"/registers/{row.uuid}"
    guide.submit(address, form="#register-form", button="all")
    guide.submit(address, form="#register-form", button="close")
    cast.enrolment.ended_on = clock.today() - timedelta(days=2)
    session.commit()
    page = guide.page(address)
    assert page.select_one(f"#person-{key} [value='present'][aria-pressed='true']")
    state = guide.get(f"{address}/state.json").get_json()
    assert [one["person"] for one in state["people"]] == [str(cast.enrolment.uuid)]
    guide.submit(page, form="#register-form", button=f"mark-{key}", reason="wrong_tap")
    session.rollback()
    phone = Phone(cast)
    seen = guide.get(f"{address}/state.json").get_json()["people"][0]["mark"]["event"]
    assert phone.became(phone.mark("absent", replaces=[seen], reason="heard_later")) == ["ok"]
    session.rollback()
    assert session.scalars(select(AttendanceMark.status)).all() == ["absent"]
