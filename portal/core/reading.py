"""What is asked of many tables: the one row, a row to write on, and whether there is any."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from portal.core.errors import or_not_found

T = TypeVar("T")


def one_or_not_found(session: Session, query: Select[T]) -> T:
    """Read the one row of a query; `NotFound` where the reader sees none."""
    return or_not_found(session.scalar(query))


def pick(rows: Iterable[T], **said: object) -> T:
    """Pick the first of some rows with these values; `NotFound` where there is none."""
    wanted = said.items()
    found = (row for row in rows if all(getattr(row, name) == value for name, value in wanted))
    return or_not_found(next(found, None))


def hold_row(session: Session, model: type[T], row_id: int, *loading: ORMOption) -> T:
    """Lock a row and read it as it is now; `NotFound` when it is gone."""
    asked: dict[str, Any] = {"with_for_update": {"of": model}, "populate_existing": True}
    return or_not_found(session.get(model, row_id, options=loading, **asked))


def is_any(session: Session, query: Select[Any]) -> bool:
    """Whether a query has a row."""
    return session.scalar(query.limit(1)) is not None
