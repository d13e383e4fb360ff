"""The offering and the competences that it trains."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    or_,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.actor import Actor
from portal.core.base import Addressed, Base, enum_column
from portal.core.guard import Guarded
from portal.core.types import FreeText
from portal.offerings.rules import (
    PUBLIC,
    Domain,
    DutchLevel,
    Intake,
    OfferingKind,
    OfferingStatus,
    WorkWord,
)
from portal.organisations.models import Organisation


class Offering(Addressed, Guarded, Base):
    """A pre-trajectory or a day activity.

    `places_taken` counts the people who hold a place. It changes only under a lock on this row,
    and the database itself refuses one more than there are places.
    """

    __tablename__ = "offering"
    __table_args__ = (
        CheckConstraint("places > 0", name="has_places"),
        CheckConstraint("places_taken BETWEEN 0 AND places", name="never_overfull"),
        Index("ix_offering_status_kind", "status", "kind"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    kind: Mapped[OfferingKind] = enum_column(OfferingKind)
    status: Mapped[OfferingStatus] = enum_column(OfferingStatus, default=OfferingStatus.DRAFT)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    text_language: Mapped[str] = mapped_column(String(8), default="nl")

    title: Mapped[str] = mapped_column(FreeText(80))
    summary: Mapped[str] = mapped_column(FreeText(200))
    what: Mapped[str] = mapped_column(FreeText(2000))
    for_whom: Mapped[str] = mapped_column(FreeText(1000))
    first_time: Mapped[str] = mapped_column(FreeText(1000), default="")
    work_word: Mapped[WorkWord] = enum_column(WorkWord)
    domain: Mapped[Domain] = enum_column(Domain)
    competences: Mapped[list[str]] = mapped_column(JSON, default=list)  # keys, see competences.py
    minutes_per_week: Mapped[int] = mapped_column(default=0)
    dutch_level: Mapped[DutchLevel] = enum_column(DutchLevel)
    spoken: Mapped[list[str]] = mapped_column(JSON, default=list)  # language codes

    area_code: Mapped[str] = mapped_column(String(16), index=True)
    address: Mapped[str] = mapped_column(FreeText(200))
    place_details: Mapped[str] = mapped_column(FreeText(500), default="")
    costs_cents: Mapped[int] = mapped_column(default=0)
    has_meal: Mapped[bool] = mapped_column(default=False)
    travel: Mapped[str] = mapped_column(FreeText(200), default="")
    contact_name: Mapped[str] = mapped_column(FreeText(80), default="")

    places: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0)
    intake: Mapped[Intake] = enum_column(Intake)
    replaces_no_paid_work: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()

    @property
    def places_free(self) -> int:
        return self.places - self.places_taken

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        is_public = cls.status.in_(PUBLIC)
        if actor.is_operator:
            return true()
        if actor.is_staff and actor.organisation_id is not None:
            return or_(is_public, cls.organisation_id.in_({actor.organisation_id, *actor.logs_for}))
        if actor.is_participant:  # she may have taken part in what is archived by now
            return cls.status != OfferingStatus.DRAFT
        return is_public
