"""Migrations keep what people wrote: down to the first version and up again, no row is lost."""

import pytest
from flask import Flask
from sqlalchemy import Engine, insert, inspect, text
from sqlalchemy.orm import Session

from portal.core.base import Base
from portal.core.names import folded
from portal.migration import downgrade, upgrade
from portal.participants.models import Participant
from tests import factories as make
from tests.cast import Cast

_MOVED = {"password_reset", "once_key"}  # into "link"; and what nobody sends again


def _counts(engine: Engine, tables: list[str]) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables
        }


@pytest.mark.slow
def test_no_row_is_lost_on_the_way(
    app: Flask, engine: Engine, session: Session, cast: Cast
) -> None:
    many = [{"name": f"Żaneta de Vries-{number}"} for number in range(1100)]
    session.execute(insert(Participant), many)
    session.commit()
    with app.app_context():
        downgrade(revision="0001")
        try:
            tables = [
                name
                for name in inspect(engine).get_table_names()
                if "search" not in name and name not in _MOVED
            ]
            before = _counts(engine, tables)
        finally:
            upgrade()
        assert before["participant_link"] == before["enrolment"] == 1
        assert _counts(engine, tables) == before
        with engine.connect() as connection:  # what the older version could not know
            people = connection.execute(
                text("SELECT name, folded_name, merged_into_id FROM participant")
            ).all()
            wants = connection.execute(
                text("SELECT wants_reminders FROM participant_link")
            ).scalar_one()
    assert wants
    assert len(people) > len(many)
    for name, folded_name, merged in people:
        assert (folded_name, merged) == (folded(name), None)


def test_no_number_is_given_twice(engine: Engine, session: Session):
    """Where the last row is gone, SQLite would number the next one the same."""
    first = make.organisation(session, "Eerst")
    session.commit()
    number = first.id
    session.delete(first)
    session.commit()
    second = make.organisation(session, "Toen")
    session.commit()
    assert second.id > number
    if engine.dialect.name == "sqlite":
        query = text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        made = {row.name: row.sql for row in session.execute(query)}
        for table in Base.metadata.tables.values():
            if list(table.primary_key.columns.keys()) == ["id"]:
                assert "AUTOINCREMENT" in made[table.name], table.name
