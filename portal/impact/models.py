"""What was put in, the impact report and where it stands, and who are in one together."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any, ClassVar, Self

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Actor, Addressed, Base, FreeText, Guarded, Numbered, Permission, enum_column
from portal.core.guard import SeenByStaff, hers_where_opened
from portal.core.sealed import Sealed
from portal.impact.rules import MOST_LETTERS, Period, ReportStatus, WordsAnswer
from portal.impact.rules.together import ProviderAnswer
from portal.imports.rules import ImportStatus
from portal.organisations.models import Organisation
from portal.participants.models import Participant


class InvestmentEntry(Numbered, SeenByStaff, Base):
    """What an organisation put in or was paid in a month, by figure.

    In minutes or cents. Without a row it is unknown. A rate holds from its month on.
    """

    __tablename__ = "investment_entry"
    seen_with = Permission.COMPILE_REPORT
    __table_args__ = (sa.UniqueConstraint("organisation_id", "month", "figure"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    month: Mapped[date]  # its first day
    figure: Mapped[str] = mapped_column(sa.String(32))
    amount: Mapped[int]


class MoneySheet(Addressed, SeenByStaff, Base):
    """A bookkeeper's sheet as it was understood, and what was done with it.

    The file is not kept. `reading` and `choices` are emptied once it was applied; `made` holds for
    each month the figures that it wrote, as they were before and after.
    """

    __tablename__ = "money_sheet"
    seen_with = Permission.COMPILE_REPORT
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
    words: Mapped[list[ReportWords]] = relationship(order_by="ReportWords.place", viewonly=True)
    provider_set: Mapped[ProviderSet | None] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=organisation_id)
    recogniser: Mapped[Organisation | None] = relationship(foreign_keys=recogniser_id)

    @property
    def period(self) -> Period:
        return Period(self.from_on, self.until_on)

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
    def shown_words(self) -> list[ReportWords]:
        """The words in it to which who said them says yes, as they were sealed."""
        told = self.document.get("words", ())
        return [one for one in self.words if one.is_sealed_as_it_is and one.as_sealed in told]

    @property
    def changed_parts(self) -> list[str]:
        """The sealed pictures and words that are neither as sealed nor taken back."""
        return [
            f"{name} {told['place']}"
            for name in ("pictures", "words")
            for told in self.document.get(name, ())
            if not any(row.stands_for(told) for row in getattr(self, name))
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


class ReportPart(Numbered, Guarded):
    """What stands in a report beside its figures; the document holds a hash."""

    __table__: ClassVar[sa.FromClause]

    report_id: Mapped[int] = mapped_column(sa.ForeignKey(ImpactReport.id))
    place: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    withdrawn_at: Mapped[datetime | None]

    @property
    def as_sealed(self) -> dict[str, Any]:
        """What the report's document says of it."""
        return {"place": self.place, "sha256": self.sha256}

    @property
    def is_sealed_as_it_is(self) -> bool:
        """Whether it is there, and is what its hash was made of."""
        raise NotImplementedError

    def again(self, report: ImpactReport) -> Self:
        """The same for another report."""
        new = {"id", "created_at", "uuid", "report_id"}
        names = {column.key for column in self.__table__.columns} - new
        make: Any = type(self)
        part: Self = make(report_id=report.id, **{name: getattr(self, name) for name in names})
        return part

    def stands_for(self, told: Mapping[str, Any]) -> bool:
        """Whether it is what a document tells of, or was taken back since."""
        is_it = self.as_sealed == told and self.is_sealed_as_it_is
        return self.place == told["place"] and (self.withdrawn_at is not None or is_it)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        reports = ImpactReport.__table__.c  # what has a number is everybody's
        public = sa.select(reports.id).where(reports.number.is_not(None))
        seen = sa.select(ImpactReport.id).where(ImpactReport.visible_to(actor))
        return sa.or_(cls.report_id.in_(public), cls.report_id.in_(seen))


class ReportPicture(ReportPart, Base):
    """A picture in a report; somebody said that all in it agreed.

    The report's document holds its SHA-256. Taken back it keeps no picture and no words.
    """

    __tablename__ = "report_picture"
    __table_args__ = (sa.UniqueConstraint("report_id", "place"),)

    alt: Mapped[str] = mapped_column(FreeText(200))
    width: Mapped[int]
    height: Mapped[int]
    webp: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    agreed_by_id: Mapped[int | None]

    @property
    def as_sealed(self) -> dict[str, Any]:
        """Its place, its hash and its size."""
        return {**super().as_sealed, "width": self.width, "height": self.height}

    @property
    def is_sealed_as_it_is(self) -> bool:
        """Whether there is a picture with that hash."""
        return self.bytes_as_sealed is not None

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


class ReportWords(ReportPart, Addressed, Base):
    """What a participant said, for a report: printed at her own yes only.

    The report's document holds a hash with a salt. Taken back it keeps neither the words nor the
    salt, nor whose they were.
    """

    __tablename__ = "report_words"
    __table_args__ = (sa.UniqueConstraint("report_id", "place"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    participant_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Participant.id), index=True)
    words: Mapped[str] = mapped_column(FreeText(MOST_LETTERS))
    language: Mapped[str] = mapped_column(sa.String(8))  # which she said them in; never translated
    salt: Mapped[str] = mapped_column(sa.String(32))
    agreed_at: Mapped[datetime | None]

    report: Mapped[ImpactReport] = relationship(viewonly=True)
    participant: Mapped[Participant | None] = relationship()

    @property
    def answer(self) -> WordsAnswer:
        """What she says to it."""
        if self.withdrawn_at:
            return WordsAnswer.TAKEN_BACK if self.agreed_at else WordsAnswer.NO
        return WordsAnswer.YES if self.agreed_at else WordsAnswer.ASKED

    @property
    def hash_now(self) -> str:
        """The hash of the words as they are."""
        return sha256("\n".join((self.salt, self.language, self.words)).encode()).hexdigest()

    @property
    def is_sealed_as_it_is(self) -> bool:
        """Whether she says yes, and to these words."""
        return self.answer is WordsAnswer.YES and self.hash_now == self.sha256

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        asked = cls.organisation_id == actor.organisation_id
        if actor.is_participant:
            asked = hers_where_opened(actor, cls.participant_id, cls.organisation_id)
        elif not actor.may(Permission.COMPILE_REPORT):
            asked = sa.false()
        return sa.or_(asked, sa.and_(cls.agreed_at.is_not(None), super().visible_to(actor)))
