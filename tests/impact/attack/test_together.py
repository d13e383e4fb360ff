"""What reports of several providers say of what a report of one hides: nothing that it doesn't say.

The attacker has each provider's report, and one of every choice of them that can be made: each
consortium, each part of the city. She solves the sums, and replays the rule for each value that a
hidden number below the limit can have.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest

from portal.impact.rules import documents, together
from tests.impact.attack.attacker import COUNTED, _is_told, _write_down
from tests.impact.attack.city import QUARTERS, City, Reading, Seen
from tests.impact.attack.sums import MOST, Name, System
from tests.impact.attack.test_attacker import CITIES, LIVED, SMALL, as_said
from tests.impact.attack.test_sizes import Document, Report, _with, year

Choice = tuple[int, ...]


def choices(of: Sequence[object]) -> list[Choice]:
    """Every choice of providers that a report can be of."""
    least = together.LEAST_PROVIDERS
    return [c for n in range(least, len(of) + 1) for c in combinations(range(len(of)), n)]


def published(
    documents: Sequence[Document], changed: int | None = None
) -> dict[Choice, dict[str, Any]]:
    """A report of each choice; with one that was `changed`, of each that it is in."""
    return {
        choice: together.summed_document(
            [documents[at] for at in choice], name="Samen", whose={},
            compiled_at=datetime(2025, 6, 1, tzinfo=UTC),
        )
        for choice in choices(documents)
        if changed is None or changed in choice
    }  # fmt: skip


# --- sums -------------------------------------------------------------------------------------


def by_sums(readings: Sequence[Reading], documents: Sequence[Document]) -> list[Name]:
    """Each hidden number of which all reports together say more than those of one."""
    alone, together_ = (dict(_told(readings, said)) for said in ({}, published(documents)))
    return [name for name, bounds in together_.items() if alone.get(name) != bounds]


def _told(
    readings: Sequence[Reading], said: dict[Choice, dict[str, Any]]
) -> Iterator[tuple[Name, tuple[int, int]]]:
    system = System()
    for at, reading in enumerate(readings):  # what the places say is of one provider alone
        _write_down(system, at, replace(reading, is_replacement=True), Seen())
    for number, (choice, document) in enumerate(said.items(), len(readings)):
        for row in document["figures"]:
            name = row["id"]
            if name not in COUNTED:
                continue
            if row["value"] is not None:
                system.bound((number, name), row["value"], row["value"])
                system.equal([(number, name)], [(at, name) for at in choice])
            elif "at_least" in row:
                system.bound((number, name), row["at_least"], MOST)
                system.equal([(number, name)], [(at, name) for at in choice])
    hidden = {
        (at, name): reading.small_count
        for at, reading in enumerate(readings)
        for name, value in reading.figures.items()
        if value is None and name in COUNTED
    }
    for name, (low, high) in system.bounds_of(hidden.keys(), hidden):
        if _is_told(range(low, high + 1), hidden[name]):
            yield name, (low, high)


# --- the rule replayed ------------------------------------------------------------------------


def by_replay(reports: Sequence[Report]) -> list[Name]:
    """Each hidden number of which these reports leave fewer values than its own does."""
    documents = [report.document for report in reports]
    said, found = published(documents), []
    for at, report in enumerate(reports):
        hidden = {f["id"] for f in report.document["figures"] if f["value"] is None}
        for name in sorted(hidden & report.counts.cells.keys()):
            worlds = [replace(report, counts=_with(report.counts, name, n)) for n in range(SMALL)]
            same = [world.document for world in worlds if world.document == report.document]
            others = documents[:at], documents[at + 1 :]
            as_said = {choice: one for choice, one in said.items() if at in choice}
            if any(published([*others[0], one, *others[1]], at) != as_said for one in same):
                found.append((at, name))
    return found


@pytest.fixture(autouse=True)
def _unsealed(monkeypatch):
    """Hashes say nothing that the figures don't."""
    monkeypatch.setattr(documents, "sealed", lambda document: {**document, "sha256": ""})


@pytest.fixture(scope="module")
def cities() -> list[list[tuple[Reading, Report]]]:
    """What was lived in each city, lived once for all tests."""
    return []


@pytest.fixture
def lived(session, cast, cities):
    """The report of a quarter, of each of as many generated cities as the suite attacks."""
    for seed in range(len(cities), CITIES):
        seen = LIVED.get(seed) or City(session, cast, seed, as_said).run()
        session.rollback()
        of_days = [one for one in seen.readings if one.period == QUARTERS[0] and not one.parts]
        cities.append([(one, Report(seed, one.truth, f"WW-{seed}")) for one in of_days[:1]])
    return [pair for city in cities for pair in city]


def finds(lived) -> Iterator[list[Name]]:
    """What is found of three cities at a time, and of generated providers of any size."""
    for first in range(0, len(lived) - 2, 3):
        pairs = lived[first : first + 3]
        documents = [report.document for _, report in pairs]
        readings = [
            replace(reading, figures={row["id"]: row["value"] for row in document["figures"]})
            for (reading, _), document in zip(pairs, documents, strict=True)
        ]
        yield by_sums(readings, documents)
        yield by_replay([report for _, report in pairs])
    for seed in range(2):
        yield by_replay(year(random.Random(seed))[:3])


@pytest.mark.slow
@pytest.mark.one_database
def test_a_report_of_several_says_nothing_that_one_hides(lived):
    hidden = sum(None in reading.figures.values() for reading, _ in lived)
    assert hidden >= len(lived) // 2
    for found in finds(lived):
        assert not found


# --- weaknesses, planted ------------------------------------------------------------------------


def _judged_by_its_own_total(parts, *, ours=together.summed_document, **values):
    """The small count is asked of the sum, as of any report, and not of each part."""
    document = ours(parts, **values)
    for row in document["figures"]:
        total = sum(part.truth.get(row["id"]) or 0 for part in parts)
        if row["value"] is None and total >= SMALL:
            row["value"] = total
    return document


def _with_hidden_ones_in_the_least(parts, *, ours=together.summed_document, **values):
    document = ours(parts, **values)
    for row in document["figures"]:
        if "at_least" in row:
            row["at_least"] = sum(part.truth.get(row["id"]) or 0 for part in parts)
    return document


def _hidden_where_few_are_hidden(parts, *, ours=together.summed_document, **values):
    """What is hidden follows from the values that are hidden."""
    document = ours(parts, **values)
    for row in document["figures"]:
        if "at_least" in row and any(part.truth.get(row["id"]) == 1 for part in parts):
            del row["at_least"]
    return document


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize(
    "weak",
    [_judged_by_its_own_total, _with_hidden_ones_in_the_least, _hidden_where_few_are_hidden],
)
def test_a_planted_weakness_is_found(monkeypatch, lived, weak):
    monkeypatch.setattr(together, "summed_document", weak)
    assert any(finds(lived))
