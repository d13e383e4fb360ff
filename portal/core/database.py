"""How a connection behaves, so that SQLite and PostgreSQL keep the same promises."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, MetaData, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

_only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "busy_timeout = 30000",
)


def set_only_reading(value: bool) -> None:
    """Say whether the transactions this thread begins from here on will only read."""
    _only_reading.set(value)


@contextmanager
def only_reading() -> Iterator[None]:
    """Begin transactions inside as readers, which never wait for a writer."""
    token = _only_reading.set(True)
    try:
        yield
    finally:
        _only_reading.reset(token)


def prepare_engine(engine: Engine) -> None:
    """Give SQLite its settings, and writers their lock at the start of the transaction.

    A transaction that reads first and writes later can fail half-way on SQLite when somebody else
    wrote in between; with BEGIN IMMEDIATE it waits at the start instead.
    """

    @event.listens_for(engine, "handle_error")
    def _repeat_no_row(context: ExceptionContext) -> None:
        """Under its message PostgreSQL says which row it refused, with all that is in it."""
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args:
                error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])

    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _set_pragmas(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in _PRAGMAS:
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if _only_reading.get() else "BEGIN IMMEDIATE")


def hold_lock(session: Session, name: str) -> None:
    """Let one transaction at a time pass this point, until it ends.

    SQLite has one writer at a time anyway; PostgreSQL gets an advisory lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(name.encode()))))


def one_by_one(session: Session, ids: Iterable[int], do: Callable[[int], None]) -> None:
    """Do something for each row in a transaction of its own; a failure is raised at the end.

    So a job holds no lock while it waits for the next, and one bad row stops no other. What was
    found before is looked at again by `do`, under its lock.
    """
    failed: Exception | None = None
    session.commit()
    for row_id in ids:
        try:
            do(row_id)
            session.commit()
        except Exception as error:
            session.rollback()
            failed = failed or error
    if failed is not None:
        raise failed


def insert_into(session: Session, model: type[Any]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, which both databases have and plain SQL has not."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(model) if is_sqlite else postgresql.insert(model)


def set_counters(connection: Connection, metadata: MetaData) -> None:
    """Let PostgreSQL number on after ids that were given by hand; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "id" in table.columns and table.columns["id"].autoincrement is not False:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                    f"coalesce(max(id), 0) + 1, false) FROM {table.name}"
                )
            )
