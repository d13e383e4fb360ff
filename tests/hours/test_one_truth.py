"""The same hours wherever they are shown: her page, what she shares, the check-in, the report."""

from datetime import date, time, timedelta
from random import Random
from types import SimpleNamespace

import pytest

from portal.attendance.queries import minutes_by_enrolment
from portal.core import clock
from portal.home.queries import hers
from portal.home.queries.hers import person
from portal.impact.queries.counting import count_period
from portal.impact.rules import Period
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.hours.made import mark


def by_the_minute(visits):
    """How many minutes there were, slowly: one by one, each in one visit at most.

    Whoever was there for a part of a session may have been there at any time of it, so a minute
    goes first to the visit that ends first.
    """
    left = {index: min(minutes, lasts) for index, (_at, lasts, minutes) in enumerate(visits)}
    had = sum(left.values())
    begin = min(at for at, _, _ in visits)
    for minute in range(60 * 24 * 10):
        now = begin + timedelta(minutes=minute)
        here = [
            (at + timedelta(minutes=lasts), index)
            for index, (at, lasts, _minutes) in enumerate(visits)
            if left[index] and at <= now < at + timedelta(minutes=lasts)
        ]
        if here:
            left[min(here)[1]] -= 1
    return had - sum(left.values())


@pytest.mark.parametrize("seed", range(12))
def test_her_hours_are_the_same_everywhere(session, cast, monkeypatch, seed):
    luck = Random(seed)
    groups = [
        make.enrolment(session, make.offering(session, cast.enterprise), cast.participant)
        for _ in range(3)
    ]
    begin = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=9)
    times = [(group, day, half) for group in groups for day in range(3) for half in range(6)]
    visits = []
    for group, day, half in luck.sample(times, luck.randint(2, 9)):
        at = begin + timedelta(days=day, minutes=30 * half)
        lasts, minutes = luck.choice([60, 90, 120]), luck.choice([None, 45])
        row = mark(session, group, at, lasts=lasts, minutes=minutes)
        if luck.random() < 0.2:
            row.status = SessionStatus.CANCELLED
        elif luck.random() < 0.2:
            row.ends_at = at + timedelta(minutes=30)  # shortened since
            visits.append((at, 30, minutes or lasts))
        else:
            visits.append((at, lasts, minutes or lasts))
    session.flush()
    expected = by_the_minute(visits) if visits else 0
    page = person(session, cast.participant)
    referral = SimpleNamespace(
        participant_id=cast.participant.id,
        from_organisation_id=cast.enterprise.id,
        from_organisation=cast.enterprise,
        history_until=None,
    )
    monkeypatch.setattr(hers, "list_sharing", lambda *_: [referral])
    (shared,) = hers.list_earlier(session, cast.actor("guide"), cast.participant)
    period = Period(clock.today() - timedelta(days=30), clock.today())
    shown = {
        "in all": page.hours.all.minutes,
        "by activity": sum(page.minutes.values()),
        "shared": shared.minutes,
        "report": count_period(session, cast.enterprise.id, period).cells["minutes"].value,
    }
    assert set(shown.values()) == {expected}, shown


def test_who_looks_at_one_group_reads_its_own_hours(session, cast):
    """What she did elsewhere at the same time tells nothing there."""
    at = clock.from_local(date(2026, 3, 2), time(9))
    here = make.enrolment(session, make.offering(session, cast.enterprise), cast.participant)
    away = make.enrolment(session, make.offering(session, cast.other_enterprise), cast.participant)
    for enrolment in (here, away):
        mark(session, enrolment, at)
    assert minutes_by_enrolment(session, [here.id]) == {here.id: 120}
    assert sum(minutes_by_enrolment(session, [here.id, away.id]).values()) == 120
