"""What Flask can do at most here: one read and a small template; 25 marks in plain SQL.

The saves take what phones send to the portal, and write the same columns into the same tables with
the same indexes, in a copy of the same city: one transaction, as durable. Nobody signs in, and
there are no rules, no trail, no version to count up, and no register in the answer.
"""

import json
import os
import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any

import psycopg
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
engine = create_engine(os.environ.get("PORTAL_DATABASE_URL", "sqlite://"))
own = threading.local()
DATABASE = os.environ.get("BARE_SAVES", "")
IS_SQLITE = not DATABASE.startswith("postgresql")

_PEOPLE = """
SELECT e.uuid, o.id, e.id, o.organisation_id, e.participant_id
FROM offering_session o JOIN enrolment e ON e.offering_id = o.offering_id WHERE o.uuid = ?
"""
_COLUMNS = "session_id, enrolment_id, organisation_id, participant_id, status, minutes, "
_COLUMNS += "created_at, recorded_at, recorded_by_id, how, event_id"
_MARK = f"""
INSERT INTO attendance_mark ({_COLUMNS}, has_rivals, is_disputed, is_counted)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, false, false, false)
ON CONFLICT (session_id, enrolment_id) DO UPDATE SET status = excluded.status,
minutes = excluded.minutes, recorded_at = excluded.recorded_at, how = excluded.how,
recorded_by_id = excluded.recorded_by_id, event_id = excluded.event_id,
has_rivals = false, is_disputed = false, is_counted = false
"""
_HISTORY = f"""
INSERT INTO attendance_change ({_COLUMNS}, replaces, tapped_at, is_cleared)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, false)
"""


@application.get("/")
def bare() -> str:
    """A row, and 25 lines."""
    with Session(engine) as session:
        row = session.scalars(select(Organisation).limit(1)).one()
        return render_template("bare.html", name=row.name)


@application.post("/marks")
def marks() -> dict[str, int]:
    """The 25 marks of a save, with what the portal keeps of each tap: 50 rows."""
    events = request.get_json()["events"]
    now = datetime.now(UTC).isoformat(" ")[:26]
    connection = _connection()
    cursor = connection.cursor()
    if IS_SQLITE:
        cursor.execute("BEGIN IMMEDIATE")
    cursor.execute(_sql(_PEOPLE), (_key(events[0]["session"]),))
    whose = {str(key): ids for key, *ids in cursor.fetchall()}
    rows = [
        (
            *whose[_key(one["person"])],
            *(one["status"], 120 if one["status"] == "present" else 0, now, now, 1, "by_hand"),
            _key(one["id"]),
        )
        for one in events
    ]
    more = [(json.dumps(one["replaces"]), one["tapped_at"]) for one in events]
    cursor.executemany(_sql(_MARK), rows)
    cursor.executemany(_sql(_HISTORY), [(*row, *two) for row, two in zip(rows, more, strict=True)])
    connection.commit()
    return {"saved": len(rows)}


def _key(uuid: str) -> str:
    return uuid.replace("-", "") if IS_SQLITE else uuid


def _sql(statement: str) -> str:
    return statement if IS_SQLITE else statement.replace("?", "%s")


def _connection() -> Any:
    """One for each thread, as durable as the portal's."""
    if not hasattr(own, "connection"):
        own.connection = _sqlite() if IS_SQLITE else psycopg.connect(DATABASE)
    return own.connection


def _sqlite() -> sqlite3.Connection:
    connection = sqlite3.connect(DATABASE, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 30000")
    return connection
