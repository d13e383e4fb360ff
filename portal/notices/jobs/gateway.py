"""How an SMS leaves the house: through an HTTP gateway, or as a file for looking at.

The gateway gets `POST` with JSON `{"to", "text", "id"}` and answers 2xx with JSON `{"id"}`, its own
name for the message. Our `id` stays the same when we ask again: a gateway that has seen it sends
nothing twice and answers as before (or 409). 400, 413 and 422 mean that it never will; all else,
that we ask again later.
"""

import json
import urllib.request
from base64 import b64encode
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from time import monotonic
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit

from portal.core import clock
from portal.notices.jobs.transport import leave_file
from portal.notices.rules.outcome import NotNow, Refused

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
        said = json.loads(answer)  # neither a page of HTML nor half an answer is JSON
    except (ValueError, RecursionError):
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
