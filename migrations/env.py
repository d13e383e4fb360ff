"""How migrations run: on the application's database, or on a connection that was handed over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from portal.core.base import Base
from portal.core.types import FreeText, UtcDateTime
from portal.extensions import db


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
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with db.engine.begin() as own:
        _run(own)
