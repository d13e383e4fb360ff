"""Where she was: the latest first, this week's since Monday, and in two places at once."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.attendance.rules import AttendanceStatus
from portal.core import clock
from portal.hours.queries import hours_of, list_conflicts
from tests import factories as make
from tests.hours.made import mark, term

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


def test_the_latest_visit_stands_first(session, cast):
    days = (*range(31, 50), 9, 2, 30, 5)
    for ago in days:
        mark(session, cast.enrolment, clock.now() - timedelta(days=ago))
    session.flush()
    found = hours_of(session, cast.participant.id).latest
    assert [(clock.now() - visit.starts_at).days for visit in found] == sorted(days)[:20]


def test_this_weeks_hours_begin_on_monday(session, cast):
    for ago in (1, 2, 3, 6):
        mark(session, cast.enrolment, NOW - ago * DAY)
    with clock.freeze(NOW):
        found = hours_of(session, cast.participant.id)
    assert (found.week.minutes, found.all.minutes) == (240, 480)


@pytest.mark.parametrize(("begins_in", "shown"), [(0, True), (1, False)])
def test_a_programme_is_counted_from_its_first_day_on(session, cast, begins_in, shown):
    with clock.freeze(NOW):
        row = term(session, cast.participant, NOW.date() + begins_in * DAY)
        found = hours_of(session, cast.participant.id).terms
    assert [one.term.id for one in found] == ([row.id] if shown else [])


@pytest.mark.parametrize(
    ("ago", "status", "is_seen"),
    [
        (28 * DAY, AttendanceStatus.PRESENT, True),
        (28 * DAY + timedelta(minutes=1), AttendanceStatus.PRESENT, False),
        (DAY, AttendanceStatus.ABSENT, False),
        (DAY, AttendanceStatus.EXCUSED, False),
    ],
)
def test_she_is_in_two_places_when_present_at_both_in_four_weeks(
    session, cast, ago, status, is_seen
):
    also = make.enrolment(session, make.offering(session, cast.enterprise), cast.participant)
    mark(session, cast.enrolment, NOW - ago)
    mark(session, also, NOW - ago, status=status)
    found = list_conflicts(session, cast.actor("guide"), NOW)
    assert bool(found) is is_seen
