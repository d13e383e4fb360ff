"""Small counts: every value that a hidden one can have, by trying all and replaying the rule."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings, strategies as st

from portal.impact.rules.suppression import Cell, is_small, shown_cells

K = 3  # as good as five, and all worlds can be tried
TREE: list[tuple[str, Sequence[str]]] = [
    ("all", ("done", "stopped")),
    ("stopped", ("work", "moved", "other")),
]
LEAVES = ("done", "work", "moved", "other", "new")
BUNDLES = [["new", "all"]]

World = tuple[int, ...]


def _cells(world: World) -> dict[str, Cell]:
    """One person for each that is counted."""
    ids = iter(range(1000))
    sets = {
        name: frozenset(next(ids) for _ in range(number))
        for name, number in zip(LEAVES, world, strict=True)
    }
    for whole, parts in reversed(TREE):
        sets[whole] = frozenset().union(*(sets[part] for part in parts))
    return {name: Cell(len(people), people) for name, people in sets.items()}


def _published(world: World) -> tuple[tuple[str, int], ...]:
    cells = _cells(world)
    shown = shown_cells(cells, BUNDLES, TREE, K)
    return tuple((name, cells[name].value) for name in sorted(shown))


def _compositions(total: int, parts: int) -> Iterator[World]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)


@pytest.fixture(scope="module")
def worlds() -> dict[tuple[tuple[str, int], ...], list[World]]:
    """All worlds of up to eleven people that are counted, by what is published of each."""
    found: dict[tuple[tuple[str, int], ...], list[World]] = {}
    for total in range(12):
        for leaves in _compositions(total, len(LEAVES) - 1):
            for new in range(K + 3):
                world = (*leaves, new)
                found.setdefault(_published(world), []).append(world)
    return found


def test_whoever_replays_the_rule_over_all_worlds_learns_nothing_of_what_is_hidden(worlds):
    assert len(worlds) > 20
    for published, fitting in worlds.items():
        shown = {name for name, _ in published}
        cells = [_cells(world) for world in fitting]
        for name in {*LEAVES, *dict(TREE)} - shown:
            assert {each[name].value for each in cells} >= set(range(K)), (name, published)


def test_what_is_shown_is_about_enough_people_and_what_is_left_of_a_sum_too(worlds):
    for published, (world, *_) in worlds.items():
        cells, values = _cells(world), dict(published)
        assert all(value >= K for value in values.values())
        for whole, parts in TREE:
            rest = [part for part in parts if part not in values]
            if whole in values and rest:
                assert len(rest) > 1
                assert not is_small([cells[part] for part in rest], K)


@settings(max_examples=100)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.integers(5, 10))
def test_enough_in_every_part_hides_nothing_and_one_too_few_hides_all_from_there(counts, k):
    ids = iter(range(100))
    parts = {f"p{n}": frozenset(next(ids) for _ in range(count)) for n, count in enumerate(counts)}
    cells = {name: Cell(len(people), people) for name, people in parts.items()}
    everyone = frozenset().union(*parts.values())
    cells["total"] = Cell(len(everyone), everyone)
    shown = shown_cells(cells, [["total"]], [("total", tuple(parts))], k)
    if min(counts) >= k:
        assert shown == cells.keys()
    elif len(everyone) < k:
        assert not shown
    else:
        number = len(shown) - 1  # from the front on
        assert shown == {"total", *list(parts)[:number]}
        assert counts[number] < k or sum(counts[number + 1 :]) < k


def test_ten_examples_of_one_person_are_about_one_person():
    assert is_small([Cell(10, frozenset({1}))], 2)
    assert is_small([Cell(10, frozenset({1})), Cell(3, frozenset({1}))], 2)
    assert not is_small([Cell(1, frozenset({1})), Cell(1, frozenset({2}))], 2)
    assert is_small([Cell()], 1)


def test_wholes_that_belong_together_are_shown_together():
    enough, few = Cell(3, frozenset({1, 2, 3})), Cell()
    cells = {"began": enough, "ended": few, "went on": enough}
    bundles = [["began", "ended"], ["went on"]]
    assert shown_cells(cells, bundles, [], K) == {"went on"}
    assert shown_cells({**cells, "ended": enough}, bundles, [], K) == cells.keys()
