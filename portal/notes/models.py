"""What staff wrote down of somebody."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Addressed, Base, FreeText, Permission, SeenByStaff, clock
from portal.notes.rules import MOST_LETTERS
from portal.participants.models import Participant


class StaffNote(Addressed, SeenByStaff, Base):
    """A note of one organisation about a participant; with a day it is a task.

    Only those who guide people there read it. She reads it when she asks them, which the form says.
    """

    __tablename__ = "note"
    seen_with = Permission.RECORD_ATTENDANCE

    organisation_id: Mapped[int]
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    user_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(FreeText(80))
    body: Mapped[str] = mapped_column(FreeText(MOST_LETTERS))
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]

    participant: Mapped[Participant] = relationship()

    @property
    def is_late(self) -> bool:
        """Whether its day is past and nobody said that it is done."""
        return self.due_on is not None and not self.done_at and self.due_on < clock.today()
