"""Reminders: who gets one about what, once, in the afternoon; and what it says when it leaves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.jobs import KIND, freshen, remind
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.notices import commands, queries
from portal.notices.models import Notice
from portal.notices.rules import Channel, NoticeStatus
from portal.offerings.models import OfferingText
from portal.participants.queries import recipients
from portal.participants.rules import ContactWay
from portal.schedule.rules import SessionStatus
from tests import factories as make

AFTERNOON = datetime(2026, 3, 27, 14, 0, tzinfo=UTC)  # 15.00, the day before summer time's eve
TOMORROW = datetime(2026, 3, 28, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _afternoon() -> Iterator[None]:
    with clock.freeze(AFTERNOON):
        yield


@pytest.fixture
def comes_tomorrow(session, cast):
    return make.offering_session(session, cast.offering, TOMORROW)


def reminders(session: Session) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.kind == KIND).order_by(Notice.id)))


def test_each_organisation_reminds_of_all_its_own_of_tomorrow(session, cast, comes_tomorrow):
    other = make.offering(session, cast.other_enterprise, title="Naaien")
    make.enrolment(session, other, cast.participant)
    make.offering_session(session, other, TOMORROW + timedelta(hours=4))
    make.offering_session(session, other, TOMORROW + timedelta(days=1))
    make.offering_session(session, cast.offering, TOMORROW + timedelta(hours=6))
    assert remind(session) == 2
    notice, theirs = reminders(session)
    titles = [[time["title"] for time in row.data["times"]] for row in (notice, theirs)]
    assert titles == [["Koken voor de buurt", "Koken voor de buurt"], ["Naaien"]]
    assert notice.channel is Channel.SMS
    assert notice.not_after == TOMORROW
    session.flush()
    [letter] = commands.claim_letters(session, recipients, freshen)  # to the same number: one SMS
    assert letter == [notice, theirs]


def test_it_is_in_her_language_and_of_the_place_of_that_time(session, cast, comes_tomorrow):
    comes_tomorrow.place = "Buurthuis"
    make.offering_session(session, cast.offering, TOMORROW + timedelta(hours=4))
    named = {"title": "Gotowanie", "bring": "Fartuch"}
    session.add(OfferingText(offering_id=cast.offering.id, language="pl", **named))
    cast.participant.language = "pl"
    session.flush()
    session.expire(cast.offering, ["texts"])
    assert remind(session) == 1
    [notice] = reminders(session)
    times = notice.data["times"]
    assert [one["place"] for one in times] == ["Buurthuis", cast.offering.address]
    assert {(one["title"], one["bring"]) for one in times} == {("Gotowanie", "Fartuch")}


def test_nobody_is_reminded_twice(session, cast, comes_tomorrow):
    assert [remind(session), remind(session)] == [1, 0]


@pytest.mark.parametrize(
    ("hour", "told"), [(12, 0), (13, 1), (18, 1), (19, 0), (23, 0)]
)  # UTC; one more on the wall
def test_only_in_the_afternoon(session, cast, comes_tomorrow, hour, told):
    with clock.freeze(AFTERNOON.replace(hour=hour)):
        assert remind(session) == told


def test_the_day_that_summer_time_begins_is_a_day(session, cast, comes_tomorrow):
    make.offering_session(session, cast.offering, datetime(2026, 3, 29, 21, 30, tzinfo=UTC))
    with clock.freeze(AFTERNOON + timedelta(days=1)):
        assert remind(session) == 1


def excuse(session, cast, at):
    session.add(
        AttendanceMark(
            session_id=at.id,
            enrolment_id=cast.enrolment.id,
            participant_id=cast.participant.id,
            organisation_id=cast.enterprise.id,
            status=AttendanceStatus.EXCUSED,
            minutes=0,
            how=RecordedHow.BY_HERSELF,
            recorded_at=clock.now(),
        )
    )


def cancel(session, cast, at):
    at.status = SessionStatus.CANCELLED


def unsubscribe(session, cast, at):
    make.reach(session, cast.participant, wants_reminders=False)


def end(session, cast, at):
    cast.enrolment.ended_on = clock.today()


@pytest.mark.parametrize("change", [excuse, cancel, unsubscribe, end])
def test_who_does_not_come_or_does_not_want_it_is_left_alone(session, cast, comes_tomorrow, change):
    change(session, cast, comes_tomorrow)
    session.flush()
    assert remind(session) == 0


@pytest.mark.parametrize("way", [ContactWay.CALL, ContactWay.VISIT])
def test_nobody_is_called_for_a_reminder(session, cast, comes_tomorrow, way):
    make.reach(session, cast.participant, contact_way=way)
    assert remind(session) == 0


@pytest.mark.parametrize("way", [ContactWay.CALL, ContactWay.VISIT])
def test_who_is_called_from_now_on_lets_no_staff_read_where_else_she_goes(
    session, cast, comes_tomorrow, way
):
    """One message names the sessions of all providers: it may not become one's letter to print."""
    remind(session)
    make.reach(session, cast.participant, contact_way=way)
    session.flush()
    assert commands.claim_letters(session, recipients, freshen) == []
    assert [notice.status for notice in reminders(session)] == [NoticeStatus.LAPSED]
    assert queries.list_letters(session) == queries.list_calls(session) == []


@pytest.mark.parametrize("change", [excuse, cancel, unsubscribe, end])
def test_what_changed_while_it_waited_is_not_said(session, cast, comes_tomorrow, change):
    remind(session)
    change(session, cast, comes_tomorrow)
    session.flush()
    assert commands.claim_letters(session, recipients, freshen) == []
    [notice] = reminders(session)
    assert notice.status is NoticeStatus.LAPSED


def test_a_session_that_moved_is_told_as_it_is_now(session, cast, comes_tomorrow):
    remind(session)
    comes_tomorrow.starts_at += timedelta(hours=1)
    session.flush()
    [[notice]] = commands.claim_letters(session, recipients, freshen)
    assert notice.data["times"][0]["starts_at"] == comes_tomorrow.starts_at.isoformat()
    assert notice.not_after == comes_tomorrow.starts_at


def test_a_reminder_takes_its_turn_in_the_cap(session, cast, comes_tomorrow):
    to = make.recipient(cast.participant)
    commands.tell(session, to, "enrolments/accepted", organisation_id=cast.enterprise.id)
    session.flush()
    commands.confirm_sent(commands.claim_letters(session)[0])
    remind(session)
    session.flush()
    assert commands.claim_letters(session, recipients, freshen) == []
