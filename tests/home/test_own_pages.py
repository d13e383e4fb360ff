"""What a participant does on her own pages: says that she does not come, reminders, calendar."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.accounts.models import User
from portal.attendance.models import AttendanceMark
from portal.core import clock
from portal.core.actor import HOUSE, Role
from portal.core.clock import now
from portal.core.guard import set_actor
from portal.core.tokens import hash_of
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.rules import OfferingStatus
from portal.organisations.models import Membership
from portal.organisations.queries import find_calendar
from portal.organisations.rules import OrganisationStatus
from portal.participants.models import Participant
from portal.participants.rules import ContactWay, KeyKind
from portal.schedule.rules import SessionStatus
from portal.searches.models import KeptSearch
from tests import factories as make
from tests.page_audit import gzipped

WEBCAL = re.compile(r"webcal://[^/]+(/calendar/[\w/-]+\.ics)")
CALENDARS = [("participant", "/my/calendar"), ("guide", "/work/week/calendar")]


@pytest.fixture
def coming(session, cast):
    row = make.offering_session(session, cast.offering, clock.now() + timedelta(days=3))
    session.commit()
    return row


def marks(session):
    session.rollback()
    found = [row.status.value for row in session.scalars(select(AttendanceMark))]
    session.rollback()
    return found


def new_address(client, at="/my/calendar"):
    page = client.page(client.submit(at, button="on"))
    (path,) = set(WEBCAL.findall(str(page)))
    return path


def test_she_says_ahead_that_she_does_not_come_and_takes_it_back(session, cast, coming):
    client = cast.client("participant")
    page = client.page(client.submit("/my", form="#coming form", button="excuse"))
    assert marks(session) == ["excused"]
    register = cast.client("guide").page(f"/registers/{coming.uuid}")
    assert register.select_one(".register .tag")
    client.submit(page, form="#coming form", button="come")
    assert marks(session) == []
    history = cast.client("guide").page(f"/registers/{coming.uuid}/history")
    assert len(history.select(".timeline li")) == 2


def test_who_waits_reads_her_number_and_whom_a_place_is_offered_until_when(session, cast):
    offering = make.offering(session, cast.enterprise, places=1)
    for _ in range(2):
        make.enrolment(session, offering, status=EnrolmentStatus.WAITING)
    make.enrolment(session, offering, cast.participant, EnrolmentStatus.WAITING)
    other = make.offering(session, cast.enterprise)
    until = clock.now() + timedelta(days=2)
    make.enrolment(session, other, cast.participant, EnrolmentStatus.OFFERED, offer_until=until)
    session.commit()
    words = cast.client("participant").page("/my?lang=en").find(id="undecided").text
    assert "number 3 in the line" in words
    assert f"{clock.to_local(until):%H.%M}" in words


def test_reminders_off_and_on(session, cast):
    client = cast.client("participant")
    for wants in (False, True):
        page = client.submit("/my/data", form="#messages form")
        assert page.status_code == 200
        session.rollback()
        assert bool(make.reminded_by(session, cast.participant)) is wants
        session.rollback()


PROMISES = ("U krijgt de dag ervoor", "Dan hoort u", "antwoordt u", "krijgt antwoord", "bericht")


@pytest.mark.parametrize("way", [ContactWay.PHONE, ContactWay.VISIT])
def test_who_comes_by_is_promised_no_messages(session, cast, way):
    make.reach(session, cast.participant, contact_way=way)
    lined = make.offering(session, cast.enterprise, title="Naaien")
    asked = make.offering(session, cast.enterprise, title="Fietsen maken")
    make.enrolment(session, lined, cast.participant, EnrolmentStatus.WAITING)
    make.enrolment(session, asked, cast.participant, EnrolmentStatus.APPLIED)
    searched = KeptSearch(participant_id=cast.participant.id, organisation_id=cast.enterprise.id)
    searched.asked, searched.expires_at = [("q", "naaien")], clock.now() + timedelta(days=9)
    session.add(searched)
    session.commit()
    client = cast.client("participant")
    done = (f"/offerings/{row.slug}/sign-up/done" for row in (lined, asked))
    for path in ("/my", "/my/activities", "/my/data", *done):
        page = client.page(path)
        said = [words for words in PROMISES if words in page.select_one("main").text]
        if way is ContactWay.PHONE:
            assert said or path.startswith(("/my/data", f"/offerings/{asked.slug}")), path
        else:
            assert set(said) <= {"bericht"}, f"{path} promises: {said}"  # of the talk, on the page
    words = client.page("/my/data").words
    assert ("Uw begeleider vertelt u dan het nieuws." in words) is (way is ContactWay.VISIT)


def test_a_full_page_of_her_own_stays_small(session, cast):
    for number in range(5):
        offering = make.offering(session, cast.enterprise, title=f"Samen koken {number}")
        make.enrolment(session, offering, cast.participant)
        for day in range(1, 4):
            make.offering_session(session, offering, clock.now() + timedelta(days=day + number))
    session.commit()
    assert gzipped(cast.client("participant").get("/my").data) < 8 * 1024


def test_her_calendar_holds_what_when_and_where_and_nothing_else(session, cast, coming):
    other = make.offering_session(session, cast.offering, clock.now() + timedelta(days=4))
    make.offering_session(
        session, cast.offering, clock.now() + timedelta(days=5), status=SessionStatus.CANCELLED
    )
    session.commit()
    client = cast.client("participant")
    client.submit("/my", form="#coming form", button="excuse")
    answer = cast.client().get(new_address(client))  # a calendar doesn't sign in
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CANCELLED"]
    assert str(events[0]["UID"]).startswith(str(other.uuid))
    for event in events:
        assert set(event) == {
            "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS",
        }  # fmt: skip
    body = answer.get_data(as_text=True)
    assert cast.participant.name not in body
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"


@pytest.mark.parametrize(("who", "at"), CALENDARS)
def test_an_address_that_was_stopped_before_it_was_looked_at_is_not_shown(cast, who, at):
    client = cast.client(who)
    client.submit(at, button="on")
    fields = {"csrf_token": client.csrf_token(), "do": "off"}
    assert client.post(at, data=fields).status_code == 303
    assert not WEBCAL.search(str(client.page(at)))


def test_a_calendar_that_has_it_already_does_not_get_it_again(cast, coming):
    path = new_address(cast.client("participant"))
    first = cast.client().get(path)
    assert "private" in first.headers["Cache-Control"]
    again = cast.client().get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(("who", "at"), CALENDARS)
def test_a_new_address_ends_the_old_one_and_stopping_ends_all(cast, who, at):
    client = cast.client(who)
    old = new_address(client, at)
    with client.session_transaction() as cookie:
        del cookie["calendar_to_show"]  # a quarter of an hour later
    new = new_address(client, at)
    assert [cast.client().get(path).status_code for path in (old, new)] == [404, 200]
    assert not WEBCAL.search(str(cast.client(who).page(at)))
    client.submit(at, button="off")
    assert cast.client().get(new).status_code == 404


def test_a_week_as_a_calendar_says_what_the_week_says_and_nothing_of_people(session, cast):
    make.offering_session(session, make.offering(session, cast.enterprise, title="Naaien"), now())
    make.offering_session(session, make.offering(session, cast.other_enterprise), now())
    session.commit()
    guide = cast.client("guide")
    path = new_address(guide, CALENDARS[1][1])
    guide.submit(f"/registers/{cast.offering_session.uuid}", button="present")
    for more in ("", "?mine=yes"):
        answer = cast.client().get(path + more)
        told = {str(event["SUMMARY"]) for event in Calendar.from_ical(answer.data).walk("VEVENT")}
        assert told == {row.a.text for row in guide.page(f"/work/week{more}").select(".slot")}
        assert cast.participant.name not in answer.text


@pytest.mark.parametrize("then", ["leaves", "only reads", "suspended"])
def test_a_calendar_of_weeks_ends_with_the_work(session, cast, then):
    path = new_address(cast.client("guide"), CALENDARS[1][1])
    role = session.scalars(select(Membership).where(Membership.calendar_hash.is_not(None))).one()
    if then == "leaves":
        session.delete(role)
    elif then == "only reads":
        role.role = Role.VIEWER
    else:
        cast.enterprise.status = OrganisationStatus.SUSPENDED
    session.commit()
    assert cast.client().get(path).status_code == (200 if then == "suspended" else 404)


def test_a_calendar_is_of_one_team_and_shows_no_other(session, cast):
    """Who is refused there has another team: its week is not what the address was made for."""
    make.offering_session(session, make.offering(session, cast.enterprise), now())
    both = session.get_one(User, cast.actor("both").user_id)
    role = session.scalars(
        select(Membership).filter_by(user_id=both.id, organisation_id=cast.enterprise.id)
    ).one()
    role.calendar_hash = hash_of("of-the-guide")
    session.commit()
    set_actor(session, HOUSE)
    assert find_calendar(session, "of-the-guide").organisation_id == cast.enterprise.id
    cast.enterprise.status = OrganisationStatus.REFUSED
    session.flush()
    assert find_calendar(session, "of-the-guide") is None


def test_the_address_of_who_was_entered_twice_is_that_of_the_one_that_is_left(
    session, cast, coming
):
    twin = make.participant(session, merged_into_id=cast.participant.id)
    make.key(session, twin, "calendar-of-the-twin", KeyKind.CALENDAR, opens=[cast.enterprise.id])
    session.commit()
    answer = cast.client().get("/calendar/calendar-of-the-twin.ics")
    assert str(coming.uuid) in answer.text


@pytest.mark.parametrize(("who", "at"), CALENDARS)
def test_a_calendar_that_asks_all_the_time_is_asked_to_wait(monkeypatch, cast, who, at):
    path = new_address(cast.client(who), at)
    monkeypatch.setattr("portal.home.routes.staff._fetches.most", 3)
    codes = [cast.client().get(path).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]


@pytest.mark.parametrize("button", [None, "nonsense"])
def test_a_button_that_is_none_changes_nothing(session, cast, button):
    client = cast.client("participant")
    token = client.csrf_token()
    for path in ("/my/reminders", "/my/calendar"):
        answer = client.post(path, data={"csrf_token": token, **({"do": button} if button else {})})
        assert answer.status_code == 422
    session.rollback()
    found = session.get(Participant, cast.participant.id, populate_existing=True)
    assert make.reminded_by(session, found) == [cast.enterprise.id]
    assert len(make.keys_of(session, found)) == 1
    session.rollback()


def test_the_title_of_an_activity_leads_to_its_page_while_there_is_one(cast, session):
    her, page = cast.client("participant"), f"/offerings/{cast.offering.slug}"
    assert her.page("/my/activities").select(f'a[href="{page}"]')
    cast.offering.status = OfferingStatus.ARCHIVED
    session.commit()
    assert not her.page("/my/activities").select(f'a[href="{page}"]')
