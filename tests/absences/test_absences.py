"""Absences in a row call for a next step, and never for a label on a person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.absences.commands import follow_up
from portal.absences.models import AbsenceFollowUp
from portal.absences.queries import list_follow_ups, list_long_absent
from portal.absences.rules import FollowUp
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.errors import NotAllowed, NotFound
from portal.core.guard import as_house, set_actor
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.models import Notice
from portal.participants.rules import ContactWay
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus
from tests import factories as make

PRESENT, EXCUSED, ABSENT = AttendanceStatus
CALL, MESSAGE, VISIT = FollowUp


def stays_away(session, cast, *statuses):
    """Sessions, one each week, the last of them a day ago."""
    sessions: list[OfferingSession] = []
    for weeks, status in enumerate(reversed(statuses)):
        at = make.offering_session(
            session, cast.offering, clock.now() - timedelta(days=1, weeks=weeks)
        )
        session.add(
            AttendanceMark(
                session_id=at.id, enrolment_id=cast.enrolment.id,
                organisation_id=cast.enterprise.id, participant_id=cast.participant.id,
                status=status, minutes=0, recorded_at=clock.now(), how=RecordedHow.BY_HAND,
            )
        )  # fmt: skip
        sessions.insert(0, at)
    session.flush()
    return sessions


def signals(session, actor):
    return [(row.missed, row.times) for row in list_long_absent(session, actor, clock.now())]


@pytest.mark.parametrize(
    ("statuses", "threshold", "times"),
    [
        ([ABSENT] * 3, 3, 3),
        ([ABSENT] * 2, 3, 0),
        ([ABSENT] * 2, 2, 2),
        ([ABSENT] * 9, 0, 0),  # never
        ([ABSENT, ABSENT, PRESENT], 2, 0),
        ([ABSENT, ABSENT, EXCUSED], 2, 2),
    ],
)
def test_the_offering_says_when(session, cast, guide, statuses, threshold, times):
    cast.offering.absences_signal = threshold
    stays_away(session, cast, *statuses)
    assert [n for _, n in signals(session, guide)] == ([times] if times else [])


@pytest.mark.parametrize("status", [EnrolmentStatus.ENDED, EnrolmentStatus.WITHDRAWN])
def test_who_stopped_gives_no_signal(session, cast, guide, status):
    stays_away(session, cast, *[ABSENT] * 3)
    cast.enrolment.status = status
    session.flush()
    assert signals(session, guide) == []


def test_it_is_gone_until_she_is_absent_again(session, cast, guide):
    *_, last = stays_away(session, cast, *[ABSENT] * 3)
    assert signals(session, guide) == [(last.uuid, 3)]
    assert follow_up(session, guide, cast.enrolment, last.uuid, CALL)
    assert signals(session, guide) == []
    session.add(
        AttendanceMark(
            session_id=cast.offering_session.id, enrolment_id=cast.enrolment.id,
            organisation_id=cast.enterprise.id, participant_id=cast.participant.id,
            status=ABSENT, minutes=0, recorded_at=clock.now(), how=RecordedHow.BY_HAND,
        )
    )  # fmt: skip
    session.flush()
    assert signals(session, guide) == [(cast.offering_session.uuid, 4)]


def test_two_who_see_to_it_at_once_send_one_message(session, cast, guide):
    *_, last = stays_away(session, cast, *[ABSENT] * 3)
    assert follow_up(session, guide, cast.enrolment, last.uuid, MESSAGE)
    assert not follow_up(session, guide, cast.enrolment, last.uuid, MESSAGE)
    session.commit()
    assert len(session.scalars(select(Notice)).all()) == 1
    [done] = list_follow_ups(session, cast.participant.id)
    assert (done.step, done.by, done.title) == (MESSAGE, "Guide", cast.offering.title)


@pytest.mark.parametrize(
    ("way", "step", "told"),
    [
        (ContactWay.PHONE, MESSAGE, ["sms"]),
        (ContactWay.VISIT, MESSAGE, ["letter"]),
        (ContactWay.CALL, MESSAGE, []),  # staff write to her themselves
        (ContactWay.PHONE, CALL, []),
        (ContactWay.PHONE, VISIT, []),
    ],
)
def test_a_message_is_sent_to_whom_it_can_reach(session, cast, guide, way, step, told):
    make.reach(session, cast.participant, contact_way=way)
    *_, last = stays_away(session, cast, *[ABSENT] * 3)
    coming = make.offering_session(session, cast.offering, clock.now() + timedelta(days=6))
    [row] = list_long_absent(session, guide, clock.now())
    assert row.takes_messages is (way is not ContactWay.CALL)
    follow_up(session, guide, cast.enrolment, last.uuid, step)
    session.flush()
    notices = session.scalars(select(Notice)).all()
    assert [notice.channel.value for notice in notices] == told
    for notice in notices:
        assert (notice.kind, notice.not_after) == ("attendance/missed", coming.starts_at)


def test_only_those_of_the_house(session, cast):
    *_, last = stays_away(session, cast, *[ABSENT] * 3)
    actor = cast.actor("viewer")
    set_actor(session, actor)
    with pytest.raises(NotAllowed):
        follow_up(session, actor, cast.enrolment, last.uuid, CALL)
    elsewhere = make.offering_session(
        session, make.offering(session, cast.enterprise, title="Naaien"), clock.now()
    )
    set_actor(session, cast.actor("guide"))
    with pytest.raises(NotFound):
        follow_up(session, cast.actor("guide"), cast.enrolment, elsewhere.uuid, CALL)
    with as_house(session):
        assert session.scalars(select(AbsenceFollowUp)).all() == []


def test_three_buttons_on_the_day_and_a_line_on_her_page(session, cast):
    stays_away(session, cast, *[ABSENT] * 3)
    session.commit()
    client = cast.client("guide")
    assert "keer achter elkaar" in client.page("/work").words
    after = client.page(client.submit("/work/calls", form="form[action*=absences]", button="visit"))
    assert "Genoteerd." in after.words
    assert "/work/absences/" not in str(after)
    assert "door Guide" in client.page(f"/participants/{cast.participant.uuid}").words
    url = f"/work/absences/{cast.enrolment.uuid}"
    assert client.post(url, data={"csrf_token": client.csrf_token()}).status_code == 422


def test_what_was_long_ago_or_cancelled_or_elsewhere_calls_for_nothing(session, cast, guide):
    rows = stays_away(session, cast, *[ABSENT] * 3)
    now = clock.now()
    with clock.freeze(now + timedelta(weeks=13) - timedelta(days=2)):
        assert [times for _, times in signals(session, guide)] == []  # one is left, of three
    assert signals(session, cast.actor("stranger")) == []
    rows[1].status = SessionStatus.CANCELLED
    session.flush()
    assert signals(session, guide) == []


@pytest.mark.parametrize(("days", "times"), [(76, [3]), (77, []), (91, [])])
def test_what_she_missed_counts_for_a_quarter(session, cast, guide, days, times):
    """Of three weeks the first is over first: then two are left, which call for nothing."""
    stays_away(session, cast, *[ABSENT] * 3)
    with clock.freeze(clock.now() + timedelta(days=days - 1)):
        assert [n for _, n in signals(session, guide)] == times


def test_her_page_names_the_last_five_things_that_were_done(session, cast, guide):
    for session_of in stays_away(session, cast, *[ABSENT] * 7):
        follow_up(session, guide, cast.enrolment, session_of.uuid, CALL)
        session.flush()
    done = list_follow_ups(session, cast.participant.id)
    assert len(done) == 5
    ids = session.scalars(select(AbsenceFollowUp.id).order_by(AbsenceFollowUp.id.desc())).all()
    assert len(ids) == 7
