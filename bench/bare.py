"""What Flask can do at most here: one read and a small template; 25 rows in plain SQL.

The saves take what phones send to the portal, and write the same columns into the same tables with
the same indexes, in a copy of the same city: one transaction, as durable. Nobody signs in, and
there are no rules, no trail, no version to count up, and no register in the answer.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from datetime import UTC, datetime

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

_PEOPLE = """
SELECT e.uuid, o.id, e.id, o.organisation_id, e.participant_id
FROM offering_session o JOIN enrolment e ON e.offering_id = o.offering_id WHERE o.uuid = ?
"""
_COLUMNS = "session_id, enrolment_id, organisation_id, participant_id, status, minutes, "
_COLUMNS += "created_at, recorded_at, recorded_by_id, how, event_id"
_MARK = f"""
INSERT INTO attendance_mark ({_COLUMNS}, has_rivals, is_disputed, is_counted)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)
ON CONFLICT (session_id, enrolment_id) DO UPDATE SET status = excluded.status,
minutes = excluded.minutes, recorded_at = excluded.recorded_at, how = excluded.how,
recorded_by_id = excluded.recorded_by_id, event_id = excluded.event_id,
has_rivals = 0, is_disputed = 0, is_counted = 0
"""
_HISTORY = f"""
INSERT INTO attendance_change ({_COLUMNS}, replaces, tapped_at, is_cleared)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
"""


@application.get("/")
def bare() -> str:
    with Session(engine) as session:
        row = session.scalars(select(Organisation).limit(1)).one()
        return render_template("bare.html", name=row.name)


@application.post("/marks")
def marks() -> dict[str, int]:
    """The 25 marks of a save, and nothing else."""
    return _save(with_history=False)


@application.post("/marks-and-history")
def marks_and_history() -> dict[str, int]:
    """The same with what the portal keeps of each tap: 50 rows."""
    return _save(with_history=True)


def _save(*, with_history: bool) -> dict[str, int]:
    events = request.get_json()["events"]
    now = datetime.now(UTC).isoformat(" ")[:26]
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    session = events[0]["session"].replace("-", "")
    whose = {key: ids for key, *ids in connection.execute(_PEOPLE, (session,))}
    rows = [
        (
            *whose[one["person"].replace("-", "")],
            *(one["status"], 120 if one["status"] == "present" else 0, now, now, 1, "by_hand"),
            one["id"].replace("-", ""),
        )
        for one in events
    ]
    connection.executemany(_MARK, rows)
    if with_history:
        more = [(json.dumps(one["replaces"]), one["tapped_at"]) for one in events]
        connection.executemany(
            _HISTORY, [(*row, *two) for row, two in zip(rows, more, strict=True)]
        )
    connection.execute("COMMIT")
    return {"saved": len(rows)}


def _connection() -> sqlite3.Connection:
    """One for each thread, as durable as the portal's."""
    if not hasattr(own, "connection"):
        own.connection = sqlite3.connect(os.environ["BARE_SAVES"], isolation_level=None)
        own.connection.execute("PRAGMA journal_mode = WAL")
        own.connection.execute("PRAGMA synchronous = FULL")
        own.connection.execute("PRAGMA busy_timeout = 30000")
    found: sqlite3.Connection = own.connection
    return found
