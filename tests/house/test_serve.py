"""The supervisor starts the server and the worker, and ends both when asked."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import pytest

from portal import serve
from portal.config import ROOT
from tests import patience


@contextmanager
def serving(instance: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The supervisor on a new database, open for visitors; its process and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment = {**kept, "PORTAL_INSTANCE": str(instance), "PORT": str(port)}
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT, env=environment, check=True, capture_output=True, timeout=patience.SECONDS,
    )  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "portal.serve"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line == f"Warm Werkt is open at http://127.0.0.1:{port}\n"
        yield server, port
    finally:
        server.terminate()
        try:
            server.wait(patience.SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
        server.communicate()


def test_a_process_has_one_heap_unless_who_starts_us_says_otherwise(monkeypatch):
    given = []
    monkeypatch.setattr(subprocess, "Popen", lambda _command, env, **_: given.append(env))
    serve._start("granian")
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    serve._start("granian")
    assert [one["MALLOC_ARENA_MAX"] for one in given] == ["1", "4"]


@pytest.mark.slow
def test_serving_and_stopping(tmp_path):
    with serving(tmp_path) as (server, port):
        assert _answer(port) == 200
        children = _children_of(server.pid)
        assert len(children) >= 2
        server.send_signal(signal.SIGTERM)
        assert server.wait(patience.SECONDS) == 0
        assert not [child for child in children if _is_running(child)]


@pytest.mark.slow
def test_one_killed_process_is_replaced(tmp_path):
    with serving(tmp_path) as (server, port):
        children = {_words_of(child): child for child in _children_of(server.pid)}
        granian = next(pid for words, pid in children.items() if "granian" in words)
        worker = next(pid for words, pid in children.items() if "work" in words.split())
        web = next(pid for pid in _children_of(granian) if "resource_tracker" not in _words_of(pid))
        time.sleep(6)  # one that dies again sooner than this is a crash loop to granian
        os.kill(web, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        assert _comes_true(lambda: worker not in (now := _workers_of(server.pid)) and now)
        assert _comes_true(lambda: _answer(port) == 200)
        assert not _is_running(web)
        assert server.poll() is None


def test_what_dies_again_and_again_ends_all_with_its_code(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr("portal.serve.time.monotonic", lambda: now[0])
    monkeypatch.setattr(serve, "_start", lambda *command: SimpleNamespace(poll=lambda: 3))
    worker, waits = serve._Replaced("work"), []
    while (code := worker.look()) is None:
        now[0] += 0.5
    assert code == 3
    waits = [int(line.split()[-2]) for line in capsys.readouterr().err.splitlines()]
    assert waits == [2, 4, 8, 16, 32]


def test_one_that_lasted_begins_again_soon(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr("portal.serve.time.monotonic", lambda: now[0])
    monkeypatch.setattr(serve, "_start", lambda *command: SimpleNamespace(poll=lambda: -9))
    worker = serve._Replaced("work")
    for _ in range(20):
        now[0] += 90  # it lasts longer than a start that fails
        assert worker.look() is None
        now[0] += 2
        assert worker.look() is None
    assert "again in 1 s" in capsys.readouterr().err


def _answer(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=patience.SECONDS) as answer:
            return int(answer.status)
    except OSError:
        return 0


def _comes_true(what: Callable[[], object]) -> bool:
    until = time.monotonic() + patience.SECONDS
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def _workers_of(pid: int) -> list[int]:
    return [one for one in _children_of(pid) if "work" in _words_of(one).split()]


def _words_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _children_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in children.read_text().split()]


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
