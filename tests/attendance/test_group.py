"""A group over time: each mark where it belongs, and words that say what the marks say."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from portal.attendance.commands import record
from portal.attendance.queries.registers import list_registers, over_time
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.attendance.rules.trend import Trend, trend
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.enrolments.rules import EnrolmentStatus
from portal.schedule.rules import SessionStatus
from tests import factories as make

MARKS = {"+": AttendanceStatus.PRESENT, "-": AttendanceStatus.ABSENT, "o": AttendanceStatus.EXCUSED}


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ("", Trend.SHORT), ("+++", Trend.SHORT), ("++++", Trend.EACH_TIME),
        ("++o++", Trend.EACH_TIME), ("+++ooo", Trend.SHORT), ("---", Trend.AWAY),
        ("++++-o--", Trend.AWAY), ("--++++", Trend.MORE), ("++++--+-", Trend.LESS),
        ("++-+", Trend.STEADY), ("-+-+-+", Trend.STEADY), ("+-+++", Trend.STEADY),
    ],
)  # fmt: skip
def test_what_the_marks_say(marks: str, said: Trend):
    assert trend([MARKS[mark] for mark in marks], 3) is said


@given(st.lists(st.sampled_from(list(AttendanceStatus)), max_size=12))
def test_who_excused_herself_is_spoken_of_as_if_she_had_not_been_asked(marks):
    asked = [mark for mark in marks if mark is not AttendanceStatus.EXCUSED]
    assert trend(marks, 3) is trend(asked, 3)
    assert trend(marks, 0) is not Trend.AWAY


def test_the_last_twelve_sessions_and_who_came(session, cast):
    group = make.offering(session, cast.enterprise, title="Naaien", absences_signal=3)
    start = clock.today() - timedelta(days=200)
    anna, bilal = (
        make.enrolment(session, group, make.participant(session, name), started_on=start)
        for name in ("Anna", "Bilal")
    )
    left = make.participant(session, "Chaima")
    gone = make.enrolment(
        session, group, left, EnrolmentStatus.COMPLETED, started_on=start, ended_on=clock.today()
    )
    for weeks in range(14, 0, -1):
        at = make.offering_session(session, group, clock.now() - timedelta(weeks=weeks))
        here = {anna.id: (AttendanceStatus.PRESENT, None)}
        if weeks < 5:
            here[bilal.id] = (AttendanceStatus.ABSENT, None)
        if weeks == 9:
            here[gone.id] = (AttendanceStatus.PRESENT, None)
        record(session, HOUSE, at, here, RecordedHow.BY_HAND)
    make.offering_session(session, group, clock.now() - timedelta(days=2))
    off = clock.now() - timedelta(days=3)
    make.offering_session(session, group, off, status=SessionStatus.CANCELLED)
    make.offering_session(session, group, clock.now() + timedelta(days=3))
    session.commit()
    over = over_time(session, group)
    assert len(over.sessions) == 12
    assert [(len(row.marks), row.trend) for row in over.rows] == [
        (11, Trend.EACH_TIME), (4, Trend.AWAY)
    ]  # fmt: skip
    page = cast.client("guide").page(f"/registers/groups/{group.slug}")
    assert [len(row.select(".mark")) for row in page.select(".over tbody tr")] == [11, 4]
    counted = [cell.text for cell in page.select(".over tfoot .mark")]
    assert sorted(counted) == ["", *["1"] * 10, "2"]  # the newest has no marks yet
    assert "1 persoon bleef een paar keer achter elkaar weg." in page.words
    assert "%" not in page.main.text
    assert cast.client("stranger").get(f"/registers/groups/{group.slug}").status_code == 404


def test_who_begins_on_the_last_day_is_counted_there(session, cast):
    day = cast.enrolment.started_on = clock.to_local(cast.offering_session.starts_at).date()
    session.flush()
    set_actor(session, guide := cast.actor("guide"))
    (line,) = list_registers(session, guide, day, day)
    assert line.people == 1
