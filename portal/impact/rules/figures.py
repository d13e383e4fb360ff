"""The measures of a report, from the one table in `method.toml`: what each is, and what adds up."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from babel.dates import format_date

from portal.core.grouped import grouped

DOCUMENT_LANGUAGE = "nl"
MONTHS = "by_month"
MONEY = "investment"


class SeenBy(StrEnum):
    """Who may see a measure before a report is recognised; then everybody may."""

    EVERYBODY = "everybody"
    NOT_ITS_MAKERS = "not_its_makers"  # from drafts they could subtract what one person said


class Composed(StrEnum):
    """How a report that is composed of others has a figure."""

    SUM = "sum"
    LAST = "last"  # people, each in the last part that she is in
    REST = "rest"  # of its whole, without the other part
    ANEW = "anew"
    NEVER = "never"


@cache
def _translated() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("method_words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class MethodText:
    """A text in the method's two languages, read in all the house's."""

    nl: str
    en: str

    def __call__(self, language: str) -> str:
        return (
            self.nl if language == "nl" else _translated().get(language, {}).get(self.en, self.en)
        )

    def in_all(self) -> set[str]:
        """Give it in each language."""
        return {self(language) for language in ("nl", "en", *_translated())}


@dataclass(frozen=True)
class Figure:
    """One measure: `base` is what it is out of (n), `anchor` its place.

    `counter` counts it, unless it is the sum of its parts; `part_of` is the whole that it belongs
    to. One that belongs to none is shown only together with `shown_with`, and only if all that
    stand `beside` are about enough people; one that `is_wide` about more than that (decision 40).
    `chain` and `evidence` are keys of the method's words.
    """

    id: str
    group: str
    label: MethodText
    unit: str
    counter: str
    chain: str = "output"
    evidence: str = "register"
    base: str | None = None
    part_of: str | None = None
    shown_with: str | None = None
    beside: tuple[str, ...] = ()
    composed: Composed = Composed.SUM
    seen_by: SeenBy = SeenBy.EVERYBODY
    is_about_people: bool = True
    is_wide: bool = False
    definition: MethodText = MethodText("", "")
    anchor: str = ""


@dataclass(frozen=True)
class Group:
    """Figures that stand together in a report, under one heading."""

    id: str
    label: MethodText
    definition: MethodText
    chain: str
    evidence: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Method:
    """All of one version of the method."""

    version: str
    units: dict[str, MethodText]
    chain: dict[str, MethodText]
    evidence: dict[str, MethodText]
    groups: tuple[Group, ...]
    not_counted: tuple[Figure, ...]

    @property
    def counted(self) -> list[Figure]:
        """Every measure that the portal counts itself, but for the months of a period."""
        return [f for group in self.groups for f in group.figures] + list(self.not_counted)


def _words(row: dict[str, Any], suffix: str = "") -> dict[str, str]:
    return {language: row.get(f"{language}{suffix}", "") for language in ("nl", "en")}


def _group(group: dict[str, Any]) -> dict[str, Any]:
    """Read a group of the table; a figure has of it what it does not say itself."""
    said = {"label": _words(group), "definition": _words(group, "_text")}
    figures = [{**group, **_figure(row, group)} for row in group["figures"]]
    return {**group, **said, "figures": figures}


def _figure(row: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
    defines = row if "nl_text" in row else group
    said = {"label": _words(row), "definition": _words(defines, "_text")}
    return {**row, **said, "group": group["id"], "anchor": defines["id"]}


@cache
def method() -> Method:
    """The method in force."""
    with Path(__file__).with_name("method.toml").open("rb") as file:
        table = tomllib.load(file)
    not_counted = _group(table["not_counted"])["figures"]
    groups = [_group(group) for group in table["groups"]]
    return msgspec.convert({**table, "groups": groups, "not_counted": not_counted}, Method)


def check_method(counted_by: Mapping[str, frozenset[str]]) -> None:
    """Refuse measures without a counter, counters without a measure, parts without a whole.

    `counted_by` are the ids that each counter of `impact/queries/counting.py` counts.
    """
    measures = {figure.id: figure for figure in method().counted}
    wholes = {figure.part_of for figure in measures.values()} | {"minutes"}  # made of its months
    above: set[str | None] = {None}
    for figure in measures.values():
        if figure.part_of not in above:
            raise ValueError(
                f"method.toml: {figure.id} is part of {figure.part_of}, which is no measure above "
                "it. Add that whole to the table, above its parts."
            )
        above.add(figure.id)
        if figure.id not in wholes and figure.id not in counted_by.get(figure.counter, ()):
            raise ValueError(
                f"method.toml: nobody counts {figure.id}. Name it in the counter "
                f"{figure.counter!r} of impact/queries/counting.py and add it up there."
            )
    for counter, names in counted_by.items():
        for name in sorted(names):
            if name not in measures or measures[name].counter != counter:
                raise ValueError(
                    f"impact/queries/counting.py: the counter {counter!r} counts {name}, which "
                    "method.toml does not have under it. Add a line with its words there."
                )


def month_id(year: int, month: int) -> str:
    """The id of one month's hours."""
    return f"minutes_{year}_{month:02}"


def months_of(from_on: date, until_on: date) -> list[tuple[int, int]]:
    """Each (year, month) that a period touches, in order."""
    first = from_on.year * 12 + from_on.month - 1
    last = until_on.year * 12 + until_on.month - 1
    return [(n // 12, n % 12 + 1) for n in range(first, last + 1)]


def days_by_month(from_on: date, until_on: date) -> list[tuple[date, date]]:
    """Each month of a period as its first and last day, in order."""
    firsts = [date(year, month, 1) for year, month in months_of(from_on, until_on)]
    lasts = [first - timedelta(days=1) for first in firsts[1:]]
    return list(zip([from_on, *firsts[1:]], [*lasts, until_on], strict=True))


def figures_of(from_on: date, until_on: date) -> list[Figure]:
    """Every figure of a report over a period, in its order."""
    found: list[Figure] = []
    for group in method().groups:
        found.extend(group.figures)
        if group.id == MONTHS:
            found.extend(_month(group, *month) for month in months_of(from_on, until_on))
    return found


def _month(group: Group, year: int, month: int) -> Figure:
    label = MethodText(*(format_date(date(year, month, 1), "LLLL y", one) for one in ("nl", "en")))
    return Figure(
        month_id(year, month), group.id, label, "minutes", "registers", part_of="minutes",
        definition=group.definition, anchor=group.id,
    )  # fmt: skip


def parts_of(figures: list[Figure]) -> list[tuple[str, list[str]]]:
    """What each whole is made of, once for each way that it is divided."""
    found = grouped(((one.part_of, one.group), one.id) for one in figures if one.part_of)
    order = [figure.id for figure in figures]
    return sorted(
        ((whole, parts) for (whole, _), parts in found.items()), key=lambda it: order.index(it[0])
    )


def whole_of(figures: list[Figure]) -> dict[str, str | None]:
    """The whole that each figure adds to; of several ways only the first one does."""
    first: dict[str, str] = {}
    return {
        figure.id: figure.part_of
        if figure.part_of and first.setdefault(figure.part_of, figure.group) == figure.group
        else None
        for figure in figures
    }


def bundles_of(figures: list[Figure]) -> list[list[str]]:
    """Bundle figures about people that belong to no whole with their company.

    What stands beside one is in its bundle and in its own: it can be shown without that one.
    """
    found: dict[str, list[str]] = {}
    for figure in figures:
        if figure.is_about_people and not figure.part_of:
            bundle = found.setdefault(figure.shown_with or figure.id, [])
            bundle.extend([figure.id, *figure.beside])
    return list(found.values())
