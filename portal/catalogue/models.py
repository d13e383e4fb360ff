"""A stamp that changes with anything the public pages show."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from portal.core.base import Base


class CatalogueStamp(Base):
    """One row; its version grows in the same transaction as any change to a public text."""

    __tablename__ = "catalogue_stamp"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
