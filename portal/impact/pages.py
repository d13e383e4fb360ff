"""A frozen document as what a page, a workbook and a sheet of paper show of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale, gettext

from portal.core.canonical import readable
from portal.impact.rules.documents import COLUMNS, Document, public_document, rows_of
from portal.impact.rules.figures import DOCUMENT_LANGUAGE, Figure, figures_of, method
from portal.web.documents import Sheet
from portal.web.i18n import locale_code
from portal.web.words import day_and_year, euros, hours, number


@dataclass(frozen=True)
class Row:
    """A figure in words: `value` is none when hidden; `text` carries the percentage and n."""

    id: str
    label: str
    value: int | None
    text: str
    href: str
    n: int | None
    unit: str
    is_hidden: bool


@dataclass(frozen=True)
class Section:
    """Figures under one heading."""

    id: str
    label: str
    rows: list[Row]

    @property
    def shown(self) -> list[Row]:
        """The rows with a number, the largest last."""
        return sorted((r for r in self.rows if r.value is not None), key=lambda r: r.value or 0)


@dataclass(frozen=True)
class Aside:
    """A line beside the figures."""

    id: str
    label: str
    text: str


@dataclass(frozen=True)
class ReportView:
    """All that the page of a report shows, in the reader's language."""

    document: Document
    from_on: date
    until_on: date
    compiled_at: datetime
    recognised_at: datetime | None
    sections: dict[str, Section]
    rows: dict[str, Row]
    not_counted: list[Aside]
    investment: list[Aside]

    @property
    def hides_any(self) -> bool:
        return any(row.is_hidden for row in self.rows.values())

    def beside(self, name: str) -> int:
        """A number that is not counted; 0 when it is hidden or the method did not have it yet."""
        counts = {row["id"]: row["count"] for row in self.document["not_counted"]}
        return counts.get(name) or 0


def report_view(document: Document) -> ReportView:
    """Read a document for a page; labels by id where the method knows it, else as frozen."""
    document = public_document(document)
    language = locale_code()
    from_on = date.fromisoformat(document["period"]["from"])
    until_on = date.fromisoformat(document["period"]["until"])
    known = {figure.id: figure for figure in figures_of(from_on, until_on)}
    rows = {f["id"]: _row(f, known.get(f["id"]), language) for f in document["figures"]}
    sections = {}
    for group in method().groups:
        inside = [
            rows[id_]
            for id_, figure in known.items()
            if figure.group == group.id and id_ in rows
            if figure.part_of not in rows or not rows[figure.part_of].is_hidden  # all hidden too
        ]
        sections[group.id] = Section(group.id, group.label(language), inside)
    recognition = document["recognition"]
    return ReportView(
        document=document,
        from_on=from_on,
        until_on=until_on,
        compiled_at=datetime.fromisoformat(document["compiled_at"]),
        recognised_at=datetime.fromisoformat(recognition["at"]) if recognition else None,
        sections=sections,
        rows=rows,
        not_counted=_not_counted(document, language),
        investment=_investment(document, language),
    )


@dataclass(frozen=True)
class Changed:
    """What a report says otherwise than the one before it."""

    label: str
    before: str
    now: str


def changed_since(before: Document, now: Document) -> list[Changed]:
    """Each figure, line and day that two frozen documents say otherwise, in the later's order."""
    earlier, later = _said(before), _said(now)
    return [
        Changed(label, earlier.get(id_, ("", ""))[1], text)
        for id_, (label, text) in later.items()
        if earlier.get(id_, ("", ""))[1] != text
    ]


def _said(document: Document) -> dict[str, tuple[str, str]]:
    view = report_view(document)
    period = f"{day_and_year(view.from_on)} – {day_and_year(view.until_on)}"
    lines: list[Row | Aside] = [*view.rows.values(), *view.not_counted, *view.investment]
    said = {line.id: (line.label, line.text) for line in lines}
    return {"period": (str(gettext("Period")), period), **said}


def _row(frozen: dict[str, Any], figure: Figure | None, language: str) -> Row:
    value, n = frozen["value"], frozen["n"]
    label = figure.label(language) if figure else frozen["label"]
    return Row(
        frozen["id"], label, value, _text(frozen), frozen["method"], n, frozen["unit"],
        frozen["hidden"],
    )  # fmt: skip


def _text(frozen: dict[str, Any]) -> str:
    """`12 (24%)` where n is another number of the same kind; hours for minutes."""
    value, n = frozen["value"], frozen["n"]
    if value is None:
        return str(gettext("hidden"))
    if frozen["unit"] == "minutes":
        return str(gettext("%(hours)s hours", hours=hours(value)))
    if n and 0 < value != n:
        return f"{number(value)} ({round(100 * value / n)}%)"
    return number(value)


def _not_counted(document: Document, language: str) -> list[Aside]:
    labels = {line.id: line.label for line in method().not_counted}
    return [
        Aside(
            row["id"],
            labels[row["id"]](language) if row["id"] in labels else row["reason"],
            _text({"value": row["count"], "unit": row["unit"], "n": None}),
        )
        for row in document["not_counted"]
    ]


def _investment(document: Document, language: str) -> list[Aside]:
    return [
        Aside(line.id, line.label(language), _amount(document["investment"][line.id], line.unit))
        for line in method().investment
    ]


def _amount(value: int | None, unit: str) -> str:
    if value is None:
        return str(gettext("not filled in"))
    if unit == "minutes":
        return str(gettext("%(hours)s hours", hours=hours(value)))
    return euros(value)


def report_workbook(document: Document) -> list[Sheet]:
    """Two sheets: the figures, and what the report is; the document is a public one."""
    recognition = document["recognition"] or {}
    facts = [
        ("number", document["number"]),
        ("organisation", document["organisation"]),
        ("from", document["period"]["from"]),
        ("until", document["period"]["until"]),
        ("compiled_at", document["compiled_at"]),
        ("recognised_by", recognition.get("by")),
        ("recognised_at", recognition.get("at")),
        ("remarks", recognition.get("remarks")),
        ("previous", document["previous"]),
        ("figures_of", document.get("figures_of")),
        ("method_version", document["method_version"]),
        ("small_count", document["small_count"]),
        ("sha256", document["sha256"]),
    ]
    return [
        ("Cijfers", tuple(COLUMNS), rows_of(document)),
        ("Verslag", ("fact", "value"), facts),
    ]


def report_paper(document: Document) -> dict[str, Any]:
    """What the sheet of paper needs: the document's own language, numbers already in words."""
    document = public_document(document)
    with force_locale(DOCUMENT_LANGUAGE):
        view = report_view(document)
        groups = [
            {
                "label": section.label,
                "rows": [
                    [row.label, row.text, "" if row.n is None else number(row.n)]
                    for row in section.rows
                ],
            }
            for section in view.sections.values()
            if section.rows
        ]
        return {
            "json": readable(document),
            "document": document,
            "from": day_and_year(view.from_on),
            "until": day_and_year(view.until_on),
            "recognised": day_and_year(view.recognised_at.date()) if view.recognised_at else "",
            "groups": groups,
            "not_counted": [[line.label, line.text] for line in view.not_counted],
            "investment": [[line.label, line.text] for line in view.investment],
            "day": [view.compiled_at.year, view.compiled_at.month, view.compiled_at.day],
        }
