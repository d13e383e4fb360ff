"""A statement that runs often, quicker than SQLAlchemy runs it and to the same effect.

SQLAlchemy makes it into SQL, and makes values fit the database and Python, as it always does. But
it is done once.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Update
from sqlalchemy.engine import result_tuple
from sqlalchemy.sql.compiler import ExpandedState

_Fit = Callable[[Any], Any]
_Values = dict[str, Any]
_Sql = tuple[ExpandedState, list[tuple[str, _Fit]]]
_MOST_LENGTHS = 32


class ReadRows:
    """A compiled SELECT that is given its values by name, and reads plain rows."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self._row = result_tuple([one.keyname for one in compiled._result_columns])
        self._fits: list[_Fit | None] | None = None  # what makes of each column what Python has
        self._made: dict[tuple[int, ...], _Sql] = {}

    def run(self, connection: Connection, values: _Values) -> list[Any]:
        """Read the rows; lists are among the values where the statement takes several."""
        lengths = tuple(len(value) for value in values.values() if type(value) is list)
        made, fits = self._made.get(lengths) or self._make(lengths, values)
        found = {**made.parameters, **values}
        for name, parts in made.parameter_expansion.items():
            if name in values:
                found.update(zip(parts, values[name], strict=True))
        for name, fit in fits:
            found[name] = fit(found[name])
        by_place = made.positiontup and tuple([found[name] for name in made.positiontup])
        cursor: Any = connection.connection.cursor()
        try:  # as SQLAlchemy executes, with its events and errors, and without a result of its own
            connection._cursor_execute(cursor, made.statement, by_place or found)
            return self._fitted(cursor.description, cursor.fetchall())
        finally:
            cursor.close()

    def _make(self, lengths: tuple[int, ...], values: _Values) -> _Sql:
        made: ExpandedState = self._compiled.construct_expanded_state(values)
        fits = {**self._compiled._bind_processors, **made.processors}
        if len(self._made) >= _MOST_LENGTHS:
            self._made.clear()
        found = made, [(name, fits[name]) for name in fits if name in made.parameters]
        return self._made.setdefault(lengths, found)

    def _fitted(self, description: Any, rows: list[Any]) -> list[Any]:
        if self._fits is None:
            self._fits = [
                one.type._cached_result_processor(self._compiled.dialect, said[1])
                for one, said in zip(self._compiled._result_columns, description, strict=True)
            ]
        if rows and any(self._fits):
            columns = zip(self._fits, zip(*rows, strict=True), strict=True)
            rows = list(zip(*(map(fit, one) if fit else one for fit, one in columns), strict=True))
        return [self._row(row) for row in rows]


class ForManyRows:
    """An INSERT or UPDATE of many rows, with values by name, equal in each row.

    The SQL is made once for each database, and so is the value of a column that all rows share.
    """

    def __init__(self, statement: Insert | Update, names: Sequence[str]) -> None:
        self._statement, self._names = statement, names
        self._made: dict[str, tuple[str, bool, dict[str, _Fit | None]]] = {}

    def run(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Write these rows in the connection's transaction."""
        dialect = connection.dialect
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = self._make(dialect)
        sql, is_positional, fits = made
        columns = [_fitted(fit, [row[name] for row in rows]) for name, fit in fits.items()]
        found = zip(*columns, strict=True)
        if is_positional:
            connection.exec_driver_sql(sql, list(found))
        else:
            connection.exec_driver_sql(sql, [dict(zip(fits, one, strict=True)) for one in found])

    def _make(self, dialect: Dialect) -> tuple[str, bool, dict[str, _Fit | None]]:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=list(self._names))
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in names}
        fits = {name: type_.bind_processor(dialect) for name, type_ in types.items()}
        return compiled.string, compiled.positional, fits


def _fitted(fit: _Fit | None, values: list[Any]) -> list[Any]:
    if fit is None:
        return values
    first = values[0]
    if all(value is first for value in values):
        return [fit(first)] * len(values)
    return [fit(value) for value in values]
