"""A copy of the whole database in one file, which either database can be restored from.

The file is a zip with a line of JSON a row, so a portal that outgrows SQLite moves to PostgreSQL
by a backup on the one and a restore on the other.
"""

import json
import os
import signal
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

import click
import msgspec
from sqlalchemy import Connection, Engine, Table, TypeDecorator, func, insert, inspect, select, text

from portal.core import Base
from portal.core.canonical import parsed
from portal.core.clock import now
from portal.core.database import begin_writing, set_counters
from portal.core.typed import read_as

_HEAD = "head.json"
_SUMS = "sums.json"  # at the end: the file is whole when it is there
_AT_A_TIME = 2000


class BackupError(click.ClickException):
    """A backup can't be made or restored; says why in one line."""


def save(engine: Engine, file: Path) -> str:
    """Write all rows, as at one moment, to `file`; others may go on writing.

    The file is there whole or not at all: what it was before stays until then, also when the disk
    is full or somebody ends this.
    """
    half = file.with_name(f"{file.name}.half")
    half.unlink(missing_ok=True)  # of an earlier one that was killed
    half.touch(mode=0o600)  # it holds people
    try:
        with _ended_by_sigterm():
            rows = _write(engine, half)
            with half.open("rb") as written:
                os.fsync(written.fileno())
            half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    return f"{rows} rows saved to {file}"


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end this as Ctrl-C does, so that what is half done is tidied up."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _write(engine: Engine, half: Path) -> int:
    sums: dict[str, list[Any]] = {}
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            head = {"migration": _migration(connection), "made_at": now().isoformat()}
            archive.writestr(_HEAD, json.dumps(head))
            for table in Base.metadata.sorted_tables:
                total = _Sum()
                with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
                    for row in connection.execute(_in_order(table)).yield_per(_AT_A_TIME):
                        out.write(total.add(msgspec.json.encode(tuple(row)) + b"\n"))
                sums[table.name] = total.as_plain()
            archive.writestr(_SUMS, _sealed({"head": head, "tables": sums}))
    return sum(int(rows) for rows, _hash in sums.values())


class _Sum:
    """How many lines a table has, and the hash of them all in their order."""

    def __init__(self) -> None:
        self.rows, self.hash = 0, sha256()

    def add(self, line: bytes) -> bytes:
        """Count one line; returns it."""
        self.rows += 1
        self.hash.update(line)
        return line

    def as_plain(self) -> list[Any]:
        """As it stands in the file."""
        return [self.rows, self.hash.hexdigest()]


def _sealed(sums: dict[str, Any]) -> str:
    """The sums with a hash of their own: who takes a table out can't just take its line out."""
    body = json.dumps(sums, sort_keys=True)
    return json.dumps({**sums, "sha256": sha256(body.encode()).hexdigest()}, indent=1)


def load(engine: Engine, file: Path) -> str:
    """Fill a migrated, empty database from `file`, wholly or not at all.

    Refuses a database that holds anything, and a file that isn't as `save` wrote it: cut off, or
    with a row or a table less. All of it is read once before anything is written.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _load(engine, file, archive, _checked(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError) as error:
        reason = f"{file} isn't a whole backup ({type(error).__name__}); nothing was changed"
        raise BackupError(reason) from error


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The file's head, once each table has the rows that it had; ValueError when one has not."""
    sums: dict[str, Any] = parsed(archive.read(_SUMS))
    seal = sums.pop("sha256")
    head: dict[str, Any] = parsed(archive.read(_HEAD))
    if parsed(_sealed(sums))["sha256"] != seal or sums["head"] != head:
        raise ValueError
    for name, expected in sums["tables"].items():
        found = _Sum()
        with archive.open(f"{name}.jsonl") as lines:
            for line in lines:
                found.add(line)
        if found.as_plain() != expected:
            raise ValueError
    return head


def _load(engine: Engine, file: Path, archive: zipfile.ZipFile, head: dict[str, Any]) -> str:
    rows = 0
    with engine.begin() as connection:
        begin_writing(connection)
        if head["migration"] != _migration(connection):
            raise BackupError(
                f"the backup is of migration {head['migration']}, "
                f"the database of {_migration(connection)}; nothing was changed"
            )
        for table in Base.metadata.sorted_tables:
            if connection.scalar(select(func.count()).select_from(table)):
                raise BackupError("the database isn't empty; nothing was changed")
        for table in Base.metadata.sorted_tables:
            for batch in _batches(archive, table):
                connection.execute(insert(table), batch)
                rows += len(batch)
        set_counters(connection, Base.metadata)
    return f"{rows} rows restored from {file}"


def _migration(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        raise BackupError("the database isn't migrated; run `flask --app wsgi db upgrade` first")
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _in_order(table: Table) -> Any:
    """By key, so that a row comes after the earlier row of the same table that it names."""
    return select(table).order_by(*table.primary_key.columns)


def _batches(archive: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    columns = list(table.columns)
    batch: list[dict[str, Any]] = []
    with archive.open(f"{table.name}.jsonl") as lines:
        for line in lines:
            values = parsed(line)
            batch.append({c.name: _read(c.type, v) for c, v in zip(columns, values, strict=True)})
            if len(batch) == _AT_A_TIME:
                yield batch
                batch = []
    if batch:
        yield batch


def _read(kind: Any, value: Any) -> Any:
    wanted = (kind.impl if isinstance(kind, TypeDecorator) else kind).python_type
    return value if value is None or isinstance(value, dict | list) else read_as(wanted, value)
