"""A connection that died while it was idle is replaced before it is used."""

import psycopg
import pytest
from sqlalchemy import Engine, func, select

from portal.core import database


def test_who_comes_after_a_lost_connection_gets_another(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine.dialect.name == "sqlite":
        return  # a file is not lost so
    monkeypatch.setattr(database, "_IDLE", 0.0)
    engine.dispose()  # no other is there to be taken in its place, then or by a later test
    number = select(func.pg_backend_pid())
    with engine.connect() as connection:
        first = connection.scalar(number)
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", (first,))
    with engine.connect() as connection:
        assert connection.scalar(number) not in (None, first)
