"""Pieces of pages, each good as long as what it was drawn for is the same object."""

from collections.abc import Hashable
from datetime import datetime

from flask import request
from markupsafe import Markup

from portal.core import clock
from portal.web.i18n import locale_code


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
