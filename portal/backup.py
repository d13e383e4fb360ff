"""A copy of the whole database in one file, which either database can be restored from.

The file is a zip with a line of JSON a row, so a portal that outgrows SQLite moves to PostgreSQL
by a backup on the one and a restore on the other.
"""

from __future__ import annotations

import json
import uuid
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, TypeDecorator, func, insert, inspect, select, text

from portal.core.base import Base
from portal.core.clock import now
from portal.core.database import set_counters

_HEAD = "head.json"
_AT_A_TIME = 2000


class BackupError(Exception):
    """A backup can't be made or restored; says why in one line."""


def save(engine: Engine, file: Path) -> str:
    """Write all rows, as they are at one moment, to `file`; others may go on writing."""
    half = file.with_name(f"{file.name}.half")
    rows = 0
    half.touch(mode=0o600)  # it holds people
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            head = {"migration": _migration(connection), "made_at": now().isoformat()}
            archive.writestr(_HEAD, json.dumps(head))
            for table in Base.metadata.sorted_tables:
                with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
                    for row in connection.execute(_in_order(table)).yield_per(_AT_A_TIME):
                        line = json.dumps(tuple(row), default=_plain, ensure_ascii=False)
                        out.write(f"{line}\n".encode())
                        rows += 1
    half.replace(file)
    return f"{rows} rows saved to {file}"


def load(engine: Engine, file: Path) -> str:
    """Fill a migrated, empty database from `file`, wholly or not at all.

    Refuses a database that holds anything, and a file that isn't a whole backup.
    """
    try:
        return _load(engine, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError) as error:
        reason = f"{file} isn't a whole backup ({type(error).__name__}); nothing was changed"
        raise BackupError(reason) from error


def _load(engine: Engine, file: Path) -> str:
    rows = 0
    with engine.begin() as connection, zipfile.ZipFile(file) as archive:
        head = json.loads(archive.read(_HEAD))
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
            values = json.loads(line)
            batch.append({c.name: _read(c.type, v) for c, v in zip(columns, values, strict=True)})
            if len(batch) == _AT_A_TIME:
                yield batch
                batch = []
    if batch:
        yield batch


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"a {type(value).__name__} can't be kept in a backup")


def _read(kind: Any, value: Any) -> Any:
    wanted = (kind.impl if isinstance(kind, TypeDecorator) else kind).python_type
    if value is None or isinstance(value, dict | list):
        return value
    if wanted is bytes:
        return b64decode(value, validate=True)
    if wanted in (datetime, date, time):
        return wanted.fromisoformat(value)
    return wanted(value)
