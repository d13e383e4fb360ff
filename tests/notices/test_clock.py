"""A clock that was wrong for a minute does no lasting harm: the worker waits until it is steady."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from portal import worker
from portal.core import clock

BEGIN = datetime(2026, 3, 10, 10, tzinfo=UTC)


class Machine:
    """A wall clock that can be set, and the count of seconds since the machine started."""

    def __init__(self, monkeypatch):
        self.seconds, self.wrong = 1_000.0, timedelta()
        monkeypatch.setattr("portal.worker.time.monotonic", lambda: self.seconds)
        monkeypatch.setattr(
            clock, "now", lambda: BEGIN + timedelta(seconds=self.seconds) + self.wrong
        )

    def passes(self, seconds):
        self.seconds += seconds


@pytest.fixture
def machine(app, monkeypatch):
    with app.app_context():
        yield Machine(monkeypatch)


@pytest.mark.parametrize("leap", [timedelta(days=365), timedelta(hours=-2), timedelta(minutes=1)])
def test_after_a_leap_nothing_is_decided_for_a_while(machine, caplog, leap):
    trusted = worker.TrustedClock()
    machine.passes(3)
    assert trusted.look()
    machine.wrong = leap
    with caplog.at_level(logging.ERROR):
        assert not trusted.look()
    assert "leapt" in caplog.text
    machine.passes(60)
    machine.wrong = timedelta()  # somebody set it right, which is a leap too
    assert not trusted.look()
    machine.passes(299)
    assert not trusted.look()
    machine.passes(1)
    assert trusted.look()


def test_what_time_servers_do_is_no_leap(machine):
    trusted = worker.TrustedClock()
    for _ in range(1_000):  # half a second faster at each look
        machine.passes(3)
        machine.wrong += timedelta(seconds=0.5)
        assert trusted.look()


def test_the_worker_does_nothing_meanwhile(machine, monkeypatch):
    """A year ahead for a minute: no job, no letter; then all goes on as it was."""
    done: list[datetime] = []
    looks: list[float] = []

    class Stop:
        def __init__(self):
            self.is_over = False

        def is_set(self):
            return len(looks) >= 250

        def wait(self, seconds):
            looks.append(seconds)
            machine.passes(3)
            machine.wrong = timedelta(days=365) if 10 <= len(looks) < 30 else timedelta()

        def set(self): ...

    class Nothing:
        is_empty = True

        def go_on(self, _seconds):
            return False

        def put_back(self): ...

    monkeypatch.setattr("portal.worker.threading.Event", Stop)
    monkeypatch.setattr("portal.worker.signal.signal", lambda *_: None)
    monkeypatch.setattr(worker, "_delivery", Nothing)
    monkeypatch.setattr(worker, "claim", lambda _delivery: None)
    monkeypatch.setattr(worker, "do_jobs", lambda _last: done.append(clock.now()))
    worker.run(once=False)
    assert len(done) > 100
    assert max(done) < BEGIN + timedelta(days=1)
