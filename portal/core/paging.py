"""Long lists in pages, with one row more than shown instead of a count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `number` counts from 1."""

    rows: Sequence[T]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def page_of(session: Session, query: Select[Any], number: int, size: int = 50) -> Page[Any]:
    """The rows of one page of a query that selects a single entity."""
    number = max(1, min(number, 10_000))
    rows = session.scalars(query.limit(size + 1).offset((number - 1) * size)).all()
    return Page(rows[:size], number, len(rows) > size)
