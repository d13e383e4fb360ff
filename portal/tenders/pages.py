"""What answers an opportunity, in words: each figure as it stands in its report."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.core.canonical import readable
from portal.impact.pages import row_of
from portal.impact.rules.documents import Document, period_of
from portal.tenders.labels import asked_words
from portal.tenders.queries import TenderFit
from portal.tenders.rules import RequirementAnswer
from portal.web.current import settings
from portal.web.words import day_and_year, days, euros, label


def figures_of(answer: RequirementAnswer) -> list[tuple[str, str, str, str]]:
    """Give each figure's label and text, its report's number and days."""
    rows = [(row_of(one.figures[answer.asked.figure]), one) for one in answer.reports]
    return [(row.label, row.text, of.number, days(of.from_on, of.until_on)) for row, of in rows]


def declared_words(declared: Sequence[Any]) -> str:
    """Say what an organisation says of itself."""
    if not declared:
        return ""
    value, until, document = declared
    day = _("valid until %(day)s", day=day_and_year(date.fromisoformat(until))) if until else ""
    return " · ".join(str(part) for part in (value, document, day) if part)


def paper_of(fit: TenderFit, name: str, annexes: Mapping[str, Document]) -> dict[str, Any]:
    """Give what a dossier's PDF is drawn from; `annexes` are its reports, by number."""
    of = fit.opportunity
    about = (
        (_("What is it?"), label(of.kind)),
        (_("Of"), of.organisation.name),
        (_("Closing day"), day_and_year(of.closes_on)),
        (_("For how many people?"), str(of.volume or "")),
        (_("Amount in euros"), euros(of.amount_cents) if of.amount_cents else ""),
    )
    says = {
        "heading": _("Dossier"),
        "missing": _("Missing"),
        "declared": _("Declared by ourselves"),
        "source": _("Source:"),
        "annexes": _("Annexes"),
        "check": _("Check a report on its page. Its JSON is attached to this file."),
        "rule": _(
            "Each figure stands in a recognised report, as everybody reads it there. "
            "Nothing was counted for this dossier."
        ),
    }
    return {
        "title": of.title,
        "name": name,
        "says": says,
        "about": [pair for pair in about if pair[1]],
        "words": fit.dossier.words if fit.dossier else "",
        "lines": [
            {
                "words": asked_words(one.asked),
                "met": one.is_met,
                "figures": figures_of(one),
                "declared": declared_words(one.declared),
            }
            for one in fit.chosen
        ],
        "annexes": [_annex(number, signed) for number, signed in annexes.items()],
    }


def _annex(number: str, signed: Document) -> dict[str, str]:
    period = period_of(signed)
    address = settings().base_url + url_for("recognition.public_report", number=number)
    return {
        "number": number,
        "period": days(period.from_on, period.until_on),
        "address": address.partition("://")[2],
        "sha256": signed["sha256"],
        "json": readable(signed),
    }
