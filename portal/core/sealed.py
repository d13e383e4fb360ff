"""What every sealed document shares: a number that anybody may ask by (decision 43)."""

import secrets
from typing import Self

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.base import ExecutableOption

from portal.core.base import Addressed
from portal.core.guard import Guarded, as_house
from portal.core.reading import one_or_not_found

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
_LETTERS = 10  # 49 bits: nobody finds a document by trying


def new_number(kind: str, year: int) -> str:
    """Draw a number that can't be guessed or counted on from: U-2026-…"""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    return f"{kind}-{year}-{letters}"


class Sealed(Addressed, Guarded):
    """A frozen document; whoever holds its number may see what everybody may."""

    number: Mapped[str | None] = mapped_column(String(32), unique=True)

    @classmethod
    def of_number(cls, session: Session, number: str, *with_it: ExecutableOption) -> Self:
        """Get the document with this number, for anybody; NotFound where there is none."""
        with as_house(session):
            return one_or_not_found(
                session, select(cls).where(cls.number == number).options(*with_it)
            )
