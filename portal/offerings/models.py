"""The offering and the competences that it trains."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from portal.core import Actor, Addressed, Base, FreeText, Guarded, Numbered, clock, enum_column
from portal.core.types import RowId
from portal.offerings import rules
from portal.organisations.models import Organisation


class Posted(Addressed, Guarded, Base):
    """What an organisation posts for people to find: its texts, places and address.

    Its staff are asked from time to time whether it still holds.
    """

    __abstract__ = True
    # What a visitor reads first; a draft may lack them.
    public_texts: ClassVar[tuple[str, ...]] = ("title", "summary", "what", "address")
    asked_with: ClassVar[str]  # the message that asks its staff whether it holds
    hidden_with: ClassVar[str]  # and the one that says that it is hidden

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    status: Mapped[rules.OfferingStatus] = enum_column(
        rules.OfferingStatus, default=rules.OfferingStatus.DRAFT
    )
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    text_language: Mapped[str] = mapped_column(sa.String(8), default="nl")
    title: Mapped[str] = mapped_column(FreeText(80))
    summary: Mapped[str] = mapped_column(FreeText(200))
    what: Mapped[str] = mapped_column(FreeText(2000))
    work_word: Mapped[rules.WorkWord] = enum_column(rules.WorkWord)
    dutch_level: Mapped[rules.DutchLevel] = enum_column(rules.DutchLevel)
    spoken: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # language codes
    area_code: Mapped[str] = mapped_column(sa.String(16), index=True)
    address: Mapped[str] = mapped_column(FreeText(200))
    place_details: Mapped[str] = mapped_column(FreeText(500), default="")
    travel: Mapped[str] = mapped_column(FreeText(200), default="")
    places: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]  # when somebody last said that it still holds
    confirm_asked_at: Mapped[datetime | None]  # when its staff were last asked

    @property
    def places_free(self) -> int:
        return self.places - self.places_taken

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """What is public, and all of one's own organisation."""
        is_public = cls.status.in_(rules.PUBLIC)
        if actor.is_operator:
            return sa.true()
        if actor.is_staff and actor.organisation_id is not None:
            return sa.or_(is_public, cls.organisation_id.in_(actor.keeps_registers_of))
        return is_public


class Offering(Posted):
    """A pre-trajectory or a day activity.

    `places_taken` counts the people who hold a place. It changes only under a lock on this row,
    and the database itself refuses one more than there are places.
    """

    __tablename__ = "offering"
    for_experts = True
    public_texts = (*Posted.public_texts, "for_whom")
    asked_with, hidden_with = "offerings/still_runs", "offerings/hidden"
    # Changes that no button decides about: others sign up, and it is asked whether it still runs.
    not_seen: ClassVar = {"places_taken", "runs_until", "confirmed_at", "confirm_asked_at"}
    __table_args__ = (
        sa.CheckConstraint("places > 0", name="has_places"),
        sa.CheckConstraint("places_taken BETWEEN 0 AND places", name="never_overfull"),
        sa.Index("ix_offering_status_kind", "status", "kind"),
    )

    kind: Mapped[rules.OfferingKind] = enum_column(rules.OfferingKind)
    for_whom: Mapped[str] = mapped_column(FreeText(1000))
    first_time: Mapped[str] = mapped_column(FreeText(1000), default="")
    bring: Mapped[str] = mapped_column(FreeText(200), default="", server_default="")
    domain: Mapped[rules.Domain] = enum_column(rules.Domain)
    competences: Mapped[list[str]] = mapped_column(
        sa.JSON, default=list
    )  # keys, see competences.py
    minutes_per_week: Mapped[int] = mapped_column(default=0)
    costs_cents: Mapped[int] = mapped_column(default=0)
    has_meal: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[str] = mapped_column(FreeText(80), default="")

    intake: Mapped[rules.Intake] = enum_column(rules.Intake)
    replaces_no_paid_work: Mapped[bool] = mapped_column(default=False)
    publish_on: Mapped[date | None]  # a draft that is published by itself on this day
    runs_until: Mapped[datetime | None]  # when its last planned session ends; None: it had none

    waiting_line: Mapped[rules.WaitingLine] = enum_column(
        rules.WaitingLine, default=rules.WaitingLine.FIRST_COME
    )
    offer_hours: Mapped[int] = mapped_column(default=48)  # to answer an offered place
    answer_days: Mapped[int] = mapped_column(default=5)  # within which a sign-up is answered
    absences_signal: Mapped[int] = mapped_column(default=3)  # absences in a row that are a signal

    copied_from_id: Mapped[int | None] = mapped_column(RowId, index=True)  # gone, perhaps

    organisation: Mapped[Organisation] = relationship()
    copied_from: Mapped[Offering | None] = relationship(
        primaryjoin=lambda: foreign(Offering.copied_from_id) == remote(Offering.id), viewonly=True
    )
    texts: Mapped[list[OfferingText]] = relationship(
        order_by="OfferingText.language", cascade="all, delete-orphan", passive_deletes=True
    )
    picture: Mapped[OfferingPicture | None] = relationship(
        primaryjoin=lambda: (
            (Offering.id == foreign(OfferingPicture.offering_id)) & (OfferingPicture.place == 1)
        ),
        cascade="all, delete-orphan",
        passive_deletes=True,
        overlaps="offering",
    )
    more_pictures: Mapped[list[OfferingPicture]] = relationship(
        primaryjoin=lambda: (
            (Offering.id == foreign(OfferingPicture.offering_id)) & (OfferingPicture.place > 1)
        ),
        order_by="OfferingPicture.place",
        viewonly=True,
    )

    @property
    def is_over(self) -> bool:
        """Whether its last session has ended, and no other is planned."""
        return self.runs_until is not None and self.runs_until <= clock.now()

    @property
    def places_free(self) -> int:
        return 0 if self.is_over else self.places - self.places_taken

    @property
    def vacancy(self) -> rules.Vacancy:
        return rules.vacancy(self.places_free)

    @property
    def takes_people(self) -> bool:
        """Whether people can sign up now, if only for the waiting list."""
        return self.status in rules.TAKES_APPLICATIONS and not self.is_over

    @classmethod
    def goes_on(cls, now: datetime) -> sa.ColumnElement[bool]:
        """The offerings that are not over at a moment."""
        return sa.or_(cls.runs_until.is_(None), cls.runs_until > now)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        visible = super().visible_to(actor)
        if actor.is_participant:  # she may have taken part in what is archived by now
            took_part = cls.organisation_id.in_(sorted(actor.opens))
            return sa.or_(visible, took_part & (cls.status != rules.OfferingStatus.DRAFT))
        return visible


class OfferingText(Numbered, Base):
    """An offering in another language; empty parts fall back on its own."""

    __tablename__ = "offering_text"
    told_as: ClassVar = (Offering.__tablename__, "offering_id")
    __table_args__ = (sa.UniqueConstraint("offering_id", "language"),)

    offering_id: Mapped[int] = mapped_column(sa.ForeignKey(Offering.id, ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(sa.String(8))
    title: Mapped[str] = mapped_column(FreeText(80), default="")
    summary: Mapped[str] = mapped_column(FreeText(200), default="")
    what: Mapped[str] = mapped_column(FreeText(2000), default="")
    for_whom: Mapped[str] = mapped_column(FreeText(1000), default="")
    first_time: Mapped[str] = mapped_column(FreeText(1000), default="")
    bring: Mapped[str] = mapped_column(FreeText(200), default="", server_default="")


class OfferingAddress(Numbered, Base):
    """An address that an offering had before its title changed; it leads there still."""

    __tablename__ = "offering_address"

    offering_id: Mapped[int] = mapped_column(sa.ForeignKey(Offering.id, ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)


class OfferingPicture(Numbered, Base):
    """A picture of an offering, made small and without metadata; the first stands in lists.

    It is kept in the database, so that one file and one backup hold all. `digest` is part of the
    picture's address: a new picture has a new address, and the old one may be kept for ever.
    `smaller` are the widths in which it is there too, as WebP.
    """

    __tablename__ = "offering_picture"
    told_as: ClassVar = (Offering.__tablename__, "offering_id")
    __table_args__ = (sa.UniqueConstraint("offering_id", "place"),)

    offering_id: Mapped[int] = mapped_column(sa.ForeignKey(Offering.id, ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(default=1)
    alt: Mapped[str] = mapped_column(FreeText(200))
    digest: Mapped[str] = mapped_column(sa.String(16))
    width: Mapped[int]
    height: Mapped[int]
    avif: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    webp: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    smaller: Mapped[list[int] | None] = mapped_column(sa.JSON)
    webp_360: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    webp_720: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)

    offering: Mapped[Offering] = relationship(overlaps="picture")
