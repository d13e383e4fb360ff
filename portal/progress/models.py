"""Observations, ladder steps and outflow."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.actor import Actor
from portal.core.base import Addressed, Base, Numbered, enum_column
from portal.core.guard import OwnedByOrganisation
from portal.core.types import FreeText
from portal.enrolments.models import Enrolment
from portal.progress.rules import OutflowKind, SkillLevel, Voice


class _AboutEnrolment(Numbered, OwnedByOrganisation):
    """Something said of a participant within one enrolment."""

    organisation_id: Mapped[int] = mapped_column(index=True)
    participant_id: Mapped[int] = mapped_column(index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    recorded_by_id: Mapped[int | None]


class Observation(Addressed, _AboutEnrolment, Base):
    """A plain example of something she does: not a grade, and hers to hide."""

    __tablename__ = "observation"

    competence: Mapped[str] = mapped_column(String(64))  # a key, see offerings/rules/competences.py
    example: Mapped[str] = mapped_column(FreeText(500))
    level: Mapped[SkillLevel] = enum_column(SkillLevel)
    voice: Mapped[Voice] = enum_column(Voice)
    observed_on: Mapped[date]
    hidden_at: Mapped[datetime | None]

    enrolment: Mapped[Enrolment] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        visible = super().visible_to(actor)
        return visible if actor.is_participant else and_(visible, cls.hidden_at.is_(None))


class LadderStep(_AboutEnrolment, Base):
    """Where somebody stood on the participation ladder on a day, and who says so."""

    __tablename__ = "ladder_step"
    __table_args__ = (CheckConstraint("step BETWEEN 1 AND 6", name="on_the_ladder"),)

    step: Mapped[int]
    stated_on: Mapped[date]
    voice: Mapped[Voice] = enum_column(Voice)

    enrolment: Mapped[Enrolment] = relationship()


class Outflow(_AboutEnrolment, Base):
    """Where somebody went on to. Without "document seen by, on" it is told, and not counted."""

    __tablename__ = "outflow"

    kind: Mapped[OutflowKind] = enum_column(OutflowKind)
    started_on: Mapped[date]
    document_seen_on: Mapped[date | None]
    document_seen_by: Mapped[str] = mapped_column(FreeText(80), default="")

    enrolment: Mapped[Enrolment] = relationship()
