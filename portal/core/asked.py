"""A question of a page that is asked often: its statement is made once, and run as plain SQL.

Building a statement, finding it among the compiled ones and reading rows as objects cost several
times what the database does. What the guard adds for the reader is added as to any other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cached_property
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar, TypeVarTuple

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam
from sqlalchemy.orm import Session
from sqlalchemy.sql.visitors import iterate

from portal.core.guard import Criteria, criteria_of
from portal.core.rows import ReadRows

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def asks_rows(
    make: Callable[P, Select[*Ts]],
) -> Callable[Concatenate[Session, P], Sequence[Row[*Ts]]]:
    """Let a function that makes a statement read its rows, for each value given."""
    return _Question(make, is_one=False)


def asks_all(make: Callable[P, Select[T]]) -> Callable[Concatenate[Session, P], Sequence[T]]:
    """Let a function that makes a statement of one table read all of it."""
    return _Question(make)


def asks_rare(make: Callable[P, Select[T]]) -> Callable[Concatenate[Session, P], Sequence[T]]:
    """Let it read all of what there hardly is, once it saw any."""
    return _Question(make, is_rare=True)


class _Question:
    def __init__(
        self, make: Callable[..., Any], *, is_one: bool = True, is_rare: bool = False
    ) -> None:
        self._make, self._names = make, tuple(signature(make).parameters)
        self._is_one, self._is_rare = is_one, is_rare
        self._plain: dict[object, tuple[ReadRows, dict[str, int]]] = {}

    def __call__(self, session: Session, /, *args: Any, **values: Any) -> Sequence[Any]:
        """What the session's actor may see; it takes long to make objects of rows."""
        given = {**dict(zip(self._names, args, strict=False)), **values}
        several = {
            name: list(value)
            for name, value in given.items()
            if isinstance(value, Collection) and not isinstance(value, str)
        }
        rows = self._read(session, {**given, **several})
        return [row[0] for row in rows] if self._is_one else rows

    @cached_property
    def _statement(self) -> Select[Any]:
        made: Select[Any] = self._make(*map(bindparam, self._names))
        moments = (part.value for part in iterate(made) if isinstance(part, BindParameter))
        assert not any(isinstance(value, date) for value in moments), "it would stay this moment's"
        return made

    @cached_property
    def _has_objects(self) -> bool:
        return any(
            column["expr"] is column["entity"] for column in self._statement.column_descriptions
        )

    def _read(self, session: Session, values: dict[str, Any]) -> Sequence[Row[Any]]:
        if not self._has_objects:
            return self._rows(session, values)
        if self._is_rare and not self._rows(session, values):
            return []
        return session.execute(self._statement, values).all()

    def _rows(self, session: Session, values: dict[str, Any]) -> Sequence[Row[Any]]:
        criteria = criteria_of(session)
        if session.autoflush:
            session.flush()
        connection = session.connection()
        at = connection.dialect.name, criteria and criteria.reads
        found = self._plain.get(at)
        if found is None:
            found = self._plain[at] = _plain(self._statement, criteria, connection)
        reading, guarding = found
        kept = criteria.values if criteria else []
        of_actor = {name: kept[at].effective_value for name, at in guarding.items()}
        return reading.run(connection, {**values, **of_actor})


def _plain(
    statement: Select[Any], criteria: Criteria | None, connection: Connection
) -> tuple[ReadRows, dict[str, int]]:
    """Make a statement as SQLAlchemy's ORM runs it, and name the values that the guard adds.

    `criteria` are those of one actor: of another whose criteria read alike only the values differ.
    """
    guarded = criteria.added_to(statement) if criteria else statement
    compiled: Any = guarded.compile(connection)
    numbers = {bind.key: at for at, bind in enumerate(criteria.values)} if criteria else {}
    names = {name: numbers.get(bind.key) for bind, name in compiled.bind_names.items()}
    return ReadRows(compiled), {name: at for name, at in names.items() if at is not None}
