"""Reads of participants' own words in reports: whom one may ask, and hers."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus
from portal.core import Actor, Session, as_house, asks_rare
from portal.impact.models import ImpactReport, ReportWords
from portal.impact.queries.registers import of_marks
from portal.impact.rules import ReportStatus
from portal.participants.models import Participant


def list_to_ask(session: Session, report: ImpactReport) -> Sequence[Participant]:
    """List who was there in a report's period; of several providers' nobody."""
    if report.provider_set_id is not None:
        return ()
    marks = of_marks(report.organisation_id, report.period)
    came = marks.add_columns(AttendanceMark.participant_id).where(
        AttendanceMark.status == AttendanceStatus.PRESENT
    )
    # By their ids: of one statement PostgreSQL makes a join, and takes minutes over it where it has
    # counted its tables while they were being filled.
    ids = set(session.scalars(came))
    query = select(Participant).where(Participant.id.in_(ids)).order_by(Participant.name)
    return session.scalars(query).all()


def list_hers(session: Session, actor: Actor) -> list[ReportWords]:
    """List her words that wait for her answer or stand, each once."""
    with as_house(session):
        rows = _hers(session, actor.her_id)
    here = (row for row in rows if row.organisation_id in actor.opens)
    is_open = ReportStatus.COMPILED
    standing = (row for row in here if row.agreed_at or row.report.status is is_open)
    return list({row.sha256: row for row in standing}.values())


@asks_rare
def _hers(participant_id: int | None) -> Select[ReportWords]:
    with_report = joinedload(ReportWords.report).joinedload(ImpactReport.organisation)
    hers = ReportWords.participant_id == participant_id, ReportWords.withdrawn_at.is_(None)
    return select(ReportWords).where(*hers).options(with_report).order_by(ReportWords.id)
