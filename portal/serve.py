"""Run the web server and the notice worker side by side until asked to stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from threading import Event
from types import FrameType

from portal.config import ROOT, SettingError, Settings
from portal.core.private import make_files_private

_HOST = "127.0.0.1"  # a reverse proxy on the same machine speaks to the world
_THREADS = 4  # per worker process; Python runs one at a time, the others wait for the database
_LASTED = 60  # seconds; a worker that lived longer did not die of what it starts with
_MOST_QUICK_DEATHS = 5
# The C library keeps what threads let go of, each in a heap of its own: a third of a worker.
_ONE_HEAP = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(128 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 1024),
}
_PATIENCE = 15  # seconds for open requests and a message under way to end


def main() -> int:
    """Serve until asked to stop (0), or a child can't (its code, 1).

    A process that dies is replaced: a web worker by granian, the notice worker here. One that dies
    again and again at once ends all, so that whoever watches the service sees it.
    """
    make_files_private()
    settings = Settings.from_environment(os.environ)
    _check_port(settings.port)
    stop = Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    server = _start(*_server(settings))
    worker = _Replaced("flask", "--app", "wsgi", "portal", "work")
    is_announced = False
    try:
        while not stop.wait(0.2):
            code = server.poll() if server.poll() is not None else worker.look()
            if code is not None:
                return code if code > 0 else 1
            if not is_announced and _answers(settings.port):
                print(f"Warm Werkt is open at http://{_HOST}:{settings.port}", flush=True)
                is_announced = True
        return 0
    finally:
        _end([server, *worker.running()])


class _Replaced:
    """A process that is started again when it died, after a wait that doubles each time."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self._quick_deaths = 0
        self._begin()

    def _begin(self) -> None:
        self._process = _start(*self._command)
        self._begun = time.monotonic()
        self._again_at: float | None = None

    def look(self) -> int | None:
        """Start it again in time; its code when it died too often."""
        code, now = self._process.poll(), time.monotonic()
        if code is None:
            return None
        if self._again_at is None:
            has_lasted = now - self._begun >= _LASTED
            self._quick_deaths = 0 if has_lasted else self._quick_deaths + 1
            if self._quick_deaths > _MOST_QUICK_DEATHS:
                return code
            wait = 2.0**self._quick_deaths
            print(f"The worker ended ({code}); again in {wait:.0f} s.", file=sys.stderr, flush=True)
            self._again_at = now + wait
        elif now >= self._again_at:
            self._begin()
        return None

    def running(self) -> list[subprocess.Popen[bytes]]:
        """The process, to end it."""
        return [self._process]


def _server(settings: Settings) -> list[str]:
    return [
        *("granian", "--interface", "wsgi", "--host", _HOST, "--port", str(settings.port)),
        *("--workers", str(settings.workers), "--blocking-threads", str(_THREADS)),
        *("--http", "1", "--no-ws", "--log-level", "error", "--respawn-failed-workers"),
        *("--workers-kill-timeout", str(_PATIENCE - 5), "wsgi:application"),
    ]


def _start(*command: str) -> subprocess.Popen[bytes]:
    """Start a Python module in a session of its own, so that Ctrl-C reaches it through us only."""
    environment = {**_ONE_HEAP, **os.environ}
    python = [sys.executable, "-m"]
    return subprocess.Popen([*python, *command], cwd=ROOT, env=environment, start_new_session=True)


def _check_port(port: int) -> None:
    """Stop when the port is taken; two servers would otherwise share it without a word."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            raise SettingError(f"port {port} can't be used ({error.strerror}). Set PORT.") from None


def _answers(port: int) -> bool:
    connection = HTTPConnection(_HOST, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop, wait a bounded time together, then end what is left with all it started."""
    for child in children:
        child.terminate()
    until = time.monotonic() + _PATIENCE
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, until - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


if __name__ == "__main__":
    sys.exit(main())
