"""Two questions that are asked of many tables: the one row, and whether there is any."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from portal.core.errors import or_not_found

T = TypeVar("T")


def one_or_not_found(session: Session, query: Select[T]) -> T:
    """Read the one row of a query; `NotFound` where the reader sees none."""
    return or_not_found(session.scalar(query))


def is_any(session: Session, query: Select[Any]) -> bool:
    """Whether a query has a row."""
    return session.scalar(query.limit(1)) is not None
