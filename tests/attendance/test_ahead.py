"""Saying ahead that one does not come: never why, once is enough, a guide has the last word."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.attendance import commands
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries import list_coming
from portal.attendance.queries.history import list_changes
from portal.attendance.rules import (
    AttendanceStatus,
    RecordedHow,
    check_may_excuse,
    check_still_then,
)
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.enrolments.rules import EnrolmentStatus
from portal.hours.queries import hours_of
from portal.schedule.rules import SessionStatus
from tests import factories as make

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
PRESENT, EXCUSED = AttendanceStatus.PRESENT, AttendanceStatus.EXCUSED
HERSELF = RecordedHow.BY_HERSELF


@pytest.fixture
def coming(session, cast):
    return make.offering_session(session, cast.offering, clock.now() + timedelta(days=9))


@pytest.fixture
def her(session, cast):
    actor = cast.actor("participant")
    set_actor(session, actor)
    return actor


def marks(session):
    return [(row.status, row.minutes, row.how) for row in session.scalars(select(AttendanceMark))]


@pytest.mark.parametrize(
    ("starts_at", "is_cancelled", "refusal"),
    [
        (NOW + timedelta(seconds=1), False, None),
        (NOW, False, "begun"),
        (NOW - timedelta(days=1), False, "begun"),
        (NOW + timedelta(days=60), True, "not take place"),
        (NOW - timedelta(days=1), True, "not take place"),
    ],
)
def test_until_when_she_may_say_so(starts_at, is_cancelled, refusal):
    if refusal is None:
        check_may_excuse(starts_at, is_cancelled, NOW)
    else:
        with pytest.raises(RuleBroken, match=refusal):
            check_may_excuse(starts_at, is_cancelled, NOW)


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_she_says_nothing_about_what_began_or_is_off(session, cast, her, is_cancelled):
    at = clock.now() + timedelta(hours=1 if is_cancelled else -1)
    row = make.offering_session(session, cast.offering, at)
    row.status = SessionStatus.CANCELLED if is_cancelled else row.status
    for say in (commands.excuse, commands.take_back_excuse):
        with pytest.raises(RuleBroken):
            say(session, her, row)
    assert marks(session) == []


def test_what_she_read_must_still_hold():
    check_still_then(NOW, None)
    check_still_then(NOW, NOW)
    with pytest.raises(RuleBroken, match="changed"):
        check_still_then(NOW, NOW + timedelta(minutes=30))


def test_she_says_so_twice_and_it_is_written_down_once(session, cast, coming, her):
    taken = cast.offering.places_taken
    for _ in range(2):
        commands.excuse(session, her, coming)
    assert marks(session) == [(EXCUSED, 0, HERSELF)]
    assert len(session.scalars(select(AttendanceChange)).all()) == 1
    assert cast.offering.places_taken == taken
    (row,) = list_coming(session, cast.participant.id, clock.now())
    assert (row.is_excused, row.may_take_back) == (True, True)
    assert hours_of(session, cast.participant.id).latest == []  # it was not yet


def test_she_comes_after_all_and_the_history_says_so(session, cast, coming, her):
    commands.excuse(session, her, coming)
    for _ in range(2):
        commands.take_back_excuse(session, her, coming)
    session.flush()
    assert marks(session) == []
    commands.excuse(session, her, coming)
    session.flush()
    set_actor(session, cast.actor("guide"))
    changes = list_changes(session, coming.id)
    assert [(change.how, change.before) for change in changes] == [
        (HERSELF, None),
        (RecordedHow.TAKEN_BACK, (EXCUSED, 0)),
        (HERSELF, None),
    ]


def test_a_guide_has_the_last_word(session, cast, her):
    soon = make.offering_session(session, cast.offering, clock.now() + timedelta(hours=2))
    commands.excuse(session, her, soon)
    guide = cast.actor("guide")
    set_actor(session, guide)
    commands.record_everyone(session, guide, soon)
    assert marks(session) == [(EXCUSED, 0, HERSELF)]  # "everyone else is here"
    commands.record(session, guide, soon, {cast.enrolment.id: (PRESENT, None)}, RecordedHow.BY_HAND)
    session.expire_all()
    assert marks(session) == [(PRESENT, 120, RecordedHow.BY_HAND)]


def test_what_a_guide_wrote_down_she_does_not_take_back(session, cast, her):
    soon = make.offering_session(session, cast.offering, clock.now() + timedelta(hours=2))
    guide = cast.actor("guide")
    set_actor(session, guide)
    commands.record(session, guide, soon, {cast.enrolment.id: (EXCUSED, None)}, RecordedHow.BY_HAND)
    set_actor(session, her)
    commands.excuse(session, her, soon)  # which it is already
    with pytest.raises(RuleBroken, match="guide"):
        commands.take_back_excuse(session, her, soon)
    assert marks(session) == [(EXCUSED, 0, RecordedHow.BY_HAND)]


def test_both_halves_of_a_day_are_each_her_own_to_say(session, cast, coming, her):
    afternoon = make.offering_session(session, cast.offering, coming.starts_at + timedelta(hours=3))
    commands.excuse(session, her, afternoon)
    found = list_coming(session, cast.participant.id, clock.now())
    assert [row.is_excused for row in found] == [False, True]


def test_only_where_she_is_expected(session, cast, her):
    offering = make.offering(session, cast.enterprise)
    elsewhere = make.offering_session(session, offering, clock.now() + timedelta(days=1))
    with pytest.raises(NotFound):
        commands.excuse(session, her, elsewhere)
    make.enrolment(session, offering, cast.participant, EnrolmentStatus.WAITING)
    with pytest.raises(NotFound):
        commands.excuse(session, her, elsewhere)


def test_it_counts_for_herself_alone_whoever_reads(session, cast, coming, her):
    make.enrolment(session, cast.offering, make.participant(session, "Ali B."))
    set_actor(session, HOUSE)  # so that the command, and not only the guard, keeps to her own row
    commands.excuse(session, her, coming)
    rows = session.scalars(select(AttendanceMark)).all()
    assert [row.participant_id for row in rows] == [cast.participant.id]


@pytest.mark.parametrize("name", ["guide", "coordinator", "stranger", "visitor", "operator"])
def test_nobody_else_says_it_for_her(session, cast, coming, name):
    set_actor(session, cast.actor(name))
    for do in (commands.excuse, commands.take_back_excuse):
        with pytest.raises(NotAllowed):
            do(session, cast.actor(name), coming)


def test_what_was_cancelled_is_still_in_a_calendar(session, cast, coming, her):
    coming.status = SessionStatus.CANCELLED
    session.flush()
    who, now = cast.participant.id, clock.now()
    assert list_coming(session, who, now) == []
    assert len(list_coming(session, who, now, with_cancelled=True)) == 1
