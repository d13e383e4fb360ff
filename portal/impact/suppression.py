"""Hiding small counts, so that no hidden one can be computed from those that are shown.

Pure arithmetic: it knows cells, who is in them, and which cells add up to which.
docs/decisions has the reasons and the limits; the tests prove it by brute force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm
from operator import add, sub

Vector = tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """A figure before hiding: its value, and the people it is about (by any mark of theirs)."""

    value: int
    people: frozenset[int]


@dataclass(frozen=True)
class Equation:
    """`total` is the sum of `parts`."""

    total: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.total, *self.parts)


def is_small(cell: Cell, small_count: int) -> bool:
    """Whether a figure is about some people, and fewer than `small_count`.

    A zero is about nobody and is shown.
    """
    return 0 < len(cell.people) < small_count


def hidden_cells(
    cells: Mapping[str, Cell], equations: Sequence[Equation], small_count: int
) -> frozenset[str]:
    """The cells to hide: the small ones, and as many others as it takes to protect them.

    What holds in the end: whatever sum of hidden cells can be computed is about at least
    `small_count` people, and each hidden cell could have had at least one other value, also for
    a reader who knows that a zero is never hidden.
    """
    hidden = {name for name, cell in cells.items() if is_small(cell, small_count)}
    while True:
        more = _for_small_sums(cells, equations, hidden, small_count) or _for_exposed(
            cells, equations, hidden
        )
        if more is None:
            return frozenset(hidden)
        hidden.add(more)


def _for_small_sums(
    cells: Mapping[str, Cell],
    equations: Sequence[Equation],
    hidden: set[str],
    small_count: int,
) -> str | None:
    """The next cell to hide because a sum that can be computed is about too few people."""
    for equation in equations:
        if equation.total in hidden:
            continue
        for parts in _spelled_out(equation.parts, equations, hidden):
            secret = [part for part in parts if part in hidden]
            together = frozenset().union(*(cells[part].people for part in secret))
            if secret and (len(secret) == 1 or len(together) < small_count):
                return _next_to_hide(cells, (*parts, equation.total), equations, hidden)
    return None


def _spelled_out(
    parts: Iterable[str], equations: Sequence[Equation], hidden: set[str]
) -> Iterator[tuple[str, ...]]:
    """The parts of a sum, with each hidden subtotal replaced by its own parts, in every way."""
    ways: list[tuple[str, ...]] = [()]
    for part in parts:
        inner = [e for e in equations if e.total == part] if part in hidden else []
        choices = [w for e in inner for w in _spelled_out(e.parts, equations, hidden)] or [(part,)]
        ways = [(*way, *choice) for way in ways for choice in choices]
    yield from ways


def _for_exposed(
    cells: Mapping[str, Cell], equations: Sequence[Equation], hidden: set[str]
) -> str | None:
    """The next cell to hide because some hidden one can have no other value."""
    exposed = exposed_cells({name: cells[name].value for name in cells}, equations, hidden)
    for name in exposed:
        for equation in equations:
            if name in equation.cells:
                found = _next_to_hide(cells, equation.cells, equations, hidden)
                if found:
                    return found
    if not exposed:
        return None
    everything = [name for equation in equations for name in equation.cells]
    return _next_to_hide(cells, everything, equations, hidden)


def _next_to_hide(
    cells: Mapping[str, Cell],
    candidates: Iterable[str],
    equations: Sequence[Equation],
    hidden: set[str],
) -> str | None:
    """The cell that costs a reader least: never a zero.

    First one that is in few sums, because hiding it drags the fewest others along; then a part
    before a total, the smallest first.
    """
    totals = {equation.total for equation in equations}
    return min(
        (name for name in candidates if name not in hidden and cells[name].value > 0),
        key=lambda name: (
            sum(name in equation.cells for equation in equations),
            name in totals,
            cells[name].value,
        ),
        default=None,
    )


def exposed_cells(
    values: Mapping[str, int], equations: Sequence[Equation], hidden: Iterable[str]
) -> list[str]:
    """The hidden cells for which no other value was found that fits all that is shown.

    For each hidden cell it looks for another solution of the equations in which all hidden cells
    stay at least 1. It may miss one that exists, and then more is hidden than needed; it never
    calls a cell safe that isn't.
    """
    names = sorted(hidden)
    ways = _null_space(names, equations)
    for first, second in list(combinations(ways, 2)):
        ways += tuple(map(add, first, second)), tuple(map(sub, first, second))
    now = [values[name] for name in names]
    free: set[int] = set()
    for way in ways:
        if all(way[i] == 0 or i in free for i in range(len(names))):
            continue
        if any(all(x + s * v >= 1 for x, v in zip(now, way, strict=True)) for s in (1, -1)):
            free.update(i for i, v in enumerate(way) if v)
    return [name for i, name in enumerate(names) if i not in free]


def _null_space(names: Sequence[str], equations: Sequence[Equation]) -> list[Vector]:
    """The ways in which hidden cells can move together and leave every sum as it is.

    Gaussian elimination in fractions; each vector is scaled to whole numbers. A cell that is zero
    in all of them can be computed: its unit vector lies in the row space.
    """
    rows = [_row(equation, names) for equation in equations]
    reduced: dict[int, list[Fraction]] = {}  # by pivot column
    for row in rows:
        for column, other in reduced.items():
            row = _less(row, other, row[column])
        pivot = next((i for i, value in enumerate(row) if value), None)
        if pivot is None:
            continue
        row = [value / row[pivot] for value in row]
        for column, other in reduced.items():
            reduced[column] = _less(other, row, other[pivot])
        reduced[pivot] = row
    return [
        _whole([_move(i, free, reduced) for i in range(len(names))])
        for free in range(len(names))
        if free not in reduced
    ]


def _row(equation: Equation, names: Sequence[str]) -> list[Fraction]:
    return [Fraction((name in equation.parts) - (name == equation.total)) for name in names]


def _less(row: list[Fraction], other: list[Fraction], times: Fraction) -> list[Fraction]:
    return [a - times * b for a, b in zip(row, other, strict=True)] if times else row


def _move(column: int, free: int, reduced: Mapping[int, list[Fraction]]) -> Fraction:
    if column in reduced:
        return -reduced[column][free]
    return Fraction(column == free)


def _whole(vector: list[Fraction]) -> Vector:
    scale = lcm(*(value.denominator for value in vector))
    return tuple(int(value * scale) for value in vector)
