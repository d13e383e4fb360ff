"""Rows on their way to the database: numbered here, written many at a time."""

import random
import uuid
from collections import Counter
from typing import Any, cast

from sqlalchemy import Connection, Table, insert

from portal.city.days import Calendar
from portal.core import Base

_AT_A_TIME = 20_000


class Rows:
    """Collects rows and writes them in batches, parents before children.

    Ids and addresses are given here, so that the same seed gives the same rows and a child can
    name its parent before either is written. What isn't said has its default.
    """

    def __init__(self, connection: Connection, calendar: Calendar, seed: str) -> None:
        self.connection, self.calendar = connection, calendar
        self._random = random.Random(seed)
        self._last_id: Counter[str] = Counter()
        self._waiting: dict[str, dict[tuple[str, ...], list[dict[str, Any]]]] = {}
        self._count = 0

    def add(self, model: type[Base], **values: Any) -> int:
        """Keep a row to be written, and return its id."""
        table = cast(Table, model.__table__)
        self._last_id[table.name] += 1
        values["id"] = self._last_id[table.name]
        if "uuid" in table.columns:
            values["uuid"] = self.new_uuid()
        alike = self._waiting.setdefault(table.name, {})
        alike.setdefault(tuple(values), []).append(values)
        self._count += 1
        if self._count >= _AT_A_TIME:
            self.write()
        return cast(int, values["id"])

    def new_uuid(self) -> uuid.UUID:
        """The next one; the same for the same seed."""
        return uuid.UUID(int=self._random.getrandbits(128), version=4)

    def write(self) -> None:
        """Write what waits."""
        for table in Base.metadata.sorted_tables:
            for rows in self._waiting.pop(table.name, {}).values():
                self.connection.execute(insert(table), rows)
        self._count = 0
