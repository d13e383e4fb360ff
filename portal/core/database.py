"""How a connection behaves, so that SQLite and PostgreSQL keep the same promises."""

from __future__ import annotations

import math
import os
import re
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, ExceptionContext, MetaData, event, func, select, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_before_writing: ContextVar[Callable[[Connection], None] | None] = ContextVar(
    "before_writing", default=None
)
WRITES = "portal_writes"  # in a connection's info: its transaction writes
_READING = re.compile(
    r"\s*(?:SELECT|WITH|PRAGMA|EXPLAIN|SHOW|BEGIN|COMMIT|ROLLBACK|RELEASE)\b", re.I
)

_LEAST_FREE = 256 * 1024  # bytes on the disk: room for what one form asks

_IDLE = 1.0  # seconds; a connection that was used since then is there

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "busy_timeout = 30000",
)


@contextmanager
def before_writing(do: Callable[[Connection], None]) -> Iterator[None]:
    """Call `do` once, on the connection that writes first inside, just before it does."""
    token = _before_writing.set(do)
    try:
        yield
    finally:
        _before_writing.reset(token)


def prepare_engine(engine: Engine) -> None:
    """Let each transaction read until its first statement that locks, on both databases alike.

    SQLite has one lock for all writers and keeps a reader at the moment it began. So there the
    transaction begins anew as a writer (BEGIN IMMEDIATE) with its first INSERT, UPDATE, DELETE,
    FOR UPDATE or savepoint: whatever is slow before that holds nobody up. What was read before may
    have changed by then, as on PostgreSQL (READ COMMITTED): what decides is read under the lock.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    else:
        of = engine.dialect
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", lambda used, record, _: _check_alive(of, used, record))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "savepoint", lambda connection, name: begin_writing(connection))
    event.listen(engine, "before_cursor_execute", _before_execute)
    event.listen(engine, "handle_error", _repeat_no_row)


def _repeat_no_row(context: ExceptionContext) -> None:
    """Under its message PostgreSQL says which row it refused, with all that is in it."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _set_pragmas(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in _PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _note_use(_dbapi_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _check_alive(dialect: Any, dbapi_connection: Any, record: Any) -> None:
    """Ask a connection that was idle whether it still answers; a save takes it three times."""
    if time.monotonic() - record.info.get("used_at", math.inf) < _IDLE:
        return
    try:
        dialect.do_ping(dbapi_connection)
    except dialect.loaded_dbapi.Error as gone:
        raise DisconnectionError from gone


def _begin(connection: Connection) -> None:
    connection.info[WRITES] = False
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")


def _before_execute(
    connection: Connection, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool
) -> None:
    if not connection.info.get(WRITES, True) and _locks(sql, context):
        begin_writing(connection)


def _locks(sql: str, context: Any) -> bool:
    """Whether a statement writes, or locks rows for a write that follows."""
    if context is None or context.compiled is None or context.compiled.isplaintext:
        return _READING.match(sql) is None  # SQL of our own
    is_for_update = getattr(context.compiled.statement, "_for_update_arg", None) is not None
    return is_for_update or context.isinsert or context.isupdate or context.isdelete


def begin_writing(connection: Connection) -> None:
    """Take SQLite's lock of all writers, and do what must come before a transaction's writes."""
    if connection.info[WRITES]:
        return
    connection.info[WRITES] = True
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    do = _before_writing.get()
    if do is not None:
        _before_writing.set(None)
        do(connection)


def let_go(session: Session) -> None:
    """End a write that will not be kept, so that nobody waits for it."""
    if session.in_transaction() and session.connection().info[WRITES]:
        session.rollback()


def hold_lock(session: Session, name: str) -> None:
    """Let one transaction at a time pass: by SQLite's lock, or an advisory one."""
    begin_writing(session.connection())
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(name.encode()))))


def check_writable(session: Session) -> None:
    """Raise OSError or DBAPIError when nothing can be written; changes nothing.

    PostgreSQL is asked to write a row as it is, and undone. On SQLite that would wait for who
    writes, and a full disk shows only when a transaction ends: so a file beside it is written. Its
    own file is never opened: closing it would end the locks that SQLite holds in this process.
    """
    url = session.get_bind().engine.url
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '2s'"))
        session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        session.rollback()
    elif url.database not in (None, "", ":memory:"):
        database = Path(str(url.database))
        if not os.access(database, os.W_OK):
            raise OSError(f"{database.name} can't be written")
        with tempfile.TemporaryFile(dir=database.parent) as probe:
            probe.write(bytes(_LEAST_FREE))
            probe.flush()
            os.fsync(probe.fileno())


def learn_sizes(session: Session) -> None:
    """Let the database look how large its tables are, to choose its indexes."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA analysis_limit = 1000"))  # rows an index: a moment's work
    session.execute(text("ANALYZE"))


def one_by_one(session: Session, ids: Iterable[int], do: Callable[[int], None]) -> None:
    """Do something for each row in its own transaction; raise failures at the end.

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
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(model)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(model)


def texts_in(session: Session, column: Any) -> Any:
    """Name the texts of a JSON list as rows of a `value`."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    items = func.json_each(column) if is_sqlite else func.json_array_elements_text(column)
    return items.table_valued("value", joins_implicitly=True)


def set_counters(connection: Connection, metadata: MetaData) -> None:
    """Let PostgreSQL number on after ids given by hand; SQLite does so itself."""
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
