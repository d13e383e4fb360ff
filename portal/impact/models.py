"""What was put in, the impact report and where it stands, and who are in one together."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from hashlib import sha256
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Actor, Addressed, Base, FreeText, Guarded, Numbered, Permission, enum_column
from portal.core.sealed import Sealed
from portal.impact.rules import Period, ReportStatus
from portal.impact.rules.together import ProviderAnswer
from portal.imports.rules import ImportStatus
from portal.offerings.rules.pictures import SmallPicture
from portal.organisations.models import Organisation


class InvestmentEntry(Numbered, Guarded, Base):
    """What an organisation put in or was paid in a month, by figure.

    In minutes or cents. Without a row it is unknown. A rate holds from its month on.
    """

    __tablename__ = "investment_entry"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "month", "figure"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    month: Mapped[date]  # its first day
    figure: Mapped[str] = mapped_column(sa.String(32))
    amount: Mapped[int]

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        is_own = cls.organisation_id == actor.organisation_id
        return is_own if actor.may(Permission.COMPILE_REPORT) else sa.false()


class MoneySheet(Addressed, Guarded, Base):
    """A bookkeeper's sheet as it was understood, and what was done with it.

    The file is not kept. `reading` and `choices` are emptied once it was applied; `made` holds for
    each month the figures that it wrote, as they were before and after.
    """

    __tablename__ = "money_sheet"
    not_seen: ClassVar = {"reading", "made"}  # they follow from the rest

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    user_id: Mapped[int | None]
    status: Mapped[ImportStatus] = enum_column(ImportStatus, default=ImportStatus.READ)
    reading: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    choices: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    made: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    applied_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    @property
    def months(self) -> dict[date, dict[str, list[int | None]]]:
        """What it wrote by month and figure: before, and after."""
        return {date.fromisoformat(month): figures for month, figures in self.made.items()}

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        is_own = cls.organisation_id == actor.organisation_id
        return is_own if actor.may(Permission.COMPILE_REPORT) else sa.false()


class ProviderSet(Addressed, Guarded, Base):
    """Providers asked to be in one report: chosen, or of one district.

    It never changes, so that each who says yes knows with whom; only the answers do.
    """

    __tablename__ = "provider_set"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    name: Mapped[str] = mapped_column(FreeText(120))
    district_code: Mapped[str | None] = mapped_column(sa.String(16))
    from_on: Mapped[date]
    until_on: Mapped[date]

    organisation: Mapped[Organisation] = relationship()
    says: Mapped[list[ProviderSay]] = relationship(order_by="ProviderSay.id")

    @property
    def period(self) -> Period:
        return Period(self.from_on, self.until_on)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        return cls.id.in_(_sets_of(actor))


class ProviderSay(Numbered, Guarded, Base):
    """What one of them says to that; all of them see it."""

    __tablename__ = "provider_say"
    __table_args__ = (sa.UniqueConstraint("provider_set_id", "organisation_id"),)

    provider_set_id: Mapped[int] = mapped_column(sa.ForeignKey(ProviderSet.id))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    answer: Mapped[ProviderAnswer] = enum_column(ProviderAnswer, default=ProviderAnswer.ASKED)

    organisation: Mapped[Organisation] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        return cls.provider_set_id.in_(_sets_of(actor))


def _sets_of(actor: Actor) -> Any:
    """Select the sets that the actor's organisation made, or is asked to be in."""
    says, own = ProviderSay, actor.organisation_id
    asked = sa.select(says.provider_set_id).where(says.organisation_id == own)
    its = sa.or_(ProviderSet.organisation_id == own, ProviderSet.id.in_(asked))
    return sa.select(ProviderSet.id).where(
        its if actor.may(Permission.COMPILE_REPORT) else sa.false()
    )


class ImpactReport(Sealed, Base):
    """One organisation's report over a period, or one that it compiled of several.

    `document` holds what anybody may ever see of it: figures below the small count are already
    gone. `sha256` is taken over its canonical form and freezes it; recognition adds the number.
    """

    __tablename__ = "impact_report"
    # They hold what its makers read later: a version made of them would tell it.
    not_seen: ClassVar = {"document", "sha256"}
    __table_args__ = (sa.CheckConstraint("from_on <= until_on", name="ends_after_start"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    recogniser_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    # Of several: it sums what their own reports show, and counts nowhere beside those.
    provider_set_id: Mapped[int | None] = mapped_column(sa.ForeignKey(ProviderSet.id), index=True)
    previous_id: Mapped[int | None] = mapped_column(sa.ForeignKey("impact_report.id"))
    status: Mapped[ReportStatus] = enum_column(ReportStatus, default=ReportStatus.COMPILED)
    from_on: Mapped[date]
    until_on: Mapped[date]
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    compiled_at: Mapped[datetime]
    compiled_by_id: Mapped[int | None]
    submitted_at: Mapped[datetime | None]
    recognised_at: Mapped[datetime | None]

    pictures: Mapped[list[ReportPicture]] = relationship(
        order_by="ReportPicture.place", viewonly=True
    )
    provider_set: Mapped[ProviderSet | None] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    recogniser: Mapped[Organisation | None] = relationship(foreign_keys=recogniser_id)

    @property
    def part_numbers(self) -> list[str]:
        """The numbers of the recognised reports that it is composed of."""
        return [part["number"] for part in self.document.get("parts", ()) if part["number"]]

    @property
    def story(self) -> str:
        """What was done, in its makers' own words."""
        return str(self.document.get("story", ""))

    @property
    def shown_pictures(self) -> list[ReportPicture]:
        """Its pictures that nobody took back, as they were sealed."""
        told = self.document.get("pictures", ())
        return [one for one in self.pictures if not one.withdrawn_at and one.as_sealed in told]

    @property
    def changed_pictures(self) -> list[int]:
        """The places of sealed pictures that nobody took back, and that are not as sealed."""
        here = {one.place: one for one in self.pictures}
        return [
            told["place"]
            for told in self.document.get("pictures", ())
            if (one := here.get(told["place"])) is None
            or not (one.withdrawn_at or (one.as_sealed == told and one.bytes_as_sealed))
        ]

    @classmethod
    def read_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Her organisation's reports, and recognised ones of members whose figures it sees.

        Not their drafts: from drafts over shifted days a cooperative could subtract.
        """
        is_members = sa.and_(
            cls.organisation_id.in_(actor.sees_figures_of), cls.number.is_not(None)
        )
        return sa.or_(cls.organisation_id == actor.organisation_id, is_members)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        # An operator decides where a recogniser has nobody else.
        again = cls.status == ReportStatus.APPEALED if actor.is_operator else sa.false()
        if not actor.is_staff or actor.organisation_id is None:
            return again
        own = sa.or_(cls.read_by(actor), again)
        if not actor.may(Permission.RECOGNISE):
            return own
        sent_here = sa.and_(
            cls.recogniser_id == actor.organisation_id, cls.status != ReportStatus.COMPILED
        )
        return sa.or_(own, sent_here)


class ReportPicture(Numbered, Guarded, Base):
    """A picture in a report; somebody said that all in it agreed.

    The report's document holds its SHA-256. Taken back it keeps no picture and no words.
    """

    __tablename__ = "report_picture"
    __table_args__ = (sa.UniqueConstraint("report_id", "place"),)

    report_id: Mapped[int] = mapped_column(sa.ForeignKey(ImpactReport.id))
    place: Mapped[int]
    alt: Mapped[str] = mapped_column(FreeText(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    width: Mapped[int]
    height: Mapped[int]
    webp: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    agreed_by_id: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]

    @staticmethod
    def kept_of(small: SmallPicture) -> dict[str, Any]:
        """What is kept of a picture that was made small, under which name."""
        digest = sha256(small.webp).hexdigest()
        return {
            "sha256": digest, "width": small.width, "height": small.height, "webp": small.webp
        }  # fmt: skip

    @property
    def as_sealed(self) -> dict[str, Any]:
        """What the report's document says of it."""
        return {
            "place": self.place, "sha256": self.sha256, "width": self.width, "height": self.height
        }  # fmt: skip

    @property
    def bytes_as_sealed(self) -> bytes | None:
        """The picture; None where it was taken back, or differs from the sealed one."""
        webp = self.webp
        return webp if webp and sha256(webp).hexdigest() == self.sha256 else None

    @classmethod
    def is_of(cls, report_uuid: uuid.UUID) -> sa.ColumnElement[bool]:
        """Whether it is a picture of this report."""
        reports = ImpactReport.__table__.c
        of_it = sa.select(reports.id).where(reports.uuid == report_uuid)
        return cls.report_id == of_it.scalar_subquery()

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        reports = ImpactReport.__table__.c  # what has a number is everybody's
        public = sa.select(reports.id).where(reports.number.is_not(None))
        seen = sa.select(ImpactReport.id).where(ImpactReport.visible_to(actor))
        return sa.or_(cls.report_id.in_(public), cls.report_id.in_(seen))
