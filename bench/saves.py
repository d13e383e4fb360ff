"""Saves of 25 marks over HTTP: the portal's, against a bare view that writes rows in plain SQL."""

from __future__ import annotations

import json
import re
import selectors
import socket
import sqlite3
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import client
from bench.city import PEOPLE, Register
from bench.server import serving

_SECONDS = 2
_ROUNDS = 3
_STATUSES = ("present", "excused", "absent")
Bodies = Iterator[bytes]


def measure(instance: Path, registers: list[Register], cookie: str) -> dict[str, Any]:
    """Saves a second of each, in turn, so that a busy machine is busy for all three.

    The bare view gets the same bodies, and writes into a copy of the same database.

    Every connection has a register of its own, as every guide has; all 25 marks change each time.
    """
    environment = {"PORTAL_INSTANCE": str(instance), "BARE_SAVES": str(instance / "bare.db")}
    found: dict[str, list[float]] = {"portal": [], "bare": [], "both": []}
    with (
        sqlite3.connect(instance / "portal.db") as city,
        closing(sqlite3.connect(environment["BARE_SAVES"])) as copy,
    ):
        city.backup(copy)
    with ExitStack() as stack:
        portal = stack.enter_context(serving("wsgi:application", environment))
        bare = stack.enter_context(serving("bench.bare:application", environment))
        mine = _ask(portal, "/registers/offline.json", cookie)
        user, token = mine["user"], mine["csrf"]
        heads = {
            "portal": "\r\n".join(
                ("POST /registers/events HTTP/1.1", f"Cookie: {cookie}", f"X-CSRFToken: {token}")
            ),
            "bare": "POST /marks HTTP/1.1",
            "both": "POST /marks-and-history HTTP/1.1",
        }
        phones = [event_bodies(one, user, []) for one in registers]
        rows = [event_bodies(one, user, []) for one in registers]
        for seconds in (0.5, *[_SECONDS] * _ROUNDS):  # the first is to warm up
            for name, head in heads.items():
                port, bodies = (portal, phones) if name == "portal" else (bare, rows)
                found[name].append(_per_second(port, head, bodies, seconds))
    saves, bare_25, bare_50 = (statistics.median(found[name][1:]) for name in found)
    return {
        "saves_per_second": round(saves),
        "bare_saves_per_second": round(bare_25),
        "bare_saves_with_history_per_second": round(bare_50),
        "saves_ratio_to_bare": round(saves / bare_25, 2),
        "saves_ratio_to_bare_with_history": round(saves / bare_50, 2),
    }


def event_bodies(register: Register, user: str, before: list[str]) -> Bodies:
    """What a phone sends: each time 25 taps that replace the ones `before` them.

    It is made by filling in, as it is made while the servers are measured. The keys of one body
    differ at their beginning, so that they end up all over an index, as those of phones do.
    """
    firsts = [uuid.uuid4().hex[:8] for _ in range(PEOPLE)]
    events = [
        {
            "id": f"{first}-LAST",
            "kind": "mark",
            "session": str(register.uuid),
            "person": str(person),
            "status": "STATUS",
            "minutes": None,
            "replaces": [f"{first}-BEFORE"],
            "tapped_at": "2026-03-03T10:00:00.000Z",
            "reason": None,
            "batch": None,
        }
        for first, person in zip(firsts, register.people, strict=True)
    ]
    sent = {"sent_at": "2026-03-03T10:00:01.000Z", "user": user, "events": events}
    frame = json.dumps(sent, separators=(",", ":"))
    for number in range(10**9):
        last = str(uuid.uuid4())[9:]
        body = frame.replace("LAST", last).replace("STATUS", _STATUSES[number % len(_STATUSES)])
        for first, key in zip(firsts, before, strict=False):
            body = body.replace(f"{first}-BEFORE", key)
        yield (body if before else _NAMED.sub("[]", body)).encode()
        before = [f"{first}-{last}" for first in firsts]


_NAMED = re.compile(r'\["[0-9a-f]{8}-BEFORE"\]')


def _ask(port: int, path: str, cookie: str) -> Any:
    asked = f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(asked.encode())
        answer = client.Answer()
        while not answer.is_whole(connection.recv(65536)):
            pass
    return json.loads(answer.data.partition(b"\r\n\r\n")[2])


@dataclass
class _Connection:
    """One phone: what it sends next, and what has come back."""

    bodies: Bodies
    next_body: bytes = b""
    answer: client.Answer = field(default_factory=client.Answer)

    def message(self, head: bytes) -> bytes:
        length = str(len(self.next_body)).encode()
        return head + length + b"\r\n\r\n" + self.next_body


def _per_second(port: int, head: str, bodies: list[Bodies], seconds: float) -> float:
    """How many saves are answered in a second, each connection sending one after the other."""
    lines = f"{head}\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ".encode()
    selector = selectors.DefaultSelector()
    for one in bodies:
        connection = socket.create_connection(("127.0.0.1", port), 10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        phone = _Connection(one, next(one))
        connection.sendall(phone.message(lines))
        selector.register(connection, selectors.EVENT_READ, phone)
    count, waiting = 0, len(bodies)
    begin = time.perf_counter()
    while waiting:
        for key, _events in selector.select(5):
            phone = key.data
            if not phone.answer.is_whole(key.fileobj.recv(262_144)):  # type: ignore[union-attr]
                continue
            _check(phone.answer)
            phone.answer = client.Answer()
            count += 1
            if time.perf_counter() - begin < seconds:
                phone.next_body = next(phone.bodies)
                key.fileobj.sendall(phone.message(lines))  # type: ignore[union-attr]
            else:
                waiting -= 1
                selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
    return count / (time.perf_counter() - begin)


def _check(answer: client.Answer) -> None:
    """Each of the 25 was kept."""
    if answer.data.count(b'"status":"ok"') != PEOPLE and b"saved" not in answer.data:
        raise SystemExit(f"not all was saved: {bytes(answer.data[:2000])!r}")
