"""Decisions on reports, the counter that numbers them, and the log of what was recognised."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Actor, AppendOnly, Base, FreeText, Guarded, enum_column
from portal.impact.models import ImpactReport
from portal.recognition.rules import Decision, Logged
from portal.recognition.rules.sample import Evidence


class _OfReport(AppendOnly, Guarded):
    """What was written of a report, once, for all who see it."""

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        table: Any = cls
        reports = select(ImpactReport.id).where(ImpactReport.visible_to(actor))
        return table.report_id.in_(reports)  # type: ignore[no-any-return]


class ReportDecision(_OfReport, Base):
    """One step in a report's way: handed in, a question about a figure, recognised."""

    __tablename__ = "report_decision"

    report_id: Mapped[int] = mapped_column(ForeignKey(ImpactReport.id), index=True)
    decision: Mapped[Decision] = enum_column(Decision)
    organisation_id: Mapped[int]
    user_id: Mapped[int | None]
    remark: Mapped[str] = mapped_column(FreeText(1000), default="")
    # A figure, or what was drawn; who saw that is the remark.
    about: Mapped[str] = mapped_column(String(64), default="", server_default="")
    seen_on: Mapped[date | None]


class SampleItem(_OfReport, Base):
    """What was drawn to be shown: a number, and whose row it is.

    `line` of the public log drew it; None: it was drawn for an earlier report of these days.
    """

    __tablename__ = "report_sample"

    report_id: Mapped[int] = mapped_column(ForeignKey(ImpactReport.id), index=True)
    kind: Mapped[Evidence] = enum_column(Evidence)
    number: Mapped[int]
    line: Mapped[int | None]
    row_id: Mapped[int | None]  # None: it is not there any more

    @property
    def name(self) -> str:
        """What it is called in the trail."""
        return f"{self.kind.value}-{self.number}{'' if self.line else '-before'}"


class ReportCounter(Base):
    """A year's last number; its row is the lock that keeps numbers unique."""

    __tablename__ = "report_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class ReportLogLine(AppendOnly, Base):
    """One line of the public log, as everybody reads it: canonical JSON, chained and signed.

    What stands beside `line` is for finding it. `method_version` is by which its figures are drawn.
    """

    __tablename__ = "report_log"
    __table_args__ = (Index("ix_report_log_report_id", "report_id"),)

    position: Mapped[int] = mapped_column(unique=True)  # from 1, without gaps
    event: Mapped[Logged] = enum_column(Logged)
    report_id: Mapped[int | None] = mapped_column(ForeignKey(ImpactReport.id))
    method_version: Mapped[str | None] = mapped_column(String(16))
    line: Mapped[str] = mapped_column(Text)
