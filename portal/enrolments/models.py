"""The enrolment of a participant in an offering."""

import uuid
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portal.core import Actor, Addressed, Base, OwnedByOrganisation, clock, enum_column
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus
from portal.offerings.models import Offering
from portal.participants.models import Participant, ParticipantLink

_IS_OPEN = text("status IN ('applied', 'waiting', 'offered', 'enrolled')")


class Enrolment(Addressed, OwnedByOrganisation, Base):
    """One person's way through one offering (deelname; aanmelding until it is decided).

    The waiting list is in the order of `id`: rows are made under the offering's lock.
    `started_on` and `ended_on` are the days between which she is on the register, both included.
    """

    __tablename__ = "enrolment"
    not_seen: ClassVar = {"reminders"}
    __table_args__ = (
        Index(
            "uq_enrolment_open",
            "offering_id",
            "participant_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_enrolment_offering_id_status", "offering_id", "status"),
        Index("ix_enrolment_organisation_id_status", "organisation_id", "status"),
    )

    offering_id: Mapped[int] = mapped_column(ForeignKey(Offering.id))
    organisation_id: Mapped[int]
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    status: Mapped[EnrolmentStatus] = enum_column(EnrolmentStatus)
    status_since: Mapped[datetime] = mapped_column(default=clock.now)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None] = enum_column(EndReason)
    decline_reason: Mapped[DeclineReason | None] = enum_column(DeclineReason)
    answer_due_at: Mapped[datetime | None] = mapped_column(index=True)  # what was promised her
    reminders: Mapped[int] = mapped_column(default=0)  # how often staff were reminded of it
    offered_at: Mapped[datetime | None]  # when a place was last offered
    offer_until: Mapped[datetime | None] = mapped_column(index=True)
    together: Mapped[uuid.UUID | None] = mapped_column(index=True)  # who came together share it

    offering: Mapped[Offering] = relationship()
    participant: Mapped[Participant] = relationship()
    # How its organisation reaches her; None when it doesn't have her any more. Said here, too: the
    # guard's criteria are not added to what is loaded along by a join.
    link: Mapped[ParticipantLink | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Enrolment.organisation_id) == ParticipantLink.organisation_id,
            foreign(Enrolment.participant_id) == ParticipantLink.participant_id,
            ParticipantLink.has_her(),
        ),
        viewonly=True,
        uselist=False,
    )

    @property
    def whose(self) -> dict[str, int]:
        """Whose a row is that is written within it, by column."""
        names = ("organisation_id", "participant_id")
        return {"enrolment_id": self.id, **{name: getattr(self, name) for name in names}}

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.logs_for:  # a cooperative that logs attendance sees who is on the register
            return cls.organisation_id.in_(actor.keeps_registers_of)
        return super().visible_to(actor)
