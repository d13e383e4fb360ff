"""Saves of 25 marks over HTTP: the portal's, against a bare view that writes rows in plain SQL."""

import json
import re
import sqlite3
import statistics
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg

from bench import client
from bench.city import PEOPLE, City, Register
from bench.server import serving

_SECONDS = 1.5
_ROUNDS = 3
_STATUSES = ("present", "excused", "absent")
Bodies = Iterator[bytes]


def measure(city: City, kind: str, guides: int = 1) -> dict[str, Any]:
    """Saves a second of both in turn, so that what is busy is so for both.

    The bare view gets the same bodies and writes into a copy of the same database, the marks with
    what the portal keeps of each tap: the same rows. Every guide has a register of her own on which
    nobody wrote before, so all 25 marks change each time and none is in dispute.
    """
    registers = [city.registers.pop() for _ in range(guides)]
    found: dict[str, list[client.Measured]] = {"portal": [], "bare": []}
    environment = {**city.environment, "BARE_SAVES": _copy(city, kind)}
    with ExitStack() as stack:
        portal = stack.enter_context(serving("wsgi:application", environment))
        bare = stack.enter_context(serving("bench.bare:application", environment))
        cookie = city.cookies["guide"]
        mine = json.loads(
            client.ask_once(portal, client.get("/registers/offline.json", cookie, "identity"))
        )
        signed_in = f"Cookie: {cookie}\r\nX-CSRFToken: {mine['csrf']}\r\n"
        ways = (("portal", portal, "/registers/events", signed_in), ("bare", bare, "/marks", ""))
        senders = {
            name: [_posts(path, head, event_bodies(one, mine["user"])) for one in registers]
            for name, _port, path, head in ways
        }
        for seconds in (0.5, *[_SECONDS] * _ROUNDS):  # the first is to warm up
            for name, port, _path, _head in ways:
                found[name].append(client.measure(port, senders[name], seconds, _check))
    ours, bares = ([one.per_second for one in found[name][1:]] for name in ("portal", "bare"))
    times = [ms for one in found["portal"][1:] for ms in one.times]
    name = f"saves_{kind}_{guides}"
    ratio = statistics.median(one / other for one, other in zip(ours, bares, strict=True))
    return {
        f"{name}_per_second": round(statistics.median(ours)),
        f"{name}_bare_per_second": round(statistics.median(bares)),
        f"{name}_ratio": round(ratio, 2),
        f"{name}_ms_p99": round(statistics.quantiles(times, n=100)[-1]),
    }


def _copy(city: City, kind: str) -> str:
    """The name of a copy of the city's database."""
    if kind == "sqlite":
        copied = str(Path(city.environment["PORTAL_INSTANCE"]) / "bare.db")
        with (
            closing(sqlite3.connect(city.url.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(copied)) as copy,
        ):
            source.backup(copy)
        return copied
    source_name = city.url.replace("+psycopg", "")
    of_server, _, name = source_name.partition("?")[0].rpartition("/")
    query = source_name.partition("?")[2]
    with closing(psycopg.connect(f"{of_server}/template1?{query}", autocommit=True)) as server:
        server.execute("DROP DATABASE IF EXISTS bare")
        server.execute(f'CREATE DATABASE bare TEMPLATE "{name}"')
    return f"{of_server}/bare?{query}"


def _posts(path: str, head: str, bodies: Bodies) -> Iterator[bytes]:
    line = f"POST {path} HTTP/1.1\r\nHost: x\r\n{head}Content-Type: application/json\r\n"
    for body in bodies:
        yield f"{line}Content-Length: {len(body)}\r\n\r\n".encode() + body


def event_bodies(register: Register, user: str) -> Bodies:
    """What a phone sends: each time 25 taps that replace the ones before them.

    It is made by filling in, as it is made while the servers are measured. The keys of one body
    differ at their beginning, so that they end up all over an index, as those of phones do.
    """
    firsts = [uuid.uuid4().hex[:8] for _ in range(PEOPLE)]
    before: list[str] = []
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


def _check(answer: client.Answer) -> None:
    """Each of the 25 was kept."""
    if answer.data.count(b'"status":"ok"') != PEOPLE and b"saved" not in answer.data:
        raise SystemExit(f"not all was saved: {bytes(answer.data[:2000])!r}")
