"""Decisions on reports, and the counter that numbers them."""

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Actor, AppendOnly, Base, FreeText, Guarded, enum_column
from portal.impact.models import ImpactReport
from portal.recognition.rules import Decision


class ReportDecision(AppendOnly, Guarded, Base):
    """One step in a report's way: handed in, returned with a remark, or recognised."""

    __tablename__ = "report_decision"

    report_id: Mapped[int] = mapped_column(ForeignKey(ImpactReport.id), index=True)
    decision: Mapped[Decision] = enum_column(Decision)
    organisation_id: Mapped[int]
    user_id: Mapped[int | None]
    remark: Mapped[str] = mapped_column(FreeText(1000), default="")

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        reports = select(ImpactReport.id).where(ImpactReport.visible_to(actor))
        return cls.report_id.in_(reports)


class ReportCounter(Base):
    """A year's last number; its row is the lock that keeps numbers unique."""

    __tablename__ = "report_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
