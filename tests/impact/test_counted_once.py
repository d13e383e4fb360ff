"""What is easily counted twice or elsewhere: who had two places, guests, what was moved, weeks."""

from datetime import date, datetime, time, timedelta

import pytest

from portal.attendance.rules import AttendanceStatus
from portal.core.clock import LOCAL_ZONE
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.impact.queries.counting import count_period
from portal.progress.rules import OutflowKind
from portal.schedule.rules import NotHeldReason, SessionStatus
from tests import factories as make
from tests.impact.made import QUARTER, mark


def _values(session, cast):
    session.flush()
    counts = count_period(session, cast.enterprise.id, QUARTER)
    return {name: cell.value for name, cell in counts.cells.items()} | counts.plain


def _held(session, cast, day, enrolment=None):
    starts_at = datetime.combine(day, time(9), LOCAL_ZONE)
    row = make.offering_session(session, cast.offering, starts_at, 60)
    return mark(session, row.id, enrolment or cast.enrolment, AttendanceStatus.PRESENT, 60)


@pytest.mark.parametrize("reason", NotHeldReason)
def test_only_what_was_held_at_another_time_is_not_called_off(session, cast, reason):
    starts_at = datetime(2026, 2, 3, 9, tzinfo=LOCAL_ZONE)
    off = SessionStatus.CANCELLED
    make.offering_session(session, cast.offering, starts_at, status=off, not_held_reason=reason)
    called_off = _values(session, cast)["sessions_cancelled"]
    assert called_off == (reason is not NotHeldReason.MOVED)


@pytest.mark.parametrize(
    ("days", "weeks"),
    [((2, 8), 1), ((1, 2), 2)],
    ids=["monday and sunday", "sunday and monday"],
)
def test_a_week_begins_on_monday(session, cast, days, weeks):
    for day in days:
        _held(session, cast, date(2026, 2, day))
    found = _values(session, cast)
    assert (found["weeks"], found["weeks_in_a_row"]) == (weeks, weeks)


@pytest.mark.parametrize("reason", EndReason)
def test_every_end_but_that_of_a_guest_is_a_place_that_ended(session, cast, reason):
    make.enrolment(
        session, cast.offering, None, EnrolmentStatus.ENDED,
        started_on=date(2026, 2, 3), ended_on=date(2026, 2, 3), end_reason=reason,
    )  # fmt: skip
    assert _values(session, cast)["ended"] == (reason is not EndReason.CAME_ONCE)


@pytest.mark.parametrize("first", [0, 1], ids=["entered first", "entered last"])
def test_how_long_she_waited_is_said_of_the_place_that_began_first(session, cast, first):
    asked, her = date(2026, 1, 5), make.participant(session)
    waits = [timedelta(days=3), timedelta(days=50)]
    for wait in waits[::-1] if first else waits:
        group = make.offering(session, cast.enterprise)
        place = make.enrolment(session, group, her, started_on=asked + wait)
        place.created_at = datetime.combine(asked, time(9), LOCAL_ZONE)
    _held(session, cast, date(2026, 3, 20), place)
    found = _values(session, cast)
    waited = {name: n for name, n in found.items() if name.startswith("new_waited_") and n}
    assert waited == {"new_waited_week": 1}


def test_a_place_that_begins_after_the_period_says_nothing_of_how_long_she_waited(session, cast):
    """She was a guest at the end of March, of an activity that she begins in April."""
    place = make.enrolment(session, cast.offering, None, started_on=date(2026, 4, 1))
    place.created_at = datetime.combine(date(2026, 3, 18), time(9), LOCAL_ZONE)
    _held(session, cast, date(2026, 3, 20), place)
    found = _values(session, cast)
    waited = {name: n for name, n in found.items() if name.startswith("new_waited_") and n}
    assert waited == {"new_waited_unknown": 1}


@pytest.mark.parametrize("last", [OutflowKind.EDUCATION, OutflowKind.PAID_WORK])
def test_of_two_steps_with_a_document_the_one_that_began_last_counts(session, cast, last):
    kinds = {OutflowKind.EDUCATION: date(2026, 2, 3), OutflowKind.PAID_WORK: date(2026, 2, 3)}
    kinds[last] = date(2026, 3, 3)
    for kind, day in kinds.items():
        make.outflow(
            session, cast.enrolment, kind=kind, started_on=day,
            document_seen_on=day, document_seen_by="Anna",
        )  # fmt: skip
    found = _values(session, cast)
    assert found["outflow"] == found[f"outflow_{last.value}"] == 1
