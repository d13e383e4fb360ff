"""The demo city behind granian, as `make run` serves it, in a directory of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from portal.config import ROOT
from tests import patience

_AS_IT_IS, _TIMED = "wsgi", "tests.browser.timed"


@dataclass(frozen=True)
class City:
    """A served demo city, whether its visitors have JavaScript, and who signed in before."""

    url: str
    instance: Path
    card: str  # the path that opens the demo participant's page
    js: bool = True
    signed_in: dict[str, Any] = field(default_factory=dict)  # name in the cast -> cookies
    app: str = _AS_IT_IS

    def flask(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `flask portal ...` beside the server."""
        return _flask(self.instance, *command, app=self.app)

    def work(self) -> None:
        """Let the worker do what is due; of a city that is served `timed`."""
        with urlopen(f"{self.url}/-/work", timeout=patience.SECONDS) as done:
            assert done.status == 204

    def set_clock(self, moment: datetime) -> None:
        """Let it be this moment, from which time goes on; of a city that is served `timed`."""
        _set_ahead(self.instance, moment - datetime.now(UTC))
        self.signed_in.clear()  # nobody stays signed in for days

    def let_pass(self, seconds: float) -> None:
        """Wait; of a city that is served `timed` only its clock does."""
        if self.app == _TIMED:
            _set_ahead(self.instance, _ahead(self.instance) + timedelta(seconds=seconds))
        else:
            time.sleep(seconds)


def prepare(instance: Path) -> str:
    """Migrate and fill a new instance; the path of the demo participant's card."""
    done = _flask(instance, "prepare")
    assert done.returncode == 0, done.stderr
    found = re.search(r"/card/\S+", done.stdout)
    assert found, done.stdout
    return found[0]


@contextmanager
def serving(
    prepared: Path,
    instance: Path,
    card: str,
    *,
    js: bool = True,
    base_url: str = "",
    timed: bool = False,
) -> Iterator[City]:
    """Serve a copy of a prepared instance on a free port of loopback; ends what it started.

    `base_url` is what the portal calls itself on cards, where that isn't its address;
    `timed`, its clock can be set.
    """
    shutil.copytree(prepared, instance)
    _set_ahead(instance, timedelta())
    app = _TIMED if timed else _AS_IT_IS
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    log = instance / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
                *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws"),
                *("--log-level", "error", f"{app}:application"),
            ],
            cwd=ROOT,
            env=_environment(instance, PORTAL_BASE_URL=base_url or url),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for(url, server, log)
        yield City(url, instance, card, js, app=app)
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(patience.SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _environment(instance: Path, **settings: str) -> dict[str, str]:
    """The environment without settings from outside."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
    return {**kept, "PORTAL_INSTANCE": str(instance), **settings}


def _ahead(instance: Path) -> timedelta:
    return timedelta(seconds=float((instance / "clock-ahead").read_text()))


def _set_ahead(instance: Path, ahead: timedelta) -> None:
    half = instance / "clock-ahead.half"  # the server may read at any moment
    half.write_text(str(ahead.total_seconds()))
    half.replace(instance / "clock-ahead")


def _flask(
    instance: Path, *command: str | Path, app: str = _AS_IT_IS
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", app, "portal", *map(str, command)],
        cwd=ROOT,
        env=_environment(instance),
        capture_output=True,
        text=True,
        timeout=patience.SECONDS,
        check=False,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + patience.SECONDS
    while True:
        try:
            with urlopen(f"{url}/readyz", timeout=patience.SECONDS):
                return
        except (URLError, OSError):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text()) from None
            time.sleep(0.05)
