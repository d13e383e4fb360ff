"""Proofs of what people can."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Addressed, Base, FreeText, OwnedByOrganisation
from portal.core.sealed import Sealed
from portal.organisations.models import Organisation
from portal.participants.models import HersAlone, Participant


class Credential(OwnedByOrganisation, Sealed, Base):
    """One competence of a person, confirmed by several voices at one provider, signed for it.

    `token` names nobody, so it stays right when she is forgotten: then `participant_id` is None.
    """

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("organisation_id", "list_index"),)

    number: Mapped[str] = mapped_column(String(32), unique=True)
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey(Participant.id, ondelete="SET NULL"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    competence: Mapped[str] = mapped_column(String(64))
    voices: Mapped[list[str]] = mapped_column(JSON)  # whose, when it was made
    list_index: Mapped[int]  # its place in the issuer's status list, drawn by lot
    token: Mapped[str] = mapped_column(Text)  # a VC-JWT
    shows_examples: Mapped[bool] = mapped_column(default=False)  # to who checks it
    withdrawn_at: Mapped[datetime | None]
    is_withdrawn_by_issuer: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(FreeText(300), default="")  # of the issuer, for her

    organisation: Mapped[Organisation] = relationship()


class BroughtBadge(Addressed, HersAlone, Base):
    """A badge that another gave her, as it is.

    What it says is read from it each time. `opens` are the organisations that
    her keys opened when she brought it, as with a link of hers.
    """

    __tablename__ = "brought_badge"

    token: Mapped[str] = mapped_column(Text)  # a VC-JWT
    opens: Mapped[list[int]] = mapped_column(JSON)
