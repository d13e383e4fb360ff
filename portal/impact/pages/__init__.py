"""A frozen document as what a page, a workbook and a sheet of paper show of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, url_for
from flask_babel import force_locale, gettext, ngettext

from portal.core.canonical import readable
from portal.core.qr import qr_svg
from portal.impact.models import ImpactReport
from portal.impact.pages.conclusions import SOME_HIDDEN, Row, conclusion
from portal.impact.rules import Period, figures
from portal.impact.rules.documents import (
    COLUMNS,
    Document,
    aside_rows,
    period_of,
    public_document,
    rows_of,
)
from portal.web.current import settings
from portal.web.documents import Sheet, pdf_response
from portal.web.i18n import locale_code
from portal.web.words import day_and_year, days, euros, hours, month_and_year, number

Frozen = Mapping[str, Any]  # a figure, as a document holds it


@dataclass(frozen=True)
class Section:
    """Figures under one heading, and what they say together."""

    id: str
    label: str
    conclusion: str
    caption: str
    rows: list[Row]

    @property
    def is_hidden(self) -> bool:
        """Whether no number of it is shown."""
        return all(row.is_hidden for row in self.rows)

    @property
    def is_mixed(self) -> bool:
        """Whether its numbers can't be drawn beside each other: hours and euros."""
        return self.id == figures.MONEY


@dataclass(frozen=True)
class ReportView:
    """A report's page in the reader's language; `before`: the number it is compared with."""

    document: Document
    from_on: date
    until_on: date
    compiled_at: datetime
    recognised_at: datetime | None
    before: ReportView | None
    sections: dict[str, Section]
    rows: dict[str, Row]
    not_counted: list[Row]

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Give the number of each part, "" without, and its first and last day."""
        return [
            (
                part["number"] or "",
                day_and_year(date.fromisoformat(part["from"])),
                day_and_year(date.fromisoformat(part["until"])),
            )
            for part in self.document.get("parts", ())
        ]

    @property
    def told(self) -> list[Section]:
        """The headings with a number under them."""
        return [section for section in self.sections.values() if not section.is_hidden]

    @property
    def untold(self) -> list[Section]:
        """The headings whose every number is hidden."""
        return [section for section in self.sections.values() if section.is_hidden]

    def beside(self, name: str) -> int:
        """Give an uncounted number; 0 when hidden, or not in its method yet."""
        counts = {row["id"]: row["count"] for row in self.document["not_counted"]}
        return counts.get(name) or 0


def report_view(document: Document, before: Document | None = None) -> ReportView:
    """Read a document for a page; labels by id, else as frozen.

    `before` is the recognised report of the period before. Everybody may read it already, so that
    to set the two side by side tells nothing new.
    """
    document = public_document(document)
    earlier = report_view(before) if before else None
    language = locale_code()
    period = period_of(document)
    known = figures.figures_of(period.from_on, period.until_on)
    names = {figure.id: figure for figure in known}
    ids = [figure["id"] for figure in document["figures"]]
    was = _paired(period, earlier, ids) if earlier else {}
    rows = {
        f["id"]: _row(f, names.get(f["id"]), language, was.get(f["id"]))
        for f in document["figures"]
    }
    sections = {}
    for group in figures.method().groups:
        if not any(names[id_].group == group.id for id_ in rows.keys() & names.keys()):
            continue  # a report of an earlier method
        inside = [
            rows[figure.id]
            for figure in known
            if figure.group == group.id and figure.id in rows
            if figure.part_of not in rows or not rows[figure.part_of].is_hidden  # all hidden too
        ]
        sections[group.id] = Section(
            group.id,
            group.label(language),
            _says(document, group.id, rows, inside),
            _caption(inside, language),
            inside,
        )
    recognition = document["recognition"]
    beside = {line.id: line for line in figures.method().not_counted}
    return ReportView(
        document=document,
        from_on=period.from_on,
        until_on=period.until_on,
        compiled_at=datetime.fromisoformat(document["compiled_at"]),
        recognised_at=datetime.fromisoformat(recognition["at"]) if recognition else None,
        before=earlier,
        sections=sections,
        rows=rows,
        not_counted=[
            _row(line, beside.get(line["id"]), language, None) for line in aside_rows(document)
        ],
    )


def in_a_sentence(document: Document) -> str:
    """Say how many people were there and how long; "" where that is hidden."""
    figures_of = {figure["id"]: figure for figure in public_document(document)["figures"]}
    rows = {id_: row_of(figures_of[id_]) for id_ in ("people", "minutes")}
    return "" if rows["people"].value is None else conclusion("taking_part", rows, ())


def _paired(period: Period, earlier: ReportView, ids: Iterable[str]) -> dict[str, Row]:
    """The earlier figure for each id; beside a month stands that month of the year before."""
    months = figures.months_of(period.from_on, period.until_on)
    was = {
        figures.month_id(year, month): figures.month_id(year - 1, month) for year, month in months
    }
    found = {id_: earlier.rows.get(was.get(id_, id_)) for id_ in ids}
    return {id_: row for id_, row in found.items() if row is not None}


def _says(document: Document, group: str, rows: dict[str, Row], inside: list[Row]) -> str:
    """What a group's figures say; of several providers nothing that one of them hides."""
    if "whose" in document and any(row.value is None for row in inside):
        return str(gettext(SOME_HIDDEN))
    return conclusion(group, rows, inside)


def _caption(rows: list[Row], language: str) -> str:
    """What is counted, where that is one thing; and out of how many, if all have one number."""
    if len({row.unit for row in rows}) != 1:
        return ""
    unit = rows[0].unit
    what = (
        gettext("Hours")
        if unit == "minutes"
        else figures.method().units[unit](language).capitalize()
    )
    out_of = {row.n for row in rows if row.n is not None}
    return f"{what}, n = {number(out_of.pop())}" if len(out_of) == 1 else str(what)


@dataclass(frozen=True)
class Changed:
    """What a report says otherwise than the one before it."""

    id: str
    label: str
    before: str
    now: str


def changed_since(before: Document, now: Document) -> list[Changed]:
    """Each figure, line and day that two frozen documents say otherwise, in the later's order."""
    earlier, later = _said(before), _said(now)
    return [
        Changed(id_, label, earlier.get(id_, ("", ""))[1], text)
        for id_, (label, text) in later.items()
        if earlier.get(id_, ("", ""))[1] != text
    ]


def _said(document: Document) -> dict[str, tuple[str, str]]:
    view = report_view(document)
    period = days(view.from_on, view.until_on)
    said = {line.id: (line.label, line.text) for line in (*view.rows.values(), *view.not_counted)}
    return {"period": (str(gettext("Period")), period), **said}


def row_of(frozen: Frozen) -> Row:
    """Read one figure of a public document; its label by its id, else as frozen."""
    figure = next((one for one in figures.method().counted if one.id == frozen["id"]), None)
    return _row(frozen, figure, locale_code(), None)


def _row(frozen: Frozen, figure: figures.Figure | None, language: str, before: Row | None) -> Row:
    value, n = frozen["value"], frozen["n"]
    label = figure.label(language) if figure else frozen["label"]
    if figure and figure.group == figures.MONTHS:  # the method names months in two languages
        year, number_in_year = map(int, figure.id.split("_")[1:])
        label = month_and_year(date(year, number_in_year, 1))
    return Row(
        frozen["id"], label, value, _text(frozen), frozen["method"], n, frozen["unit"],
        frozen["hidden"] and "at_least" not in frozen, before,
    )  # fmt: skip


def _text(frozen: Frozen) -> str:
    """`12 (24%)` where n is another number of the same kind; hours for minutes."""
    value, n = frozen["value"], frozen["n"]
    if frozen.get("at_least") is not None:
        least = {**frozen, "value": frozen["at_least"], "n": None, "at_least": None}
        words, count = _text(least), frozen["reports"]
        return ngettext(
            "at least %(number)s, in %(num)s report", "at least %(number)s, in %(num)s reports",
            count, number=words,
        )  # fmt: skip
    if value is None:
        return str(gettext("hidden") if frozen["hidden"] else gettext("not filled in"))
    if frozen["unit"] == "minutes":
        return str(gettext("%(hours)s hours", hours=hours(value)))
    text = euros(value) if frozen["unit"] == "cents" else number(value)
    return f"{text} ({round(100 * value / n)}%)" if n and 0 < value != n else text


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
        ("parts", " ".join(number for number, *_ in report_view(document).parts if number)),
        ("method_version", document["method_version"]),
        ("small_count", document["small_count"]),
        ("sha256", document["sha256"]),
    ]
    return [
        ("Cijfers", tuple(COLUMNS), rows_of(document)),
        ("Verslag", ("fact", "value"), facts),
    ]


def paper_response(
    report: ImpactReport, before: Document | None, signed: Document | None = None
) -> Response:
    """Make a PDF of a report, its JSON attached; `before` is compared with.

    `signed` is what is attached once it was recognised, with its signature.
    """
    name = report.number or f"concept-{report.uuid}"
    words = with_jpegs(report, paper_of(report, before, signed))
    return pdf_response("impact/report", words, f"{name}.pdf")


def paper_of(
    report: ImpactReport, before: Document | None, signed: Document | None = None
) -> dict[str, Any]:
    """Give all that a report's PDF is drawn from, but template and pictures."""
    path = url_for("recognition.public_report", number=report.number) if report.number else ""
    shown, said = report.shown_pictures, report.shown_words
    return {
        **_paper(signed or report.document, before, f"{settings().base_url}{path}"),
        "pictures": [{"place": one.place, "sha256": one.sha256, "alt": one.alt} for one in shown],
        "taken_back": len(report.document.get("pictures", ())) - len(shown),
        "words": [{"text": one.words, "language": one.language} for one in said],
        "words_taken_back": len(report.document.get("words", ())) - len(said),
    }


def with_jpegs(report: ImpactReport, words: dict[str, Any]) -> dict[str, Any]:
    """Add the pictures to what a PDF is drawn from, as JPEG."""
    if not words["pictures"]:
        return words
    from portal.offerings.rules.pictures import as_jpeg  # which takes Pillow along

    webp = {one.place: one.bytes_as_sealed for one in report.shown_pictures}
    pictures = [
        {**one, "jpeg": list(as_jpeg(bytes_))}
        for one in words["pictures"]
        if (bytes_ := webp[one["place"]])
    ]
    return {**words, "pictures": pictures}


def _paper(document: Document, before: Document | None, address: str) -> dict[str, Any]:
    document = public_document(document)
    with force_locale(figures.DOCUMENT_LANGUAGE):
        view = report_view(document, before)
        was = view.before
        return {
            "json": readable(document),
            "document": document,
            "activities": document.get("activities", []),
            "story": document.get("story", "").splitlines(),
            "from": day_and_year(view.from_on),
            "until": day_and_year(view.until_on),
            "recognised": day_and_year(view.recognised_at) if view.recognised_at else "",
            "before": [day_and_year(was.from_on), day_and_year(was.until_on)] if was else [],
            "groups": [_group(section) for section in view.told],
            "minute": _of_a_minute(view),
            "parts": view.parts,
            "untold": [section.label for section in view.untold],
            "not_counted": [[line.label, line.text] for line in view.not_counted],
            "day": [view.compiled_at.year, view.compiled_at.month, view.compiled_at.day],
            "address": address.partition("://")[2],
            "qr": qr_svg(address),
        }


def _of_a_minute(view: ReportView) -> list[str]:
    """What the parts say, for who reads one page; not where a part hides what it would say."""
    said = [one.conclusion for one in view.told if one.id != "taking_part"]
    return [text for text in said if not text.startswith(gettext(SOME_HIDDEN))]


def _group(section: Section) -> dict[str, Any]:
    both = [one for row in section.rows for one in (row, row.before) if one]
    most = max([value for one in both for value in (one.value, one.n) if value], default=1)

    def drawn(row: Row | None) -> dict[str, Any] | None:
        """A number in words with the length of its bar, none where it is hidden."""
        if row is None:
            return None
        is_bare = row.value is None or section.is_mixed
        text = row.text if section.is_mixed else row.bare
        return {"text": text, "share": None if is_bare else (row.value or 0) / most}

    return {
        "id": section.id,
        "label": section.label,
        "says": section.conclusion,
        "caption": section.caption,
        "mixed": section.is_mixed,
        "rows": [
            {
                "label": row.label,
                "seen": row.is_seen,
                "now": drawn(row),
                "before": drawn(row.before),
            }
            for row in section.rows
        ],
    }
