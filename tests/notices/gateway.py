"""An SMS gateway on loopback that takes messages once each, and fails in the ways of the world."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOW = 0.4  # seconds; longer than the patience that tests give


class Gateway:
    """What it was asked, what arrived on phones, and how it behaves next."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.arrived: dict[str, dict[str, Any]] = {}  # by our id: what it has seen it sends once
        self.mood = "well"
        self.url = ""

    def numbers(self) -> list[str]:
        """To which number each message went that arrived."""
        return [message["to"] for message in self.arrived.values()]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gateway: Gateway

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        gateway = self.gateway
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = json.loads(body)
        gateway.asked.append(message)
        gateway.headers.append(dict(self.headers))
        getattr(self, f"be_{gateway.mood}")(message)

    def do_GET(self) -> None:
        """Whoever follows a redirect comes back with a GET, and is told that all is well."""
        self.gateway.asked.append({"path": self.path})
        self._answer(200, '{"id": "elsewhere"}')

    def _take(self, message: dict[str, Any]) -> str:
        self.gateway.arrived.setdefault(message["id"], message)
        return json.dumps({"id": f"gw-{message['id'][:8]}"})

    def _answer(self, status: int, body: str = "", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def be_well(self, message: dict[str, Any]) -> None:
        self._answer(200, self._take(message), Content_Type="application/json")

    def be_twice(self, message: dict[str, Any]) -> None:
        self.be_well(message)
        self.be_well(message)

    def be_seen(self, message: dict[str, Any]) -> None:
        self._take(message)
        self._answer(409, '{"error": "seen"}')

    def be_late(self, message: dict[str, Any]) -> None:
        """Takes it, and says so when nobody listens any more."""
        said = self._take(message)
        time.sleep(SLOW)
        self._answer(200, said)

    def be_dripping(self, message: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(30):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(SLOW / 10)

    def be_broken(self, message: dict[str, Any]) -> None:
        self._answer(500, "Traceback: secret")

    def be_busy(self, message: dict[str, Any]) -> None:
        self._answer(429, Retry_After="600")

    def be_locked(self, message: dict[str, Any]) -> None:
        self._answer(401)

    def be_moved(self, message: dict[str, Any]) -> None:
        self._answer(302, Location=f"{self.gateway.url}elsewhere")

    def be_a_page(self, message: dict[str, Any]) -> None:
        self._answer(200, "<html>Log in to the network</html>", Content_Type="text/html")

    def be_silent(self, message: dict[str, Any]) -> None:
        self._answer(200)

    def be_nonsense(self, message: dict[str, Any]) -> None:
        self._answer(200, '{"id": "\\u0000"}')

    def be_deep(self, message: dict[str, Any]) -> None:
        self._answer(200, "[" * 16_000)

    def be_gone(self, message: dict[str, Any]) -> None:
        self.close_connection = True
        self.connection.close()

    def be_half(self, message: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"id": "half')
        self.close_connection = True

    def be_strict(self, message: dict[str, Any]) -> None:
        self._answer(422, '{"error": "no such number"}')


@contextmanager
def open_gateway() -> Iterator[Gateway]:
    """A gateway that answers until the end of the block."""
    gateway = Gateway()
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    gateway.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
