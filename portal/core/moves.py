"""A life as one table: from which state which move leads where."""

from enum import StrEnum
from typing import Generic, TypeVar

from portal.core.errors import RuleBroken

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


class Moves(dict[tuple[S, M], S], Generic[S, M]):
    """A row's states and moves; `refusal` is said of a move not here."""

    def __init__(self, refusal: str, table: dict[tuple[S, M], S]) -> None:
        super().__init__(table)
        self._refusal = refusal

    def next(self, state: S, move: M) -> S:
        """Say where `move` leads from `state`; RuleBroken when the table has no such move."""
        if (state, move) not in self:
            raise RuleBroken("", self._refusal)
        return self[state, move]

    def open_from(self, state: S) -> list[M]:
        """List what can be done next, in the table's order."""
        return [move for start, move in self if start is state]
