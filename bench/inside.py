"""Time inside the application, without a network: a register saved, a listing drawn anew."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from bench.city import Register, cookie_of
from bench.saves import event_bodies

_FORM = "application/x-www-form-urlencoded"
_STATUSES = ("present", "excused", "absent")


def save_times(app: Flask, register: Register, rounds: int) -> list[float]:
    """Milliseconds for each save; every one of the 25 marks changes every time."""
    client = app.test_client()
    name, _, value = cookie_of(app, register).partition("=")
    client.set_cookie(name, value)
    path = f"/registers/{register.uuid}"
    page = client.get(path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert page.status_code == 200, "the guide can't open the register"
    assert token, "the register has no form"
    bodies = []
    for number in range(rounds):
        status = _STATUSES[number % len(_STATUSES)]
        marks = {f"mark-{id_}": status for id_ in register.enrolment_ids}
        bodies.append(urlencode({"csrf_token": token[1], **marks}).encode())
    return _times(app, client, path, bodies)


def event_times(app: Flask, register: Register, rounds: int) -> list[float]:
    """Milliseconds for each batch of 25 taps, which replace the 25 before them."""
    client = app.test_client()
    name, _, value = cookie_of(app, register).partition("=")
    client.set_cookie(name, value)
    mine = client.get("/registers/offline.json").get_json()
    state = client.get(f"/registers/{register.uuid}/state.json").get_json()
    held = {one["person"]: one["mark"]["event"] for one in state["people"] if one["mark"]}
    before = [held[str(person)] for person in register.people]
    bodies = islice(event_bodies(register, mine["user"], before), rounds)
    head = [("X-CSRFToken", mine["csrf"])]
    return _times(app, client, "/registers/events", bodies, head, "application/json")


def draw_times(app: Flask, rounds: int) -> list[float]:
    """Milliseconds for each listing that no visitor asked for before."""
    client = app.test_client()
    return [
        _times(app, client, f"/offerings?page=1&n={number}", [None])[0] for number in range(rounds)
    ]


def get_times(app: Flask, paths: Iterable[str]) -> list[float]:
    """Milliseconds for each of these pages, for somebody whom nobody knows."""
    client = app.test_client()
    return [_times(app, client, path, [None])[0] for path in paths]


def _times(
    app: Flask,
    client: FlaskClient,
    path: str,
    bodies: Iterable[bytes | None],
    head: Iterable[tuple[str, str]] = (),
    kind: str = _FORM,
) -> list[float]:
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    headers = [("Cookie", f"{cookie.key}={cookie.value}")] if cookie else []
    times = []
    for body in bodies:
        builder = EnvironBuilder(
            path,
            method="GET" if body is None else "POST",
            input_stream=BytesIO(body or b""),
            content_type=None if body is None else kind,
            content_length=len(body or b""),
            headers=[*headers, *head],
        )
        expected = 303 if body is not None and kind == _FORM else 200
        times.append(_milliseconds(app, builder.get_environ(), expected))
    return times


def _milliseconds(app: Flask, environ: dict[str, Any], expected: int) -> float:
    """How long one request takes until its answer is read and closed."""
    status: list[str] = []

    def start(code: str, *_rest: Any) -> Callable[[bytes], object]:
        status.append(code)
        return lambda _more: None

    begin = time.perf_counter()
    answer = app.wsgi_app(environ, start)
    for _part in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
    passed = (time.perf_counter() - begin) * 1000
    assert status[0].startswith(str(expected)), f"{environ['PATH_INFO']} answered {status[0]}"
    return passed
