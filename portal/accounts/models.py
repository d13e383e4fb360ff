"""Users of the staff side."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Addressed, Base, FreeText


class User(Addressed, Base):
    """A member of staff of some organisation, or an operator of the portal.

    `session_version` grows when the password changes, which ends every earlier session.
    """

    __tablename__ = "user_account"

    email: Mapped[str] = mapped_column(String(254), unique=True)  # always lower case
    name: Mapped[str] = mapped_column(FreeText(80))
    language: Mapped[str] = mapped_column(String(8), default="nl")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_operator: Mapped[bool] = mapped_column(default=False)
    session_version: Mapped[int] = mapped_column(default=1)
    last_signed_in_at: Mapped[datetime | None]
