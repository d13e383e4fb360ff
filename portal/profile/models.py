"""What she chose for her profile, and to whom she shows it."""

from datetime import date, datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Addressed, Base, FreeText, Numbered
from portal.participants.models import HersAlone


class ProfileChoice(Numbered, HersAlone, Base):
    """Her words, the lines that she switched, and the competences that she wants first.

    Of entries that were brought together the newest row counts.
    """

    __tablename__ = "profile_choice"

    headline: Mapped[str] = mapped_column(FreeText(120), default="")
    wish: Mapped[str] = mapped_column(FreeText(300), default="")
    switched: Mapped[list[str]] = mapped_column(JSON, default=list)
    first: Mapped[list[str]] = mapped_column(JSON, default=list)


class ProfileShare(Addressed, HersAlone, Base):
    """A link by which whoever holds it reads her profile.

    It ends on a day, or when she stops it. `opens` are the organisations whose lines it shows:
    those that her keys opened when she made it.
    """

    __tablename__ = "profile_share"

    for_whom: Mapped[str] = mapped_column(FreeText(80))
    opens: Mapped[list[int]] = mapped_column(JSON)
    until_on: Mapped[date]
    stopped_at: Mapped[datetime | None]
