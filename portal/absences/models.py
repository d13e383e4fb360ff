"""What was done about an absence: written once, and never about why."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.absences.rules import FollowUp
from portal.core import AppendOnly, Base, OwnedByOrganisation, enum_column
from portal.enrolments.models import Enrolment
from portal.schedule.models import OfferingSession


class AbsenceFollowUp(AppendOnly, OwnedByOrganisation, Base):
    """What was done about absences: an act of staff, not a label on her.

    The signal is gone until she is absent again after that session.
    """

    __tablename__ = "absence_follow_up"

    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey(Enrolment.id), index=True)
    organisation_id: Mapped[int]
    participant_id: Mapped[int] = mapped_column(index=True)
    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey(OfferingSession.id)
    )  # the last one missed
    step: Mapped[FollowUp] = enum_column(FollowUp)
    user_id: Mapped[int | None]
