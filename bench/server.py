"""Granian with two workers on a free loopback port, ended with all that it started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from portal.config import ROOT

WORKERS = 2
_THREADS = 4  # as portal.serve has it
_PATIENCE = 90.0  # a busy machine starts slowly


@contextmanager
def serving(target: str, environment: Mapping[str, str], workers: int = WORKERS) -> Iterator[int]:
    """Serve `module:application`; gives the port once it answers."""
    port = _free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(port), "--workers", str(workers), "--blocking-threads", str(_THREADS)),
            *("--http", "1", "--no-ws", "--log-level", "error", target),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        _wait_until_open(server, port)
        yield port
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)  # its own session: nothing else is in there
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_open(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit("the server did not start")
