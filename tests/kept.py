"""Rows that were made once in this run and are put back as they were: making takes much longer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.base import Base
from tests import databases

_FRESH = timedelta(minutes=5)  # what began an hour ago still began about an hour ago


@dataclass
class _Row:
    model: type[Any]
    identity: Any


@dataclass
class _Kept:
    made_at: datetime
    kind: type[Any]
    values: dict[str, Any]
    rows: dict[str, list[tuple[Any, ...]]]


_KEPT: dict[tuple[str, str], _Kept] = {}


def kept(session: Session, name: str, make: Callable[[], Any], /, **given: Any) -> Any:
    """What `make` makes, committed: a dataclass of rows and of what is `given` in its fields.

    On SQLite it is made once in a run for a moment; its rows are as new ones in each test.
    """
    engine = session.get_bind().engine
    key = (str(engine.url), name)
    found = _KEPT.get(key)
    if found and abs(clock.now() - found.made_at) < _FRESH and _same_day(found.made_at):
        return _put_back(session, found, given)
    made = make()
    session.commit()
    if engine.dialect.name == "sqlite":
        values = {one.name: _value_of(getattr(made, one.name)) for one in fields(made)}
        _KEPT[key] = _Kept(clock.now(), type(made), values, _all_rows(session))
        session.commit()
    return made


def _same_day(moment: datetime) -> bool:
    return clock.to_local(moment).date() == clock.today()


def _all_rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    cursor = session.connection().connection.cursor()
    found = {
        name: [tuple(row) for row in cursor.execute(f'SELECT * FROM "{name}"').fetchall()]
        for name in Base.metadata.tables
    }
    return {name: rows for name, rows in found.items() if rows}


def _put_back(session: Session, found: _Kept, given: dict[str, Any]) -> Any:
    engine = session.get_bind().engine
    session.rollback()
    databases.clean(engine, Base.metadata)
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("BEGIN IMMEDIATE")
        for name, rows in found.rows.items():
            marks = ", ".join("?" * len(rows[0]))
            cursor.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
        # It is another catalogue than the test before had, whatever it is called.
        cursor.execute(
            "UPDATE catalogue_stamp SET version = version + ?, epoch = ?",
            (secrets.randbelow(2**40), secrets.randbelow(2**31)),
        )
        cursor.execute("COMMIT")
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        connection.close()
    for row in session:
        session.refresh(row)
    values = {name: _again(session, value) for name, value in found.values.items()}
    again = found.kind(**{**values, **given})
    session.commit()
    return again


def _value_of(value: Any) -> Any:
    """What stands for a value until it is wanted again: of a row, where it is found."""
    if isinstance(value, Base):
        return _Row(type(value), inspect(value).identity)
    return dict(value) if isinstance(value, dict) else value


def _again(session: Session, value: Any) -> Any:
    if isinstance(value, _Row):
        return session.get_one(value.model, value.identity)
    return dict(value) if isinstance(value, dict) else value
