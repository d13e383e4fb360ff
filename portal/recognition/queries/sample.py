"""Reads about the sample of evidence: what there is, what was drawn, and what was looked at."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from portal.core import Session, as_house
from portal.core.clock import written
from portal.impact.models import ImpactReport
from portal.impact.queries.held import list_held
from portal.impact.rules import UNDECIDED, Period
from portal.impact.rules.documents import Document
from portal.progress.models import Outflow
from portal.recognition.models import ReportLogLine, SampleItem
from portal.recognition.queries import trail_of
from portal.recognition.rules import Logged
from portal.recognition.rules.log import hash_of
from portal.recognition.rules.sample import PERCENT, Evidence, sizes_of
from portal.schedule.models import OfferingSession


def list_registers(session: Session, report: ImpactReport) -> Sequence[int]:
    """List the sessions that a report counts, in an order that says nothing."""
    period = Period(report.from_on, report.until_on)
    held = list_held(session, report.organisation_id, period)
    return [row.id for row in sorted(held, key=lambda row: row.uuid)]


def list_documents(session: Session, report: ImpactReport) -> Sequence[int]:
    """List the last step of each person who went on and showed it."""
    rows = session.execute(
        select(Outflow.participant_id, Outflow.id)
        .where(
            Outflow.organisation_id == report.organisation_id,
            Outflow.started_on.between(report.from_on, report.until_on),
            Outflow.document_seen_on.is_not(None),
        )
        .order_by(Outflow.started_on, Outflow.id)
    )
    return sorted({row.participant_id: row.id for row in rows}.values())


LISTS: dict[Evidence, Callable[[Session, ImpactReport], Sequence[int]]] = {
    Evidence.REGISTER: list_registers,
    Evidence.DOCUMENT: list_documents,
}
_TABLES: dict[Evidence, Any] = {Evidence.REGISTER: OfferingSession, Evidence.DOCUMENT: Outflow}


def list_undrawn(session: Session) -> list[ImpactReport]:
    """List the reports that wait for a sample: handed in, with evidence, not drawn yet."""
    is_drawn = select(SampleItem.id).where(SampleItem.report_id == ImpactReport.id).exists()
    waiting = select(ImpactReport).where(ImpactReport.status.in_(UNDECIDED), ~is_drawn)
    with as_house(session):
        found = session.scalars(waiting.order_by(ImpactReport.id)).all()
    return [report for report in found if sizes_of(report.document)]


def list_items(session: Session, report: ImpactReport) -> Sequence[SampleItem]:
    """List what was drawn for a report, in order; first what its own line drew."""
    items = session.scalars(select(SampleItem).where(SampleItem.report_id == report.id)).all()
    return sorted(items, key=lambda item: (item.kind, item.line is None, item.number))


def list_drawn_before(session: Session, report: ImpactReport, kind: Evidence) -> set[int | None]:
    """List what was ever drawn of an organisation for other reports."""
    return set(
        session.scalars(
            select(SampleItem.row_id)
            .join(ImpactReport, ImpactReport.id == SampleItem.report_id)
            .where(
                ImpactReport.organisation_id == report.organisation_id,
                ImpactReport.id != report.id,
                SampleItem.kind == kind,
            )
        )
    )


def list_to_show(session: Session, report: ImpactReport) -> list[str]:
    """Name what was drawn and waits for its makers to show it."""
    if report.status not in UNDECIDED:
        return []
    shown, items = trail_of(session, report).shown, list_items(session, report)
    return [i.name for i in items if i.row_id is not None and i.name not in shown]


def rows_of(session: Session, items: Sequence[SampleItem]) -> dict[str, Any]:
    """Find what its makers look up, by item: a session, a next step."""
    found = {}
    for kind, table in _TABLES.items():
        ids = {item.row_id: item.name for item in items if item.kind is kind}
        rows = session.scalars(select(table).where(table.id.in_(ids)))
        found.update({ids[row.id]: row for row in rows})
    return found


def sum_of(session: Session, report: ImpactReport) -> Document | None:
    """Sum up the sample for everybody; None where there is no evidence."""
    items, trail = list_items(session, report), trail_of(session, report)
    positions = [item.line for item in items if item.line is not None]
    of_line = select(ReportLogLine).where(ReportLogLine.position.in_(positions[:1]))
    line = session.scalar(of_line)
    kinds = {
        kind.value: {
            "of": of,
            "drawn": [i.number for i in items if i.kind is kind and i.line is not None],
            "kept": len([i for i in items if i.kind is kind and i.line is None]),
            "looked_at": len([i for i in items if i.kind is kind and i.name in trail.looked]),
        }
        for kind, of in sizes_of(report.document).items()
    }
    if not kinds or report.submitted_at is None:
        return None
    return {
        "percent": PERCENT,
        "submitted_at": written(report.submitted_at),
        "line": line.position if line else None,
        "seed": hash_of(line.line) if line else None,
        "kinds": kinds,
    }


def first_line_after(session: Session, report: ImpactReport) -> ReportLogLine | None:
    """Find the first countersigned line of the log since a report was handed in."""
    return session.scalar(
        select(ReportLogLine)
        .where(
            ReportLogLine.event == Logged.COUNTERSIGNED,
            ReportLogLine.created_at > report.submitted_at,
        )
        .order_by(ReportLogLine.position)
        .limit(1)
    )
