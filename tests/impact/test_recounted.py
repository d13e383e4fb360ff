"""Every figure of generated organisations, against who counts again from the rows."""

import random
from datetime import date, datetime, time, timedelta

import pytest

from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.impact.queries.counting import count_period
from portal.impact.rules import Period
from portal.impact.rules.figures import Composed, figures_of, method
from portal.impact.rules.investment import RATE, TYPED
from portal.progress.models import Outflow
from portal.progress.rules import OutflowKind
from portal.schedule.rules import NotHeldReason, SessionStatus
from tests import factories as make
from tests.impact import made
from tests.impact.attack.city import QUARTERS, City
from tests.impact.attack.test_attacker import as_said
from tests.impact.slow_reader import recount

PERIODS = [
    Period(date(2025, 1, 1), date(2025, 3, 31)),
    Period(date(2025, 3, 30), date(2025, 10, 26)),  # both nights of the other time
    Period(date(2025, 2, 10), date(2025, 2, 16)),
]


def _outflow(stay, on, seen_on):
    return Outflow(
        kind=list(OutflowKind)[stay.id % len(OutflowKind)], started_on=on, document_seen_on=seen_on,
        enrolment_id=stay.id, participant_id=stay.participant_id,
        organisation_id=stay.organisation_id,
    )  # fmt: skip


def _meetings(session, city, draw):
    """Sessions of every kind, some at the same time, with marks of every kind."""
    stays = [make.enrolment(session, city.offerings[0]) for _ in range(7)]
    for number in range(40):  # no two at the same minute
        day = date(2025, 1, 1) + timedelta(days=draw.randint(0, 300))
        at = datetime.combine(day, time(draw.choice((0, 9, 10, 23)), number), clock.now().tzinfo)
        is_off = draw.random() < 0.2
        row = make.offering_session(
            session, draw.choice(city.offerings), at, draw.choice((45, 120)),
            status=SessionStatus.CANCELLED if is_off else SessionStatus.PLANNED,
            not_held_reason=draw.choice(list(NotHeldReason)) if is_off else None,
        )  # fmt: skip
        for stay in draw.sample(stays, draw.randint(0, 5)):
            status = draw.choice([AttendanceStatus.PRESENT, *AttendanceStatus])
            minutes = draw.choice((30, 120)) if status is AttendanceStatus.PRESENT else 0
            mark = made.mark(session, row.id, stay, status, minutes, number % 4 > 0)
            mark.is_disputed = draw.random() < 0.1
            mark.how = draw.choice(list(RecordedHow))
            mark.recorded_at = row.ends_at + timedelta(hours=draw.choice((1, 47, 48, 49)))
    for number, reason in enumerate([*EndReason, None]):
        make.enrolment(
            session, city.offerings[0], None, EnrolmentStatus.ENDED,
            started_on=date(2025, 1, 1), ended_on=date(2025, 2, 10 + number), end_reason=reason,
        )  # fmt: skip
    for stay in stays:
        session.add(_outflow(stay, date(2025, 2, draw.randint(1, 28)), None))


def _money(session, cast, draw):
    """Some months whole, one with a blank; a rate that changes."""
    for number in range(1, 7):
        names = [*TYPED, *([RATE] if number in (1, 3) else [])]
        if number == 5:
            names.remove(draw.choice(TYPED))
        for name in names:
            made.entry(session, cast.enterprise, date(2025, number, 1), name, draw.randint(0, 9999))


@pytest.mark.slow
def test_every_figure_is_what_a_slow_reader_counts(session, cast):
    never = {figure.id for figure in method().counted}
    for seed in range(4):
        city, draw = City(session, cast, seed, as_said), random.Random(seed)
        city._write(city.stays)
        _meetings(session, city, draw)
        _money(session, cast, draw)
        session.flush()
        for period in PERIODS:
            counts = count_period(session, cast.enterprise.id, period)
            counted = {name: cell.value for name, cell in counts.cells.items()} | counts.plain
            again = recount(session, cast.enterprise.id, period.from_on, period.until_on)
            figures = [*figures_of(period.from_on, period.until_on), *method().not_counted]
            assert {f.id: counted[f.id] for f in figures} == {f.id: again[f.id] for f in figures}
            assert not {name for name, value in again.items() if value} - counted.keys()
            never -= {name for name, value in counted.items() if value}
        session.rollback()
    assert not never, "a figure that was nowhere more than nothing"


@pytest.mark.slow
def test_a_year_of_parts_says_nothing_twice_and_names_its_parts(session, cast):
    """What it shows is what a slow reader counts over all its days at once."""
    year = Period(QUARTERS[0].from_on, QUARTERS[2].until_on)
    figures = figures_of(year.from_on, year.until_on)
    never = {f.id for f in figures if f.composed is not Composed.NEVER}
    for seed, recognised in ((3, 2), (4, 1), (7, 3)):
        city = City(session, cast, seed, as_said)
        for _ in range(4):  # so many people that most is shown
            city._write(city.stays)
        for number, stay in enumerate(city.stays):
            if stay.ended and number % 3:  # somebody who goes on twice
                later = city.draw.choice(QUARTERS).from_on + timedelta(days=number % 80)
                session.add(_outflow(city.rows[number], later, later))
        made.money(session, cast.enterprise, year)
        parts = [city._recognised(period) for period in QUARTERS[:recognised]]
        report = city._compile(year)
        again = recount(session, cast.enterprise.id, year.from_on, year.until_on)
        shown = made.figures(report)
        for name, value in shown.items():
            assert value in (None, again[name]), name
        never -= {name for name, value in shown.items() if value}
        named = report.document["parts"]
        assert [part["number"] for part in named if part["number"]] == [p.number for p in parts]
        assert named[0]["from"] == year.from_on.isoformat()
        assert named[-1]["until"] == year.until_on.isoformat()
        session.rollback()
    assert len(never) < len(figures) / 2, never
