"""The frozen document of a report: its shape, its hashes, and its rows for other formats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, islice
from typing import Any

from portal.core.canonical import fingerprint
from portal.core.clock import written
from portal.impact.rules import Period
from portal.impact.rules.figures import (
    DOCUMENT_LANGUAGE,
    MONEY,
    Figure,
    SeenBy,
    bundles_of,
    figures_of,
    method,
    parts_of,
)
from portal.impact.rules.suppression import Cell, shown_cells
from portal.offerings.rules import AT_LEAST, Vacancy

Document = dict[str, Any]
Values = dict[str, int | None]
# What recognition adds; the figures' own hash leaves it out and never changes.
_SEALS = ("sha256", "figures_sha256")
_ADDED_LATER = ("number", "recognition", "signature", *_SEALS)


@dataclass(frozen=True)
class Counts:
    """What was counted, before anything is hidden: never stored and never shown."""

    cells: dict[str, Cell]  # about people
    plain: Values  # not about people; None: unknown


def compile_document(
    counts: Counts,
    *,
    organisation: str,
    period: Period,
    compiled_at: datetime,
    small_count: int,
    activities: list[str],
    groups: int,
    previous: str | None,
) -> Document:
    """Hide what is too small and freeze the rest; the counts themselves go no further."""
    shown = shown_of(counts.cells, period, small_count, groups)
    values: Values = {**counts.plain, **{name: c.value for name, c in counts.cells.items()}}
    return sealed_anew(
        period,
        compiled_at,
        organisation=organisation,
        small_count=small_count,
        figures=figure_rows(figures_of(period.from_on, period.until_on), values, shown),
        not_counted=not_counted_rows(values, shown),
        activities=activities,
        groups=groups,
        previous=previous,
    )


def sealed_anew(period: Period, compiled_at: datetime, **said: Any) -> Document:
    """Seal what a report says that nobody recognised yet."""
    return sealed(
        {
            "number": None,
            "period": {"from": period.from_on.isoformat(), "until": period.until_on.isoformat()},
            "compiled_at": written(compiled_at),
            "language": DOCUMENT_LANGUAGE,
            "method_version": method().version,
            "recognition": None,
            **said,
        }
    )


def sealed_with(document: Document, name: str, told: str | list[Document]) -> Document:
    """Seal a document that was not recognised with its story, pictures or words, or none."""
    without = {key: value for key, value in document.items() if key != name}
    return sealed({**without, name: told} if told else without)


def has_too_few(document: Document) -> bool:
    """Whether a report hides how many people it tells of: none may speak."""
    return any(row["id"] == "people" and row["hidden"] for row in document["figures"])


def recognised_document(
    document: Document,
    *,
    number: str,
    by: str,
    at: datetime,
    remarks: str,
    sample: Document | None = None,
) -> Document:
    """The same figures with their number and who recognised them; the hash is made anew."""
    recognition: Document = {"by": by, "at": written(at), "remarks": remarks}
    if sample:
        recognition["sample"] = sample
    return sealed({**document, "number": number, "recognition": recognition})


def hash_of(document: Document) -> str:
    """SHA-256 over the canonical form of all but itself and its signature; ValueError without."""
    outside = {"sha256", "signature"}
    return fingerprint({key: value for key, value in document.items() if key not in outside})


def figures_hash_of(document: Document) -> str:
    """SHA-256 over what recognition leaves as it is."""
    return fingerprint({key: value for key, value in document.items() if key not in _ADDED_LATER})


def broken_seals(document: Document) -> list[str]:
    """Name the hashes of a document that are not those of what stands in it."""
    today = {"sha256": hash_of(document), "figures_sha256": figures_hash_of(document)}
    return [name for name, value in today.items() if document.get(name) != value]


def period_of(document: Document) -> Period:
    """Read the days that a document is about."""
    return Period(*(date.fromisoformat(document["period"][end]) for end in ("from", "until")))


def sealed(document: Document) -> Document:
    """Put a document's hashes on it anew."""
    body = {key: value for key, value in document.items() if key not in _SEALS}
    body["figures_sha256"] = figures_hash_of(body)
    body["sha256"] = hash_of(body)
    return body


def wide_of(figures: Sequence[Figure], small_count: int, groups: int) -> dict[str, int]:
    """Say how many people wide figures need: more than free places tell of.

    From "full" to "places left" a group loses four. So many left or came in all groups together
    may be known over several reports, and what one shows of it has to be no less (decision 40).
    """
    most = AT_LEAST[Vacancy.ROOM] * groups
    return {figure.id: max(small_count, most + 1) for figure in figures if figure.is_wide}


def shown_of(
    cells: Mapping[str, Cell], period: Period, small_count: int, groups: int
) -> frozenset[str]:
    """List the measures about enough people, and what goes with them."""
    figures = [*figures_of(period.from_on, period.until_on), *method().not_counted]
    cells = {f.id: cells.get(f.id, Cell()) for f in figures if f.is_about_people}
    wide = wide_of(figures, small_count, groups)
    shown = shown_cells(cells, bundles_of(figures), parts_of(figures), small_count, wide)
    plain = {f.id for f in figures if not f.is_about_people and f.shown_with in {None, *shown}}
    return frozenset(figure.id for figure in figures if figure.id in shown | plain)


def figure_rows(
    figures: Iterable[Figure], values: Values, shown: frozenset[str]
) -> list[dict[str, Any]]:
    """Make the rows of figures, with the value of those that are shown."""

    def row(figure: Figure) -> dict[str, Any]:
        is_shown = figure.id in shown
        return {
            "id": figure.id,
            "label": figure.label(DOCUMENT_LANGUAGE),
            "unit": figure.unit,
            "value": values.get(figure.id) if is_shown else None,
            "hidden": not is_shown,
            "n": values.get(figure.base) if is_shown and figure.base in shown else None,
            "definition": figure.definition(DOCUMENT_LANGUAGE),
            "chain": figure.chain,
            "evidence": figure.evidence,
            "method": f"/method#{figure.anchor}",
        }

    return [row(figure) for figure in figures]


def not_counted_rows(values: Values, shown: frozenset[str]) -> list[dict[str, Any]]:
    """Make the rows of what isn't counted, with the number of those that are shown."""
    return [
        {
            "id": line.id,
            "reason": line.label(DOCUMENT_LANGUAGE),
            "unit": line.unit,
            "count": values.get(line.id) if line.id in shown else None,
            "hidden": line.id not in shown,
        }
        for line in method().not_counted
    ]


def settled_document(document: Document, before: Document) -> Document:
    """Make a report counted anew, with the recognised one's figures where few differ.

    Both are public, so what one has more than the other is a number too. All figures are new or
    none: new if at least the small count more or fewer people were there, the same ones are shown,
    and each differs by nothing or by as many. Money is about nobody, and always of today.
    """
    least, period = document["small_count"], period_of(document)
    figures = figures_of(period.from_on, period.until_on)
    people = {figure.id for figure in figures if figure.is_about_people}
    old, new = (
        {f["id"]: f["value"] for f in one["figures"] if f["id"] in people}
        for one in (before, document)
    )
    is_clear = old.keys() == new.keys() and all(
        (old[name] is None) == (new[name] is None)
        and not 0 < abs((new[name] or 0) - (old[name] or 0)) < least
        for name in new
    )
    if is_clear and old["people"] != new["people"]:
        return document
    kept = {name: before[name] for name in ("not_counted", "small_count")}
    money = {figure.id for figure in figures if figure.group == MONEY}
    rows = [f for f in before["figures"] if f["id"] not in money]
    rows += [f for f in document["figures"] if f["id"] in money]
    return sealed({**document, **kept, "figures": rows, "figures_of": before["number"]})


def makers_document(document: Document) -> Document:
    """Make a document as its makers may read it: all, once it is recognised.

    They may compile as often as they like, over other days, and know who left in between.
    """
    later = {f.id for f in method().counted if f.seen_by is SeenBy.NOT_ITS_MAKERS}
    if document["number"]:
        return document
    none = {"value": None, "n": None, "hidden": True}
    rows = [row | none if row["id"] in later else row for row in document["figures"]]
    return sealed({**document, "figures": rows})


def public_document(document: Document) -> Document:
    """Make a document as it may be drawn: by the method of today.

    What was signed stays in the database; `signed_sha256` is its hash.
    """
    if document["method_version"] == method().version or "signed_sha256" in document:
        return document
    period = period_of(document)
    values: Values = {row["id"]: row["value"] for row in document["figures"]}
    values |= {row["id"]: row["count"] for row in document["not_counted"]}
    values |= document.get("investment", {})  # beside the figures, once
    figures = figures_of(period.from_on, period.until_on)
    for whole, parts in reversed(parts_of(figures)):  # sums that it did not have yet
        if whole not in values and not any(values.get(part) is None for part in parts):
            values[whole] = sum(values[part] or 0 for part in parts)
    numbers = count()
    cells = {
        name: Cell(value or 0, frozenset(islice(numbers, max(value or 0, 0))))
        for name, value in values.items()
    }
    groups = document.get("groups", len(document.get("activities", ())))
    shown = shown_of(cells, period, document["small_count"], groups)
    return sealed(
        {
            **document,
            "figures": [row for row in figure_rows(figures, values, shown) if row["id"] in values],
            "not_counted": not_counted_rows(values, shown),
            "signed_sha256": document["sha256"],
        }
    )


COLUMNS = {
    "part": ("string", "figure or not_counted"),
    "id": ("string", "Stable name; /method says how it is counted"),
    "label": ("string", "In Dutch"),
    "unit": ("string", "people, enrolments, sessions, observations, minutes or cents (of a euro)"),
    "value": ("integer", "Empty when hidden, or not filled in"),
    "hidden": ("boolean", "True where a small count is hidden, or another with it to protect it"),
    "n": ("integer", "Out of how many; empty when hidden or when there is no such number"),
    "definition": ("string", "How it is counted, in Dutch"),
    "chain": ("string", "means, activity, output or outcome"),
    "evidence": ("string", "What it rests on; /method has the words"),
}


_EMPTY = {"n": None, "definition": "", "chain": "", "evidence": "", "method": ""}


def aside_rows(document: Document) -> list[Document]:
    """What isn't counted, as rows like those of figures."""
    return [
        {**_EMPTY, **row, "label": row["reason"], "value": row["count"]}
        for row in document["not_counted"]
    ]


def rows_of(document: Document) -> list[tuple[Any, ...]]:
    """The document as the rows of one table, in the order of COLUMNS."""
    rows = [{**row, "part": "figure"} for row in document["figures"]]
    rows += [{**row, "part": "not_counted"} for row in aside_rows(document)]
    return [tuple(row[name] for name in COLUMNS) for row in rows]


def table_schema(document: Document) -> Document:
    """A Table Schema (frictionlessdata.io) for the CSV."""
    return {
        "fields": [
            {"name": name, "type": kind, "description": description}
            | ({"trueValues": ["true"], "falseValues": ["false"]} if kind == "boolean" else {})
            for name, (kind, description) in COLUMNS.items()
        ],
        "missingValues": [""],
        "primaryKey": ["part", "id"],
        "title": f"{document['organisation']}, {document['number']}",
    }
