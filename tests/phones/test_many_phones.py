"""Twenty phones on two registers at once: each is answered, and what is shown follows from it."""

import random
import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.queries.sheet import as_weighed, weighed
from portal.attendance.rules import standing
from portal.core import clock
from portal.enrolments.models import Enrolment
from tests import factories as make, patience
from tests.phones.test_events import Phone

pytestmark = pytest.mark.slow

PHONES, ROUNDS = 20, 3
STATUSES = ("present", "absent", "excused", None)


class Hand(threading.Thread):
    """One phone, with whatever comes to mind about either register, some of it sent twice."""

    def __init__(self, number, phone, start, sessions, people, guests):
        super().__init__()
        self.random, self.phone, self.start_at = random.Random(number), phone, start
        self.sessions, self.people, self.guests = sessions, people, guests
        self.kept: list[str] = []
        self.faults: list[object] = []
        self.seen: dict[tuple[str, str], list[str]] = {}

    def run(self):
        self.start_at.wait(patience.SECONDS)
        for _ in range(ROUNDS):
            events = [self.event() for _ in range(self.random.randint(1, 12))]
            self.random.shuffle(events)
            for _ in range(self.random.randint(1, 2)):
                self.send(events)

    def send(self, events):
        body = {"sent_at": self.phone.mine["now"], "user": self.phone.mine["user"]}
        answer = self.phone.post({**body, "events": events})
        if answer.status_code != 200:
            self.faults.append((answer.status_code, answer.text[:300]))
            return
        said = answer.get_json()
        for event, result in zip(events, said["results"], strict=True):
            if event["kind"] == "mark" and result["status"] != "rejected":
                self.kept.append(event["id"])
        for key, register in said["registers"].items():
            for person in register["people"]:
                held = [person["mark"], *person["others"]] if person["mark"] else []
                self.seen[key, person["person"]] = [one["event"] for one in held]

    def event(self):
        at, one = self.random.choice(self.sessions), self.random.choice(self.people)
        event = {"id": str(uuid.uuid4()), "kind": "mark", "session": at, "person": one}
        seen = self.seen.get((at, one), [])
        kind = self.random.choice(["mark"] * 6 + ["walk_in", "undo", "settle", "close"])
        if kind == "walk_in":
            return event | {"kind": kind, "person": self.random.choice(self.guests), "name": "Noor"}
        if kind == "undo":
            return event | {"kind": kind, "batch": str(uuid.UUID(int=self.random.randint(1, 3)))}
        if kind == "settle" and seen:
            return event | {"kind": kind, "chosen": seen[0], "replaces": seen}
        if kind == "close" and self.random.random() < 0.1:
            return event | {"kind": kind}
        batch = (
            str(uuid.UUID(int=self.random.randint(1, 3))) if self.random.random() < 0.2 else None
        )
        status = self.random.choice(STATUSES)
        return event | {"status": status, "replaces": seen[:], "batch": batch}


def test_twenty_phones_at_once(cast, session):
    here = cast.offering_session
    other = make.offering_session(session, cast.offering, here.starts_at - timedelta(hours=3))
    others = [make.enrolment(session, cast.offering, make.participant(session)) for _ in range(5)]
    coming = make.offering_session(session, cast.offering, clock.now() + timedelta(hours=3))
    session.commit()
    sessions = [str(row.uuid) for row in (here, other, coming)]
    people = [str(row.uuid) for row in (cast.enrolment, *others)]
    guests = [str(uuid.uuid4()) for _ in range(3)]
    start = threading.Event()
    hands = [
        Hand(number, Phone(cast, ("guide", "coordinator", "cooperative")[number % 3]), start,
             sessions, people, guests)
        for number in range(PHONES)
    ]  # fmt: skip
    for hand in hands:
        hand.start()
    start.set()
    for hand in hands:
        hand.join()
    assert [hand.faults for hand in hands if hand.faults] == []
    session.expire_all()
    kept = {uuid.UUID(one) for hand in hands for one in hand.kept}
    here_now = session.scalars(select(AttendanceChange.event_id)).all()
    assert kept <= set(here_now)
    assert len(here_now) == len(set(here_now))
    guests_here = select(func.count()).where(Enrolment.uuid.in_(map(uuid.UUID, guests)))
    assert session.scalar(guests_here) <= len(guests)
    for register in session.scalars(select(Register)):
        _follows(session, register)


def _follows(session, register):
    """The marks and the count of disputes follow from all that was saved."""
    marks = {
        row.enrolment_id: row
        for row in session.scalars(
            select(AttendanceMark).where(AttendanceMark.session_id == register.session_id)
        )
    }
    ids = session.scalars(select(Enrolment.id)).all()
    for enrolment_id, rows in weighed(session, register, ids).items():
        stood = standing.stand([as_weighed(register, row) for row in rows])
        mark = marks.get(enrolment_id)
        assert (stood.holds and stood.holds.event_id) == (mark and mark.event_id)
        assert bool(stood.others) == bool(mark and mark.is_disputed)
    assert register.disputes == sum(mark.is_disputed for mark in marks.values())
    assert all(mark.is_counted == (register.closed_at is not None) for mark in marks.values())
