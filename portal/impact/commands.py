"""Writes about impact reports: compiling one, anew or for the first time."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.actor import Actor
from portal.core.errors import N_, NotAllowed, RuleBroken
from portal.impact import queries
from portal.impact.models import ImpactReport
from portal.impact.rules import (
    REPLACEABLE,
    Period,
    ReportMove,
    ReportStatus,
    check_period,
    next_status,
)
from portal.impact.rules.documents import (
    Investment,
    compile_document,
    public_document,
    settled_document,
)
from portal.organisations.models import Organisation


def compile_report(
    session: Session,
    actor: Actor,
    *,
    period: Period,
    investment: Investment,
    small_count: int,
    replaces: ImpactReport | None = None,
) -> ImpactReport:
    """Count the period of the actor's organisation and freeze the figures.

    Raises RuleBroken when the period is wrong or overlaps another report that left the house:
    from two overlapping reports a reader could subtract what each of them hides.
    """
    if actor.organisation_id is None:
        raise NotAllowed()
    check_period(period, clock.today())
    check_overlap(session, actor.organisation_id, period, replaces.id if replaces else None)
    if replaces is not None:
        _check_replacement(replaces, period)
    organisation = session.get_one(Organisation, actor.organisation_id)
    now = clock.now()
    document = compile_document(
        queries.count_period(session, organisation.id, period),
        organisation=organisation.name,
        period=period,
        compiled_at=now,
        small_count=small_count,
        investment=investment,
        previous=replaces.number if replaces else None,
    )
    if replaces is not None and replaces.status is ReportStatus.RECOGNISED:
        document = settled_document(document, public_document(replaces.document))
    report = ImpactReport(
        organisation=organisation,
        previous_id=replaces.id if replaces else None,
        status=ReportStatus.COMPILED,
        from_on=period.from_on,
        until_on=period.until_on,
        document=document,
        sha256=document["sha256"],
        compiled_at=now,
        compiled_by_id=actor.user_id,
    )
    session.add(report)
    if replaces is not None and replaces.status is ReportStatus.RETURNED:
        # A recognised one stays in force until its successor is recognised.
        replaces.status = next_status(replaces.status, ReportMove.REPLACE)
    audit.record(session, actor, "report.compiled", report)
    return report


def check_overlap(
    session: Session, organisation_id: int, period: Period, *except_ids: int | None
) -> None:
    """Refuse a period that shares a day with another report that left the house."""
    other = queries.find_overlapping(session, organisation_id, period, except_ids)
    if other is not None:
        raise RuleBroken(
            "from_on",
            N_(
                "There is a report from {first} to {last} already. Two reports that share days "
                "could give away small numbers. Choose other days, or replace that report."
            ),
            first=f"{other.from_on:%d-%m-%Y}",
            last=f"{other.until_on:%d-%m-%Y}",
        )


def _check_replacement(replaces: ImpactReport, period: Period) -> None:
    if replaces.status not in REPLACEABLE:
        raise RuleBroken("", N_("This report can't be replaced now."))
    is_same = (replaces.from_on, replaces.until_on) == (period.from_on, period.until_on)
    if replaces.status is ReportStatus.RECOGNISED and not is_same:
        raise RuleBroken(
            "from_on", N_("A recognised report is replaced by one over the same days.")
        )
