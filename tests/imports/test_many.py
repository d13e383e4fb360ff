"""Two at once, and very much: each mark is there once, and nobody waits for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.imports import jobs
from portal.imports.models import RegisterImport
from portal.imports.rules import ImportStatus
from portal.participants.models import Participant
from tests.house.test_races import sender, together
from tests.imports.sheets import imported, reading, weeks_ago

pytestmark = pytest.mark.slow
FIRST = ("Ali", "Bo", "Cor", "Dana", "Elif", "Fay", "Gul", "Hai", "Ivo", "Jo")
NAMES = [f"{first} {last}." for first in ("Ali", "Bo", "Cor", "Dana") for last in "ABC"]


def file(session, cast, names=NAMES, weeks=range(2, 6)) -> RegisterImport:
    days = [weeks_ago(week) for week in weeks]
    what = reading(days, [(name, "x " * len(days)) for name in names])
    return imported(session, cast.actor("coordinator"), cast.offering, what)


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_one_file_applied_twice_at_once(engine, session, cast):
    """Two copies of a file, each with two who press the button."""
    urls = [f"/registers/imports/{file(session, cast).uuid}" for _ in range(2)]
    session.commit()
    statuses = together(
        [
            sender(cast.client(who), url, do="apply")
            for url in urls
            for who in ("coordinator", "admin")
        ]
    )
    assert set(statuses) <= {303, 422}, statuses
    assert 303 in statuses
    with Session(engine) as house:
        set_actor(house, HOUSE)
        jobs.carry_on(house)
        assert count(house, AttendanceMark) == count(house, AttendanceChange) == len(NAMES) * 4
        names = house.scalars(select(Participant.name).where(Participant.name.in_(NAMES))).all()
        assert sorted(names) == sorted(NAMES)


def test_thirty_thousand_cells(engine, session, cast, record_property):
    """300 people on 100 days: begun in a moment, done in the background, with how far it is.

    What grows too fast does so on both databases: a tenth is enough for the second.
    """
    people = 300 if engine.dialect.name == "sqlite" else 30
    names = [f"Persoon {number:03}" for number in range(people)]
    days = [clock.today().fromordinal(clock.today().toordinal() - n - 1) for n in range(100)]
    what = reading(days, [(name, "x " * 100) for name in names])
    row = imported(session, cast.actor("coordinator"), cast.offering, what)
    session.commit()
    client = cast.client("coordinator")
    url = f"/registers/imports/{row.uuid}"
    began = time.perf_counter()
    assert client.get(url).status_code == 200
    shown = time.perf_counter()
    answer = sender(client, url, do="apply")()
    asked = time.perf_counter()
    assert answer.status_code == 303
    assert "0 " in client.get(url).text
    begun = time.perf_counter()
    with Session(engine) as worker:
        set_actor(worker, HOUSE)
        jobs.carry_on(worker)
    done = time.perf_counter()
    session.expire_all()
    assert (row.status, row.done) == (ImportStatus.APPLIED, 100)
    assert count(session, AttendanceMark) == people * 100
    session.commit()
    times = f"shown {shown - began:.1f} s, asked {asked - shown:.1f} s, done {done - begun:.1f} s"
    record_property("times", times)
    print(times)
    sender(client, url, do="take_back")()
    began = time.perf_counter()
    with Session(engine) as worker:
        set_actor(worker, HOUSE)
        jobs.carry_on(worker)
    print(f"taken back {time.perf_counter() - began:.1f} s")
    session.expire_all()
    assert (row.status, count(session, AttendanceMark)) == (ImportStatus.TAKEN_BACK, 0)
    assert count(session, AttendanceChange) == 0


def test_a_whole_group_is_taken_over_as_a_few_people_are(engine, session, cast):
    """Of 60 people and of 30: as many statements in each step, so that none holds others up."""
    client = cast.client("coordinator")

    def statements(people: int, group: str) -> list[int]:
        names = [f"{first} {last}. {group}" for first in FIRST for last in "ABCDEF"][:people]
        row = file(session, cast, names, range(2, 27))
        session.commit()
        url = f"/registers/imports/{row.uuid}"
        found = []
        for do in ("apply", "take_back"):
            for step in (sender(client, url, do=do), lambda: go_on(engine)):
                with counting(engine) as sent:
                    step()
                found.append(len(sent))
        session.refresh(row)
        assert row.status is ImportStatus.TAKEN_BACK
        assert row.made["marks"] == people * 25
        assert not row.made["stays"]
        session.commit()
        return found

    few, many = statements(30, "V"), statements(60, "W")
    assert max(more - less for less, more in zip(few, many, strict=True)) <= 3, (few, many)


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile; one with many rows is one."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def go_on(engine):
    """Let the worker do the rest of what is under way."""
    with Session(engine) as worker:
        set_actor(worker, HOUSE)
        jobs.carry_on(worker)
