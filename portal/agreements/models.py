"""The agreement and its earlier versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.agreements.rules import ConfirmedHow
from portal.agreements.rules.facts import Facts
from portal.core import Addressed, Base, FreeText, OwnedByOrganisation, enum_column
from portal.enrolments.models import Enrolment


class AgreedText:
    """A version of what is agreed, and who said yes to it."""

    version: Mapped[int] = mapped_column(default=1)
    minutes_per_week: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    participant_does: Mapped[str] = mapped_column(FreeText(1000))
    participant_confirmed_at: Mapped[datetime | None]
    guide_confirmed_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class Agreement(Addressed, AgreedText, OwnedByOrganisation, Base):
    """Goals, hours and who does what, for one enrolment.

    A text that changes is a new version, which both confirm anew; the old one stays as it was, and
    so do the names, days and place that it was about: `copied` and `guide_name` hold them.
    """

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("enrolment_id", "version"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    organisation_id: Mapped[int] = mapped_column(index=True)
    participant_id: Mapped[int] = mapped_column(index=True)
    goals: Mapped[str] = mapped_column(FreeText(1000))
    guide_does: Mapped[str] = mapped_column(FreeText(1000))
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    participant_confirmed_how: Mapped[ConfirmedHow | None] = enum_column(ConfirmedHow)
    guide_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    guide_name: Mapped[str | None] = mapped_column(FreeText(80))  # as it was when she confirmed
    copied: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # see `facts.py`

    enrolment: Mapped[Enrolment] = relationship()

    @property
    def facts(self) -> Facts:
        """Which activity, of whom, when and where, as it was when this version was written."""
        return Facts.of(self.copied)

    @property
    def is_confirmed(self) -> bool:
        """Whether both said yes to this version."""
        return bool(self.participant_confirmed_at and self.guide_confirmed_at)
