"""Overviews of hours that were handed out."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Actor, Base, Numbered, SeenByStaff
from portal.core.sealed import Sealed
from portal.participants.models import Participant


class HoursOverview(Sealed, SeenByStaff, Base):
    """One overview of a person's hours, frozen and signed when it was made.

    Whoever holds its number can check the figures; `data` has no name in it. `organisation_id` is
    whose hours it is about, None: of all organisations that her keys opened when she asked for it.
    Its `OverviewPart`s name each organisation that it may have hours of.
    """

    __tablename__ = "hours_overview"
    __table_args__ = (sa.Index("ix_hours_overview_participant_id", "participant_id"),)

    number: Mapped[str] = mapped_column(sa.String(32), unique=True)
    participant_id: Mapped[int] = mapped_column(sa.ForeignKey(Participant.id, ondelete="CASCADE"))
    organisation_id: Mapped[int | None]
    user_id: Mapped[int | None]  # None: she herself
    from_on: Mapped[date]
    until_on: Mapped[date]
    minutes: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    signature: Mapped[str] = mapped_column(sa.Text)  # a compact JWS over the canonical data
    withdrawn_at: Mapped[datetime | None]  # by who made it

    parts: Mapped[list["OverviewPart"]] = relationship(passive_deletes=True)

    @property
    def organisations(self) -> set[int]:
        """Of which organisations it may have hours."""
        return {part.organisation_id for part in self.parts}

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.is_participant:
            parts = sa.select(OverviewPart.id).where(OverviewPart.overview_id == cls.id)
            of_others = parts.where(OverviewPart.organisation_id.not_in(sorted(actor.opens)))
            is_hers = cls.participant_id == actor.participant_id
            return is_hers & parts.exists() & ~of_others.exists()
        return super().visible_to(actor)


class OverviewPart(Numbered, Base):
    """An organisation of which an overview may have hours; its key is needed."""

    __tablename__ = "hours_overview_part"
    __table_args__ = (sa.UniqueConstraint("overview_id", "organisation_id"),)

    overview_id: Mapped[int] = mapped_column(sa.ForeignKey(HoursOverview.id, ondelete="CASCADE"))
    organisation_id: Mapped[int]
