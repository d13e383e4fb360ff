"""A recognised report as files, by kind: each shows what everybody may have, and no more."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Response, current_app, url_for

from portal.core.canonical import fingerprint, readable
from portal.impact.models import ImpactReport
from portal.impact.pages import paper_of, paper_response, report_workbook, with_jpegs
from portal.impact.rules import documents
from portal.impact.rules.documents import Document
from portal.recognition.pages.cids import as_linked_data
from portal.web.current import settings
from portal.web.documents import csv_response, download, json_response, pdf, xlsx_response

_MARK = 16
_File = Callable[[ImpactReport, Document, Document | None], Response]


def rows_in(document: Document) -> list[list[Any]]:
    """Give a document's rows for a CSV; `true` and `false` in words."""
    return [
        [str(cell).lower() if isinstance(cell, bool) else cell for cell in row]
        for row in documents.rows_of(documents.public_document(document))
    ]


def _linked(report: ImpactReport, signed: Document, _before: Document | None) -> Response:
    """Its figures in the Common Impact Data Standard."""
    address = settings().base_url + url_for("recognition.public_report", number=report.number)
    body = readable(as_linked_data(signed, address))
    return download(body, "application/ld+json", f"{report.number}.jsonld", inline=True)


def draw_paper(
    report: ImpactReport, before: Document | None, signed: Document
) -> tuple[str, Callable[[], bytes]]:
    """Give a few letters of what a report's PDF is drawn from, and its drawing."""
    with current_app.test_request_context(base_url=settings().base_url):
        words = paper_of(report, before, signed)
    template = Path(str(current_app.template_folder), "pdf/impact/report.typ").read_text("utf-8")
    mark = fingerprint([words, template, version("typst")])[:_MARK]
    return mark, lambda: pdf("impact/report", with_jpegs(report, words), apart=True)


FILES: dict[str, _File] = {
    "csv": lambda report, signed, _: csv_response(
        list(documents.COLUMNS), rows_in(signed), f"{report.number}.csv"
    ),
    "json": lambda report, signed, _: json_response(signed, f"{report.number}.json"),
    "jsonld": _linked,
    "pdf": lambda report, signed, before: paper_response(report, before, signed),
    "table-schema.json": lambda report, signed, _: json_response(
        documents.table_schema(signed), f"{report.number}.table-schema.json"
    ),
    "xlsx": lambda report, signed, _: xlsx_response(
        report_workbook(signed), f"{report.number}.xlsx"
    ),
}
KINDS = ", ".join(f"'{kind}'" for kind in FILES)
