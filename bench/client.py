"""A client that costs little: keep-alive sockets in one loop, each sending one after the other."""

import re
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Measured:
    """What came back: how many answers a second, and how long each was waited for."""

    per_second: float
    times: list[float]  # milliseconds


@dataclass
class Answer:
    """What has come in of one answer."""

    data: bytearray = field(default_factory=bytearray)
    size: int = 0  # of head and body together; 0 until the head is in

    def is_whole(self, more: bytes) -> bool:
        if not more:
            raise SystemExit("the server closed a connection")
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


@dataclass
class _Connection:
    messages: Iterator[bytes]
    answer: Answer = field(default_factory=Answer)
    sent_at: float = 0.0

    def send(self, on: socket.socket) -> None:
        message = next(self.messages)
        self.answer, self.sent_at = Answer(), time.perf_counter()
        on.sendall(message)


def measure(
    port: int,
    clients: Sequence[Iterator[bytes]],
    seconds: float,
    check: Callable[[Answer], None] = lambda answer: None,
) -> Measured:
    """Ask with each client's messages for so long; all that was asked is waited for."""
    selector = selectors.DefaultSelector()
    times: list[float] = []
    begin = time.perf_counter()
    for messages in clients:
        connection, one = _connect(port), _Connection(messages)
        selector.register(connection, selectors.EVENT_READ, one)
        one.send(connection)
    waiting = len(clients)
    while waiting:
        for key, _events in selector.select(30):
            one, on = key.data, key.fileobj
            if not one.answer.is_whole(on.recv(262_144)):  # type: ignore[union-attr]
                continue
            check(one.answer)
            now = time.perf_counter()
            times.append((now - one.sent_at) * 1000)
            if now - begin < seconds:
                one.send(on)
            else:
                waiting -= 1
                selector.unregister(on)
                on.close()  # type: ignore[union-attr]
    return Measured(len(times) / (time.perf_counter() - begin), times)


def get(path: str, cookie: str = "", packed: str = "gzip") -> bytes:
    """The message that asks for a page, which may come `packed` so."""
    signed_in = f"Cookie: {cookie}\r\n" if cookie else ""
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {packed}\r\n"
    return f"{head}{signed_in}\r\n".encode()


def ask_once(port: int, message: bytes) -> bytes:
    """The body of one answer."""
    with _connect(port) as connection:
        connection.sendall(message)
        answer = Answer()
        while not answer.is_whole(connection.recv(262_144)):
            pass
    return bytes(answer.data).partition(b"\r\n\r\n")[2]


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), 30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection
