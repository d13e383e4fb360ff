"""A search that is kept, and an activity that she saved."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Addressed, Base, Numbered, enum_column
from portal.core.guard import HersWhereOpened
from portal.finding.rules import Filters
from portal.notices.rules import Channel
from portal.offerings.models import Offering
from portal.organisations.models import Organisation
from portal.participants.models import Participant


class KeptSearch(Addressed, HersWhereOpened, Base):
    """What somebody looks for, until when, and which offerings she knows of.

    A participant is reached as `organisation_id` reaches her, and no staff see what she looks for.
    Of somebody whom nobody knows there is a contact instead, of use once she said yes from there.
    """

    __tablename__ = "kept_search"

    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey(Participant.id, ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    channel: Mapped[Channel] = enum_column(Channel, default=Channel.LETTER)
    address: Mapped[str] = mapped_column(String(254), default="", index=True)
    language: Mapped[str] = mapped_column(String(8), default="")
    asked: Mapped[list[tuple[str, str]]] = mapped_column(JSON)  # as in an address
    known: Mapped[list[int]] = mapped_column(JSON, default=list)  # ids of offerings
    expires_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    @property
    def filters(self) -> Filters:
        """What is looked for."""
        return Filters.of((name, value) for name, value in self.asked)


class SavedOffering(Numbered, HersWhereOpened, Base):
    """An activity that she keeps to look at again; no staff see which.

    Keys that open `organisation_id` show it, as with what she looks for.
    """

    __tablename__ = "saved_offering"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey(Participant.id, ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    offering_id: Mapped[int] = mapped_column(ForeignKey(Offering.id, ondelete="CASCADE"))
