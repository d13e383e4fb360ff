"""What she and the organisation wrote to each other."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Base, FreeText, Numbered, OwnedByOrganisation
from portal.enrolments.models import Enrolment
from portal.talks.rules import MOST_LETTERS


class Message(Numbered, OwnedByOrganisation, Base):
    """One message about her place: from her (no `user_id`), or staff.

    `read_at` is when the other side had it before its eyes. What was written to several is a row
    for each, with the same `together`; `notice_id` is what she was told with.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_organisation_id_read_at", "organisation_id", "read_at"),)

    organisation_id: Mapped[int]
    participant_id: Mapped[int] = mapped_column(index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    user_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(FreeText(80))
    body: Mapped[str] = mapped_column(FreeText(MOST_LETTERS))
    read_at: Mapped[datetime | None]
    together: Mapped[UUID | None] = mapped_column(index=True)
    notice_id: Mapped[int | None]

    enrolment: Mapped[Enrolment] = relationship()

    @property
    def is_hers(self) -> bool:
        """Whether she wrote it."""
        return self.user_id is None
