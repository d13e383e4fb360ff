"""A link from a message: one tap, no sign-in, for one enrolment and nothing else."""

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.agreements import commands as agreements
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.core import clock
from portal.core.audit import AuditEvent
from portal.core.links import Link, Purpose
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.rules import OfferingKind
from portal.participants.queries import recipient_of
from portal.schedule.rules import SessionStatus
from portal.web.once import OnceKey
from tests import factories as make
from tests.links import link_to

S = EnrolmentStatus


@pytest.fixture
def link(session, cast):
    """The address that a message to her holds, always the same one."""
    made = {}

    def link(row, purpose=Purpose.ENROLMENT):
        if row.uuid not in made:
            contact = recipient_of(session, cast.enterprise.id, cast.participant).contact
            made[row.uuid] = link_to(row, purpose, contact)
            session.commit()
        return f"/a/{made[row.uuid]}"

    return link


@pytest.fixture
def offered(session, cast):
    row = make.enrolment(
        session, make.offering(session, cast.enterprise), cast.participant, S.OFFERED
    )
    row.offer_until = clock.now() + timedelta(days=2)
    session.commit()
    return row


@pytest.fixture
def coming(session, cast):
    row = make.offering_session(session, cast.offering, clock.now() + timedelta(days=3))
    session.commit()
    return row


def status_of(session, row):
    session.rollback()
    status = session.get(Enrolment, row.id, populate_existing=True).status
    session.rollback()
    return status


def wants_reminders(session, cast):
    session.rollback()
    found = make.reminded_by(session, cast.participant)
    session.rollback()
    return bool(found)


def marks(session):
    session.rollback()
    found = [(row.status.value, row.how.value) for row in session.scalars(select(AttendanceMark))]
    session.rollback()
    return found


def test_a_place_is_taken_in_one_tap_by_a_browser_that_never_came_here(
    session, cast, link, offered
):
    client = cast.client()
    page = client.page(link(offered))
    assert cast.participant.name not in page.text
    done = client.submit(page, button="take")
    assert done.status_code == 200
    assert status_of(session, offered) is S.ENROLLED
    event = session.scalars(select(AuditEvent).where(AuditEvent.subject == "enrolment")).one()
    assert event.participant_id == cast.participant.id


def test_opening_a_link_changes_nothing(session, cast, link, offered):
    for method in ("GET", "HEAD", "GET"):
        assert cast.client().open(link(offered), method=method).status_code == 200
    assert status_of(session, offered) is S.OFFERED


def test_what_a_link_opens_is_kept_nowhere(cast, link, offered):
    headers = cast.client().get(link(offered)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


def test_no_log_tells_a_link(cast, link, offered, monkeypatch, caplog):
    client = cast.client()
    page = client.page(link(offered))

    def fail(*args):
        raise RuntimeError("something in the house")

    monkeypatch.setattr("portal.enrolments.commands.take_place", fail)
    assert client.submit(page, button="take").status_code == 500
    assert "something in the house" in caplog.text
    assert link(offered).rpartition("/")[2] not in caplog.text


def test_two_taps_are_one(session, cast, link, offered):
    client = cast.client()
    page = client.page(link(offered))
    for _ in range(2):
        assert client.submit(page, button="take").status_code == 200
    again = client.page(link(offered))  # and a second page that was open all the while
    assert client.submit(page, button="take", once=None).status_code == 200
    assert "take" not in str(again.select("button[name=do]"))
    assert status_of(session, offered) is S.ENROLLED


def test_leaving_is_asked_once_more(session, cast, link, offered):
    client = cast.client()
    page = client.page(f"{link(offered)}?ask=leave")
    assert status_of(session, offered) is S.OFFERED
    client.submit(page, button="leave")
    assert status_of(session, offered) is S.WITHDRAWN
    page = client.page(link(offered))
    client.submit(page, button="again")
    session.rollback()
    newest = session.scalars(select(Enrolment).order_by(Enrolment.id.desc())).first()
    assert (newest.offering_id, newest.status) == (offered.offering_id, S.ENROLLED)


def test_who_waits_sees_her_place_in_the_line(session, cast, link):
    offering = make.offering(session, cast.enterprise, places=1)
    make.enrolment(session, offering)
    make.enrolment(session, offering, status=S.WAITING)
    hers = make.enrolment(session, offering, cast.participant, S.WAITING)
    session.commit()
    assert "nummer 2 " in cast.client().page(link(hers)).main.text


def test_an_offer_that_lapsed_says_so_in_words(session, cast, link, offered):
    page = cast.client().page(link(offered))
    offered.status = S.DECLINED
    session.commit()
    client = cast.client()
    page = client.page(link(offered))
    assert not page.select("button[value=take]")
    token = page.select_one("[name=csrf_token]")["value"]
    answer = client.post(link(offered), data={"csrf_token": token, "do": "take"})
    assert answer.status_code == 422
    assert status_of(session, offered) is S.DECLINED


@pytest.mark.parametrize("token", ["x", "é", "A" * 38, "a" * 300])
def test_a_link_that_we_did_not_make(cast, token):
    page = cast.client().page(f"/a/{token}", status=404)
    assert page.h1


@pytest.mark.parametrize("purpose", [Purpose.ENROLMENT, Purpose.REMINDERS])
def test_a_link_from_before_a_corrected_number_is_of_no_use(session, cast, link, offered, purpose):
    about = offered if purpose is Purpose.ENROLMENT else cast.participant
    other = make.enrolment(session, make.offering(session, cast.enterprise), status=S.OFFERED)
    session.commit()
    client = cast.client()
    page = client.page(link(about, purpose))
    not_hers = link(other)  # went to this same number, and that is not how the other is reached
    make.reach(session, cast.participant, phone="+31687654321")
    session.commit()
    client.page(link(about, purpose), status=404)
    assert client.submit(page, button="take" if about is offered else "off").status_code == 404
    assert client.get(not_hers).status_code == 200
    assert status_of(session, offered) is S.OFFERED
    assert wants_reminders(session, cast)


def test_a_link_is_made_of_nothing_that_is_kept(app, session, cast, link, offered):
    """Neither the database nor the key of the installation makes one."""
    link(offered)
    kept = session.scalars(select(Link)).one()
    session.commit()
    key = app.config["SECRET_KEY"].encode()
    mac = hmac.digest(key, b"link:enrolment" + offered.uuid.bytes, "sha256")[:12]
    signed = urlsafe_b64encode(offered.uuid.bytes + mac).decode().rstrip("=")
    for made in (kept.token_hash, kept.contact_hash, str(kept.row), kept.row.hex, signed):
        cast.client().page(f"/a/{made}", status=404)


def test_a_link_for_one_thing_is_none_for_another(cast, link):
    cast.client().page(link(cast.participant), status=404)
    cast.client().page(link(cast.enrolment, Purpose.REMINDERS), status=404)


@pytest.mark.parametrize("status", [S.WITHDRAWN, S.DECLINED, S.COMPLETED, S.ENDED])
def test_a_link_of_what_is_over_says_so_and_after_a_month_nothing(session, cast, link, status):
    cast.enrolment.status = status
    session.commit()
    assert cast.offering.title in cast.client().page(link(cast.enrolment)).main.text
    cast.enrolment.status_since = clock.now() - timedelta(days=31)
    session.commit()
    page = cast.client().page(link(cast.enrolment), status=404)
    assert cast.offering.title not in page.main.text


@pytest.mark.parametrize("who", ["guide", "stranger", "other"])
def test_somebody_signed_in_stays_so_and_it_is_still_her_answer(session, cast, link, coming, who):
    if who == "other":
        other = make.participant(session, "Sara B.", card_token="card-of-sara")
        session.commit()
        cast.logins["other"] = make.card_login(session, other)
    client = cast.client(who)
    page = client.page(link(cast.enrolment))
    assert page.select_one(".notice.warn")
    client.submit(page, button="excuse")
    session.rollback()
    change = session.scalars(select(AttendanceChange)).one()
    assert (change.participant_id, change.recorded_by_id) == (cast.participant.id, None)
    assert not session.scalars(
        select(AuditEvent).where(AuditEvent.event == "participant.viewed")
    ).all()
    session.rollback()
    assert client.get("/my" if who == "other" else "/work").status_code == 200


def test_excused_by_link_and_back_again(session, cast, link, coming):
    client = cast.client()
    page = client.page(link(cast.enrolment))
    page = client.page(client.submit(page, button="excuse"))
    assert marks(session) == [("excused", "by_herself")]
    page = client.page(client.submit(page, button="come"))
    assert marks(session) == []
    assert page.select_one("button[value=excuse]")


def test_a_session_that_moved_meanwhile_is_shown_first(session, cast, link, coming):
    client = cast.client()
    page = client.page(link(cast.enrolment))
    coming.starts_at += timedelta(hours=2)
    coming.ends_at += timedelta(hours=2)
    session.commit()
    assert client.submit(page, button="excuse").status_code == 422
    assert marks(session) == []


def test_a_session_that_was_cancelled_asks_for_nothing(session, cast, link, coming):
    client = cast.client()
    page = client.page(link(cast.enrolment))
    coming.status = SessionStatus.CANCELLED
    session.commit()
    assert client.submit(page, button="excuse").status_code == 422
    assert marks(session) == []


def test_a_link_reaches_no_other_group(session, cast, link, coming):
    other = make.offering(session, cast.enterprise)
    make.enrolment(session, other, cast.participant)
    elsewhere = make.offering_session(session, other, clock.now() + timedelta(days=1))
    session.commit()
    client = cast.client()
    page = client.page(link(cast.enrolment))
    answer = client.submit(page, form="form:has([value=excuse])", button="excuse",
                           about=str(elsewhere.uuid))  # fmt: skip
    assert answer.status_code == 404
    assert marks(session) == []


def test_reminders_go_off_and_on(session, cast, link):
    client = cast.client()
    first = client.page(link(cast.participant, Purpose.REMINDERS))
    for _ in range(2):
        off = client.page(client.submit(first, button="off"))
        assert wants_reminders(session, cast) is False
    client.submit(off, button="on")
    assert wants_reminders(session, cast) is True


def test_an_agreement_is_confirmed_by_the_link(session, cast, link):
    cast.offering.kind = OfferingKind.PRE_TRAJECTORY
    agreement = agreements.write(
        session, cast.actor("guide"), cast.enrolment, goals="Meer Nederlands spreken.",
        minutes_per_week=600, from_on=clock.today(), until_on=None,
        participant_does="Ik kom op dinsdag.", guide_does="Wij praten elke maand.",
    )  # fmt: skip
    session.commit()
    client = cast.client()
    assert client.page(link(cast.enrolment)).select_one("a[href='?ask=agreement']")
    page = client.page(f"{link(cast.enrolment)}?ask=agreement")
    assert "Meer Nederlands spreken." in page.main.text
    client.submit(page, button="agree")
    session.refresh(agreement)
    assert agreement.participant_confirmed_how == "link"


def test_the_page_speaks_her_language(session, cast, link, offered):
    cast.participant.language = "en"
    session.commit()
    assert cast.client().page(link(offered)).html["lang"] == "en"
    assert cast.client().page(f"{link(offered)}?lang=nl").html["lang"] == "nl"


def test_a_form_sent_twice_leaves_no_secret_behind(session, cast, link):
    """What is kept to answer the second send the same is in each backup."""
    offering = make.offering(session, cast.enterprise)
    offered = make.enrolment(session, offering, cast.participant, S.OFFERED)
    address, client = link(offered), cast.client()
    page = client.page(address)
    first = client.submit(page, button="take", follow=False)
    assert first.location == address
    kept = [row.location for row in session.scalars(select(OnceKey))]
    session.rollback()
    assert kept
    assert [where for where in kept if where.startswith("/a/")] == []
    assert client.submit(page, button="take", follow=False).location == address
