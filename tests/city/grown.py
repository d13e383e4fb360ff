"""The demo city, grown once in a run: to copy its database takes a hundredth of that."""

import sqlite3
from contextlib import closing
from fcntl import LOCK_EX, flock
from pathlib import Path

from sqlalchemy.orm import Session

from portal import city
from portal.core import clock
from tests.kept import another_catalogue


def grow(session: Session, of_all: Path) -> None:
    """Let the demo city stand in an empty database, committed.

    On SQLite the first process of a run grows it, and leaves a copy for the others in `of_all`.
    """
    engine = session.get_bind().engine
    if engine.dialect.name != "sqlite":
        city.load(session, city.DEFAULT)
        session.commit()
        return
    session.rollback()
    file = of_all / f"city of {clock.today()}"
    with (of_all / "one grows it").open("w") as alone:
        flock(alone, LOCK_EX)
        is_grown = file.exists()
        if not is_grown:
            city.load(session, city.DEFAULT)
            session.commit()
        with closing(engine.raw_connection()) as own, closing(sqlite3.connect(file)) as copy:
            here = own.driver_connection
            assert isinstance(here, sqlite3.Connection)
            if is_grown:
                copy.backup(here)
                here.execute(another_catalogue())
            else:
                here.backup(copy)
