"""Organisations, memberships, invitations and cooperative ties."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from portal.accounts.models import User
from portal.core import Actor, Addressed, Base, FreeText, Guarded, Numbered, Role, SeenByStaff
from portal.core.base import enum_column
from portal.organisations.rules import OrganisationKind, OrganisationStatus


class Organisation(Addressed, Base):
    """A social enterprise, cooperative, company, municipality or support organisation."""

    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(FreeText(120))
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[OrganisationKind] = enum_column(OrganisationKind)
    status: Mapped[OrganisationStatus] = enum_column(
        OrganisationStatus, default=OrganisationStatus.REGISTERED
    )
    about: Mapped[str] = mapped_column(FreeText(2000), default="")
    area_code: Mapped[str | None] = mapped_column(sa.String(16))
    address: Mapped[str] = mapped_column(FreeText(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(32), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    verified_at: Mapped[datetime | None]
    # What an operator looks at before verifying; "" where it was registered before that was asked.
    kvk: Mapped[str] = mapped_column(sa.String(8), default="", server_default="")
    website: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    contact_person: Mapped[str] = mapped_column(FreeText(80), default="", server_default="")
    guides_whom: Mapped[str] = mapped_column(FreeText(500), default="", server_default="")
    guided_by: Mapped[str] = mapped_column(FreeText(500), default="", server_default="")
    pso_step: Mapped[int | None]  # of the Prestatieladder Socialer Ondernemen
    suspended_for: Mapped[str] = mapped_column(FreeText(1000), default="", server_default="")

    organisation_id: Mapped[int] = synonym("id")  # whose it is, as any other row says it

    @hybrid_property
    def is_verified(self) -> bool:
        """Whether an operator knows it, of a row and in a query."""
        return self.status == OrganisationStatus.VERIFIED


class Membership(Numbered, Guarded, Base):
    """A user's role in an organisation's team; one role per organisation."""

    __tablename__ = "membership"
    for_experts = True
    __table_args__ = (sa.UniqueConstraint("user_id", "organisation_id"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey(User.id, ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    role: Mapped[Role] = enum_column(Role)
    calendar_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of its secret address

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.is_operator:
            return sa.true()
        if not actor.is_staff:
            return sa.false()
        return sa.or_(
            cls.organisation_id == actor.organisation_id,
            cls.user_id == actor.user_id,
        )


class Invitation(Addressed, SeenByStaff, Base):
    """That somebody may join a team with a role, by a mailed link."""

    __tablename__ = "invitation"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(FreeText(80), default="")
    role: Mapped[Role] = enum_column(Role)
    language: Mapped[str] = mapped_column(sa.String(8), default="nl")
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))  # None: registration
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()


class CooperativeTie(Numbered, Base):
    """A member's place in a cooperative: its days, and what it allows."""

    __tablename__ = "cooperative_tie"
    __table_args__ = (
        sa.CheckConstraint("cooperative_id <> member_id", name="not_itself"),
        sa.Index("ix_cooperative_tie_member_id", "member_id"),
        sa.UniqueConstraint("cooperative_id", "member_id", "from_on"),
    )

    cooperative_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    may_log_attendance: Mapped[bool] = mapped_column(default=False)
    may_see_figures: Mapped[bool] = mapped_column(default=False)

    cooperative: Mapped[Organisation] = relationship(foreign_keys=cooperative_id)
    member: Mapped[Organisation] = relationship(foreign_keys=member_id)
