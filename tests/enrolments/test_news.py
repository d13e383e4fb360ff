"""Who hears of a session or series that changes, and until when that is news."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.enrolments import commands
from portal.enrolments.commands.changes import list_told
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.models import Notice
from portal.schedule.commands.changes import plan_change
from tests import factories as make

S = EnrolmentStatus


def _moved(session, cast, row, days):
    session.flush()
    return commands.move_session(
        session, cast.actor("coordinator"), row,
        day=clock.to_local(row.starts_at).date() + timedelta(days=days),
        starts=time(10), ends=time(12), place="",
    )  # fmt: skip


@pytest.mark.parametrize(("days", "first", "last"), [(7, 7, None), (-7, None, -7)])
def test_whom_only_the_new_day_concerns_hears_of_it_too(session, cast, days, first, last):
    row = make.offering_session(session, cast.offering, clock.now() + timedelta(days=20))
    day = clock.to_local(row.starts_at).date()
    make.enrolment(
        session, cast.offering, make.participant(session, "Nieuw N."),
        started_on=day + timedelta(days=first) if first else clock.today(),
        ended_on=day + timedelta(days=last) if last else None,
    )  # fmt: skip
    assert _moved(session, cast, row, days) == 2


@pytest.mark.parametrize("days", [3, -3])
def test_that_it_moved_is_news_until_the_first_of_both_moments(session, cast, days):
    row = make.offering_session(session, cast.offering, clock.now() + timedelta(days=9))
    before = row.starts_at
    _moved(session, cast, row, days)
    notice = session.scalars(select(Notice).filter_by(kind="enrolments/session_moved")).one()
    assert notice.not_after == min(before, row.starts_at)


@pytest.mark.parametrize(
    ("first", "last", "hears"), [(0, 0, True), (1, None, False), (0, None, True), (-9, -1, False)]
)
def test_first_and_last_day_of_hers_are_hers(session, cast, series, first, last, hears):
    day = series.first_on
    make.enrolment(
        session, cast.offering, make.participant(session, "Ans B."),
        S.ENROLLED if last is None else S.ENDED,
        started_on=day + timedelta(days=first),
        ended_on=None if last is None else day + timedelta(days=last),
    )  # fmt: skip
    with clock.freeze(clock.from_local(day, time(7))):
        here = plan_change(session, series, replace(series.pattern, starts=time(10)), day)
        here = replace(here, moved=here.moved[:1])
        names = {one.enrolment.participant.name for one in list_told(session, here)}
    assert ("Ans B." in names) is hears
