"""Reports that wait for a decision, and those that came back."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.core import Actor, Permission
from portal.impact.models import ImpactReport
from portal.impact.queries import list_reports
from portal.impact.rules import ReportStatus
from portal.recognition.queries import list_sent_here
from portal.web.waiting import Waiting, waits_for
from portal.web.words import day_and_year


@waits_for(Permission.RECOGNISE, rest="recognition.inbox")
def list_submitted(session: Session, actor: Actor) -> Iterator[Waiting]:
    """Reports handed in here, the first first."""
    for report in list_sent_here(session, actor):
        if report.status is ReportStatus.SUBMITTED:
            yield Waiting(
                _("report over %(period)s", period=_period(report)), "recognition.review",
                _("Review"), {"report_uuid": report.uuid}, title=report.organisation.name,
                otherwise=_("Until you answer, they can hand in no other report over these days."),
            )  # fmt: skip


@waits_for(Permission.COMPILE_REPORT)
def list_returned(session: Session, actor: Actor) -> Iterator[Waiting]:
    """Own reports that came back with a remark."""
    for report in list_reports(session, actor):
        is_own = report.organisation_id == actor.organisation_id
        if is_own and report.status is ReportStatus.RETURNED:
            yield Waiting(
                _("your report over %(period)s came back", period=_period(report)),
                "recognition.submit", _("Read the remark"), {"report_uuid": report.uuid},
                otherwise=_("It is not recognised until you hand in a new one."),
            )  # fmt: skip


def _period(report: ImpactReport) -> str:
    return f"{day_and_year(report.from_on)} – {day_and_year(report.until_on)}"
