"""What is written once stays, whoever writes: the database itself refuses, on both alike."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.base import AppendOnly, Base

MODELS: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
TABLES = sorted(one.__tablename__ for one in MODELS if issubclass(one, AppendOnly))
WHOSE = {"participant_id"}  # changes hands when two entries of one person become one
NOT_WHOSE = {"audit_event"}  # what happened, happened to who she was then


def made(session: Session, table: Any) -> int:
    """A row with whatever fits its columns, and what it hangs on."""
    values = {
        column.name: _parent(session, column) if column.foreign_keys else _fitting(column)
        for column in table.columns
        if not column.nullable and column.name != "id" and column.default is None
    }
    key: Any = session.connection().execute(insert(table).values(values)).inserted_primary_key
    return int(key[0])


def _parent(session: Session, column: Any) -> int:
    table = next(iter(column.foreign_keys)).column.table
    found = session.connection().scalar(select(table.c.id).limit(1))
    return found or made(session, table)


def _fitting(column: Any) -> Any:
    kind = getattr(column.type, "impl", column.type).python_type
    if issubclass(kind, Enum):
        return next(iter(kind))
    now = {datetime: clock.now(), date: clock.today(), object: {}}  # JSON is an object
    return now[kind] if kind in now else kind(1)


@pytest.mark.parametrize("name", TABLES)
def test_the_database_keeps_it(session, cast, name):
    """Another table of this kind gets its triggers in a migration, as 0018 makes them."""
    table = Base.metadata.tables[name]
    id_ = made(session, table)
    for column in table.columns:
        same = update(table).values({column.name: column})
        if column.name in WHOSE and name not in NOT_WHOSE:
            session.connection().execute(same)
        else:
            refused(session, same, column)
    refused(session, delete(table).where(table.c.id == id_), name)
    refused(session, text(f"UPDATE {name} SET created_at = created_at"), name)


def refused(session, statement, what):
    says = ""
    try:
        with session.begin_nested():
            session.connection().execute(statement)
    except DBAPIError as error:
        says = str(error.orig)
    assert "append-only" in says, f"{what} can change or go: a migration gives it triggers, as 0018"
