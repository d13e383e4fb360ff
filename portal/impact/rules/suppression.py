"""Hiding small counts, so that nothing hidden follows from what is shown, nor from this rule.

Pure arithmetic over a tree: wholes that belong to nothing, and the parts that each whole is made
of, in a fixed order. What is hidden never depends on which number is small, only on how far from
the front all are large enough. docs/decisions has the reasons and the limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# What each whole is made of, in order, wholes before parts; a whole may be divided in several ways.
Parts = Iterable[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Cell:
    """A figure before hiding: its value, and whom it is about, by marks."""

    value: int = 0
    people: frozenset[int] = frozenset()


def is_small(cells: Iterable[Cell], small_count: int) -> bool:
    """Say whether figures are about fewer than `small_count` people; nobody is as few as one."""
    return len(frozenset[int]().union(*(cell.people for cell in cells))) < small_count


def shown_cells(
    cells: Mapping[str, Cell],
    bundles: Iterable[Sequence[str]],
    parts: Parts,
    small_count: int,
    wide: Mapping[str, int] | None = None,
) -> frozenset[str]:
    """The cells to show; a bundle's wholes are shown together or not at all.

    `wide` says of which ones more than `small_count` people are few.

    Of a shown whole the parts are shown from the front, as long as the part and all behind it
    together are large enough; the others are hidden, and their sum is known. So each hidden part
    can be any number from nobody on, also for a reader who replays this.
    """
    shown, least = set[str](), wide or {}
    for bundle in bundles:
        if not any(is_small([cells[name]], least.get(name, small_count)) for name in bundle):
            shown.update(bundle)
    for whole, names in parts:
        if whole in shown:
            shown.update(_from_the_front([(name, cells[name]) for name in names], small_count))
    return frozenset(shown)


def _from_the_front(parts: Sequence[tuple[str, Cell]], small_count: int) -> list[str]:
    for at, (_, part) in enumerate(parts[:-1]):
        rest = [cell for _, cell in parts[at + 1 :]]
        if is_small([part], small_count) or is_small(rest, small_count):
            return [name for name, _ in parts[:at]]
    return [name for name, _ in parts]
