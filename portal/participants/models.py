"""Participants, the organisations that know them, and programmes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, false, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.actor import Actor
from portal.core.base import Addressed, Base, Numbered, enum_column
from portal.core.guard import Guarded
from portal.core.types import FreeText
from portal.organisations.models import Organisation
from portal.participants.rules import ContactWay


class Participant(Addressed, Guarded, Base):
    """A person who takes part: a name to call and a way to reach her, no more.

    There is no BSN, no address, no date of birth and nothing about health or benefits.
    The card's token is 128 bits; only its hash is kept. A new card ends the old one.
    """

    __tablename__ = "participant"

    name: Mapped[str] = mapped_column(FreeText(80))
    language: Mapped[str] = mapped_column(String(8), default="nl")
    contact_way: Mapped[ContactWay] = enum_column(ContactWay)
    phone: Mapped[str] = mapped_column(String(32), default="")  # E.164
    email: Mapped[str] = mapped_column(String(254), default="")
    birth_year: Mapped[int | None]
    has_only_name: Mapped[bool] = mapped_column(default=False)  # she walked in; the rest is asked
    card_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    card_version: Mapped[int] = mapped_column(default=0)
    card_issued_at: Mapped[datetime | None]
    wants_reminders: Mapped[bool] = mapped_column(default=True)
    calendar_hash: Mapped[str | None] = mapped_column(String(64), unique=True, index=True)
    # The same person was entered twice: everything of this row moved to that one, and no staff see
    # this one. (No constraint: SQLite would copy the whole table, and take out what hangs on it.)
    merged_into_id: Mapped[int | None] = mapped_column(index=True)

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.is_participant:
            return cls.id == actor.participant_id
        if actor.is_staff and actor.organisation_id is not None:
            known = select(ParticipantLink.participant_id).where(
                ParticipantLink.organisation_id.in_(actor.keeps_registers_of)
            )
            return cls.id.in_(known) & cls.merged_into_id.is_(None)
        return false()


class ParticipantLink(Numbered, Base):
    """That an organisation knows a participant: she applied, takes part or took part there.

    Enrolments make it, and take it away when an application leads to nothing.
    """

    __tablename__ = "participant_link"
    __table_args__ = (UniqueConstraint("organisation_id", "participant_id"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    participant_id: Mapped[int] = mapped_column(
        ForeignKey(Participant.id, ondelete="CASCADE"), index=True
    )


class Programme(Numbered, Base):
    """A scheme of the city with its hours, between two dates; kept by the operator as data."""

    __tablename__ = "programme"

    name: Mapped[str] = mapped_column(FreeText(80))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    weekly_minutes: Mapped[int | None]
    total_minutes: Mapped[int | None]
    source: Mapped[str] = mapped_column(FreeText(200), default="")


class ProgrammeTerm(Numbered, Guarded, Base):
    """The time in which a participant is in a programme."""

    __tablename__ = "programme_term"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey(Participant.id, ondelete="CASCADE"), index=True
    )
    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id))
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    programme: Mapped[Programme] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        return cls.participant_id.in_(select(Participant.id).where(Participant.visible_to(actor)))
