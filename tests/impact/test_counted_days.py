"""Which rows a report counts and in which month, read slowly: all kinds, at both edges of a period.

Days are Amsterdam's, in winter and in summer time: the first and the last of a period are of it.
"""

from datetime import date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.impact.queries import counting
from portal.impact.queries.held import minutes_held
from portal.impact.rules import Period
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.rules import OutflowKind, SkillLevel, Voice
from tests import factories as make
from tests.impact import made

A = AttendanceStatus
DAY = timedelta(days=1)
CLOCK = ZoneInfo("Europe/Amsterdam")
PERIODS = [
    Period(date(2026, 1, 31), date(2026, 3, 31)),
    Period(date(2025, 10, 26), date(2026, 1, 1)),
]


def _edges(period):
    """The days around each end, and around each change of month within."""
    firsts = [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]
    found = {period.from_on, period.until_on + DAY, *firsts}
    return sorted({day + shift for day in found for shift in (-DAY, timedelta())})


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_a_session_counts_on_the_day_and_in_the_month_of_amsterdams_clock(session, cast, period):
    expected = {"minutes": 0, "sessions": 0}
    for day, at in product(_edges(period), (time(0, 10), time(23, 40))):
        starts_at = datetime.combine(day, at, CLOCK)
        row = make.offering_session(session, cast.offering, starts_at, 15)
        made.mark(session, row.id, cast.enrolment, AttendanceStatus.PRESENT, 15)
        if period.from_on <= day <= period.until_on:
            month = f"minutes_{day.year}_{day.month:02}"
            for name, more in ((month, 15), ("minutes", 15), ("sessions", 1)):
                expected[name] = expected.get(name, 0) + more
    found = counting.count_period(session, cast.enterprise.id, period)
    values = {name: cell.value for name, cell in found.cells.items()} | found.plain
    assert {name: values[name] for name in expected} == expected
    by_month = [values[name] or 0 for name in values if name.startswith("minutes_2")]
    assert sum(by_month) == values["minutes"]
    assert minutes_held(session, cast.enterprise.id, period) == expected["minutes"]


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_an_enrolment_counts_when_its_last_day_is_in_the_period(session, cast, period):
    days = [period.from_on - DAY, period.from_on, period.until_on, period.until_on + DAY]
    names = ("ended", "completed", "stopped")
    expected = dict.fromkeys(names, 0)
    cast.enrolment.started_on = period.until_on + DAY
    offering = make.offering(session, cast.enterprise, places=99)
    ways = [(S.COMPLETED, None), (S.ENDED, EndReason.MOVED)]
    for first, last, (status, reason) in product(days, [*days, None], ways):
        if last is not None and last < first:
            continue
        make.enrolment(
            session, offering, None, S.ENROLLED if last is None else status,
            started_on=first, ended_on=last, end_reason=None if last is None else reason,
        )  # fmt: skip
        if last is not None and period.from_on <= last <= period.until_on:
            expected["ended"] += 1
            expected["completed" if status is S.COMPLETED else "stopped"] += 1
    found = counting.count_period(session, cast.enterprise.id, period).cells
    assert {name: found[name].value for name in names} == expected


S = EnrolmentStatus


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_what_was_said_counts_on_its_first_and_last_day_and_no_other(session, cast, period):
    whose = {
        "enrolment_id": cast.enrolment.id,
        "organisation_id": cast.enterprise.id,
        "participant_id": cast.participant.id,
    }
    for day in (period.from_on - DAY, period.from_on, period.until_on, period.until_on + DAY):
        session.add(
            Observation(
                competence="working-together", example="Zij kookte.", level=SkillLevel.ALONE,
                voice=Voice.GUIDE, observed_on=day, **whose,
            )
        )  # fmt: skip
        another = make.enrolment(session, cast.offering, None, started_on=period.until_on + DAY)
        for who, seen_on in ((cast.enrolment, None), (another, day)):
            session.add(
                Outflow(
                    kind=OutflowKind.EDUCATION, started_on=day, document_seen_on=seen_on,
                    document_seen_by="Anna" if seen_on else "", organisation_id=cast.enterprise.id,
                    participant_id=who.participant_id, enrolment_id=who.id,
                )
            )  # fmt: skip
    # A step on the day before the period and one on its last day are compared; one later is not.
    steps = ((period.from_on - DAY, 3), (period.until_on, 4), (period.until_on + DAY, 3))
    for day, step in steps:
        session.add(LadderStep(step=step, stated_on=day, voice=Voice.GUIDE, **whose))
    row = make.offering_session(
        session, cast.offering, datetime.combine(period.from_on, time(9), CLOCK)
    )
    made.mark(session, row.id, cast.enrolment, AttendanceStatus.PRESENT, 60)
    found = counting.count_period(session, cast.enterprise.id, period)
    cells = found.cells
    assert cells["observations_guide"].value == cells["observations_guide_alone"].value == 2
    assert cells["outflow"].value == cells["outflow_education"].value == 2
    assert cells["outflow_without_document"].value == 1
    assert (cells["ladder_rose"].value, cells["ladder_held"].value) == (1, 0)
    with clock.freeze(datetime.combine(period.until_on - DAY, time(9), CLOCK)):
        before = counting.count_period(session, cast.enterprise.id, period).cells
    assert before["outflow"].value == 1, "the other document was seen a day later"


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_who_was_new_how_often_people_came_and_how_it_was_kept_read_slowly(session, cast, period):
    """Four sessions a person, before and within the period, in every state that there is."""
    stays = [make.enrolment(session, cast.offering) for _ in range(len(A) + 2)]
    days = (period.from_on - DAY, period.from_on, period.until_on, period.until_on + DAY)
    hows = (RecordedHow.CHECKED_IN, RecordedHow.BY_HAND, RecordedHow.IMPORTED)
    rows = []
    for number, (day, how, late) in enumerate(product(days, hows, (1, 2, 3))):
        starts_at = datetime.combine(day, time(1 + number % 20, number), CLOCK)
        at = make.offering_session(session, cast.offering, starts_at, 10)
        for place, stay in enumerate(stays[number % 3 :]):
            status = list(A)[(place + number) % len(A)]
            mark = made.mark(session, at.id, stay, status, 10 if status is A.PRESENT else 0)
            mark.how = how
            mark.recorded_at = at.ends_at + timedelta(hours=24 * late - 1)
            is_in = period.from_on <= day <= period.until_on
            rows.append((stay.participant_id, day, status, how, late, at.id, is_in))
    inside = [row for row in rows if row[-1]]
    here = {row[0] for row in inside if row[2] is A.PRESENT}
    before = {row[0] for row in rows if row[1] < period.from_on and row[2] is A.PRESENT}
    kept = {"sessions_in_time": 0, "sessions_later": 0, "sessions_imported": 0}
    for one in {row[5] for row in inside if row[2] is A.PRESENT}:
        how, late = next(row[3:5] for row in inside if row[5] == one)
        if how is RecordedHow.IMPORTED:
            kept["sessions_imported"] += 1
        elif how is RecordedHow.BY_HAND and late == 3:
            kept["sessions_later"] += 1
        else:
            kept["sessions_in_time"] += 1
    expected = kept | {
        "people": len(here),
        "people_new": len(here - before),
        "people_returned": len(here & before),
        "visits": len(inside),
        **{f"visits_{status.value}": sum(row[2] is status for row in inside) for status in A},
    }
    found = counting.count_period(session, cast.enterprise.id, period)
    values = {name: cell.value for name, cell in found.cells.items()} | found.plain
    assert {name: values[name] for name in expected} == expected


def test_a_session_is_as_well_kept_as_the_weakest_of_its_hours(session, cast):
    period = PERIODS[0]
    starts_at = datetime.combine(period.from_on, time(9, 0), CLOCK)
    at = make.offering_session(session, cast.offering, starts_at, 60)
    for how in (RecordedHow.BY_HAND, RecordedHow.IMPORTED, RecordedHow.CHECKED_IN):
        mark = made.mark(session, at.id, make.enrolment(session, cast.offering), A.PRESENT, 60)
        mark.how, mark.recorded_at = how, at.ends_at
    found = counting.count_period(session, cast.enterprise.id, period).plain
    assert [found[f"sessions_{kind}"] for kind in ("in_time", "later", "imported")] == [0, 0, 1]


@pytest.mark.parametrize("period", PERIODS, ids=str)
@pytest.mark.parametrize(("minutes", "returned"), [(-1, 1), (0, 0)])
def test_who_was_there_at_the_first_midnight_was_not_there_before(
    session, cast, period, minutes, returned
):
    first = datetime.combine(period.from_on, time(), CLOCK)
    for starts_at in (first + timedelta(minutes=minutes), first + timedelta(hours=9)):
        row = make.offering_session(session, cast.offering, starts_at)
        made.mark(session, row.id, cast.enrolment, AttendanceStatus.PRESENT, 30)
    cells = counting.count_period(session, cast.enterprise.id, period).cells
    assert (cells["people"].value, cells["people_returned"].value) == (1, returned)
