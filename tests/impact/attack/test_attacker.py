"""What a reader with our source and everything published makes of generated organisations.

`ATTACKED_CITIES` says how many; the rule's own weaknesses are planted below, one by one.
"""

import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, islice

import pytest

from portal.impact import commands
from portal.impact.models import ImpactReport
from portal.impact.rules import composing, documents, figures, suppression
from portal.impact.rules.figures import figures_of, parts_of
from portal.impact.rules.suppression import Cell
from portal.offerings.rules import AT_LEAST, Vacancy, vacancy
from tests.impact.attack.attacker import Find, found
from tests.impact.attack.city import DAY, QUARTERS, City, Seen

CITIES = max(12, int(os.environ.get("ATTACKED_CITIES", "0")))
SMALL = 5
LIVED: dict[int, Seen] = {}  # by their seed, of whom nothing was planted: for other tests too
_FIGURES = figures_of(QUARTERS[0].from_on, QUARTERS[0].until_on)
_PARTS = parts_of(_FIGURES)
_MADE_OF = dict(reversed(_PARTS))  # of two ways to divide a whole the first


def rule(world: dict[str, int], groups: int) -> dict[str, int | None]:
    """Our own rule over a world of one person for each that is counted.

    Of many there are as many as the rule ever asks for: more of them change nothing of it.
    """
    numbers = count()
    wide = documents.wide_of(_FIGURES, SMALL, groups)
    enough = max(SMALL, *wide.values())
    people: dict[str, frozenset[int]] = {}

    def of(name: str) -> frozenset[int]:
        if name not in people:
            parts = [of(part) for part in _MADE_OF.get(name, ()) if part in world]
            own = frozenset(islice(numbers, 0 if parts else min(world[name], enough)))
            people[name] = own.union(*parts)
        return people[name]

    cells = {figure.id: Cell() for figure in _FIGURES if figure.is_about_people}
    cells |= {name: Cell(world[name], of(name)) for name in world}
    cells["minutes"] = cells["people"]
    shown = suppression.shown_cells(cells, figures.bundles_of(_FIGURES), _PARTS, SMALL, wide)
    return {name: value if name in shown else None for name, value in world.items()}


def as_said(places: int, taken: int) -> tuple[int, int]:
    """How many can have a place, for who reads the feed of that day."""
    match vacancy(places - taken):
        case Vacancy.FULL:
            return places, places
        case Vacancy.FEW:
            return max(places - AT_LEAST[Vacancy.ROOM] + 1, 0), places - 1
        case Vacancy.ROOM:
            return 0, places - AT_LEAST[Vacancy.ROOM]


def exactly(places: int, taken: int) -> tuple[int, int]:
    return taken, taken


def attacked(session, cast, seed: int, kind=City, said=as_said) -> tuple[Seen, Iterator[Find]]:
    seen = kind(session, cast, seed, said).run()
    session.rollback()
    return seen, found(seen, rule, random.Random(seed))


@pytest.mark.slow
@pytest.mark.one_database  # that each counts the same: `test_recounted.py`
def test_nothing_hidden_is_found_in_generated_cities(session, cast):
    counted: set[str] = set()
    for seed in range(CITIES):
        seen, of_this = attacked(session, cast, seed)
        LIVED[seed] = seen
        finds = list(of_this)
        for again in range(3 if finds else 0):  # a world that she did not draw is no find
            told = {(f.where, f.figure) for f in found(seen, rule, random.Random(again))}
            finds = [find for find in finds if (find.where, find.figure) in told]
        assert not finds, (seed, finds[:5])
        for reading in seen.readings:
            counted |= {name for name, cell in reading.truth.cells.items() if cell.value}
    expected = {figure.id for figure in _FIGURES if figure.is_about_people}
    assert expected <= counted, "a measure that was nowhere more than nobody: does it count?"


# --- weaknesses, planted ----------------------------------------------------------------------

Parts = Iterable[tuple[str, Sequence[str]]]


def _only_the_small(
    cells: Mapping[str, Cell], bundles: object, parts: object, least: int, wide: object = None
):
    return frozenset(n for n, cell in cells.items() if not suppression.is_small([cell], least))


def _the_smallest_with_it(
    cells: Mapping[str, Cell],
    bundles: Iterable[Sequence[str]],
    parts: Parts,
    least: int,
    wide: object = None,
):
    """With one that is small the smallest of the others is hidden: chosen by its value."""
    shown = set(_only_the_small(cells, bundles, parts, least))
    for whole, names in parts:
        if whole not in shown:
            shown -= set(names)
        hidden = [name for name in names if name not in shown]
        if len(hidden) == 1 or (hidden and suppression.is_small([cells[n] for n in hidden], least)):
            others = sorted((cells[name].value, name) for name in names if name in shown)
            shown -= {name for _, name in others[:1]}
    return frozenset(shown)


def _few_and_not_nobody(cells: Iterable[Cell], small_count: int) -> bool:
    return 0 < len(frozenset[int]().union(*(cell.people for cell in cells))) < small_count


def _each_alone(figures):
    return [[f.id] for f in figures if f.is_about_people and not f.part_of]


def _with_nothing_beside(name):
    def bundles(them, *, ours=figures.bundles_of):
        return ours([replace(f, beside=()) if f.id == name else f for f in them])

    return bundles


def _all_anew(document, pieces, *counts):
    return {**document, "parts": [{"number": p["number"], **p["period"]} for p in pieces]}


def _unchecked(self, figure, of, others):
    return of[-1] + others.value if others else None


def _drafts_too(actor):
    return ImpactReport.organisation_id.in_({actor.organisation_id, *actor.sees_figures_of})


class CityThatSaysWhoBegan(City):
    """Its reports say how many began, as they did beside how many ended."""

    def published(self, report):
        number = sum(report.from_on <= stay.began <= report.until_on for stay in self.stays)
        return super().published(report) | {"started": number if number >= SMALL else None}


class CityThatSaysWhoHasAPlace(City):
    """Its reports say how many still take part, and how many began earlier."""

    def published(self, report):
        said = super().published(report)
        days = {"carried_over": report.from_on - DAY, "ongoing": report.until_on}
        for name, day in days.items():
            number = sum(stay.holds_place(day) for stay in self.stays)
            said[name] = number if number >= SMALL else None
        return said


def _in(module, name, weak):
    """Plants a weak function where it stands and where the documents have it from."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(module, name, weak)
        if hasattr(documents, name):
            patch.setattr(documents, name, weak)

    return plant


Weakness = tuple[Callable[[pytest.MonkeyPatch], None], type[City], Callable[..., tuple[int, int]]]
WEAK: dict[str, Weakness] = {
    "a zero is shown": (
        _in(suppression, "is_small", _few_and_not_nobody), City, as_said,
    ),
    "only what is small is hidden": (
        _in(suppression, "shown_cells", _only_the_small), City, as_said,
    ),
    "what else is hidden follows from the values": (
        _in(suppression, "shown_cells", _the_smallest_with_it), City, as_said,
    ),
    "the feeds count the places, and who began stands alone": (
        _in(figures, "bundles_of", _each_alone), City, exactly,
    ),
    "examples by voices stand without those of each voice": (
        _in(figures, "bundles_of", _with_nothing_beside("competences")), City, as_said,
    ),
    "the feeds count the places, and a report says who began": (
        lambda patch: None, CityThatSaysWhoBegan, exactly,
    ),
    "a report of parts counts all days anew": (
        _in(commands, "composed_document", _all_anew), City, as_said,
    ),
    "a report of parts counts people who are few in others": (
        _in(composing._Composing, "_checked", _unchecked),
        City, as_said,
    ),
    "a report says who has a place on a day": (
        lambda patch: None, CityThatSaysWhoHasAPlace, as_said,
    ),
    "a cooperative reads drafts": (
        _in(ImpactReport, "read_by", _drafts_too), City, as_said,
    ),
    "a recognised report is counted anew": (
        _in(documents, "settled_document", lambda new, old: new), City, as_said,
    ),
    "sessions are counted beside people who are hidden": (
        _in(documents, "shown_of", lambda *of, hide=documents.shown_of: hide(*of) | {"sessions"}),
        City, as_said,
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.one_database  # what is weak is planted in Python
@pytest.mark.parametrize("weakness", WEAK)
def test_a_planted_weakness_is_found_within_ten_cities(session, cast, monkeypatch, weakness):
    plant, kind, said = WEAK[weakness]
    plant(monkeypatch)
    for seed in range(10):
        _, finds = attacked(session, cast, seed, kind, said)
        if any(finds):
            return
    pytest.fail(f"the attacker did not find it: {weakness}")
