"""Observations, ladder steps and outflow: written once; another row puts an example right."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from portal.core import Actor, Addressed, Base, FreeText, Numbered, OwnedByOrganisation, clock
from portal.core.base import AppendOnly, enum_column
from portal.core.errors import N_, RuleBroken
from portal.core.guard import HersWhereOpened
from portal.enrolments.models import Enrolment
from portal.organisations.models import Organisation
from portal.participants.models import Participant
from portal.progress import rules


class Saying(AppendOnly, OwnedByOrganisation):
    """Something said of a participant within one enrolment, once (decision 43)."""

    organisation_id: Mapped[int] = mapped_column(index=True)
    participant_id: Mapped[int] = mapped_column(index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey(Enrolment.id), index=True)
    recorded_by_id: Mapped[int | None]


class Observation(Addressed, Saying, Base):
    """A plain example of something she does: not a grade, and hers to hide.

    One that puts others right names the first of them in `corrects_id`; the last is in force,
    unless it takes them back.
    """

    __tablename__ = "observation"

    competence: Mapped[str] = mapped_column(sa.String(64))  # a key, see offerings/rules/competences
    example: Mapped[str] = mapped_column(FreeText(500))
    level: Mapped[rules.SkillLevel] = enum_column(rules.SkillLevel)
    voice: Mapped[rules.Voice] = enum_column(rules.Voice)
    observed_on: Mapped[date]
    corrects_id: Mapped[int | None] = mapped_column(index=True)
    is_taken_back: Mapped[bool] = mapped_column(default=False)  # it was of somebody else

    enrolment: Mapped[Enrolment] = relationship()
    own_say: Mapped[OwnSay | None] = relationship(
        primaryjoin="foreign(OwnSay.observation_id) == "
        "func.coalesce(Observation.corrects_id, Observation.id)",
        viewonly=True,
    )

    @property
    def first_id(self) -> int:
        """The first of those that put each other right: her say is of all."""
        return self.corrects_id or self.id

    @property
    def hidden_at(self) -> datetime | None:
        """Since when only she sees it."""
        return self.own_say.hidden_at if self.own_say else None

    @property
    def objection(self) -> str:
        """What she says against it; it goes wherever the example goes."""
        return self.own_say.objection if self.own_say else ""

    @property
    def photo(self) -> str | None:
        """By which digest the photo of what she made is found."""
        return self.own_say.photo_digest if self.own_say else None

    @classmethod
    def in_force(cls) -> sa.ColumnElement[bool]:
        """Those that no later one puts right, and that take nothing back."""
        later = aliased(Observation)
        first = sa.func.coalesce(cls.corrects_id, cls.id)
        is_last = ~sa.select(later.id).where(later.corrects_id == first, later.id > cls.id).exists()
        return sa.and_(is_last, cls.is_taken_back.is_(False))

    @classmethod
    def unhidden(cls) -> sa.ColumnElement[bool]:
        """Those that she doesn't keep to herself."""
        first = sa.func.coalesce(cls.corrects_id, cls.id)
        is_hidden = OwnSay.hidden_at.is_not(None)
        return ~sa.select(OwnSay.id).where(OwnSay.observation_id == first, is_hidden).exists()

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        visible = super().visible_to(actor)
        return visible if actor.is_participant else sa.and_(visible, cls.unhidden())


class OwnSay(Numbered, OwnedByOrganisation, Base):
    """What she does with an example of hers.

    She keeps it to herself, says that she disagrees, or adds a photo of what she made.
    """

    __tablename__ = "own_say"

    observation_id: Mapped[int] = mapped_column(sa.ForeignKey(Observation.id), unique=True)
    organisation_id: Mapped[int]
    participant_id: Mapped[int] = mapped_column(index=True)
    hidden_at: Mapped[datetime | None]
    objection: Mapped[str] = mapped_column(FreeText(300), default="")
    photo: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)  # a WebP, hers alone
    photo_digest: Mapped[str | None] = mapped_column(sa.String(16))


class LadderStep(Saying, Base):
    """Where somebody stood on the participation ladder on a day, and who says so."""

    __tablename__ = "ladder_step"
    __table_args__ = (sa.CheckConstraint("step BETWEEN 1 AND 6", name="on_the_ladder"),)

    step: Mapped[int]
    stated_on: Mapped[date]
    voice: Mapped[rules.Voice] = enum_column(rules.Voice)

    enrolment: Mapped[Enrolment] = relationship()


class Outflow(Saying, Base):
    """Where somebody went on to.

    Without "document seen by, on" it is told, and not counted.
    """

    __tablename__ = "outflow"

    kind: Mapped[rules.OutflowKind] = enum_column(rules.OutflowKind)
    started_on: Mapped[date]
    document_seen_on: Mapped[date | None]
    document_seen_by: Mapped[str] = mapped_column(FreeText(80), default="")

    enrolment: Mapped[Enrolment] = relationship()
    aftercare: Mapped[list[Aftercare]] = relationship(viewonly=True, order_by="Aftercare.id")

    @classmethod
    def newest(cls) -> sa.ColumnElement[bool]:
        """Those after which the same organisation told nothing newer of her."""
        later = aliased(Outflow)
        is_hers = sa.and_(
            later.participant_id == cls.participant_id, later.organisation_id == cls.organisation_id
        )
        return ~sa.select(later.id).where(is_hers, later.id > cls.id).exists()


class AskedHow(Addressed):
    """A question how it goes, open for a while and answered at one tap."""

    moment: Mapped[rules.AftercareMoment] = enum_column(rules.AftercareMoment)
    answer: Mapped[rules.AftercareAnswer | None] = enum_column(rules.AftercareAnswer)
    met_at: Mapped[datetime | None]  # when the organisation got in touch

    @classmethod
    def unanswered(cls, since: datetime) -> sa.ColumnElement[bool]:
        """Those asked since then that wait for an answer."""
        return sa.and_(cls.answer.is_(None), cls.created_at > since)

    @property
    def is_open(self) -> bool:
        """Whether it may still be answered."""
        return clock.now() < self.created_at + rules.ANSWERED_WITHIN

    def say(self, answer: rules.AftercareAnswer) -> None:
        """Answer it, or otherwise than before; RuleBroken once it is over."""
        if not self.is_open:
            raise RuleBroken("", N_("This question is over."))
        self.answer, self.met_at = answer, None


class Aftercare(AskedHow, OwnedByOrganisation, Base):
    """A question how it goes where she went on to; without an answer, unknown."""

    __tablename__ = "aftercare"
    __table_args__ = (sa.UniqueConstraint("outflow_id", "moment"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey(Participant.id), index=True)
    outflow_id: Mapped[int] = mapped_column(sa.ForeignKey(Outflow.id))

    outflow: Mapped[Outflow] = relationship()
    participant: Mapped[Participant] = relationship()


class Rating(Numbered, HersWhereOpened, Base):
    """How she found one stay: hers alone, and of her organisation nobody reads it."""

    __tablename__ = "rating"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey(Participant.id), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey(Enrolment.id), unique=True)
    face: Mapped[rules.Face] = enum_column(rules.Face)
