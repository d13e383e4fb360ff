"""The figures of a report, from the one table in `method.toml`: what each is, and what adds up."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.impact.suppression import Equation

DOCUMENT_LANGUAGE = "nl"
MONTHS = "by_month"
_MONTH_NAMES = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


@dataclass(frozen=True)
class Words:
    """A text in the two languages that the method is written in."""

    nl: str
    en: str

    def __call__(self, language: str) -> str:
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True)
class Figure:
    """One figure: `base` is the figure it is out of (n), `anchor` its place on the method page."""

    id: str
    group: str
    label: Words
    unit: str
    base: str | None
    is_about_people: bool
    definition: Words
    anchor: str


@dataclass(frozen=True)
class Group:
    """Figures that stand together in a report, under one heading."""

    id: str
    label: Words
    definition: Words
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Line:
    """A line beside the figures: something not counted, or a part of the pre-investment."""

    id: str
    label: Words
    unit: str


@dataclass(frozen=True)
class Method:
    """All of one version of the method."""

    version: str
    units: dict[str, Words]
    groups: tuple[Group, ...]
    not_counted: tuple[Line, ...]
    investment: tuple[Line, ...]


def _words(row: dict[str, Any], suffix: str = "") -> Words:
    return Words(row.get(f"nl{suffix}", ""), row.get(f"en{suffix}", ""))


def _figure(group: dict[str, Any], row: dict[str, Any]) -> Figure:
    has_own = "nl_text" in row
    return Figure(
        id=row["id"],
        group=group["id"],
        label=_words(row),
        unit=row["unit"],
        base=row.get("base"),
        is_about_people=row.get("hides", True),
        definition=_words(row if has_own else group, "_text"),
        anchor=row["id"] if has_own else group["id"],
    )


@cache
def method() -> Method:
    """The method in force."""
    with Path(__file__).with_name("method.toml").open("rb") as file:
        table = tomllib.load(file)
    return Method(
        version=table["version"],
        units={name: _words(row) for name, row in table["units"].items()},
        groups=tuple(
            Group(
                id=group["id"],
                label=_words(group),
                definition=_words(group, "_text"),
                figures=tuple(_figure(group, row) for row in group["figures"]),
            )
            for group in table["groups"]
        ),
        not_counted=tuple(Line(r["id"], _words(r), r["unit"]) for r in table["not_counted"]),
        investment=tuple(Line(r["id"], _words(r), r["unit"]) for r in table["investment"]),
    )


def month_id(year: int, month: int) -> str:
    """The id of one month's hours."""
    return f"minutes_{year}_{month:02}"


def months_of(from_on: date, until_on: date) -> list[tuple[int, int]]:
    """Each (year, month) that a period touches, in order."""
    first = from_on.year * 12 + from_on.month - 1
    last = until_on.year * 12 + until_on.month - 1
    return [(n // 12, n % 12 + 1) for n in range(first, last + 1)]


def figures_of(from_on: date, until_on: date) -> list[Figure]:
    """Every figure of a report over a period, in its order."""
    found: list[Figure] = []
    for group in method().groups:
        found.extend(group.figures)
        if group.id == MONTHS:
            found.extend(_month(group, *month) for month in months_of(from_on, until_on))
    return found


def _month(group: Group, year: int, month: int) -> Figure:
    label = Words(*(f"{_MONTH_NAMES[lang].split()[month - 1]} {year}" for lang in ("nl", "en")))
    return Figure(
        month_id(year, month), group.id, label, "minutes", None, True, group.definition, group.id
    )


def equations_of(from_on: date, until_on: date) -> list[Equation]:
    """Every sum that a reader can make: a total and the parts that make it up."""
    groups = {group.id: [figure.id for figure in group.figures] for group in method().groups}
    months = tuple(month_id(*month) for month in months_of(from_on, until_on))
    voices = [id_ for id_ in groups["observations"] if id_.count("_") == 1]
    return [
        Equation("people", tuple(groups["ladder"])),
        Equation("minutes", months),
        Equation("enrolments", ("started", "carried_over")),
        Equation("enrolments", ("completed", "stopped", "ongoing")),
        Equation("stopped", tuple(groups["reasons"])),
        *(
            Equation(voice, tuple(i for i in groups["observations"] if i.startswith(f"{voice}_")))
            for voice in voices
        ),
        Equation("outflow", tuple(id_ for id_ in groups["outflow"] if id_ != "outflow")),
    ]
