"""The door for phones: each event is answered for itself, and nothing makes it fall over."""

import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.attendance.commands.closing import close
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.core import clock
from portal.core.guard import reading_as
from portal.enrolments.models import Enrolment
from portal.schedule.rules import SessionStatus
from tests import factories as make

MADE_UP = "00000000-0000-4000-8000-000000000000"


class Phone:
    def __init__(self, cast, who="guide"):
        self.client, self.cast = cast.client(who), cast
        self.mine = self.client.get("/registers/offline.json").get_json()
        self.session = str(cast.offering_session.uuid)

    def mark(self, status="present", **more):
        return {
            "id": str(uuid.uuid4()), "kind": "mark", "session": self.session,
            "person": str(self.cast.enrolment.uuid), "status": status, **more,
        }  # fmt: skip

    def post(self, body, **headers):
        token = {"X-CSRFToken": self.mine["csrf"], **headers}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            "/registers/events", data=raw, headers=token, content_type="application/json"
        )

    def send(self, *events, **more):
        body = {"sent_at": self.mine["now"], "user": self.mine["user"], "events": events, **more}
        answer = self.post(body)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def became(self, *events):
        return [one["status"] for one in self.send(*events)["results"]]


@pytest.fixture
def phone(cast):
    return Phone(cast)


def test_a_tap_is_kept_once_and_shown_to_all_who_keep_the_register(phone, session, cast):
    tap = phone.mark(minutes=45)
    assert phone.became(tap, tap) == ["ok", "duplicate"]
    answer = phone.send(tap)
    assert answer["results"] == [{"id": tap["id"], "status": "duplicate"}]
    (person,) = answer["registers"][phone.session]["people"]
    assert person["mark"]["minutes"] == 45
    assert (person["name"], person["mark"]["by"], person["others"]) == ("Fatma A.", "Guide", [])
    url = f"/registers/{phone.session}/state.json"
    seen = cast.client("cooperative").get(url)
    assert seen.get_json() == answer["registers"][phone.session]
    again = cast.client("guide").get(url, headers={"If-None-Match": seen.headers["ETag"]})
    assert again.status_code == 304
    assert cast.client("stranger").get(url).status_code == 404


def test_a_phone_hears_that_the_register_was_closed(phone, session, cast):
    phone.send(phone.mark())
    url = f"/registers/{phone.session}/state.json"
    guide = cast.client("guide")
    before = guide.get(url).get_json()
    assert before["closed_at"] is None
    with reading_as(session, cast.actor("guide")):
        close(session, cast.actor("guide"), cast.offering_session)
        session.commit()
    now = guide.get(url).get_json()
    assert now["closed_at"] is not None
    assert now["version"] > before["version"], "who has it open takes over only what is newer"


def test_one_bad_event_harms_no_other(phone, session, cast):
    other = make.enrolment(session, cast.offering)
    now = clock.now()
    elsewhere = make.offering_session(session, make.offering(session, cast.other_enterprise), now)
    off = make.offering_session(session, cast.offering, now, status=SessionStatus.CANCELLED)
    far = make.offering_session(session, cast.offering, now + timedelta(days=2))
    session.commit()
    good = phone.mark()
    walks = {**good, "id": str(uuid.uuid4()), "kind": "walk_in", "person": MADE_UP}
    bad = [
        None, 7, "x", [], {}, {**good, "id": "\x00"}, {**good, "id": 5}, {**good, "kind": "dance"},
        {**good, "kind": ["mark"]}, {**good, "session": None}, phone.mark(status="ill"),
        phone.mark(status={}), phone.mark(minutes=0), phone.mark(minutes=121),
        phone.mark(minutes=10**30), phone.mark(minutes=True), phone.mark(minutes="60"),
        phone.mark(person=MADE_UP), phone.mark(person=None), phone.mark(session=MADE_UP),
        phone.mark(session=str(elsewhere.uuid)), phone.mark(session=str(off.uuid)),
        phone.mark(session=str(far.uuid)), phone.mark(replaces="all"), phone.mark(replaces=[1]),
        phone.mark(replaces=[MADE_UP] * 101), phone.mark(tapped_at="yesterday"),
        phone.mark(tapped_at="0001-01-01T00:00:00+23:59"), phone.mark(tapped_at=5),
        phone.mark(reason="settled"), phone.mark(reason="ill"), phone.mark(batch="b"),
        {**walks, "name": ""}, {**walks, "name": "\x00"}, {**walks, "name": "\ud800"},
        {**walks, "name": "x" * 201}, {**walks, "name": "111222333"}, {**walks, "person": None},
        {**good, "id": str(uuid.uuid4()), "kind": "undo"},
        {**good, "id": str(uuid.uuid4()), "kind": "settle", "chosen": MADE_UP},
        {**good, "person": str(other.uuid)},
    ]  # fmt: skip
    answer = phone.send(good, *bad, phone.mark(tapped_at="9999-12-31T23:59:59Z"))
    found = [one["status"] for one in answer["results"]]
    assert found == ["ok", *["rejected"] * len(bad), "ok"], list(zip(bad, found[1:], strict=False))
    assert all(one["message"] for one in answer["results"] if one["status"] == "rejected")
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(AttendanceChange)) == 2


def test_a_body_that_is_none_is_refused_in_json(phone):
    for body, status in (
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b'{"user": 5}', 409),
        (b"\xff\xfe", 400),
        (b"9" * 5000, 400),
        (b" " * 2_000_000, 413),
    ):
        answer = phone.post(body)
        assert answer.status_code == status, body[:20]
        assert answer.get_json()["message"], body[:20]


def test_whose_taps_they_are_and_how_many(phone, cast):
    mine = {"user": phone.mine["user"]}
    assert phone.post({**mine, "events": [{}] * 10_000}).status_code == 413
    assert phone.post({**mine, "events": {}}).status_code == 400
    assert phone.post({**mine, "events": []}, **{"X-CSRFToken": "old"}).status_code == 400
    other = Phone(cast, "coordinator")
    assert other.post({**mine, "events": [phone.mark()]}).status_code == 409
    signed_out = cast.client().post("/registers/events", json={})
    assert (signed_out.status_code, signed_out.is_json) == (401, True)


def test_who_walks_in_without_a_signal_is_marked_under_the_key_of_the_phone(phone, session):
    key = str(uuid.uuid4())
    walks = {
        "id": str(uuid.uuid4()), "kind": "walk_in", "session": phone.session, "person": key,
        "name": "Ali",
    }  # fmt: skip
    tap = phone.mark(person=key)
    assert phone.became(tap, walks) == ["ok", "ok"]
    assert phone.became(walks, tap) == ["ok", "duplicate"]
    assert session.scalars(select(Enrolment).where(Enrolment.uuid == uuid.UUID(key))).one()


def test_two_phones_that_did_not_see_each_other_are_told_and_one_settles_it(phone, session, cast):
    other = Phone(cast, "coordinator")
    first, second = phone.mark(), other.mark("absent")
    assert phone.became(first) == ["ok"]
    told = other.send({**second, "tapped_at": "2020-01-01T00:00:00Z"})
    assert told["results"][0]["status"] == "stale"
    assert "anders" in told["results"][0]["message"]
    (person,) = told["registers"][phone.session]["people"]
    assert person["mark"]["event"] == first["id"]
    assert [(one["event"], one["by"]) for one in person["others"]] == [
        (second["id"], "Coordinator")
    ]
    close = {"id": str(uuid.uuid4()), "kind": "close", "session": phone.session}
    assert phone.became(close) == ["stale"]
    settle = phone.mark(None, kind="settle", chosen=second["id"], replaces=[first["id"]])
    assert phone.became(settle, close) == ["ok", "ok"]
    assert phone.became(settle, close) == ["duplicate", "ok"]
    session.expire_all()
    mark = session.scalars(select(AttendanceMark)).one()
    assert (mark.status.value, mark.is_disputed, mark.is_counted) == ("absent", False, True)
    late = phone.send(phone.mark(replaces=[settle["id"]]))
    assert late["results"][0]["status"] == "stale"
    assert late["registers"][phone.session]["disputes"] == 1


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_tap_that_comes_late_is_told_whether_it_stands_beside_a_closed_one(
    phone, cast, is_closed
):
    first = phone.mark()
    close = {"id": str(uuid.uuid4()), "kind": "close", "session": phone.session}
    assert set(phone.became(first, *[close] * is_closed)) == {"ok"}
    seen = {"replaces": [first["id"]]} if is_closed else {"tapped_at": "2020-01-01T00:00:00Z"}
    told = Phone(cast, "coordinator").send(phone.mark("absent", **seen))
    [result], [person] = told["results"], told["registers"][phone.session]["people"]
    assert result["status"] == "stale"
    assert ("afgesloten" in result["message"]) is is_closed
    assert person["mark"]["event"] == first["id"], "what counts already is not replaced unexplained"


def test_what_holds_beside_a_late_tap_is_no_longer_than_the_session_by_now(phone, session, cast):
    assert phone.became(phone.mark()) == ["ok"]
    cast.offering_session.ends_at -= timedelta(hours=1)
    session.commit()
    late = phone.mark("absent", tapped_at="2020-01-01T00:00:00Z")
    told = Phone(cast, "coordinator").send(late)
    [person] = told["registers"][phone.session]["people"]
    assert (person["mark"]["status"], person["mark"]["minutes"]) == ("present", 60)


def test_what_was_done_together_is_taken_back_together(phone, session):
    batch = str(uuid.uuid4())
    undo = {"id": str(uuid.uuid4()), "kind": "undo", "session": phone.session, "batch": batch}
    assert phone.became(phone.mark(batch=batch), undo) == ["ok", "ok"]
    assert phone.became(undo) == ["ok"]
    assert session.scalars(select(AttendanceMark)).all() == []


def test_deciding_harms_no_other_event_when_the_session_is_shorter_by_now(phone, session, cast):
    first = phone.mark()
    assert phone.became(first, phone.mark("absent")) == ["stale", "ok"]
    cast.offering_session.ends_at -= timedelta(hours=1)
    session.commit()
    settle = phone.mark(None, kind="settle", chosen=first["id"])
    answer = phone.send(settle, phone.mark(person=MADE_UP))
    assert [one["status"] for one in answer["results"]] == ["ok", "rejected"]
    assert answer["registers"][phone.session]["people"][0]["mark"]["minutes"] == 60


def test_what_is_closed_is_not_changed_by_deciding_where_nobody_differs(phone, session):
    first = phone.mark("absent")
    second = phone.mark(replaces=[first["id"]])
    close = {"id": str(uuid.uuid4()), "kind": "close", "session": phone.session}
    assert phone.became(first, second, close) == ["ok", "ok", "ok"]
    assert phone.became(phone.mark(None, kind="settle", chosen=first["id"])) == ["rejected"]
    assert session.scalars(select(AttendanceMark)).one().status.value == "present"


def test_a_name_from_a_phone_holds_nothing_that_nobody_types(phone):
    walks = {"kind": "walk_in", "session": phone.session}
    names = {str(uuid.uuid4()): name for name in ("\u202eA\x01li", "\u200b", "Noor\u200c-Ann")}
    answer = phone.send(
        *({**walks, "id": str(uuid.uuid4()), "person": key, "name": names[key]} for key in names)
    )
    assert [one["status"] for one in answer["results"]] == ["ok", "rejected", "ok"]
    people = answer["registers"][phone.session]["people"]
    assert {"Ali", "Noor\u200c-Ann"} < {person["name"] for person in people}


@pytest.mark.parametrize("status", SessionStatus)
def test_a_phone_hears_whether_a_register_is_open(phone, session, cast, status):
    cast.offering_session.status = status
    session.commit()
    state = phone.client.get(f"/registers/{phone.session}/state.json").get_json()
    assert state["is_open"] is (status is not SessionStatus.CANCELLED)


def test_when_it_was_tapped_is_told_by_how_long_ago_whatever_the_phone_thinks_it_is(phone, session):
    """A phone whose clock is a year behind: what it tapped four minutes before it sent it."""
    now = clock.now()
    sent = now - timedelta(days=365)
    tapped = (sent - timedelta(minutes=4)).isoformat()
    with clock.freeze(now):
        phone.send(phone.mark(tapped_at=tapped), sent_at=sent.isoformat())
    session.rollback()
    [change] = session.scalars(select(AttendanceChange)).all()
    assert abs(change.tapped_at - (now - timedelta(minutes=4))) < timedelta(seconds=1)
