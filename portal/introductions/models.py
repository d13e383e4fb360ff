"""An introduction of somebody to a work place, the texts agreed on, and how it goes there."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.agreements.models import AgreedText
from portal.core import Actor, Addressed, Base, FreeText, Guarded, Permission, clock, enum_column
from portal.introductions import rules
from portal.organisations.models import Organisation
from portal.participants.models import Participant
from portal.progress.models import AskedHow
from portal.work_places.models import Visibility, WorkPlace

_CONFIRMED = {
    rules.Side.HER: "participant_confirmed_at",
    rules.Side.EMPLOYER: "employer_confirmed_at",
    rules.Side.GUIDE: "guide_confirmed_at",
}
_S = rules.IntroductionStatus


class Introduction(Addressed, Guarded, Base):
    """One person and one work place, from interest to the end of work.

    Until she works there an employer sees it while she lets it see her, and never one that led to
    nothing. `guide_organisation_id` is whose guides she lets help; None: she goes alone.
    """

    __tablename__ = "introduction"

    work_place_id: Mapped[int] = mapped_column(sa.ForeignKey(WorkPlace.id), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey(Participant.id), index=True)
    guide_organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Organisation.id), index=True
    )
    status: Mapped[rules.IntroductionStatus] = enum_column(rules.IntroductionStatus)
    status_since: Mapped[datetime] = mapped_column(default=clock.now)
    act_by: Mapped[date | None]
    meets_at: Mapped[datetime | None]
    meets_where: Mapped[str] = mapped_column(FreeText(200), default="")
    # Of the trial or the work that was agreed on last.
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    week_minutes: Mapped[int | None]
    why: Mapped[rules.WhyNot | None] = enum_column(rules.WhyNot)

    work_place: Mapped[WorkPlace] = relationship()
    participant: Mapped[Participant] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    guide_organisation: Mapped[Organisation | None] = relationship(
        foreign_keys=guide_organisation_id
    )

    @property
    def waits_until(self) -> date:
        """The day after which somebody acts: of the meeting or the trial, else today."""
        days = {
            _S.MEETING: self.meets_at and clock.to_local(self.meets_at).date(),
            _S.TRIAL: self.until_on,
        }
        return max(days.get(self.status) or clock.today(), clock.today())

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.is_participant:  # with a guide, where her keys open that guide's organisation
            helping = cls.guide_organisation_id
            opened = helping.is_(None) | helping.in_(sorted(actor.opens))
            return (cls.participant_id == actor.participant_id) & opened
        if actor.organisation_id is None or not actor.may(Permission.RECORD_PROGRESS):
            return sa.false()
        helped = cls.guide_organisation_id == actor.organisation_id
        return sa.or_(
            (cls.organisation_id == actor.organisation_id) & cls.is_shown(),
            helped & cls.status.in_(sorted(rules.OPEN | rules.HIRED)),
        )

    @classmethod
    def is_shown(cls) -> sa.ColumnElement[bool]:
        """That the employer may see it now."""
        lets = Visibility.__table__.c  # the bare table: no staff read who is visible
        hers = sa.select(lets.id).where(
            lets.participant_id == cls.participant_id, Visibility.is_on(lets, cls.organisation_id)
        )
        return cls.status.in_(sorted(rules.HIRED)) | (
            cls.status.in_(sorted(rules.SHOWN)) & hers.exists()
        )

    @property
    def name_at_work(self) -> str:
        """Her name for an employer, read with the participant as the house."""
        return rules.called_at_work(self.participant.name, self.status)

    def side_of(self, actor: Actor) -> rules.Side:
        """As whom somebody who sees it looks at it."""
        if actor.is_participant:
            return rules.Side.HER
        is_theirs = actor.organisation_id == self.organisation_id
        return rules.Side.EMPLOYER if is_theirs else rules.Side.GUIDE


class WorkAgreement(Addressed, AgreedText, Guarded, Base):
    """What is agreed for a trial or for work, with every side's yes."""

    __tablename__ = "work_agreement"
    __table_args__ = (sa.UniqueConstraint("introduction_id", "version"),)

    introduction_id: Mapped[int] = mapped_column(sa.ForeignKey(Introduction.id))
    leads_to: Mapped[rules.IntroductionStatus] = enum_column(rules.IntroductionStatus)
    employer_does: Mapped[str] = mapped_column(FreeText(1000))
    employer_confirmed_at: Mapped[datetime | None]

    introduction: Mapped[Introduction] = relationship()

    def confirm(self, side: rules.Side) -> None:
        """Note a side's yes; its first one counts."""
        name = _CONFIRMED[side]
        setattr(self, name, getattr(self, name) or clock.now())

    def unsaid(self, introduction: Introduction) -> frozenset[rules.Side]:
        """Whose yes is still to come; a guide's where she lets one help."""
        is_alone = introduction.guide_organisation_id is None
        asked = frozenset(rules.Side) - ({rules.Side.GUIDE} if is_alone else set())
        return frozenset(side for side in asked if getattr(self, _CONFIRMED[side]) is None)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        return _of_visible(cls.introduction_id, actor)


class WorkAftercare(AskedHow, Guarded, Base):
    """A question to one side how the work goes; her guide reads it."""

    __tablename__ = "work_aftercare"
    __table_args__ = (sa.UniqueConstraint("introduction_id", "moment", "side"),)

    introduction_id: Mapped[int] = mapped_column(sa.ForeignKey(Introduction.id))
    side: Mapped[rules.Side] = enum_column(rules.Side)

    introduction: Mapped[Introduction] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        visible = _of_visible(cls.introduction_id, actor)
        if actor.is_participant:
            return visible & (cls.side == rules.Side.HER)
        helped = sa.select(Introduction.id).where(
            Introduction.guide_organisation_id == actor.organisation_id
        )
        return visible & ((cls.side == rules.Side.EMPLOYER) | cls.introduction_id.in_(helped))


def _of_visible(introduction_id: Any, actor: Actor) -> sa.ColumnElement[bool]:
    seen: sa.ColumnElement[bool] = introduction_id.in_(
        sa.select(Introduction.id).where(Introduction.visible_to(actor))
    )
    return seen
