"""The real server under test, and browsers that all press a button at one moment."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from portal.config import ROOT
from tests import patience
from tests.page_audit import Page
from tests.pages import controls_of, current_of, is_button
from tests.signed_in import Login, in_cookie

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_RAW_TOKEN = "0" * 40


@contextmanager
def serving(app: Flask, database_url: str, instance: Path) -> Iterator[int]:
    """The server on the same database, with two workers; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(port), "--workers", "2", "--blocking-threads", "8"),
            *("--http", "1", "--no-ws", "--log-level", "error", "wsgi:application"),
        ],
        cwd=ROOT,
        env={
            "PORTAL_DATABASE_URL": database_url,
            "PORTAL_SECRET_KEY": app.config["SECRET_KEY"],
            "PORTAL_INSTANCE": str(instance),
        },
    )
    try:
        _wait_until_open(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(patience.SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_open(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + patience.SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if ask(port, "GET", "/accessibility", "")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def ask(
    port: int, method: str, path: str, cookie: str, form: str | None = None
) -> tuple[int, str, str, str]:
    """One request: status, body, the cookie it set, and where it leads."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience.SECONDS)
    try:
        headers = {"Cookie": cookie, **(_FORM if form is not None else {})}
        connection.request(method, path, form, headers)
        answer = connection.getresponse()
        set_cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
        location = answer.headers.get("Location", "")
        return answer.status, answer.read().decode(), set_cookie, location
    finally:
        connection.close()


def cookie_with(app: Flask, **kept: Any) -> str:
    """What a browser has after the pages before; other tests show how it comes there."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"portal={signer.dumps({'csrf_token': _RAW_TOKEN, **kept})}"


class Tapper:
    """A browser with its finger on a button of a form."""

    def __init__(
        self, app: Flask, port: int, path: str, login: Login | None = None, **form: Any
    ) -> None:
        self.port, self.path = port, path
        key = app.config["SECRET_KEY"]
        token = URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(_RAW_TOKEN)
        self.cookie = cookie_with(app, **(in_cookie(app, login) if login else {}))
        self.form = {"csrf_token": token, "once": uuid4().hex, **form}

    def __call__(self) -> int:
        status, *_ = ask(
            self.port, "POST", self.path, self.cookie, urlencode(self.form, doseq=True)
        )
        return status

    def fill_in(self, page_path: str, form: str, **values: Any) -> Tapper:
        """Load a page and take over all that a form of it holds, but for `values`."""
        status, body, *_ = ask(self.port, "GET", page_path, self.cookie)
        assert status == 200, body[:300]
        page = Page(body)
        found: dict[str, Any] = {}
        for tag in controls_of(page, page.select_one(form)):  # type: ignore[arg-type]
            if tag.get("name") and not is_button(tag):
                found.setdefault(str(tag["name"]), []).extend(current_of(tag))
        self.form = {**found, **self.form, **values}
        return self


def tap(session: Session, jobs: Sequence[Callable[[], int]]) -> list[int]:
    """Let all of them go at one moment; their answers in the same order.

    The test's own session ends its transaction: SQLite has one writer.
    """
    session.commit()
    start = Barrier(len(jobs))

    def go(job: Callable[[], int]) -> int:
        start.wait(patience.SECONDS)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(go, jobs))
