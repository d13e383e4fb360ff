"""The frozen document of a report: its shape, its hashes, and its rows for other formats."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core.clock import to_local
from portal.impact.figures import (
    DOCUMENT_LANGUAGE,
    Figure,
    equations_of,
    figures_of,
    method,
)
from portal.impact.queries import Counts
from portal.impact.rules import Period
from portal.impact.suppression import hidden_cells, is_small

Document = dict[str, Any]
# What recognition adds; the figures' own hash leaves it out and never changes.
_ADDED_LATER = ("number", "recognition", "sha256", "figures_sha256")


@dataclass(frozen=True)
class Investment:
    """What was put in and what was paid for it: minutes and cents; hours get no price."""

    guidance_minutes: int
    volunteer_minutes: int
    direct_costs_cents: int
    paid_cents: int

    def as_document(self) -> dict[str, int]:
        return {
            "guidance_minutes": self.guidance_minutes,
            "volunteer_minutes": self.volunteer_minutes,
            "direct_costs_cents": self.direct_costs_cents,
            "paid_cents": self.paid_cents,
            "difference_cents": self.paid_cents - self.direct_costs_cents,
        }


def compile_document(
    counts: Counts,
    *,
    organisation: str,
    period: Period,
    compiled_at: datetime,
    small_count: int,
    investment: Investment,
    previous: str | None,
) -> Document:
    """Hide what is too small and freeze the rest; the counts themselves go no further."""
    document = {
        "number": None,
        "organisation": organisation,
        "period": {"from": period.from_on.isoformat(), "until": period.until_on.isoformat()},
        "compiled_at": _moment(compiled_at),
        "language": DOCUMENT_LANGUAGE,
        "method_version": method().version,
        "small_count": small_count,
        "figures": _figures(counts, period, small_count),
        "not_counted": _not_counted(counts, small_count),
        "investment": investment.as_document(),
        "recognition": None,
        "previous": previous,
    }
    return _sealed(document)


def recognised_document(
    document: Document, *, number: str, by: str, at: datetime, remarks: str
) -> Document:
    """The same figures with their number and who recognised them; the hash is made anew."""
    recognition = {"by": by, "at": _moment(at), "remarks": remarks}
    return _sealed({**document, "number": number, "recognition": recognition})


def hash_of(document: Document) -> str:
    """SHA-256 over the canonical form (RFC 8785) of all but `sha256`; ValueError without one."""
    return _hash({key: value for key, value in document.items() if key != "sha256"})


def figures_hash_of(document: Document) -> str:
    """SHA-256 over what recognition leaves as it is."""
    return _hash({key: value for key, value in document.items() if key not in _ADDED_LATER})


def _hash(value: Any) -> str:
    import rfc8785

    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def _sealed(document: Document) -> Document:
    body = {key: value for key, value in document.items() if not key.endswith("sha256")}
    body["figures_sha256"] = figures_hash_of(body)
    body["sha256"] = hash_of(body)
    return body


def _moment(moment: datetime) -> str:
    return to_local(moment).isoformat(timespec="seconds")


def _figures(counts: Counts, period: Period, small_count: int) -> list[dict[str, Any]]:
    equations = equations_of(period.from_on, period.until_on)
    hidden = hidden_cells(counts.cells, equations, small_count)

    def shown(figure_id: str | None) -> int | None:
        if figure_id is None or figure_id in hidden:
            return None
        cell = counts.cells.get(figure_id)
        return counts.plain[figure_id] if cell is None else cell.value

    def row(figure: Figure) -> dict[str, Any]:
        is_hidden = figure.id in hidden
        return {
            "id": figure.id,
            "label": figure.label(DOCUMENT_LANGUAGE),
            "unit": figure.unit,
            "value": shown(figure.id),
            "hidden": is_hidden,
            "n": None if is_hidden else shown(figure.base),
            "definition": figure.definition(DOCUMENT_LANGUAGE),
            "method": f"/method#{figure.anchor}",
        }

    return [row(figure) for figure in figures_of(period.from_on, period.until_on)]


def _not_counted(counts: Counts, small_count: int) -> list[dict[str, Any]]:
    found = []
    for line in method().not_counted:
        cell = counts.not_counted.get(line.id)
        is_hidden = cell is not None and is_small(cell, small_count)
        count = counts.plain[line.id] if cell is None else cell.value
        found.append(
            {
                "id": line.id,
                "reason": line.label(DOCUMENT_LANGUAGE),
                "unit": line.unit,
                "count": None if is_hidden else count,
                "hidden": is_hidden,
            }
        )
    return found


COLUMNS = {
    "part": ("string", "figure, not_counted or investment"),
    "id": ("string", "Stable name; /method says how it is counted"),
    "label": ("string", "In Dutch"),
    "unit": ("string", "people, enrolments, sessions, observations, minutes or cents (of a euro)"),
    "value": ("integer", "Empty when hidden"),
    "hidden": ("boolean", "True where a small count is hidden, or another with it to protect it"),
    "n": ("integer", "Out of how many; empty when hidden or when there is no such number"),
    "definition": ("string", "How it is counted, in Dutch"),
}


def rows_of(document: Document) -> list[tuple[Any, ...]]:
    """The document as the rows of one table, in the order of COLUMNS."""
    rows: list[tuple[Any, ...]] = [
        ("figure", f["id"], f["label"], f["unit"], f["value"], f["hidden"], f["n"], f["definition"])
        for f in document["figures"]
    ]
    rows.extend(
        ("not_counted", n["id"], n["reason"], n["unit"], n["count"], n["hidden"], None, "")
        for n in document["not_counted"]
    )
    rows.extend(
        (
            "investment", line.id, line.label(DOCUMENT_LANGUAGE), line.unit,
            document["investment"][line.id], False, None, "",
        )
        for line in method().investment
    )  # fmt: skip
    return rows


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
