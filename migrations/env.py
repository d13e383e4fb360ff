"""How migrations run: on the application's database, or on a connection that was handed over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from portal.core.base import Base
from portal.core.database import begin_writing
from portal.core.types import FreeText, UtcDateTime
from portal.extensions import db
from portal.finding.queries import is_not_of_fts5


def _render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own types as what the database sees, so that old migrations outlive our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, FreeText):
        return f"sa.String(length={item.length})"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_render_item,
        include_name=is_not_of_fts5,
    )
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    """Let SQLite copy a table that others hang on: dropping the old one would empty those too.

    The setting works only outside a transaction, so it goes past SQLAlchemy, which begins one.
    """
    raw: Any = connection.connection.driver_connection
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        raw.execute("PRAGMA foreign_keys = OFF")
    yield
    if is_sqlite:
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        raw.execute("PRAGMA foreign_keys = ON")
        if broken:
            raise RuntimeError(f"rows that hang on nothing: {broken[:5]}")


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with db.engine.connect() as own, _unchecked(own), own.begin():
        begin_writing(own)  # two that migrate at once would both begin at the same place
        _run(own)
