"""A stamp that changes with anything the public pages show, and the words of each offering."""

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Base
from portal.core.types import RowId


class CatalogueStamp(Base):
    """One row; its version grows in the transaction that changes a public text.

    `epoch` is a random number that stays as long as it is known which offerings changed. With
    another one, all that was kept in memory is of no use.
    """

    __tablename__ = "catalogue_stamp"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)


class SearchText(Base):
    """What finds an offering: tokens with spaces between, and its last change's stamp.

    SQLite keeps an FTS5 table beside it by triggers, PostgreSQL a generated tsvector in it: see
    migration 0003. The row stays when the offering is gone, so that each process hears of it.
    """

    __tablename__ = "search_text"

    offering_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    tokens: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(BigInteger, index=True)
