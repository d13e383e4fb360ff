"""Reports that wait for a decision, and those that came back."""

from typing import assert_never

from portal.core import clock
from portal.impact.models import ImpactReport
from portal.impact.queries import list_reports
from portal.impact.rules import UNDECIDED, ReportStatus
from portal.recognition import queries
from portal.recognition.queries.sample import list_to_show
from portal.recognition.rules import ANSWER_WITHIN, APPEAL_WITHIN, DECIDE_WITHIN
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, ngettext, waits_for
from portal.web.words import days


@waits_for(Permission.RECOGNISE, rest="recognition.inbox")
def list_submitted(session: Session, actor: Actor) -> Found:
    """Reports handed in here, the first first."""
    for report in queries.list_sent_here(session, actor):
        if report.status in UNDECIDED:
            yield _to_look_at(session, report, "recognition.review")


@waits_for(Permission.OPERATE)
def list_left(session: Session, _actor: Actor) -> Found:
    """Appeals that nobody else can decide on."""
    for report in queries.list_left_to_operator(session):
        yield _to_look_at(session, report, "recognition.review_again")


def _to_look_at(session: Session, report: ImpactReport, endpoint: str) -> Waiting:
    since = report.submitted_at
    if report.status is ReportStatus.APPEALED:
        since = queries.list_decisions(session, report)[-1].created_at
    return Waiting(
        _("report over %(period)s", period=days(report.from_on, report.until_on)), endpoint,
        _("Review"), {"report_uuid": report.uuid}, title=report.organisation.name,
        by=since + DECIDE_WITHIN if since else None,
        otherwise=_("Until you answer, they can hand in no other report over these days."),
    )  # fmt: skip


@waits_for(Permission.COMPILE_REPORT)
def list_returned(session: Session, actor: Actor) -> Found:
    """Own reports that came back, were declined, or that somebody asks about."""
    for report in list_reports(session, actor):
        if report.organisation_id == actor.organisation_id:
            yield from _of_own(session, report, days(report.from_on, report.until_on))


def _of_own(session: Session, report: ImpactReport, period: str) -> Found:
    here = {"report_uuid": report.uuid}
    match report.status:
        case ReportStatus.RETURNED:
            yield Waiting(
                _("your report over %(period)s came back", period=period),
                "recognition.submit", _("Read the remark"), here,
                otherwise=_("It is not recognised until you hand in a new one."),
            )  # fmt: skip
        case ReportStatus.DECLINED:
            by = queries.declined(session, report).created_at + APPEAL_WITHIN
            if by > clock.now():
                yield Waiting(
                    _("your report over %(period)s is declined", period=period),
                    "recognition.submit", _("Read the remark"), here, by=by,
                    otherwise=_("Then you can't ask any more that somebody else looks at it."),
                )  # fmt: skip
        case ReportStatus.SUBMITTED | ReportStatus.APPEALED:
            if asked := queries.asked_since(session, report):
                yield Waiting(
                    _("questions about your report over %(period)s", period=period),
                    "recognition.explain", _("Answer"), here, by=asked + ANSWER_WITHIN,
                    otherwise=_("It is not recognised as long as a question is open."),
                )  # fmt: skip
            if number := len(list_to_show(session, report)):
                words = ngettext(
                    "%(num)s thing was drawn for you to show.",
                    "%(num)s things were drawn for you to show.",
                    number,
                )
                yield Waiting(words, "recognition.explain", _("Show"), here, title=period)
        case (
            ReportStatus.COMPILED | ReportStatus.CLOSED
            | ReportStatus.RECOGNISED | ReportStatus.REPLACED
        ):  # fmt: skip
            pass
        case _:
            assert_never(report.status)
