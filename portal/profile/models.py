"""What she chose for her profile, and to whom she shows it."""

from datetime import date, datetime

from sqlalchemy import JSON, ColumnElement, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Actor, Addressed, Base, FreeText, Numbered
from portal.core.guard import TODAY
from portal.participants.models import HersAlone, ParticipantLink


class ProfileChoice(Numbered, HersAlone, Base):
    """Her words, the lines that she switched, and the competences that she wants first.

    Of entries that were brought together the newest row counts.
    """

    __tablename__ = "profile_choice"

    headline: Mapped[str] = mapped_column(FreeText(120), default="")
    wish: Mapped[str] = mapped_column(FreeText(300), default="")
    switched: Mapped[list[str]] = mapped_column(JSON, default=list)
    first: Mapped[list[str]] = mapped_column(JSON, default=list)


class ProfileShare(Addressed, HersAlone, Base):
    """That others read her profile, until a day or until she stops it.

    The guides of an organisation do, as long as it has her, or else whoever holds the link. `opens`
    are the organisations whose lines it shows: those that her keys opened when she made it.
    """

    __tablename__ = "profile_share"

    for_whom: Mapped[str] = mapped_column(FreeText(80))
    organisation_id: Mapped[int | None] = mapped_column(index=True)  # whose guides; None: by link
    opens: Mapped[list[int]] = mapped_column(JSON)
    until_on: Mapped[date]
    stopped_at: Mapped[datetime | None]

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """That it shows something now."""
        has_her = select(ParticipantLink.id).where(
            ParticipantLink.participant_id == cls.participant_id,
            ParticipantLink.organisation_id == cls.organisation_id,
            ParticipantLink.has_her(),
        )
        to_somebody = cls.organisation_id.is_(None) | has_her.exists()
        return cls.stopped_at.is_(None) & (cls.until_on >= TODAY) & to_somebody

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.is_staff and actor.organisation_id is not None:
            return (cls.organisation_id == actor.organisation_id) & cls.is_open()
        return super().visible_to(actor)
