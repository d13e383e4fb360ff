"""What the recognised reports of a year say together: added up from what each of them shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain, groupby

from flask_babel import gettext

from portal.core import N_
from portal.core.areas import districts
from portal.impact.models import ImpactReport
from portal.impact.pages import ReportView, changed_since
from portal.impact.queries.together import district_of
from portal.impact.rules.documents import Document, public_document
from portal.impact.rules.figures import Figure, method
from portal.organisations.models import Organisation
from portal.recognition.queries.different import Different
from portal.recognition.rules import Decision
from portal.recognition.rules.different import counted_on
from portal.recognition.rules.review import Trail, TrailStep, figures_to_look_at
from portal.recognition.rules.size import MOST_PEOPLE, Size, providers_by_size
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
    """The recognised reports of a year: of everybody, a cooperative, a district."""

    years: Sequence[int]
    year: int
    cooperative: Organisation | None
    reports: Sequence[ImpactReport]
    before: Sequence[ImpactReport]
    offered: Mapping[int, tuple[int, int]]  # activities to be found now and places, by provider
    district_code: str = ""
    different: Different | None = None  # of everybody's only

    @property
    def asked(self) -> dict[str, str]:
        """How an address asks for the same reports."""
        if self.cooperative:
            return {"of": self.cooperative.slug}
        return {"area": self.district_code} if self.district_code else {}

    @property
    def name(self) -> str | None:
        """Of whom they are; None: of everybody."""
        return self.cooperative.name if self.cooperative else districts().get(self.district_code)

    @property
    def districts(self) -> list[tuple[str, str]]:
        """List the parts of the city with a report, by name: code and name."""
        codes = {district_of(report.organisation) for report in self.reports}
        return sorted(((of, districts()[of]) for of in codes if of), key=lambda one: one[1])

    @property
    def counted_on(self) -> date:
        return counted_on(self.year)

    @property
    def documents(self) -> list[Document]:
        return [public_document(report.document) for report in self.reports]

    @property
    def providers(self) -> int:
        return len({report.organisation_id for report in self.reports})

    @property
    def activities(self) -> int:
        return sum(activities for activities, _ in self.offered.values())

    @property
    def places(self) -> int:
        return sum(places for _, places in self.offered.values())

    @cached_property
    def by_size(self) -> dict[Size, Together]:
        """Divide both years by small and large providers, each by its own reports."""
        now, then = _by_size(self.reports), _by_size(self.before)
        return {
            size: replace(
                self,
                reports=[report for report in self.reports if report.organisation_id in now[size]],
                before=[report for report in self.before if report.organisation_id in then[size]],
                offered={one: of for one, of in self.offered.items() if one in now[size]},
            )
            for size in Size
        }

    @property
    def lines_by_size(self) -> list[tuple[YearTotal, ...]]:
        """The sums of small beside those of large providers, where one has a number."""
        sides = [chain(*of.totals.values()) for of in self.by_size.values()]
        return [line for line in zip(*sides, strict=True) if any(t.value is not None for t in line)]

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


def _by_size(reports: Sequence[ImpactReport]) -> dict[Size, set[int]]:
    shown = _shown([public_document(report.document) for report in reports])
    whose = (report.organisation_id for report in reports)
    return providers_by_size(zip(whose, (of.get("people") for of in shown), strict=True))


def as_open_data(of: Together) -> Document:
    """Give the sums of a year for machines, of small and large providers too."""
    return {
        "year": of.year,
        "cooperative": of.cooperative.name if of.cooperative else None,
        "district": None if of.cooperative else of.name,
        "counted": gettext(COUNTED),
        "method": "/method",
        "small_until_people": MOST_PEOPLE,
        "different_people": of.different
        and {**of.different._asdict(), "counted_on": counted_on(of.year).isoformat()},
        **_sums_of(of),
        "by_size": {size.value: _sums_of(part) for size, part in of.by_size.items()},
    }


def _sums_of(of: Together) -> Document:
    return {
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


@dataclass(frozen=True)
class FigureLine:
    """A figure in words; `before`: what it was when it was sent back."""

    id: str
    part: str  # the heading that it stands under
    label: str
    text: str
    before: str | None
    remark: str
    talk: Sequence[TrailStep]
    is_accepted: bool

    @property
    def is_asked(self) -> bool:
        """Whether a question about it waits for its answer."""
        return bool(self.talk) and self.talk[-1].decision is Decision.ASKED


def by_part(lines: Sequence[FigureLine]) -> list[tuple[str, list[FigureLine]]]:
    """Group lines by the heading that they stand under, in their order."""
    return [(part, list(of)) for part, of in groupby(lines, key=lambda line: line.part)]


def figure_lines(
    view: ReportView,
    trail: Trail,
    before: tuple[Document, Trail] | None = None,
    ids: Iterable[str] | None = None,
) -> list[FigureLine]:
    """List these figures, else all that show a number, with the talk about them."""
    lines = {line.id: line for line in (*view.rows.values(), *view.not_counted)}
    parts = {row.id: of.label for of in view.sections.values() for row in of.rows}
    earlier, said = before or (None, Trail())
    since = changed_since(earlier, view.document) if earlier else ()
    changed = {one.id: one.before for one in since}
    return [
        FigureLine(
            id=id_,
            part=parts.get(id_, gettext("Not counted")),
            label=lines[id_].label,
            text=lines[id_].text,
            before=changed.get(id_),
            remark=trail.remarks.get(id_, ""),
            talk=[*(one for one in said.talk.get(id_, ()) if one.remark), *trail.talk.get(id_, ())],
            is_accepted=trail.last(id_) is Decision.ACCEPTED,
        )
        for id_ in (figures_to_look_at(view.document) if ids is None else ids)
        if id_ in lines
    ]
