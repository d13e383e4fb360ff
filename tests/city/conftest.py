"""The demo city, for tests that look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import HOUSE, Base, set_actor
from portal.extensions import db
from tests import databases
from tests.city.grown import grow


@pytest.fixture(scope="module")
def loaded(app: Flask, of_all: Path) -> Iterator[Session]:
    """The demo city, grown once for all these tests; they only read it."""
    with app.app_context(), Session(db.engine, expire_on_commit=False) as session:
        set_actor(session, HOUSE)
        grow(session, of_all)
        yield session
        session.rollback()
        databases.clean(db.engine, Base.metadata)
