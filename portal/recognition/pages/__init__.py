"""What the recognised reports of a year say together: added up from what each of them shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.impact.rules.documents import Document
from portal.impact.rules.figures import method
from portal.web.i18n import locale_code
from portal.web.words import euros, hours, number

# What may be added: nobody is in two of them. Who took part at two organisations would be.
_ADDED = ("minutes", "sessions", "started", "completed")
_PUT_IN = ("guidance_minutes", "volunteer_minutes", "direct_costs_cents", "paid_cents")


@dataclass(frozen=True)
class YearTotal:
    """A sum in words, and how many reports had a number for it."""

    id: str
    label: str
    text: str
    shown_by: int


def totals_of(reports: Sequence[Document]) -> list[YearTotal]:
    """Add up the figures that may be added; each report is a public one."""
    labels = {figure.id: figure.label for figure in method().counted}
    shown = [{figure["id"]: figure["value"] for figure in one["figures"]} for one in reports]
    return [
        _total(id_, labels[id_](locale_code()), [values.get(id_) for values in shown])
        for id_ in _ADDED
    ]


def put_in(reports: Sequence[Document]) -> list[YearTotal]:
    """Add up what organisations filled in; what is unknown is not added."""
    labels = {line.id: line.label for line in method().investment}
    return [
        _total(id_, labels[id_](locale_code()), [one["investment"][id_] for one in reports])
        for id_ in _PUT_IN
    ]


def _total(id_: str, label: str, values: Sequence[int | None]) -> YearTotal:
    known = [value for value in values if value is not None]
    in_words = hours if "minutes" in id_ else euros if id_.endswith("cents") else number
    return YearTotal(id_, label, in_words(sum(known)) if known else "–", len(known))
