"""Which rows a report counts and in which month, read slowly: all kinds, at both edges of a period.

Days are Amsterdam's, in winter and in summer time: the first and the last of a period are of it.
"""

from datetime import date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from portal.attendance.rules import AttendanceStatus
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.impact import queries
from portal.impact.rules import Period
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.rules import OutflowKind, SkillLevel, Voice
from tests import factories as make
from tests.impact import made

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
    found = queries.count_period(session, cast.enterprise.id, period)
    values = {name: cell.value for name, cell in found.cells.items()} | found.plain
    assert {name: values[name] for name in expected} == expected
    assert sum(v for name, v in values.items() if name.startswith("minutes_2")) == values["minutes"]
    assert queries.minutes_held(session, cast.enterprise.id, period) == expected["minutes"]


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_an_enrolment_counts_when_its_first_or_its_last_day_is_in_the_period(session, cast, period):
    days = [period.from_on - DAY, period.from_on, period.until_on, period.until_on + DAY]
    names = ("started", "ended", "completed", "stopped")
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
        expected["started"] += period.from_on <= first <= period.until_on
        if last is not None and period.from_on <= last <= period.until_on:
            expected["ended"] += 1
            expected["completed" if status is S.COMPLETED else "stopped"] += 1
    found = queries.count_period(session, cast.enterprise.id, period).cells
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
    found = queries.count_period(session, cast.enterprise.id, period)
    cells = found.cells
    assert cells["observations_guide"].value == cells["observations_guide_alone"].value == 2
    assert cells["outflow"].value == cells["outflow_education"].value == 2
    assert cells["outflow_without_document"].value == 1
    assert (cells["ladder_rose"].value, cells["ladder_held"].value) == (1, 0)
