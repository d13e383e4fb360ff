"""What sums by the size of a provider say of what its report hides: nothing that it doesn't say.

The attacker has each report of a year, and the page that adds them up. For each hidden number she
tries every value below the limit: which of them give the same reports, and which the same page.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pytest

from portal.impact.rules import documents
from portal.impact.rules.documents import Counts, Values, compile_document
from portal.impact.rules.figures import MONEY, figures_of, method, parts_of
from portal.impact.rules.suppression import Cell
from portal.recognition import pages
from portal.recognition.pages import SUMS, Together, as_open_data
from portal.recognition.rules import size
from portal.recognition.rules.size import providers_by_size
from tests.impact.attack.city import QUARTERS

SMALL, PERIOD = 5, QUARTERS[0]
ALL = [*figures_of(PERIOD.from_on, PERIOD.until_on), *method().not_counted]
PARTS = parts_of(ALL)
ADDED = {figure for figures in SUMS.values() for figure in figures}


class Document(dict[str, Any]):
    """What is published, beside what is true."""

    truth: dict[str, int | None]


@dataclass
class Report:
    """As much of a report as is added up."""

    organisation_id: int
    counts: Counts
    number: str = ""

    @cached_property
    def document(self) -> Document:
        document = Document(
            compile_document(
                self.counts, organisation=f"Huis {self.organisation_id}", period=PERIOD,
                compiled_at=datetime(2025, 5, 1, tzinfo=UTC), small_count=SMALL, activities=[],
                groups=1, previous=None,
            )
        )  # fmt: skip
        document.truth = {name: cell.value for name, cell in self.counts.cells.items()}
        return document


def year(draw: random.Random) -> list[Report]:
    """Some providers of any size, each with a report or two."""
    return [
        Report(provider, _lived(draw, provider * 1000, draw.choice([3, 4, 6, 20, 49, 50, 51, 90])))
        for provider in range(draw.randint(1, 5))
        for _ in range(draw.randint(1, 2))
    ]


def _lived(draw: random.Random, first: int, people: int) -> Counts:
    """Wholes of some people, each divided over its parts."""
    cells: dict[str, Cell] = {}
    for figure in ALL:
        if figure.is_about_people and figure.part_of is None:
            them = people if figure.id == "people" else draw.randint(0, people)
            of = frozenset(range(first, first + them))
            cells[figure.id] = Cell(len(of), of)
    for whole, names in PARTS:
        lots: dict[str, set[int]] = {name: set() for name in names}
        for person in cells[whole].people:
            lots[draw.choices(names, [9, *[1] * (len(names) - 1)])[0]].add(person)
        cells |= {name: Cell(len(of), frozenset(of)) for name, of in lots.items()}
    plain: Values = {f.id: 60 if f.group == MONEY else 1 for f in ALL if not f.is_about_people}
    return Counts(cells, plain)


def page(reports: Any) -> Any:
    return as_open_data(Together([2025], 2025, None, reports, reports[:1], {0: (1, 9)}))["by_size"]


def finds(reports: list[Report]) -> list[tuple[int, str, set[int]]]:
    """Each hidden number of which the page leaves fewer values than the reports do."""
    said, found = page(reports), []
    for at, report in enumerate(reports):
        document = report.document
        hidden = {f["id"] for f in document["figures"] if f["value"] is None} & ADDED
        for name in sorted(hidden & report.counts.cells.keys()):
            worlds = [replace(report, counts=_with(report.counts, name, n)) for n in range(SMALL)]
            same = [other for other in worlds if other.document == document]
            fit = [one for one in same if page([*reports[:at], one, *reports[at + 1 :]]) == said]
            if len(fit) < len(same):
                found.append((at, name, {one.counts.cells[name].value for one in fit}))
    return found


def _with(counts: Counts, name: str, few: int) -> Counts:
    return replace(counts, cells={**counts.cells, name: Cell(few, frozenset(range(-few, 0)))})


@pytest.fixture(autouse=True)
def _no_page(app, monkeypatch):
    """Its words want an application; hashes say nothing that the figures don't."""
    monkeypatch.setattr(documents, "sealed", lambda document: {**document, "sha256": ""})
    with app.test_request_context():
        yield


@pytest.mark.slow
def test_sums_by_size_say_nothing_that_a_report_hides():
    tried = 0
    for seed in range(12):
        reports = year(random.Random(seed))
        tried += sum(None in {f["value"] for f in report.document["figures"]} for report in reports)
        assert not finds(reports), seed
    assert tried > 10


def _true(documents):
    return [document.truth for document in documents]


def _by_true_size(reports):
    """Divide by people, hidden or not."""
    people = ((report.organisation_id, report.document.truth["people"]) for report in reports)
    return providers_by_size(people)


WEAK = {
    "hidden numbers are in the sums": (pages, "_shown", _true),
    "a provider's size follows from hidden people": (pages, "_by_size", _by_true_size),
}


@pytest.mark.slow
@pytest.mark.parametrize("weakness", WEAK)
def test_a_planted_weakness_is_found(monkeypatch, weakness):
    monkeypatch.setattr(size, "MOST_PEOPLE", 3)
    monkeypatch.setattr(*WEAK[weakness])
    assert any(finds(year(random.Random(seed))) for seed in range(12))
