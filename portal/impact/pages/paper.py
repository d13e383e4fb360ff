"""A frozen document as a sheet of paper shows it: its own language, numbers already in words."""

from typing import Any

from flask import Response, url_for
from flask_babel import force_locale

from portal.core.canonical import readable
from portal.core.qr import qr_svg
from portal.impact.models import ImpactReport
from portal.impact.pages import Section, report_view
from portal.impact.pages.conclusions import Row
from portal.impact.rules.documents import Document, public_document
from portal.impact.rules.figures import DOCUMENT_LANGUAGE
from portal.web.current import settings
from portal.web.documents import pdf_response
from portal.web.words import day_and_year


def paper_response(
    report: ImpactReport, before: Document | None, signed: Document | None = None
) -> Response:
    """Make a PDF of a report, its JSON attached; `before` is compared with.

    `signed` is what is attached once it was recognised, with its signature.
    """
    name = report.number or f"concept-{report.uuid}"
    path = url_for("recognition.public_report", number=report.number) if report.number else ""
    paper = _paper(signed or report.document, before, f"{settings().base_url}{path}")
    return pdf_response("impact/report", paper, f"{name}.pdf")


def _paper(document: Document, before: Document | None, address: str) -> dict[str, Any]:
    document = public_document(document)
    with force_locale(DOCUMENT_LANGUAGE):
        view = report_view(document, before)
        was = view.before
        return {
            "json": readable(document),
            "document": document,
            "activities": document.get("activities", []),
            "from": day_and_year(view.from_on),
            "until": day_and_year(view.until_on),
            "recognised": day_and_year(view.recognised_at) if view.recognised_at else "",
            "before": [day_and_year(was.from_on), day_and_year(was.until_on)] if was else [],
            "groups": [_group(section) for section in view.told],
            "untold": [section.label for section in view.untold],
            "not_counted": [[line.label, line.text] for line in view.not_counted],
            "investment": [[line.label, line.text] for line in view.investment],
            "investment_says": view.investment_conclusion,
            "day": [view.compiled_at.year, view.compiled_at.month, view.compiled_at.day],
            "address": address.partition("://")[2],
            "qr": qr_svg(address),
        }


def _group(section: Section) -> dict[str, Any]:
    values = [one.value for row in section.rows for one in (row, row.before) if one and one.value]
    most = max(values, default=1)

    def drawn(row: Row | None) -> dict[str, Any] | None:
        """A number in words with the length of its bar, none where it is hidden."""
        if row is None:
            return None
        return {"text": row.bare, "share": None if row.value is None else row.value / most}

    return {
        "id": section.id,
        "label": section.label,
        "says": section.conclusion,
        "caption": section.caption,
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
