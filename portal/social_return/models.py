"""A contract with a duty of social return, and the lines that fulfil it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Actor, FreeText, Guarded, Permission
from portal.core.base import Addressed, AppendOnly, Base, enum_column
from portal.organisations.models import Organisation
from portal.social_return.rules.contracts import NOT_SENT, LineStatus
from portal.social_return.rules.counting import Claim


class SchemeVersion(AppendOnly, Base):
    """A scheme's version that an operator entered; `text` is JSON, as in the file."""

    __tablename__ = "scheme_version"
    __table_args__ = (sa.UniqueConstraint("key", "version"),)

    key: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)


class _OfBoth(Guarded):
    """Rows of the contractor that declares and of the account manager's organisation.

    An amount names a target group to whoever knows the table: nobody else sees one (decision 52).
    """

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    manager_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if not (actor.is_staff and actor.may(Permission.KEEP_CONTRACTS)):
            return sa.false()
        is_own = cls.organisation_id == actor.organisation_id
        if not actor.may(Permission.RECOGNISE):
            return is_own
        return is_own | (cls.manager_id == actor.organisation_id)


class Contract(Addressed, _OfBoth, Base):
    """A contract of a municipality, with its duty in cents; `percent` in hundredths of one."""

    __tablename__ = "contract"

    title: Mapped[str] = mapped_column(FreeText(120))
    number: Mapped[str] = mapped_column(FreeText(60))
    scheme: Mapped[str] = mapped_column(sa.String(40))
    value_cents: Mapped[int] = mapped_column(sa.BigInteger)
    percent: Mapped[int | None]
    duty_cents: Mapped[int] = mapped_column(sa.BigInteger)
    from_on: Mapped[date]
    until_on: Mapped[date]

    organisation: Mapped[Organisation] = relationship(foreign_keys="Contract.organisation_id")
    manager: Mapped[Organisation] = relationship(foreign_keys="Contract.manager_id")


class ContractLine(Addressed, _OfBoth, Base):
    """One claim on a contract, under the scheme's version of its first day.

    `mark` stands for the person or the invoice, and tells only that two lines have the same.
    """

    __tablename__ = "contract_line"

    contract_id: Mapped[int] = mapped_column(sa.ForeignKey(Contract.id), index=True)
    version: Mapped[int]
    tariff: Mapped[str] = mapped_column(sa.String(80))
    mark: Mapped[str] = mapped_column(sa.String(64), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    week_minutes: Mapped[int]
    given: Mapped[int]
    bonuses: Mapped[str] = mapped_column(sa.String(300))
    seen_by: Mapped[str] = mapped_column(FreeText(80))
    seen_on: Mapped[date]
    status: Mapped[LineStatus] = enum_column(LineStatus, default=LineStatus.DECLARED)
    accepted_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(FreeText(4000), default="", server_default="")

    placement: Mapped[str | None] = mapped_column(sa.String(64), index=True)  # its mark, too
    provider_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)

    contract: Mapped[Contract] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys="ContractLine.organisation_id")

    @property
    def stage(self) -> tuple[int, datetime | None]:
        """What is counted first: what was agreed to keeps its amount, unsent lines cut none."""
        was_sent = self.status not in NOT_SENT
        return (0 if self.accepted_at else 1 if was_sent else 2), self.accepted_at

    @property
    def claim(self) -> Claim:
        """What was put in, as it is counted."""
        bonuses = tuple(self.bonuses.split())
        of = (self.tariff, self.from_on, self.until_on, self.week_minutes, self.given)
        return Claim(*of, bonuses)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Show a provider what it got; no page of it says an amount."""
        if not (actor.is_staff and actor.may(Permission.KEEP_CONTRACTS)):
            return sa.false()
        is_sent = cls.status.not_in(NOT_SENT)
        is_own = cls.organisation_id == actor.organisation_id
        is_got = cls.provider_id == actor.organisation_id
        return sa.and_(super().visible_to(actor), is_own | is_sent) | is_got
