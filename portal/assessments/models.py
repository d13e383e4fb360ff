"""The conversation, and where each card lies."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.assessments.rules import HELD, AssessmentStatus, Pick
from portal.core import Actor, Addressed, Base, FreeText, Numbered, OwnedByOrganisation, clock
from portal.core.actor import Permission
from portal.core.base import enum_column
from portal.enrolments.models import Enrolment
from portal.organisations.models import Membership, Organisation
from portal.participants.models import Participant
from portal.progress.rules import SkillLevel, Voice


class Assessment(Addressed, OwnedByOrganisation, Base):
    """One conversation about what she can, within a place that she has.

    `holder` is who was asked to hold it, in the voice `voice`. Her team sees how it stands; what
    lies on the table only she and the holder do.
    """

    __tablename__ = "assessment"
    for_experts = True

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    voice: Mapped[Voice] = enum_column(Voice)
    status: Mapped[AssessmentStatus] = enum_column(AssessmentStatus)
    status_since: Mapped[datetime] = mapped_column(default=clock.now)
    at: Mapped[datetime | None] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(FreeText(120), default="")
    third: Mapped[str] = mapped_column(FreeText(80), default="")  # who sits with them, by name

    organisation: Mapped[Organisation] = relationship()
    participant: Mapped[Participant] = relationship()
    holder: Mapped[User] = relationship()

    @property
    def first_name(self) -> str:
        """What she is called at the table: all that who was asked reads of her."""
        return self.participant.name.split()[0]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if not actor.is_staff:
            return super().visible_to(actor)
        held = and_(cls.held_by(actor), cls.status != AssessmentStatus.DECLINED)
        of_team = cls.organisation_id == actor.organisation_id
        return or_(held, of_team) if actor.may(Permission.RECORD_PROGRESS) else held

    @classmethod
    def held_by(cls, actor: Actor) -> ColumnElement[bool]:
        """Those that somebody holds, at whichever of the organisations she is in the team of."""
        teams = select(Membership.organisation_id).where(Membership.user_id == actor.user_id)
        return and_(cls.holder_id == actor.user_id, cls.organisation_id.in_(teams))


class LaidCard(Numbered, OwnedByOrganisation, Base):
    """Where one card lies, her example with it, and what the other says of it."""

    __tablename__ = "laid_card"
    __table_args__ = (UniqueConstraint("assessment_id", "competence"),)
    for_experts = True

    assessment_id: Mapped[int] = mapped_column(ForeignKey(Assessment.id))
    organisation_id: Mapped[int]
    participant_id: Mapped[int] = mapped_column(index=True)
    competence: Mapped[str] = mapped_column(String(64))
    pick: Mapped[Pick] = enum_column(Pick)
    example: Mapped[str] = mapped_column(FreeText(500), default="")
    level: Mapped[SkillLevel | None] = enum_column(SkillLevel)
    said: Mapped[str] = mapped_column(FreeText(500), default="")
    said_level: Mapped[SkillLevel | None] = enum_column(SkillLevel)
    objection: Mapped[str] = mapped_column(FreeText(300), default="")

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if not actor.is_staff:
            return super().visible_to(actor)
        held = select(Assessment.id).where(Assessment.held_by(actor), Assessment.status.in_(HELD))
        return cls.assessment_id.in_(held)
