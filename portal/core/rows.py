"""One statement for many rows at once, quicker than SQLAlchemy runs it and to the same effect."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Update

_Fit = Callable[[Any], Any]


class ForManyRows:
    """An INSERT or UPDATE whose values are given by name, equal in each row.

    SQLAlchemy makes it into SQL, and makes values fit the database, as it always does. But it is
    done once: the SQL for each database, and the value of a column that is the same in all rows.
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
