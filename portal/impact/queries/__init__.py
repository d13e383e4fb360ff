"""Reads of reports: what stands in one beside its figures, one of them, and the list."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.attendance.queries.relied_on import when_asked_what_rests
from portal.core import Actor, NotFound, as_house, one_or_not_found
from portal.core.clock import day_bounds
from portal.impact.models import ImpactReport, InvestmentEntry, ReportPicture
from portal.impact.rules import BINDING, Period, ReportStatus
from portal.impact.rules.documents import Document
from portal.offerings.models import Offering
from portal.offerings.rules import OfferingStatus
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

# A report of several providers says what theirs say: next to those it would count twice.
OF_ONE = ImpactReport.provider_set_id.is_(None)
IN_FORCE = OF_ONE, ImpactReport.status == ReportStatus.RECOGNISED
_ENDED_TOGETHER = 3  # a year, its half and its quarter
_AS_LONG = 0.05  # half a year is 181 or 184 days


def list_activities(
    session: Session, organisation_id: int, period: Period
) -> tuple[list[str], int]:
    """List a period's activities, by title, and count the groups since.

    Those that everybody could find: from the schedule, and never from who came. A title says
    nothing of anybody.
    """
    starts, ends = day_bounds(period.from_on, period.until_on)
    groups = session.execute(
        select(Offering.title, func.min(OfferingSession.starts_at) < ends)
        .join(OfferingSession, OfferingSession.offering_id == Offering.id)
        .where(
            Offering.organisation_id == organisation_id,
            Offering.published_at.is_not(None),
            Offering.status != OfferingStatus.HIDDEN,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at >= starts,
        )
        .group_by(Offering.id, Offering.title)
    ).all()
    titles = {title for title, is_in_it in groups if is_in_it}
    return sorted(titles, key=str.casefold), len(groups)


def list_entries(
    session: Session, organisation_id: int, until_on: date
) -> dict[date, dict[str, int]]:
    """List what an organisation put in and was paid, by month and figure."""
    rows = session.scalars(
        select(InvestmentEntry).where(
            InvestmentEntry.organisation_id == organisation_id, InvestmentEntry.month <= until_on
        )
    )
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row.month][row.figure] = row.amount
    return dict(found)


def document_before(session: Session, report: ImpactReport) -> Document | None:
    """Find the organisation's last recognised report, about as long, of earlier days."""
    days = report.until_on - report.from_on
    with as_house(session):
        query = select(ImpactReport).where(
            ImpactReport.organisation_id == report.organisation_id,
            ImpactReport.provider_set_id.is_not_distinct_from(report.provider_set_id),
            ImpactReport.status == ReportStatus.RECOGNISED,
            ImpactReport.until_on < report.from_on,
        )
        earlier = session.scalars(
            query.order_by(ImpactReport.until_on.desc()).limit(_ENDED_TOGETHER)
        ).all()
    for one in earlier:
        is_as_long = abs(one.until_on - one.from_on - days) <= days * _AS_LONG
        if one.until_on == earlier[0].until_on and is_as_long:
            return one.document
    return None


def list_reports(session: Session, actor: Actor) -> Sequence[ImpactReport]:
    """Every report that the actor's organisation reads, newest first."""
    read = _read_by(actor).order_by(ImpactReport.until_on.desc(), ImpactReport.id.desc())
    return session.scalars(read).all()


def get_report(session: Session, actor: Actor, report_uuid: uuid.UUID) -> ImpactReport:
    """A report that the actor's organisation reads."""
    return one_or_not_found(session, _read_by(actor).where(ImpactReport.uuid == report_uuid))


def _read_by(actor: Actor) -> Select[ImpactReport]:
    whose = joinedload(ImpactReport.organisation), joinedload(ImpactReport.recogniser)
    return select(ImpactReport).where(ImpactReport.read_by(actor)).options(*whose)


def list_pictures(session: Session, report_uuid: uuid.UUID) -> Sequence[ReportPicture]:
    """List the pictures of a report that are shown, where one may read that report."""
    of_it = ReportPicture.is_of(report_uuid), ReportPicture.withdrawn_at.is_(None)
    return session.scalars(select(ReportPicture).where(*of_it)).all()


def get_own_report(session: Session, actor: Actor, report_uuid: uuid.UUID) -> ImpactReport:
    """A report of the actor's own organisation."""
    found = get_report(session, actor, report_uuid)
    if found.organisation_id != actor.organisation_id:
        raise NotFound("report")
    return found


@when_asked_what_rests
def list_recognised_over(
    session: Session, organisation_id: int, days: Collection[date]
) -> list[str]:
    """The numbers of an organisation's recognised reports that have one of these days."""
    rows = list_in_force(session, organisation_id)
    return [row.number for row in rows if any(row.from_on <= day <= row.until_on for day in days)]


def list_in_force(session: Session, organisation_id: int) -> Sequence[Row[Any, date, date]]:
    """List the numbers and days of an organisation's recognised reports, in order."""
    query = select(ImpactReport.number, ImpactReport.from_on, ImpactReport.until_on)
    query = query.where(ImpactReport.organisation_id == organisation_id, *IN_FORCE)
    return session.execute(query.order_by(ImpactReport.from_on, ImpactReport.id)).all()


def find_overlapping(
    session: Session, organisation_id: int, period: Period, except_ids: Iterable[int | None]
) -> ImpactReport | None:
    """A handed-in or recognised report of this organisation that shares a day with the period.

    One that is made of another, or part of it, is looked at together with it.
    """
    ids = [id_ for id_ in except_ids if id_ is not None]
    own = session.scalars(select(ImpactReport).where(ImpactReport.id.in_(ids))).all()
    query = select(ImpactReport).where(
        ImpactReport.organisation_id == organisation_id,
        OF_ONE,
        ImpactReport.status.in_(BINDING),
        ImpactReport.from_on <= period.until_on,
        ImpactReport.until_on >= period.from_on,
        ImpactReport.id.not_in(ids),
    )
    others = session.scalars(query.order_by(ImpactReport.id))
    numbers = {one.number for one in own if one.number}
    named = {number for one in own for number in one.part_numbers}
    apart = (o for o in others if o.number not in named and not numbers & set(o.part_numbers))
    return next(apart, None)


def list_parts(session: Session, organisation_id: int, period: Period) -> Sequence[ImpactReport]:
    """List the recognised reports about some of the days of a period, in order."""
    query = select(ImpactReport).where(
        ImpactReport.organisation_id == organisation_id,
        *IN_FORCE,
        ImpactReport.from_on >= period.from_on,
        ImpactReport.until_on <= period.until_on,
        or_(ImpactReport.from_on > period.from_on, ImpactReport.until_on < period.until_on),
    )
    found = session.scalars(query.order_by(ImpactReport.from_on)).all()
    named = {number for one in found for number in one.part_numbers}
    return [one for one in found if one.number not in named]
