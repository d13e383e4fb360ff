"""Writes about recognition: hand in, send back, recognise. Each runs once, whatever the race."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.core import N_, Actor, Permission, RuleBroken, audit, clock, hold_lock, insert_into
from portal.core.reading import hold_row
from portal.impact.commands import check_overlap
from portal.impact.models import ImpactReport
from portal.impact.rules import Period, ReportMove, ReportStatus, next_status
from portal.impact.rules.documents import recognised_document
from portal.notices.commands import tell
from portal.organisations.models import Organisation
from portal.organisations.queries import list_recipients
from portal.recognition import queries, rules
from portal.recognition.models import ReportCounter, ReportDecision


def submit(
    session: Session, actor: Actor, *, report: ImpactReport, recogniser_id: int
) -> ImpactReport:
    """Hand a compiled report in with an organisation that may recognise it."""
    hold_lock(session, f"recognition.submit.{report.organisation_id}")
    report = _locked(session, report)
    status = next_status(report.status, ReportMove.SUBMIT)
    recognisers = {found.id: found for found in queries.list_recognisers(session, actor)}
    if recogniser_id not in recognisers:
        raise RuleBroken("recogniser_id", N_("Choose one from the list."))
    check_overlap(
        session,
        report.organisation_id,
        Period(report.from_on, report.until_on),
        report.id,
        report.previous_id,
    )
    report.status = status
    report.recogniser_id = recogniser_id
    report.submitted_at = clock.now()
    _write_down(session, actor, report, rules.Decision.SUBMITTED, "")
    _tell(session, report, recogniser_id, Permission.RECOGNISE, "recognition/submitted")
    return report


def withdraw(session: Session, actor: Actor, *, report: ImpactReport) -> ImpactReport:
    """Take an undecided report back: its days are free again."""
    report = _locked(session, report)
    report.status = next_status(report.status, ReportMove.WITHDRAW)
    report.recogniser_id = report.submitted_at = None
    _write_down(session, actor, report, rules.Decision.WITHDRAWN, "")
    return report


def send_back(session: Session, actor: Actor, *, report: ImpactReport, remark: str) -> ImpactReport:
    """Return a report with a remark that says what to look at."""
    report = _locked(session, report)
    _check_independence(session, actor, report)
    status = next_status(report.status, ReportMove.RETURN)
    if not remark:
        raise RuleBroken("remark", N_("Write what has to be looked at."))
    report.status = status
    _write_down(session, actor, report, rules.Decision.RETURNED, remark)
    _tell(
        session, report, report.organisation_id, Permission.COMPILE_REPORT, "recognition/returned"
    )
    return report


def recognise(session: Session, actor: Actor, *, report: ImpactReport, remark: str) -> ImpactReport:
    """Recognise a report: it gets its number, and from now on everybody can read it."""
    report = _locked(session, report)
    _check_independence(session, actor, report)
    report.status = next_status(report.status, ReportMove.RECOGNISE)
    now = clock.now()
    by = session.get_one(Organisation, actor.organisation_id)
    report.number = next_number(session, clock.today().year)
    report.recognised_at = now
    report.document = recognised_document(
        report.document, number=report.number, by=by.name, at=now, remarks=remark
    )
    report.sha256 = report.document["sha256"]
    _retire_previous(session, report)
    _write_down(session, actor, report, rules.Decision.RECOGNISED, remark)
    _tell(
        session,
        report,
        report.organisation_id,
        Permission.COMPILE_REPORT,
        "recognition/recognised",
        number=report.number,
    )
    return report


def next_number(session: Session, year: int) -> str:
    """The next number of a year (`WW-2026-0001`); the counter's row is locked until the commit."""
    session.execute(
        insert_into(session, ReportCounter).values(year=year, last=0).on_conflict_do_nothing()
    )
    last = session.scalar(
        update(ReportCounter)
        .where(ReportCounter.year == year)
        .values(last=ReportCounter.last + 1)
        .returning(ReportCounter.last)
        .execution_options(synchronize_session=False)
    )
    return f"WW-{year}-{last:04}"


def _locked(session: Session, report: ImpactReport) -> ImpactReport:
    """The report as it is now, kept from others until the commit."""
    return hold_row(session, ImpactReport, report.id)


def _check_independence(session: Session, actor: Actor, report: ImpactReport) -> None:
    """Refuse to recognise one's own report or organisation's, or as an unknown organisation."""
    if not session.get_one(Organisation, actor.organisation_id).is_verified:
        raise RuleBroken("", N_("Your organisation can't recognise reports now. Ask the operator."))
    is_own = report.organisation_id == actor.organisation_id
    if is_own or queries.is_party_to(session, actor.user_id, report):
        raise RuleBroken(
            "",
            N_(
                "You work for this organisation or made this report. "
                "A colleague who didn't has to look at it."
            ),
        )


def _retire_previous(session: Session, report: ImpactReport) -> None:
    if report.previous_id is None:
        return
    previous = session.get(ImpactReport, report.previous_id)
    if previous is not None and previous.status is ReportStatus.RECOGNISED:
        previous.status = next_status(previous.status, ReportMove.REPLACE)


def _write_down(
    session: Session, actor: Actor, report: ImpactReport, decision: rules.Decision, remark: str
) -> None:
    session.add(
        ReportDecision(
            report_id=report.id,
            decision=decision,
            organisation_id=actor.organisation_id,
            user_id=actor.user_id,
            remark=remark,
        )
    )
    audit.record(session, actor, f"report.{decision.value}", report)


def _tell(
    session: Session,
    report: ImpactReport,
    organisation_id: int,
    permission: Permission,
    kind: str,
    number: str = "",
) -> None:
    """Write to those who have to act or wait for it; the remark itself stays in the portal."""
    for recipient in list_recipients(session, organisation_id, permission):
        tell(
            session,
            recipient,
            kind,
            organisation_id=organisation_id,
            report=str(report.uuid),
            number=number,
        )
