"""The work place, what she looks for, and to which employers she is visible."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Actor, Addressed, Base, FreeText, Numbered, Permission, enum_column
from portal.core.guard import TODAY
from portal.offerings.models import Posted
from portal.offerings.rules import DutchLevel
from portal.organisations.models import Organisation
from portal.participants.models import HersAlone, ParticipantLink
from portal.work_places.rules import WorkKind


class WorkPlace(Posted):
    """Work at an employer, by what it asks: tasks and competences, never a diploma.

    `needed` is asked from day one, `learned` can be learned there: keys of the word list. `times`
    are the parts of days in which the work is (`rules.TIMES`), `hours` the same by the clock.
    """

    __tablename__ = "work_place"
    for_experts = True
    asked_with, hidden_with = "work_places/still_there", "work_places/hidden"
    # Changes that no button decides about.
    not_seen: ClassVar = {"places_taken", "confirmed_at", "confirm_asked_at", "invited_at"}
    __table_args__ = (
        sa.CheckConstraint("places > 0", name="has_places"),
        sa.CheckConstraint("places_taken BETWEEN 0 AND places", name="never_overfull"),
    )

    kind: Mapped[WorkKind] = enum_column(WorkKind)
    needed: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    learned: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    licence: Mapped[str] = mapped_column(FreeText(120), default="")  # that the law asks
    times: Mapped[list[str]] = mapped_column(sa.JSON)
    hours: Mapped[str] = mapped_column(FreeText(200), default="")
    week_minutes: Mapped[int]
    demands: Mapped[str] = mapped_column(FreeText(500), default="")  # of the body, in plain words
    guidance: Mapped[str] = mapped_column(FreeText(300), default="")
    pay: Mapped[str] = mapped_column(FreeText(200), default="")
    comes_after: Mapped[str] = mapped_column(FreeText(500), default="")
    is_open: Mapped[bool] = mapped_column(default=True)  # to all, not only to who signs in
    invited_at: Mapped[datetime | None]  # when people who are visible were last told of it

    organisation: Mapped[Organisation] = relationship()

    def take(self, change: int) -> None:
        """Let a place be taken (1) or come free (-1); the caller holds its lock."""
        self.places_taken += change

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        visible = super().visible_to(actor)
        return visible & cls.is_open if actor.is_visitor else visible


class WorkWish(Numbered, HersAlone, Base):
    """What work she looks for; nothing said excludes nothing.

    Of entries that were brought together the newest row counts. Guides of who has her look along
    only `with_guide`.
    """

    __tablename__ = "work_wish"

    kinds: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    times: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # as of a work place
    districts: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # codes
    dutch_level: Mapped[DutchLevel | None] = enum_column(DutchLevel)
    with_guide: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if not (actor.is_staff and actor.may(Permission.RECORD_PROGRESS)):
            return super().visible_to(actor)
        has_her = sa.select(ParticipantLink.participant_id).where(
            ParticipantLink.organisation_id == actor.organisation_id, ParticipantLink.has_her()
        )
        return cls.with_guide & cls.participant_id.in_(has_her)


class Visibility(Addressed, HersAlone, Base):
    """That employers may count her, and invite her by the portal.

    `employer_id` is the one employer; None: all. `shown` are kinds of lines (`rules.Shown`), and
    `seeks` what she said of them. `opens` are those whom her keys opened then. No staff read it: an
    employer learns a coarse count, and of her only what she says herself.
    """

    __tablename__ = "visibility"

    # No `organisation_id`: it is nobody's row but hers, in the trail too.
    employer_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    shown: Mapped[list[str]] = mapped_column(sa.JSON)
    seeks: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    opens: Mapped[list[int]] = mapped_column(sa.JSON)
    until_on: Mapped[date] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    employer: Mapped[Organisation | None] = relationship()

    @staticmethod
    def is_on(of: Any, employer_id: Any) -> sa.ColumnElement[bool]:
        """That a row of these columns lets an employer see her today."""
        on: sa.ColumnElement[bool] = of.ended_at.is_(None) & (of.until_on >= TODAY)
        return on & sa.or_(of.employer_id.is_(None), of.employer_id == employer_id)
