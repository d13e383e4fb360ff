"""Public pages kept in memory, for visitors whom nobody knows.

A page is good as long as the version that its room gives, and the minute, are what they were when
it was drawn. So nothing has to be cleared: a change is visible at once, and a session that began is
not "next" any more, since sessions begin on whole minutes.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from hashlib import sha256
from threading import Lock
from typing import Any

from flask import Response, current_app, request
from markupsafe import Markup

from portal.core import clock
from portal.web.current import actor
from portal.web.i18n import chosen_language, locale_code
from portal.web.packing import packed, taken_encoding

View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class _Kept:
    state: Hashable
    headers: tuple[tuple[str, str], ...]
    etag: str
    body: bytes  # as this browser, and so nearly all, takes it

    def answer(self) -> Response:
        """Make a new response, to which this visitor's things may be added."""
        response = Response(self.body, headers=self.headers)
        if request.headers.get("If-None-Match") == self.etag:
            response.status_code = 304
            response.set_data(b"")
        return response


class PageCache:
    """A decorator for views that draw public pages.

    `version` is asked once a request: any value that differs after a change, or None for "don't
    keep". Every process has its own pages, at most `most_pages` and `most_bytes` of them.
    """

    def __init__(
        self,
        version: Callable[[], Hashable],
        most_pages: int = 512,
        most_bytes: int = 8 * 1024 * 1024,
    ) -> None:
        self._version = version
        self._most_pages = most_pages
        self._most_bytes = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = Lock()

    def __call__(self, view: View) -> View:
        @wraps(view)
        def kept_view(**values: Any) -> Response:
            if not _is_unknown_visitor():
                return view(**values)
            version = self._version()  # before the view reads: a page may be newer, never older
            if version is None:
                return view(**values)
            state = (version, int(clock.now().timestamp()) // 60)
            encoding = taken_encoding()
            key = (request.path, request.query_string, chosen_language(), encoding)
            page = self._find(key, state)
            if page is None:
                response = view(**values)
                if response.status_code != 200:
                    return response
                page = _keepable(response, state, encoding)
                self._keep(key, page)
            return page.answer()

        return kept_view

    def _find(self, key: Hashable, state: Hashable) -> _Kept | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.state != state:
                return None
            self._pages.move_to_end(key)
            return page

    def _keep(self, key: Hashable, page: _Kept) -> None:
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self._bytes += len(page.body)
            while len(self._pages) > self._most_pages or self._bytes > self._most_bytes:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._bytes -= len(page.body)


def _is_unknown_visitor() -> bool:
    """Nobody is signed in, and there is no session that may hold a message for one person."""
    return actor().is_visitor and current_app.config["SESSION_COOKIE_NAME"] not in request.cookies


def _keepable(response: Response, state: Hashable, encoding: str | None) -> _Kept:
    body = response.get_data()
    etag = f'W/"{sha256(body).hexdigest()[:20]}"'
    packing = (("Content-Encoding", encoding),) if encoding else ()
    headers = (
        ("Content-Type", response.headers["Content-Type"]),
        ("Vary", "Cookie, Accept-Encoding"),
        ("ETag", etag),
        ("Cache-Control", "private, no-cache"),
        *packing,
    )
    return _Kept(state, headers, etag, packed(body, encoding) if encoding else body)


class Fragments:
    """Keeps at most `most` pieces in each process, apart by language; the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[object, datetime | None, Markup]] = {}

    def find(self, name: Hashable, of: object) -> Markup | None:
        """Find this piece as drawn for `of`; None when there is none."""
        drawn_of, until, html = self._kept.get(self._key(name), (None, None, None))
        is_over = until is not None and until <= clock.now()
        return html if drawn_of is of and not is_over else None

    def keep(self, name: Hashable, of: object, html: str, until: datetime | None = None) -> Markup:
        """Keep a piece that was drawn for `of`, `until` time makes it different; returns it."""
        found = Markup(html)
        self._kept[self._key(name)] = of, until, found
        while len(self._kept) > self._most:
            self._kept.pop(next(iter(self._kept)), None)
        return found

    @staticmethod
    def _key(name: Hashable) -> Hashable:
        return name, locale_code(), request.script_root
