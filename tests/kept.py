"""Rows that were made once in this run and are put back as they were: making takes much longer."""

import pickle
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.base import Base
from tests import databases

_PUT = "what puts them"
_FRESH = timedelta(minutes=5)  # what began an hour ago still began about an hour ago


Rows = dict[str, Any]  # by table, or the name of a function that puts them


@dataclass
class _Kept:
    made_at: datetime
    made: bytes
    rows: Rows


_KEPT: dict[tuple[str, str], _Kept] = {}
_NUMBERS = count()  # what is made anew, as it is too old, stands beside what was made before


def kept(session: Session, name: str, make: Callable[[], Any], /, **given: Any) -> Any:
    """What `make` makes, committed: something with rows in it, and with what is `given`.

    It is made once in a run for a moment; its rows are as new ones in each test.
    """
    engine = session.get_bind().engine
    key = (str(engine.url), name)
    found = _KEPT.get(key)
    if found and abs(clock.now() - found.made_at) < _FRESH and _same_day(found.made_at):
        return _put_back(session, found, given)
    made = make()
    session.commit()
    for row in session:
        session.refresh(row)
    written = BytesIO()
    _Pickler(written, given).dump((made, list(session)))
    is_sqlite = engine.dialect.name == "sqlite"
    rows = _all_rows(session) if is_sqlite else _all_copies(engine)
    _KEPT[key] = _Kept(clock.now(), written.getvalue(), rows)
    session.commit()
    return made


def another_catalogue() -> str:
    """SQL that says it is another catalogue than the test before had, whatever it is called."""
    return (
        f"UPDATE catalogue_stamp SET version = version + {secrets.randbelow(2**28)}, "
        f"epoch = {secrets.randbelow(2**30)}"
    )


def _same_day(moment: datetime) -> bool:
    return clock.to_local(moment).date() == clock.today()


def _all_rows(session: Session) -> Rows:
    cursor = session.connection().connection.cursor()
    found = {
        name: [tuple(row) for row in cursor.execute(f'SELECT * FROM "{name}"').fetchall()]
        for name in Base.metadata.tables
    }
    return {name: rows for name, rows in found.items() if rows}


def _all_copies(engine: Engine) -> Rows:
    """Tables beside the others on PostgreSQL, and a function that puts their rows back."""
    keeper, name = _housekeeper(engine), f"kept_{next(_NUMBERS)}"
    putting = []
    for table in Base.metadata.tables.values():
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        beside = f'pg_temp."{name}_{table}"'
        if keeper.execute(f'CREATE TABLE {beside} AS SELECT {columns} FROM "{table}"').rowcount:
            putting.append(f'INSERT INTO "{table}" ({columns}) TABLE {beside};')
    numbers = keeper.execute(
        "SELECT format('PERFORM setval(%L, %s);', format('%I', sequencename), last_value) "
        "FROM pg_sequences WHERE last_value IS NOT NULL AND schemaname = 'public'"
    )
    putting += [row[0] for row in numbers]
    keeper.execute(
        f"CREATE FUNCTION pg_temp.{name}() RETURNS void LANGUAGE plpgsql "
        f"AS $$ BEGIN {' '.join(putting)} END $$"
    )
    return {_PUT: name}


def _housekeeper(engine: Engine) -> Any:
    return databases.housekeeper(engine, tuple(Base.metadata.tables))


def _put_rows(keeper: sqlite3.Connection, rows: Rows, stamp: str) -> None:
    with keeper:
        keeper.execute("BEGIN IMMEDIATE")
        for name, of_table in rows.items():
            marks = ", ".join("?" * len(of_table[0]))
            keeper.executemany(f'INSERT INTO "{name}" VALUES ({marks})', of_table)
        keeper.execute(stamp)


def _put_back(session: Session, found: _Kept, given: dict[str, Any]) -> Any:
    engine = session.get_bind().engine
    session.expunge_all()
    session.rollback()
    databases.clean(engine, Base.metadata)
    stamp = another_catalogue()
    if engine.dialect.name == "sqlite":
        _put_rows(databases.keeper_of_file(engine), found.rows, stamp)
    else:
        _housekeeper(engine).execute(f"SELECT pg_temp.{found.rows[_PUT]}(); {stamp}")
    made, rows = _Unpickler(BytesIO(found.made), given).load()
    session.add_all(rows)
    session.commit()  # or what a test takes back would let each row be read anew
    return made


class _Pickler(pickle.Pickler):
    """Writes what is made with its rows, and the names of what will be given again."""

    def __init__(self, file: BytesIO, given: dict[str, Any]) -> None:
        super().__init__(file)
        self._names = {id(value): name for name, value in given.items()}

    def persistent_id(self, value: Any) -> str | None:
        return self._names.get(id(value))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, given: dict[str, Any]) -> None:
        super().__init__(file)
        self._given = given

    def persistent_load(self, name: str) -> Any:
        return self._given[name]
