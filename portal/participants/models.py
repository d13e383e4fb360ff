"""Participants, the organisations that know them, and programmes."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.core import Actor, Addressed, Base, Numbered, clock, enum_column, folded
from portal.core.guard import TODAY, Guarded, hers_where_opened
from portal.core.types import FreeText, Plain
from portal.organisations.models import Organisation
from portal.participants.rules import Contact, ContactWay, KeyKind


class Participant(Addressed, Guarded, Base):
    """A person who takes part: a name; who knows her keeps contacts.

    There is no BSN, no address, no date of birth and nothing about health or benefits.
    """

    __tablename__ = "participant"
    told_when_changed: ClassVar = {
        f"participant.{event}"
        for event in ("contact_changed", "contact_put_back", "renamed", "merged", "unmerged")
    }

    name: Mapped[str] = mapped_column(FreeText(80))
    # What queries find and sort her by. Whoever changes the fold fills it again by a migration.
    folded_name: Mapped[str] = mapped_column(
        Plain, index=True, default=lambda row: folded(row.get_current_parameters()["name"])
    )
    language: Mapped[str] = mapped_column(sa.String(8), default="nl")
    birth_year: Mapped[int | None]
    has_only_name: Mapped[bool] = mapped_column(default=False)  # she walked in; the rest is asked
    # The same person was entered twice: everything of this row moved to that one, and no staff see
    # this one. (No constraint: SQLite would copy the whole table, and take out what hangs on it.)
    merged_into_id: Mapped[int | None] = mapped_column(index=True)

    @validates("name")
    def _fold(self, _key: str, name: str) -> str:
        self.folded_name = folded(name)
        return name

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.is_participant:
            return cls.id == actor.participant_id
        if actor.is_staff and actor.organisation_id is not None:
            # The bare table: no guard is added to it, so past records keep her name.
            link = ParticipantLink.__table__.c
            known = sa.select(link.participant_id).where(
                link.organisation_id.in_(actor.keeps_registers_of), link.knows_her
            )
            return cls.id.in_(known) & cls.merged_into_id.is_(None)
        return sa.false()


class HersAlone(Guarded):
    """Rows that are hers alone: no organisation sees them, not even as hidden ones."""

    participant_id: Mapped[int] = mapped_column(sa.ForeignKey(Participant.id), index=True)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        hers = cls.participant_id == actor.participant_id
        return hers if actor.is_participant else sa.false()


class ParticipantLink(Numbered, Guarded, Base):
    """That an organisation knows a participant, and how that organisation reaches her.

    She applied, takes part or took part there. When an application leads to nothing, it knows her
    no more (`knows_her`); the contact stays for when she signs up there again, seen by no staff.
    `contact_from_id` is the organisation whose staff wrote the contact down, which need not be this
    one; None when she gave it herself. `earlier` is the contact before it, for as long as she can
    still say that the new one isn't hers.
    """

    __tablename__ = "participant_link"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "participant_id"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    participant_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Participant.id, ondelete="CASCADE"), index=True
    )
    contact_way: Mapped[ContactWay] = enum_column(ContactWay, default=ContactWay.VISIT)
    phone: Mapped[str] = mapped_column(sa.String(32), default="", index=True)  # E.164
    email: Mapped[str] = mapped_column(sa.String(254), default="", index=True)
    contact_from_id: Mapped[int | None]
    contact_since: Mapped[datetime | None]
    earlier: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    knows_her: Mapped[bool] = mapped_column(default=True)
    wants_reminders: Mapped[bool] = mapped_column(default=True)  # of what she does there
    held_until: Mapped[date | None]  # None: now; set by enrolments.holds alone

    participant: Mapped[Participant] = relationship()
    organisation: Mapped[Organisation] = relationship()

    @property
    def contact(self) -> Contact:
        """How this organisation reaches her."""
        return Contact(self.contact_way, self.phone, self.email)

    @property
    def earlier_contact(self) -> Contact | None:
        """The contact before, while she can say the new one isn't hers."""
        if not self.earlier:
            return None
        way = ContactWay(self.earlier["way"])
        return Contact(way, self.earlier["phone"], self.earlier["email"])

    @property
    def as_typed(self) -> dict[str, str]:
        """The contact as a form's fields."""
        return {"contact_way": self.contact_way, "phone": self.phone, "email": self.email}

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.is_participant:
            return hers_where_opened(actor, cls.participant_id, cls.organisation_id)
        if actor.is_staff and actor.organisation_id is not None:
            return cls.organisation_id.in_(actor.keeps_registers_of) & cls.has_her()
        return sa.false()

    @classmethod
    def has_her(cls) -> sa.ColumnElement[bool]:
        """That the organisation has her: she takes part, hopes to, or did until lately."""
        return cls.knows_her & sa.or_(cls.held_until.is_(None), cls.held_until >= TODAY)


class ParticipantKey(Addressed, Guarded, Base):
    """What a participant's pages open with, and the organisations of which it opens them.

    `opens` never grows by what staff do. `organisation_id` is whose staff made it, or whose key it
    was made with: they may have a copy. None: nobody else had it. `user_id` is None when she made
    it herself. Of its token, 128 bits, only the hash is kept; none is left when it was used up.
    """

    __tablename__ = "participant_key"

    participant_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Participant.id, ondelete="CASCADE"), index=True
    )
    kind: Mapped[KeyKind] = enum_column(KeyKind)
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    opens: Mapped[list[int]] = mapped_column(sa.JSON)
    organisation_id: Mapped[int | None]
    user_id: Mapped[int | None]
    expires_at: Mapped[datetime | None]  # of the token; what it opened stays open
    ended_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None]  # the key for which this one ended

    participant: Mapped[Participant] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.is_participant:
            own = cls.participant_id == actor.participant_id
            return own & sa.or_(
                cls.organisation_id.is_(None), cls.organisation_id.in_(sorted(actor.opens))
            )
        if actor.is_staff and actor.organisation_id is not None:
            return (cls.organisation_id == actor.organisation_id) & cls.user_id.is_not(None)
        return sa.false()


class Programme(Numbered, Base):
    """A scheme of the city with its hours, between two dates, as data."""

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
        sa.ForeignKey(Participant.id, ondelete="CASCADE"), index=True
    )
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey(Programme.id))
    from_on: Mapped[date]
    until_on: Mapped[date | None]

    programme: Mapped[Programme] = relationship()

    def runs_on(self, day: date) -> bool:
        """Whether she is in the programme on a day."""
        return clock.is_within(day, self.from_on, self.until_on)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        hers = Participant.visible_to(actor)
        if actor.is_staff:
            link = ParticipantLink
            hers &= Participant.id.in_(
                sa.select(link.participant_id).where(
                    link.organisation_id.in_(actor.keeps_registers_of), link.has_her()
                )
            )
        return cls.participant_id.in_(sa.select(Participant.id).where(hers))
