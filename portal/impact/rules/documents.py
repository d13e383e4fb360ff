"""The frozen document of a report: its shape, its hashes, and its rows for other formats."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import count, islice
from typing import Any

from portal.core.canonical import fingerprint
from portal.core.clock import written
from portal.impact.rules import Period
from portal.impact.rules.figures import (
    DOCUMENT_LANGUAGE,
    Figure,
    SeenBy,
    bundles_of,
    figures_of,
    method,
    parts_of,
)
from portal.impact.rules.suppression import Cell, shown_cells

Document = dict[str, Any]
Values = dict[str, int | None]
_EVERYBODY = SeenBy.EVERYBODY
# What recognition adds; the figures' own hash leaves it out and never changes.
_SEALS = ("sha256", "figures_sha256")
_ADDED_LATER = ("number", "recognition", "signature", *_SEALS)


@dataclass(frozen=True)
class Counts:
    """What was counted, before anything is hidden: never stored and never shown."""

    cells: dict[str, Cell]  # about people
    plain: dict[str, int]  # not about people


@dataclass(frozen=True)
class Investment:
    """What was put in, in minutes, and paid, in cents; None is unknown, not nothing."""

    guidance_minutes: int | None
    volunteer_minutes: int | None
    direct_costs_cents: int | None
    paid_cents: int | None

    def as_document(self) -> dict[str, int | None]:
        paid, costs = self.paid_cents, self.direct_costs_cents
        difference = None if paid is None or costs is None else paid - costs
        return {**asdict(self), "difference_cents": difference}


def compile_document(
    counts: Counts,
    *,
    organisation: str,
    period: Period,
    compiled_at: datetime,
    small_count: int,
    activities: list[str],
    investment: Investment,
    previous: str | None,
) -> Document:
    """Hide what is too small and freeze the rest; the counts themselves go no further."""
    shown = shown_of(counts.cells, period, small_count)
    values: Values = {**counts.plain, **{name: c.value for name, c in counts.cells.items()}}
    document = {
        "number": None,
        "organisation": organisation,
        "period": {"from": period.from_on.isoformat(), "until": period.until_on.isoformat()},
        "compiled_at": written(compiled_at),
        "language": DOCUMENT_LANGUAGE,
        "method_version": method().version,
        "small_count": small_count,
        "figures": _figures(values, shown, period),
        "not_counted": _not_counted(values, shown),
        "activities": activities,
        "investment": investment.as_document(),
        "recognition": None,
        "previous": previous,
    }
    return sealed(document)


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


def shown_of(cells: Mapping[str, Cell], period: Period, small_count: int) -> frozenset[str]:
    """List the measures about enough people, and what goes with them."""
    figures = [*figures_of(period.from_on, period.until_on), *method().not_counted]
    cells = {f.id: cells.get(f.id, Cell()) for f in figures if f.is_about_people}
    shown = shown_cells(cells, bundles_of(figures), parts_of(figures), small_count)
    plain = {f.id for f in figures if not f.is_about_people and f.shown_with in {None, *shown}}
    return frozenset(f.id for f in figures if f.id in shown | plain and f.seen_by is _EVERYBODY)


def _figures(values: Values, shown: frozenset[str], period: Period) -> list[dict[str, Any]]:
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

    return [row(figure) for figure in figures_of(period.from_on, period.until_on)]


def _not_counted(values: Values, shown: frozenset[str]) -> list[dict[str, Any]]:
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
    and each differs by nothing or by as many.
    """
    least = document["small_count"]
    old, new = (
        {f["id"]: f["value"] for f in one["figures"] if f["unit"] not in {"sessions", "weeks"}}
        for one in (before, document)
    )
    is_clear = old.keys() == new.keys() and all(
        (old[name] is None) == (new[name] is None)
        and not 0 < abs((new[name] or 0) - (old[name] or 0)) < least
        for name in new
    )
    if is_clear and old["people"] != new["people"]:
        return document
    kept = {name: before[name] for name in ("figures", "not_counted", "small_count")}
    return sealed({**document, **kept, "figures_of": before["number"]})


def public_document(document: Document) -> Document:
    """Make a document as it may be drawn: by the method of today.

    What was signed stays in the database; `signed_sha256` is its hash.
    """
    if document["method_version"] == method().version or "signed_sha256" in document:
        return document
    period = period_of(document)
    values: Values = {row["id"]: row["value"] for row in document["figures"]}
    values |= {row["id"]: row["count"] for row in document["not_counted"]}
    figures = figures_of(period.from_on, period.until_on)
    for whole, parts in reversed(parts_of(figures)):  # sums that it did not have yet
        if whole not in values and not any(values.get(part) is None for part in parts):
            values[whole] = sum(values[part] or 0 for part in parts)
    numbers = count()
    cells = {
        name: Cell(value or 0, frozenset(islice(numbers, min(value or 0, document["small_count"]))))
        for name, value in values.items()
    }
    shown = shown_of(cells, period, document["small_count"])
    return sealed(
        {
            **document,
            "figures": [row for row in _figures(values, shown, period) if row["id"] in values],
            "not_counted": _not_counted(values, shown),
            "signed_sha256": document["sha256"],
        }
    )


COLUMNS = {
    "part": ("string", "figure, not_counted or investment"),
    "id": ("string", "Stable name; /method says how it is counted"),
    "label": ("string", "In Dutch"),
    "unit": ("string", "people, enrolments, sessions, observations, minutes or cents (of a euro)"),
    "value": ("integer", "Empty when hidden"),
    "hidden": ("boolean", "True where a small count is hidden, or another with it to protect it"),
    "n": ("integer", "Out of how many; empty when hidden or when there is no such number"),
    "definition": ("string", "How it is counted, in Dutch"),
    "chain": ("string", "means, activity, output or outcome"),
    "evidence": ("string", "What it rests on; /method has the words"),
}


_EMPTY = {"definition": "", "chain": "", "evidence": ""}


def rows_of(document: Document) -> list[tuple[Any, ...]]:
    """The document as the rows of one table, in the order of COLUMNS."""
    rows: list[Document] = [{**row, "part": "figure"} for row in document["figures"]]
    for row in document["not_counted"]:
        again = {"part": "not_counted", "label": row["reason"], "value": row["count"]}
        rows.append({**row, **again})
    for line in method().investment:
        row = {"part": "investment", "id": line.id, "label": line.label(DOCUMENT_LANGUAGE)}
        value = document["investment"][line.id]
        row |= {"unit": line.unit, "value": value, "hidden": False}
        rows.append({**row, "chain": line.chain, "evidence": line.evidence})
    return [tuple(row.get(name, _EMPTY.get(name)) for name in COLUMNS) for row in rows]


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
