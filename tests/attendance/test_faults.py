"""The server is killed at random moments while phones send: all that it said it has is there, once.

The phones do as the real one does: what was not acknowledged is sent again, under the same ids.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.queries.sheet import as_weighed, weighed
from portal.attendance.rules import standing
from portal.config import ROOT
from tests import factories as make, patience
from tests.enrolments.racing import cookie_with
from tests.signed_in import in_cookie

pytestmark = pytest.mark.slow

BATCHES, KILLS, PEOPLE, PHONES = 250, 14, 6, 2  # on each database
PATIENCE = 15
STATUSES = ("present", "absent", "excused", None)


class Servers:
    """The server, and another in its place when it is killed."""

    def __init__(self, app: Flask, database_url: str, instance: Path) -> None:
        self.open_house = subprocess.Popen(
            [sys.executable, "-m", "tests.forked"],
            cwd=ROOT,
            env={
                "PORTAL_DATABASE_URL": database_url,
                "PORTAL_SECRET_KEY": app.config["SECRET_KEY"],
                "PORTAL_INSTANCE": str(instance),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._start()

    def kill(self) -> None:
        """Without a word to it: its sockets, its transactions, all at once."""
        os.kill(self.process, signal.SIGKILL)
        self._start()

    def end(self) -> None:
        os.kill(self.process, signal.SIGKILL)
        self.open_house.communicate()

    def _start(self) -> None:
        assert self.open_house.stdin
        assert self.open_house.stdout
        self.open_house.stdin.write("\n")
        self.open_house.stdin.flush()
        self.process, self.port = map(int, self.open_house.stdout.readline().split())


@contextmanager
def servers_for(app: Flask, database_url: str, instance: Path) -> Iterator[Servers]:
    servers = Servers(app, database_url, instance)
    try:
        yield servers
    finally:
        servers.end()


class Phone(threading.Thread):
    """Sends its batches one after the other, each until it is acknowledged."""

    def __init__(self, number, servers, cookie, session, people):
        super().__init__()
        self.servers, self.cookie, self.session, self.people = servers, cookie, session, people
        self.random = random.Random(number)
        self.acknowledged: list[str] = []
        self.sent: Counter[str] = Counter()
        self.batches = self.broken = 0
        self.mine: dict[str, list[str]] = {}
        self.said: dict[str, str] = {}

    def run(self):
        while self.batches < BATCHES // PHONES:
            self.send([self.tap() for _ in range(self.random.randint(1, 8))])
            self.batches += 1

    def tap(self):
        person = self.random.choice(self.people)
        event_id = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        seen, self.mine[person] = self.mine.get(person, []), [event_id]
        return {
            "id": event_id, "kind": "mark", "session": self.session, "person": person,
            "status": self.random.choice(STATUSES), "replaces": seen,
            "tapped_at": f"2026-03-03T10:{self.random.randint(0, 59):02}:00Z",
        }  # fmt: skip

    def send(self, events):
        self.sent.update(event["id"] for event in events)
        until = time.monotonic() + patience.SECONDS
        while time.monotonic() < until:
            try:
                answer = self.ask(events)
            except (OSError, http.client.HTTPException) as error:
                self.broken += not isinstance(error, ConnectionRefusedError)  # cut off halfway
                time.sleep(0.02)
                continue
            for result in answer["results"]:
                assert result["status"] in {"ok", "duplicate", "stale"}, result
                self.acknowledged.append(result["id"])
            state = answer["registers"][self.session]
            for one in state["people"]:  # from here on it has seen what the other wrote
                shown = [one["mark"], *one["others"]] if one["mark"] else []
                self.mine[one["person"]] = [row["event"] for row in shown]
            return
        raise AssertionError("a batch was never taken in")

    def ask(self, events):
        connection = http.client.HTTPConnection("127.0.0.1", self.servers.port, timeout=PATIENCE)
        try:
            if not self.said:
                connection.request(
                    "GET", "/registers/offline.json", headers={"Cookie": self.cookie}
                )
                self.said = json.loads(connection.getresponse().read())
            body = {"sent_at": "2026-03-03T11:00:00Z", "user": self.said["user"], "events": events}
            headers = {
                "Cookie": self.cookie,
                "Content-Type": "application/json",
                "X-CSRFToken": self.said["csrf"],
            }
            connection.request("POST", "/registers/events", json.dumps(body), headers)
            answer = connection.getresponse()
            read = answer.read()
            if answer.status == 503:
                raise OSError("the database is away")
            assert answer.status == 200, (answer.status, read)
            return json.loads(read)
        finally:
            connection.close()


def test_what_was_acknowledged_is_there_once(app, database_url, session, cast, tmp_path):
    people = [str(make.enrolment(session, cast.offering).uuid) for _ in range(PEOPLE)]
    session.commit()
    cookie = cookie_with(app, **in_cookie(app, cast.logins["guide"]))
    chance = random.Random(4)
    began = time.monotonic()
    with servers_for(app, database_url, tmp_path) as servers:
        phones = [
            Phone(number, servers, cookie, str(cast.offering_session.uuid), people)
            for number in range(PHONES)
        ]
        for phone in phones:
            phone.start()
        kills = 0
        for kill in range(1, KILLS + 1):  # spread over the batches, at any moment of one
            while any(p.is_alive() for p in phones) and sum(p.batches for p in phones) < (
                (kill - 1 + chance.random()) * BATCHES / (KILLS + 1)
            ):
                time.sleep(0.005)
            time.sleep(chance.random() * 0.03)
            kills += any(phone.is_alive() for phone in phones)
            servers.kill()
        for phone in phones:
            phone.join()
            assert not phone.is_alive()
    took = time.monotonic() - began
    _check(session, cast, phones)
    broken = sum(phone.broken for phone in phones)
    events = sum(len(phone.sent) for phone in phones)
    print(
        f"{events} events in {BATCHES} batches, {kills} kills, {broken} sends cut off: {took:.0f} s"
    )
    assert kills >= KILLS - 2
    assert broken >= kills // 2


def _check(session, cast, phones):
    session.expire_all()
    kept = Counter(str(one) for one in session.scalars(select(AttendanceChange.event_id)))
    acknowledged = Counter(one for phone in phones for one in phone.acknowledged)
    sent = {one for phone in phones for one in phone.sent}
    assert set(acknowledged) == sent
    assert kept == Counter(sent)  # every one of them, exactly once
    register = session.scalars(
        select(Register).where(Register.session_id == cast.offering_session.id)
    ).one()
    marks = {row.enrolment_id: row for row in session.scalars(select(AttendanceMark))}
    people = set(session.scalars(select(AttendanceChange.enrolment_id)))
    for enrolment_id, rows in weighed(session, register, people).items():
        stood = standing.stand([as_weighed(register, row) for row in rows])
        mark = marks.pop(enrolment_id, None)
        if stood.holds is None:
            assert mark is None
        else:
            assert (mark.event_id, (mark.status, mark.minutes)) == (
                stood.holds.event_id, stood.holds.value,
            )  # fmt: skip
            assert mark.is_disputed == bool(stood.others)
    assert not marks
    assert register.disputes == sum(
        row.is_disputed for row in session.scalars(select(AttendanceMark))
    )
