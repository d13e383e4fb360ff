"""What the recognised reports of a year say together: added up from what each of them shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext

from portal.core import N_
from portal.impact.models import ImpactReport
from portal.impact.rules.documents import Document, public_document
from portal.impact.rules.figures import Figure, method
from portal.organisations.models import Organisation
from portal.web.i18n import locale_code
from portal.web.words import euros, hours, number

# Of people each report's own number is added: somebody in two of them is in the sum twice.
COUNTED = N_(
    "These are sums of what each recognised report shows. Somebody at two organisations counts "
    "twice. A number that a report hides is in no sum, so the real ones are higher."
)
SUMS = {
    "done": ("people", "minutes", "sessions", "completed"),
    "became": (
        "people_new", "ladder_rose", "ladder_held", "outflow", "outflow_to_work", "still_6_yes",
    ),
    "put_in": (
        "guidance_minutes", "volunteer_minutes", "direct_costs_cents", "paid_cents",
        "not_paid_cents",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class YearTotal:
    """A sum of a year, in how many reports, and that of the year before."""

    figure: Figure
    value: int | None
    shown_by: int
    before: int | None

    @property
    def id(self) -> str:
        return self.figure.id

    @property
    def label(self) -> str:
        return self.figure.label(locale_code())

    @property
    def text(self) -> str:
        return self._said(self.value)

    @property
    def text_before(self) -> str:
        return self._said(self.before)

    def _said(self, value: int | None) -> str:
        words = {"minutes": hours, "cents": euros}.get(self.figure.unit, number)
        return "–" if value is None else words(value)


@dataclass(frozen=True)
class Together:
    """The recognised reports of a year, of everybody or of a cooperative and its members."""

    years: Sequence[int]
    year: int
    cooperative: Organisation | None
    reports: Sequence[ImpactReport]
    before: Sequence[ImpactReport]
    activities: int  # to be found now
    places: int

    @property
    def documents(self) -> list[Document]:
        return [public_document(report.document) for report in self.reports]

    @property
    def providers(self) -> int:
        return len({report.organisation_id for report in self.reports})

    @cached_property
    def totals(self) -> dict[str, list[YearTotal]]:
        """Add up what the reports show of both years, by heading.

        What one hides is in no sum: nothing can be subtracted that it does not show itself.
        """
        figures = {figure.id: figure for figure in method().counted}
        now = _shown(self.documents)
        then = _shown([public_document(report.document) for report in self.before])
        return {
            heading: [
                YearTotal(figures[id_], _sum(now, id_), len(_known(now, id_)), _sum(then, id_))
                for id_ in ids
            ]
            for heading, ids in SUMS.items()
        }


def as_open_data(of: Together) -> Document:
    """Give the sums of a year for machines, and how they are counted."""
    return {
        "year": of.year,
        "cooperative": of.cooperative.name if of.cooperative else None,
        "counted": gettext(COUNTED),
        "method": "/method",
        "reports": [report.number for report in of.reports],
        "providers": of.providers,
        "offered_now": {"activities": of.activities, "places": of.places},
        "sums": [
            {
                "id": total.id,
                "label": total.label,
                "unit": total.figure.unit,
                "value": total.value,
                "reports": total.shown_by,
                "year_before": total.before,
            }
            for totals in of.totals.values()
            for total in totals
        ],
    }


_Shown = list[dict[str, int | None]]


def _shown(reports: Sequence[Document]) -> _Shown:
    return [{figure["id"]: figure["value"] for figure in one["figures"]} for one in reports]


def _known(shown: _Shown, id_: str) -> list[int]:
    return [value for of in shown if (value := of.get(id_)) is not None]


def _sum(shown: _Shown, id_: str) -> int | None:
    known = _known(shown, id_)
    return sum(known) if known else None
