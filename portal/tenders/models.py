"""An opportunity with what it asks, and an organisation's dossier for it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, ForeignKey, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Actor, Addressed, Base, FreeText, Numbered, Permission, clock
from portal.core.base import enum_column
from portal.core.guard import SeenByStaff
from portal.organisations.models import Organisation
from portal.tenders.rules import OpportunityKind, OpportunityStatus


class Opportunity(Addressed, SeenByStaff, Base):
    """A lot, a call or a growth fund.

    What it asks is fixed once it is public; what is empty isn't asked. `volume` and
    `reference_people` are people.
    """

    __tablename__ = "opportunity"
    for_experts = True

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    kind: Mapped[OpportunityKind] = enum_column(OpportunityKind)
    status: Mapped[OpportunityStatus] = enum_column(
        OpportunityStatus, default=OpportunityStatus.DRAFT
    )
    title: Mapped[str] = mapped_column(FreeText(120))
    body: Mapped[str] = mapped_column(FreeText(4000))
    closes_on: Mapped[date]  # the last day
    published_at: Mapped[datetime | None]
    volume: Mapped[int | None]
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    competences: Mapped[list[str]] = mapped_column(JSON, default=list)
    reference_people: Mapped[int | None]
    satisfaction: Mapped[int | None]
    completion: Mapped[int | None]
    asks_trend: Mapped[bool] = mapped_column(default=False)
    certificates: Mapped[str] = mapped_column(FreeText(500), default="")  # one a line
    pso_step: Mapped[int | None]
    reserved_percent: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship()

    @property
    def is_over(self) -> bool:
        return self.closes_on < clock.today()

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        return or_(cls.status == OpportunityStatus.PUBLIC, super().visible_to(actor))


class Dossier(Numbered, SeenByStaff, Base):
    """What an organisation chose to show for an opportunity.

    It holds no figure: those are read from recognised reports each time that it is drawn.
    """

    __tablename__ = "dossier"
    seen_with = Permission.TENDER
    __table_args__ = (UniqueConstraint("organisation_id", "opportunity_id"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), index=True)
    words: Mapped[str] = mapped_column(FreeText(2000), default="")
    chosen: Mapped[list[str]] = mapped_column(JSON)  # keys of requirements
    # By requirement: a value, until when it holds, and the document that says so.
    declared: Mapped[dict[str, Any]] = mapped_column(JSON)
