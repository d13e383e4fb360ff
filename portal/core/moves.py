"""A life as one table: from which state which move leads where."""

from collections.abc import Collection
from enum import StrEnum
from typing import Generic, TypeVar

from portal.core.errors import RuleBroken

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


class Moves(dict[tuple[S, M], S], Generic[S, M]):
    """A row's states and moves; `refusal` is said of a move not here.

    Nobody chooses those that happen `by_itself`.
    """

    def __init__(
        self, refusal: str, table: dict[tuple[S, M], S], by_itself: Collection[M] = ()
    ) -> None:
        super().__init__(table)
        self._refusal, self._by_itself = refusal, by_itself

    def next(self, state: S, move: M) -> S:
        """Say where `move` leads from `state`; RuleBroken when the table has no such move."""
        if (state, move) not in self:
            raise RuleBroken("", self._refusal)
        return self[state, move]

    def open_from(self, state: S) -> list[M]:
        """List what somebody can do next, in the table's order."""
        return [m for start, m in self if start is state and m not in self._by_itself]
