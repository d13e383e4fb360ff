"""The tariff schemes of municipalities, version by version, from `schemes.toml`."""

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from portal.core.errors import N_, RuleBroken
from portal.core.grouped import grouped
from portal.social_return.rules import Per, Way

Row = TypeVar("Row", "Tariff", "Bonus")
FULL_TIME = 36  # hours a week, where a source doesn't say


@dataclass(frozen=True)
class Bonus:
    """What comes on top of a tariff: yearly, pro rata like it, or once."""

    key: str
    group: str  # in the words of the source
    euros: int
    per: Per
    only: tuple[str, ...] = ()  # tariffs; all placements where none is named
    one_of: str = ""  # of those with the same word here one counts at most
    is_unsure: bool = False  # the source doesn't say whether it is once


@dataclass(frozen=True)
class Tariff:
    """What one thing counts for; `group` names people as the source does."""

    key: str
    way: Way
    group: str
    per: Per
    euros: int = 0
    hours: int | None = None  # of a full week; None: the source doesn't say, 0: they don't count
    months: int | None = None  # the most that count; None: all do
    least_hours: int = 0
    note: str = ""

    @property
    def full_time(self) -> int:
        """How many hours a week are full time; 0 where hours don't count."""
        return FULL_TIME if self.hours is None else self.hours


@dataclass(frozen=True)
class Scheme:
    """One version of a municipality's tariffs; what was stated under it stays."""

    key: str
    version: int
    name: str
    source: str
    entered_on: date
    tariffs: dict[str, Tariff]
    bonuses: dict[str, Bonus] = field(default_factory=dict)
    valid_from: date | None = None  # None: the source gives no day

    def tariff(self, key: str) -> Tariff:
        """One of the tariffs; RuleBroken for one that this version doesn't have."""
        if key not in self.tariffs:
            raise RuleBroken("what", N_("Choose one from the list."))
        return self.tariffs[key]

    def bonuses_of(self, tariff: Tariff) -> list[Bonus]:
        """What may come on top of this tariff."""
        if tariff.per not in (Per.YEAR, Per.ONCE) or tariff.way not in (Way.WORK, Way.LEARNING):
            return []
        fits = (one for one in self.bonuses.values() if tariff.key in (one.only or (tariff.key,)))
        return [one for one in fits if one.per is Per.ONCE or tariff.per is Per.YEAR]

    def by_way(self) -> dict[Way, list[Tariff]]:
        """The tariffs under each of the six ways; an empty list where it has none."""
        return {way: [one for one in self.tariffs.values() if one.way is way] for way in Way}


@cache
def schemes(entered: tuple[str, ...] = ()) -> dict[str, list[Scheme]]:
    """All versions of each scheme, the oldest first, by its key: seeded, then `entered` (JSON)."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    rows = [*tomllib.loads(text)["scheme"], *map(msgspec.json.decode, entered)]
    return {**grouped((row["key"], read_scheme(row)) for row in rows)}


def read_scheme(row: dict[str, Any]) -> Scheme:
    """Make a version of a scheme from a row of the file."""
    of = {name: {one["key"]: one for one in row.get(name, ())} for name in ("tariffs", "bonuses")}
    return msgspec.convert({**row, **of}, Scheme)


def read_rows(text: str, of: type[Row], name: str) -> list[Row]:
    """Read tariffs or bonuses of a spreadsheet; RuleBroken names a wrong line."""
    rows: dict[str, Row] = {}
    for number, row in enumerate(csv.DictReader(text.splitlines(), delimiter=";"), start=2):
        given: dict[Any, Any] = {key: value for key, value in row.items() if value}
        given |= {"only": (row.get("only") or "").split()}
        try:
            one = msgspec.convert(given, of, strict=False)
        except msgspec.ValidationError:
            one = None
        if one is None or one.key in rows or (one.per is not Per.COSTS) != (one.euros > 0):
            raise RuleBroken(name, N_("Line {number} can't be read."), number=number)
        rows[one.key] = one
    return list(rows.values())


def written(rows: Mapping[str, Row], of: type[Row]) -> str:
    """Write tariffs or bonuses as `read_rows` reads them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [one.name for one in fields(of)], delimiter=";")
    writer.writeheader()
    for row in rows.values():
        cells = msgspec.to_builtins(row)
        writer.writerow(cells | ({"only": " ".join(cells["only"])} if "only" in cells else {}))
    return out.getvalue()


def version_on(versions: Sequence[Scheme], day: date) -> Scheme:
    """The version that is valid on a line's first day; RuleBroken before the first."""
    valid = [one for one in versions if one.valid_from is None or one.valid_from <= day]
    if not valid:
        since = min(one.valid_from for one in versions if one.valid_from)
        raise RuleBroken(
            "from_on", N_("These amounts hold from {day} on."), day=f"{since:%d-%m-%Y}"
        )
    return max(valid, key=lambda one: (one.valid_from or date.min, one.version))


def version_of(versions: Sequence[Scheme], number: int) -> Scheme:
    """The version under which something was stated."""
    return next(one for one in versions if one.version == number)
