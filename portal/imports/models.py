"""A spreadsheet that was read. The file is never kept: a cell may hold a word about health."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portal.accounts.models import User
from portal.core import Addressed, Base, SeenByStaff, enum_column
from portal.imports.rules import ImportStatus
from portal.offerings.models import Offering


class RegisterImport(Addressed, SeenByStaff, Base):
    """One file of one organisation, as it was understood, and what was done with it.

    `reading` holds names, days and marks, never the words of a cell; `choices` what a person put
    right; both are emptied some time after it was applied. `days` are the marks that are to be
    written, by ids, and `made` names the rows that it made: by these it can be taken back. Its
    marks carry `batch_id`.
    """

    __tablename__ = "register_import"
    not_seen: ClassVar = {"reading", "days", "made", "done"}  # these follow from the rest
    __table_args__ = (Index("ix_register_import_organisation_id", "organisation_id"),)

    organisation_id: Mapped[int]
    offering_id: Mapped[int | None] = mapped_column(ForeignKey(Offering.id))
    user_id: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[ImportStatus] = enum_column(ImportStatus, default=ImportStatus.READ)
    batch_id: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    reading: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    days: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    made: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    done: Mapped[int] = mapped_column(default=0)  # how far it is, in days of the file
    total: Mapped[int] = mapped_column(default=0)
    applied_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    offering: Mapped[Offering | None] = relationship()
    user: Mapped[User | None] = relationship(
        primaryjoin=lambda: foreign(RegisterImport.user_id) == User.id, viewonly=True
    )
