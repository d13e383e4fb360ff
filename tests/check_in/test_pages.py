"""The screen, the participant's phone and the kiosk: each answer, and no name on any screen."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import object_session

from portal.attendance import commands as attendance
from portal.attendance.commands import closing
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.check_in.queries import now_or_next
from portal.check_in.rules import code_at, opens_at
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.clock import to_local
from portal.core.guard import reading_as
from portal.core.links import Link, Purpose
from portal.enrolments.rules import EnrolmentStatus
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.links import link_to

PRESENT, ABSENT = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT


@pytest.fixture
def began(cast):
    """Five minutes after the session of today began."""
    with clock.freeze(cast.offering_session.starts_at + timedelta(minutes=5)):
        yield cast.offering_session


@pytest.fixture
def elsewhere(session, cast, began):
    """A session of another group, at the same time."""
    other = make.offering(session, cast.enterprise, title="Fietsen maken")
    row = make.offering_session(session, other, began.starts_at)
    session.commit()
    return row


def code_of(cast, row, at=None):
    return code_at(cast.app.config["SECRET_KEY"].encode(), row.uuid, at or clock.now())


def kiosk_of(cast, row):
    token = link_to(row, Purpose.KIOSK)
    object_session(row).commit()
    return f"/kiosk/{token}"


def marks(session):
    session.rollback()
    rows = session.scalars(select(AttendanceMark))
    return [(row.status, row.minutes, row.how, row.is_disputed) for row in rows]


WEEKDAYS = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
HERE = [(PRESENT, 120, RecordedHow.CHECKED_IN, False)]


def test_she_types_the_code_and_is_on_the_list_once(cast, session, began):
    client = cast.client("participant")
    code = code_of(cast, began)
    page = client.page(client.submit("/check-in", code=f"{code[:3]} - {code[3:]}"))
    assert page.url == f"/my/sessions/{began.uuid}/here"
    assert "Enjoy" in page.words or "Veel plezier" in page.words
    assert marks(session) == HERE
    client.submit("/check-in", code=code)
    assert marks(session) == HERE
    assert len(session.scalars(select(AttendanceChange)).all()) == 1


def test_the_qr_code_asks_one_button_and_opening_it_writes_nothing(cast, session, began):
    client = cast.client("participant")
    url = f"/check-in/{code_of(cast, began)}"
    page = client.page(url)
    assert not marks(session)
    with clock.freeze(clock.now() + timedelta(minutes=3)):  # she reads slowly
        assert client.page(client.submit(page)).url.endswith("/here")
    assert marks(session) == HERE
    assert client.get(url).headers["Referrer-Policy"] == "no-referrer"


def test_who_has_still_to_say_who_she_is_comes_back_with_her_code(cast, session, began):
    client = cast.client()
    url = f"/check-in/{code_of(cast, began)}"
    assert client.page(url).select_one("main form") is None
    with clock.freeze(clock.now() + timedelta(minutes=4)):
        page = client.page("/card/card-of-fatma")
        assert page.url == url
        client.submit(page)
    assert marks(session) == HERE
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        assert client.page("/card/card-of-fatma").url == "/my"


def test_a_code_kept_for_ten_minutes_and_no_longer(cast, session, began):
    client = cast.client()
    url = f"/check-in/{code_of(cast, began)}"
    client.page(url)
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        assert client.page("/card/card-of-fatma").url == "/my"
        client.page(url, status=404)


def test_each_refusal_says_what_to_do(cast, session, began, elsewhere):
    client = cast.client("participant")
    now = clock.now()
    last_week = make.offering_session(session, cast.offering, began.starts_at - timedelta(days=7))
    session.commit()
    refusals = {
        code_of(cast, began, now - timedelta(minutes=3)): "De code is veranderd",
        code_of(cast, last_week, now - timedelta(days=7)): "Dat is voorbij",
        code_of(cast, elsewhere): "andere groep",
        "000000": "Deze code klopt niet",
        "hallo": "Deze code klopt niet",
        "": "Typ de code",
    }
    for code, words in refusals.items():
        answer = client.submit("/check-in", code=code)
        assert answer.status_code == 422, code
        assert words in client.page(answer, status=422).words
    with clock.freeze(began.starts_at - timedelta(minutes=31)):
        answer = client.submit("/check-in", code=code_of(cast, began))
        opens = clock.to_local(began.starts_at - timedelta(minutes=30))
        assert f"vanaf {opens:%H.%M} uur" in client.page(answer, status=422).words
    assert not marks(session)


def test_a_friend_with_a_photo_of_the_code_is_not_on_the_list(cast, session, began):
    friend = make.participant(session, "Saida B.", card_token="card-of-saida")
    make.enrolment(session, make.offering(session, cast.enterprise), friend)
    session.commit()
    client = cast.client()
    client.page("/card/card-of-saida")
    answer = client.submit("/check-in", code=code_of(cast, began))
    assert "andere groep" in client.page(answer, status=422).words
    assert not marks(session)


def test_who_comes_late_has_the_rest_and_is_told(cast, session, began):
    client = cast.client("participant")
    with clock.freeze(began.starts_at + timedelta(minutes=43)):
        page = client.page(client.submit("/check-in", code=code_of(cast, began)))
    assert "U kwam later" in page.words
    assert [row[1] for row in marks(session)] == [80]


def test_she_is_there_though_the_guide_wrote_otherwise(cast, session, began):
    absent = {cast.enrolment.id: (ABSENT, None)}
    attendance.record(session, cast.actor("guide"), began, absent, RecordedHow.BY_HAND)
    session.commit()
    client = cast.client("participant")
    client.submit("/check-in", code=code_of(cast, began))
    assert marks(session) == HERE


def test_after_it_was_closed_the_guide_decides(cast, session, began):
    absent = {cast.enrolment.id: (ABSENT, None)}
    guide = cast.actor("guide")
    attendance.record(session, guide, began, absent, RecordedHow.BY_HAND)
    closing.close(session, guide, began)
    session.commit()
    client = cast.client("participant")
    with clock.freeze(clock.now() + timedelta(seconds=20)):
        for _ in range(2):
            page = client.page(client.submit("/check-in", code=code_of(cast, began)))
            assert "De begeleider ziet dat u er bent" in page.words
    assert marks(session) == [(ABSENT, 0, RecordedHow.BY_HAND, True)]
    assert len(session.scalars(select(AttendanceChange)).all()) == 2


def test_too_many_guesses_must_wait_but_not_her_neighbours(cast, session, began):
    client = cast.client("participant")
    client.audits = False
    for _ in range(20):
        assert client.get("/check-in/000000").status_code == 404
    assert client.get("/check-in/000000").status_code == 429
    assert cast.client().get(f"/check-in/{code_of(cast, began)}").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1:8000/card/card-of-fatma",
        "HTTP>&&127.0.0.1>8000&card&card-of-fatma\n",  # a scanner that thinks of another keyboard
    ],
)
def test_a_card_before_the_kiosk(cast, session, began, typed):
    client = cast.client()
    page = client.page(client.submit(kiosk_of(cast, began), card=typed))
    assert "Welkom" in page.words
    assert marks(session) == HERE
    again = client.page(client.submit(kiosk_of(cast, began), card=typed))
    assert "al op de lijst" in again.words
    for one in (page, again):
        assert "Fatma" not in one.body_text
        assert "card-of-fatma" not in one.body_text


def test_other_cards_before_the_kiosk(cast, session, began):
    friend = make.participant(session, "Saida B.", card_token="card-of-saida")
    make.enrolment(session, make.offering(session, cast.enterprise), friend)
    session.commit()
    client = cast.client()
    other = client.page(client.submit(kiosk_of(cast, began), card="x/card/card-of-saida"))
    assert "andere groep" in other.words
    unknown = client.page(client.submit(kiosk_of(cast, began), card="x/card/no-such-card"))
    assert "kennen deze kaart niet" in unknown.words
    assert not marks(session)


def test_the_kiosk_is_open_from_half_an_hour_before_until_the_end(cast, session, began):
    client, url = cast.client(), kiosk_of(cast, began)
    with clock.freeze(began.starts_at - timedelta(minutes=31)):
        assert client.page(url).select_one("#card") is None
    page = client.page(url)
    with clock.freeze(began.ends_at + timedelta(seconds=1)):
        client.submit(page, card="x/card/card-of-fatma")
        assert "voorbij" in client.page(url).words
    assert not marks(session)
    assert client.get("/kiosk/abcd").status_code == 404
    other = link_to(began, Purpose.ENROLMENT)
    session.commit()
    assert client.get(f"/kiosk/{other}").status_code == 404


def test_the_tablet_is_for_the_next_session_of_its_group_when_one_is_over(cast, session, began):
    coming = make.offering_session(session, cast.offering, began.starts_at + timedelta(days=1))
    off = make.offering_session(session, cast.offering, began.ends_at + timedelta(hours=1))
    off.status = SessionStatus.CANCELLED
    client, url = cast.client(), kiosk_of(cast, began)
    assert "U kunt inchecken vanaf" not in client.page(url).words
    with clock.freeze(began.starts_at), reading_as(session, HOUSE):
        assert now_or_next(session, off, clock.now()).id == began.id  # that one is off
    with clock.freeze(began.ends_at + timedelta(seconds=1)):
        said = client.page(url).words
        assert "voorbij" not in said
        assert (
            f"U kunt inchecken vanaf {WEEKDAYS[to_local(opens_at(coming.starts_at)).weekday()]}"
            in said
        )
    with clock.freeze(coming.starts_at):
        client.submit(url, card="x/card/card-of-fatma")
    session.rollback()
    assert session.scalar(select(AttendanceMark.session_id)) == coming.id
    with clock.freeze(clock.now() + timedelta(days=2)):
        assert client.get(url).status_code == 404


def test_the_kiosk_keeps_its_address_and_alone_may_use_the_camera(cast, began):
    client = cast.client()
    answer = client.get(kiosk_of(cast, began))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "camera=()" in client.get("/check-in").headers["Permissions-Policy"]


def test_the_guides_screen_counts_and_names_nobody(cast, session, began):
    cast.client("participant").submit("/check-in", code=code_of(cast, began))
    client = cast.client("guide")
    page = client.page(f"/registers/{began.uuid}/code")
    code = code_of(cast, began)
    assert f"{code[:3]} {code[3:]}" in page.words
    assert "1 persoon" in page.words
    assert "Fatma" not in page.body_text
    assert "Guide" not in page.body_text  # nor who is signed in


def test_the_guide_opens_the_kiosk_and_is_signed_out(cast, began):
    client = cast.client("guide")
    page = client.page(
        client.submit(f"/registers/{began.uuid}/tablet", form="form:has([value=here])")
    )
    assert page.url.startswith("/kiosk/")
    assert client.get("/work").status_code == 303


def test_the_guide_takes_a_link_to_another_tablet(cast, session, began):
    client = cast.client("guide")
    url = f"/registers/{began.uuid}/tablet"
    assert "/kiosk/" not in client.page(url).main.text
    page = client.page(client.submit(url, button="link"))
    [link] = re.findall(r"/kiosk/[\w-]+", page.main.text)
    assert cast.client().page(link).select_one("#card")
    assert client.get("/work").status_code == 200
    token = link.rpartition("/")[2]
    assert token not in session.scalars(select(Link.token_hash)).all()
    with clock.freeze(clock.now() + timedelta(days=2, minutes=1)):
        assert cast.client().get(link).status_code == 404


def test_who_stopped_or_comes_later_is_not_on_the_list(cast, session, began):
    cast.enrolment.status = EnrolmentStatus.ENDED
    cast.enrolment.ended_on = clock.today() - timedelta(days=1)
    session.merge(cast.enrolment)
    session.commit()
    client = cast.client("participant")
    assert client.submit("/check-in", code=code_of(cast, began)).status_code == 422


@pytest.mark.slow
def test_her_page_leads_there_when_it_is_time(cast, session, began):
    client = cast.client("participant")
    assert client.page("/my").select_one('a[href="/check-in"]')
    with clock.freeze(began.ends_at + timedelta(minutes=1)):
        assert not client.page("/my").select_one('a[href="/check-in"]')
