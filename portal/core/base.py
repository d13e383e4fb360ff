"""What every table shares: names for constraints, an id, times, and two promises."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import MetaData, Table, Uuid, event
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Session, mapped_column

from portal.core import clock
from portal.core.bsn import REFUSAL, holds_bsn
from portal.core.errors import RuleBroken
from portal.core.types import FreeText, RowId, UtcDateTime, enum_by_value


class Base(DeclarativeBase):
    """The root of all models; deliberately not `db.Model`, so that models know no Flask."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime()}


class Numbered:
    """A row with a number of its own and the moment it was made."""

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Addressed(Numbered):
    """A row that addresses name by a UUID, which nobody can count or guess."""

    # SQLite tells the numbers of many new rows in one statement only where we know each of them.
    uuid: Mapped[uuid.UUID] = mapped_column(
        Uuid, unique=True, default=uuid.uuid4, insert_sentinel=True
    )


class AppendOnly(Numbered):
    """A row written once: a trigger lets nobody change or take it out.

    Only whose it is may change, as two entries of one person become one (decision 41).
    """


def enum_column(of: type[StrEnum], **options: Any) -> Any:
    """A typed column for an enum, kept by value."""
    return mapped_column(enum_by_value(of), **options)


@event.listens_for(Table, "before_create")
def _give_no_number_twice(table: Table, connection: Any, **_options: Any) -> None:
    """Give no number of a row that went again, on SQLite too, as PostgreSQL never does."""
    if list(table.primary_key.columns.keys()) == ["id"]:
        table.dialect_options["sqlite"]["autoincrement"] = True


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _guard_free_text(cls: type[Base], key: str, attribute: InstrumentedAttribute[Any]) -> None:
    column = getattr(attribute.property, "columns", [None])[0]
    if column is None or not isinstance(column.type, FreeText):
        return

    @event.listens_for(attribute, "set", propagate=True)
    def _refuse_bsn(target: Base, value: Any, old: Any, initiator: Any) -> None:
        if isinstance(value, str) and holds_bsn(value):
            raise RuleBroken(key, REFUSAL)


@event.listens_for(Session, "before_flush")
def _keep_promise(session: Session, context: Any, instances: Any) -> None:
    """A reading session writes nothing."""
    if session.info.get("read_only") and (session.new or session.dirty or session.deleted):
        raise RuntimeError("a safe request (GET, HEAD) tried to write")
