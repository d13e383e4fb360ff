"""A goal within a place that she has."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Addressed, Base, FreeText, OwnedByOrganisation, enum_column
from portal.enrolments.models import Enrolment
from portal.goals.rules import GoalOutcome


class Goal(Addressed, OwnedByOrganisation, Base):
    """Her words, the word of the list or "", and what became of it.

    What she says and what her guide says of it stand beside each other.
    """

    __tablename__ = "goal"

    organisation_id: Mapped[int]
    participant_id: Mapped[int] = mapped_column(index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    words: Mapped[str] = mapped_column(FreeText(200))
    competence: Mapped[str] = mapped_column(String(64), default="")
    hers: Mapped[GoalOutcome | None] = enum_column(GoalOutcome)
    her_why: Mapped[str] = mapped_column(FreeText(300), default="")
    theirs: Mapped[GoalOutcome | None] = enum_column(GoalOutcome)
    their_why: Mapped[str] = mapped_column(FreeText(300), default="")
    their_user_id: Mapped[int | None]
