"""What time does to the impact room: what nobody said yes to is forgotten."""

from sqlalchemy import delete, select

from portal.core import Session, clock
from portal.impact.models import ImpactReport, MoneySheet, ReportWords
from portal.impact.rules import ReportStatus
from portal.imports.rules import FORGET_READ, ImportStatus

_MAY_PRINT = (ReportStatus.COMPILED, ReportStatus.SUBMITTED)


def forget_sheets(session: Session) -> None:
    """Forget sheets that nobody applied, a week after they were read; a job."""
    session.execute(
        delete(MoneySheet).where(
            MoneySheet.status == ImportStatus.READ,
            MoneySheet.created_at < clock.now() - FORGET_READ,
        )
    )


def forget_words(session: Session) -> None:
    """Forget words without her yes, once their report can't print them; a job."""
    reports = select(ImpactReport.id).where(ImpactReport.status.not_in(_MAY_PRINT))
    unsaid = ReportWords.agreed_at.is_(None), ReportWords.report_id.in_(reports)
    session.execute(delete(ReportWords).where(*unsaid))
