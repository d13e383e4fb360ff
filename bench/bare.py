"""What Flask can do at most here: one read and a small template; 25 rows in plain SQL."""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask, render_template, request
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String)


application = Flask(__name__)
engine = create_engine(os.environ.get("BARE_DATABASE_URL", "sqlite://"))
own = threading.local()

_TABLES = """
CREATE TABLE IF NOT EXISTS mark (
    session_id INTEGER, person_id INTEGER, status TEXT, minutes INTEGER,
    PRIMARY KEY (session_id, person_id)
);
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY, session_id INTEGER, person_id INTEGER, status TEXT, minutes INTEGER
);
"""
_MARK = """
INSERT INTO mark VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET status = excluded.status, minutes = excluded.minutes
"""
_HISTORY = "INSERT INTO history (session_id, person_id, status, minutes) VALUES (?, ?, ?, ?)"


@application.get("/")
def bare() -> str:
    with Session(engine) as session:
        row = session.scalars(select(Organisation).limit(1)).one()
        return render_template("bare.html", name=row.name)


@application.post("/marks")
def marks() -> str:
    """The 25 rows of a save, and nothing else."""
    return _save(_MARK)


@application.post("/marks-and-history")
def marks_and_history() -> str:
    """The same with a history: 50 rows."""
    return _save(_MARK, _HISTORY)


def _save(*statements: str) -> str:
    sent = request.get_json()
    rows = [(sent["session"], *mark) for mark in sent["marks"]]
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    for statement in statements:
        connection.executemany(statement, rows)
    connection.execute("COMMIT")
    return "saved"


def _connection() -> sqlite3.Connection:
    """One for each thread, as durable as the portal's."""
    if not hasattr(own, "connection"):
        own.connection = sqlite3.connect(os.environ["BARE_SAVES"], isolation_level=None)
        own.connection.execute("PRAGMA journal_mode = WAL")
        own.connection.execute("PRAGMA synchronous = FULL")
        own.connection.execute("PRAGMA busy_timeout = 30000")
        own.connection.executescript(_TABLES)
    found: sqlite3.Connection = own.connection
    return found
