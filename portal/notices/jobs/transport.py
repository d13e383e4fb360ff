"""How a letter or an SMS leaves the house: by a mail server or a gateway, or as a file."""

import json
import re
import smtplib
import socket
import ssl
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from portal.core import clock
from portal.core.canonical import parsed
from portal.notices.rules.outcome import NotNow, Refused

_WANTS_SIGN_IN = frozenset({530, 534, 535, 538})
_SENDER_IS_WRONG = re.compile(r"""^(b['"])?5\.(1\.[78]|7\.\d+)\b""")  # bytes in words


# A mail server's seconds for a step, the most that RFC 5321 asks for any: who leaves earlier sends
# twice. And for all of it, however a server drips.
STEP, WHOLE = 600, 1800


class Transport(Protocol):
    """Anything that takes a message; raises NotNow or Refused when it can't."""

    def send(self, message: EmailMessage) -> None: ...


def leave_file(folder: Path, name: str, body: bytes) -> None:
    """Write a whole file that only its owner reads; `NotNow` when that can't be done."""
    half = folder / f"{name}.half"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half.touch(mode=0o600)
        half.write_bytes(body)
        half.replace(folder / name)
    except OSError as error:
        raise NotNow(type(error).__name__, is_away=True) from None


class FileTransport:
    """Writes messages to `.eml` files, for the owner's eyes, until a server is named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        leave_file(self.folder, f"{name}.eml", message.as_bytes())


class SmtpTransport:
    """Hands each message to a mail server, in a connection of its own.

    The address is `smtp://user:password@host:port` (with STARTTLS where the server offers it) or
    `smtps://` (TLS from the start); `?from=` names the sender.
    """

    def __init__(self, url: str, step: float = STEP, whole: float = WHOLE) -> None:
        parts = urlsplit(url)
        self.is_tls = parts.scheme == "smtps"
        self.host = parts.hostname or "localhost"
        self.port = parts.port or (465 if self.is_tls else 587)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        self._step, self._whole = step, whole

    def send(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        with self._server(context) as server, _in_time(server, self._whole):
            with _failing(is_away=True):
                self._come_in(server, context)
            with _failing(is_away=False):
                _hand_over(server, message)

    @contextmanager
    def _server(self, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
        """A connection that is to be made, and is closed at the end without waiting for words."""
        tls = smtplib.SMTP_SSL(timeout=self._step, context=context) if self.is_tls else None
        server = tls or smtplib.SMTP(timeout=self._step)
        server._host = self.host  # type: ignore[attr-defined] # whose name its certificate bears
        try:
            yield server
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.putcmd("quit")
            server.close()

    def _come_in(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """All that is the same for every letter: what fails here is the server or our settings."""
        code, words = server.connect(self.host, self.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        server.ehlo_or_helo_if_needed()
        if not self.is_tls and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        if self.user:
            server.login(self.user, self.password)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Hand a letter over; 5xx is a server's last word on it (RFC 5321, 4.2.1)."""
    try:
        server.send_message(message)
        return
    except smtplib.SMTPRecipientsRefused as error:
        [(code, _words)] = error.recipients.values()
        is_of_all = False
    except smtplib.SMTPResponseException as error:
        code, words = error.smtp_code, str(error.smtp_error)
        is_sender = isinstance(error, smtplib.SMTPSenderRefused) and code >= 500
        is_of_all = is_sender and bool(_SENDER_IS_WRONG.search(words))
    if is_of_all or code in _WANTS_SIGN_IN:  # that holds for every letter
        raise NotNow(f"SMTP {code}", is_away=True)
    raise Refused(f"SMTP {code}") if code >= 500 else NotNow(f"SMTP {code}")


@contextmanager
def _failing(*, is_away: bool) -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotNow(type(error).__name__, is_away=is_away) from None


@contextmanager
def _in_time(server: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the line after so long: a server that sends a byte now and then never times out."""

    def cut() -> None:
        with suppress(OSError):
            if server.sock is not None:
                server.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def transport_for(mail_url: str, outbox: Path) -> Transport:
    """The transport that the settings ask for."""
    return SmtpTransport(mail_url) if mail_url else FileTransport(outbox)


def sender_for(mail_url: str, base_url: str) -> str:
    """Give the sender's address: `?from=` of the mail address, or one here."""
    given = parse_qs(urlsplit(mail_url).query).get("from")
    if given:
        return given[0]
    host = urlsplit(base_url).hostname or ""
    return f"noreply@{host if '.' in host and not host[0].isdigit() else 'warm-werkt.example'}"


_PATIENCE = 10  # seconds, for the whole answer
_MOST_BYTES = 16_384
_NEVER = frozenset({400, 413, 422})
_SEEN = 409
_AWAY = frozenset({401, 402, 407, 429, 502, 503, 504})  # whatever the message is


class SmsTransport(Protocol):
    """Anything that takes an SMS and gives it a name; raises NotNow or Refused."""

    def send(self, to: str, text: str, key: str) -> str: ...


class SmsFiles:
    """Writes each SMS to a `.sms.json` file beside the letters; until a gateway is named."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, to: str, text: str, key: str) -> str:
        leave_file(self.folder, f"{key}.sms.json", _body(to, text, key).encode())
        return key


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Where we are sent on to is nobody we know: number and text stay here."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


class HttpGateway:
    """Hands each SMS to a gateway.

    It gets `POST` with JSON `{"to", "text", "id"}` and answers 2xx with JSON `{"id"}`, its own name
    for the message. Our `id` stays the same when we ask again: a gateway that has seen it sends
    nothing twice and answers as before (or 409). 400, 413 and 422 mean that it never will; all
    else, that we ask again later.
    `https://token@host/path` sends the token as a bearer, `https://user:password@host/path` both
    as basic authorisation. Neither is in the address that is asked, nor in an error.
    """

    def __init__(self, url: str, patience: float = _PATIENCE) -> None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self._url = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
        self._patience = patience
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if parts.password is not None:
            pair = f"{unquote(parts.username or '')}:{unquote(parts.password)}"
            self._headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        elif parts.username:
            self._headers["Authorization"] = f"Bearer {unquote(parts.username)}"
        # No proxy of the machine's environment comes in between, and no redirect is followed.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)

    def send(self, to: str, text: str, key: str) -> str:
        request = urllib.request.Request(
            self._url,
            _body(to, text, key).encode(),
            {**self._headers, "Idempotency-Key": key},
            method="POST",
        )
        try:
            with self._opener.open(request, timeout=self._patience) as answer:
                return _name_in(self._read(answer))
        except HTTPError as error:
            with error:
                return self._refused(error)
        except (OSError, HTTPException, ValueError) as error:
            # Nobody was reached, or somebody who had nothing to say about this one message.
            # `from None`: what lies under it may hold the address with all that is in it.
            is_away = isinstance(error, URLError)
            raise NotNow(type(error).__name__, is_away=is_away) from None

    def _refused(self, error: HTTPError) -> str:
        if error.code == _SEEN:
            return ""
        if error.code in _NEVER:
            raise Refused(f"HTTP {error.code}") from None
        wait = _wait_of(error)
        is_away = error.code in _AWAY
        raise NotNow(f"HTTP {error.code}", wait, is_away=is_away) from None

    def _read(self, answer: HTTPResponse) -> bytes:
        """The answer; whoever drips it byte by byte is left after a while, too."""
        until, read = monotonic() + self._patience, b""
        while len(read) < _MOST_BYTES and (more := answer.read1(_MOST_BYTES)):
            read += more
            if monotonic() > until:
                raise TimeoutError
        return read


def _body(to: str, text: str, key: str) -> str:
    return json.dumps({"to": to, "text": text, "id": key}, ensure_ascii=False)


def _name_in(answer: bytes) -> str:
    """The gateway's name for what it took; an answer without one proves nothing."""
    try:
        said = parsed(answer)  # neither a page of HTML nor half an answer is JSON
    except ValueError:
        said = None
    name = str(said.get("id", "")) if isinstance(said, dict) else ""
    if not name or not name.isprintable():
        raise NotNow("nonsense")
    return name[:64]


def _wait_of(error: HTTPError) -> float:
    """The seconds that Retry-After asks for, or 0."""
    given = error.headers.get("Retry-After", "")
    if given.isascii() and given.isdigit():
        return float(given[:6])
    try:
        return max(0.0, (parsedate_to_datetime(given) - clock.now()).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def sms_transport_for(sms_url: str, outbox: Path) -> SmsTransport:
    """The transport that the settings ask for."""
    return HttpGateway(sms_url) if sms_url else SmsFiles(outbox)
