"""A client that costs little: wrk where it is installed, else keep-alive sockets in one loop."""

from __future__ import annotations

import re
import selectors
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field

CONNECTIONS = 16
_WRK = shutil.which("wrk")
NAME = "wrk" if _WRK else "Python sockets"


def requests_per_second(port: int, path: str, seconds: int) -> float:
    """How many answers with status 200 come in a second."""
    measure = _with_wrk if _WRK else _with_sockets
    return measure(port, path, seconds)


def _with_wrk(port: int, path: str, seconds: int) -> float:
    done = subprocess.run(
        [
            *(str(_WRK), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"),
            *("-H", "Accept-Encoding: gzip", f"http://127.0.0.1:{port}{path}"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 30,
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(f"not every answer to {path} was good:\n{done.stdout}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


@dataclass
class Answer:
    """What has come in of one answer."""

    data: bytearray = field(default_factory=bytearray)
    size: int = 0  # of head and body together; 0 until the head is in

    def is_whole(self, more: bytes) -> bool:
        self.data += more
        if not self.size:
            end = self.data.find(b"\r\n\r\n")
            if end < 0:
                return False
            if not self.data.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"not a good answer: {bytes(self.data[:80])!r}")
            length = re.search(rb"(?i)content-length: (\d+)", self.data[:end])
            assert length, "an answer without its length"
            self.size = end + 4 + int(length[1])
        return len(self.data) >= self.size


def _with_sockets(port: int, path: str, seconds: int) -> float:
    asked = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n"
    ).encode()
    selector = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port), 10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(asked)
        selector.register(connection, selectors.EVENT_READ, Answer())
    count = 0
    begin = time.perf_counter()
    until = begin + seconds
    while time.perf_counter() < until:
        for key, _events in selector.select(5):
            connection = key.fileobj  # type: ignore[assignment]
            more = connection.recv(262_144)
            if not more:
                raise SystemExit("the server closed a connection")
            if key.data.is_whole(more):
                count += 1
                key.data.data.clear()
                key.data.size = 0
                connection.sendall(asked)
    passed = time.perf_counter() - begin
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return count / passed
