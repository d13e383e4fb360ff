"""How the city is built: the same again, smaller, and larger."""

from typing import Any

import pytest
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal import city
from portal.accounts.models import User
from portal.attendance.models import AttendanceMark
from portal.core.base import Base
from portal.organisations.models import Organisation

# That each database takes a city: `test_city.py`.
pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def test_the_same_seed_and_day_give_the_same_city(session: Session):
    first, second = _dump_of(session, 2026), _dump_of(session, 2026)
    assert first == second
    assert first != _dump_of(session, 7)


def test_grows_to_a_number_of_marks(session: Session):
    city.load(session, city.Plan(seed=1, marks=6000))
    assert 6000 <= _count(session, AttendanceMark) < 8500


def test_a_large_city_has_copies_of_everything(session: Session):
    city.load(session, city.Plan(seed=1, marks=60_000))
    assert _count(session, Organisation) == 61
    assert _count(session, AttendanceMark) >= 60_000
    assert _count(session, User, User.is_operator) == 1


def _count(session: Session, of: type[Base], *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(of).where(*where)) or 0


def _dump_of(session: Session, seed: int) -> dict[str, list[Row[Any]]]:
    """All rows but the password's hash, whose salt nobody foretells, and the catalogue's stamp."""
    city.load(session, city.Plan(seed=seed, marks=1500))
    session.flush()
    dump = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name != "password_hash"]
        if table.name != "catalogue_stamp":
            query = select(*columns).order_by(*table.primary_key.columns)
            dump[table.name] = list(session.connection().execute(query))
    session.rollback()
    return dump
