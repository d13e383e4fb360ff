"""Reads of who counts in a report, under the number of the organisation that referred them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.core import Actor, AuditEvent, NotFound, Purpose, Session, as_house, links
from portal.core.reading import one_or_not_found
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART
from portal.impact.models import ImpactReport
from portal.impact.queries import OF_ONE, registers
from portal.impact.queries.counting import count_period, read_stated
from portal.impact.rules import BINDING, Period, ReportStatus
from portal.impact.rules.documents import public_document
from portal.impact.rules.figures import figures_of
from portal.organisations.models import Organisation
from portal.recognition.rules.people import COLUMNS, ListColumn, withheld, work_at_start
from portal.referrals.models import Referral
from portal.referrals.queries import list_followed
from portal.referrals.rules import LISTED


@dataclass(frozen=True)
class PeopleListing:
    """A report's people whom one organisation referred, and what is not told.

    A value is the figures in which she counts; None, or no figure, where it is unknown.
    """

    referrals: Sequence[Referral]
    rows: Sequence[Mapping[ListColumn, Any]]
    withheld: set[ListColumn]
    left_out: int  # of the people that everybody reads of


def get_report(session: Session, actor: Actor, report_uuid: UUID) -> ImpactReport:
    """Get an own report that was handed in, or a recognised one of a receiver."""
    with as_house(session):
        found = select(ImpactReport).where(ImpactReport.uuid == report_uuid, OF_ONE)
        report = one_or_not_found(session, found)
    is_own = report.organisation_id == actor.organisation_id
    is_open = report.status in BINDING if is_own else report.status is ReportStatus.RECOGNISED
    if not is_open or not (is_own or _followed(session, report, actor.organisation_id)):
        raise NotFound("report")
    return report


def _followed(session: Session, report: ImpactReport, for_id: int | None) -> list[Referral]:
    with as_house(session):
        followed = list_followed(session, report.organisation_id)
    return [one for one in followed if for_id in (None, one.from_organisation_id)]


def list_for_whom(
    session: Session, actor: Actor, report: ImpactReport
) -> Mapping[int, Organisation]:
    """Map whose numbers a report's makers know, by id; others see themselves."""
    is_own = report.organisation_id == actor.organisation_id
    followed = _followed(session, report, None if is_own else actor.organisation_id)
    return {one.from_organisation_id: one.from_organisation for one in followed if one.reference}


def whose_link(actor: Actor, for_id: int) -> str:
    """Name who holds a link to a list, and for whom that is."""
    return f"{actor.user_id}/{actor.organisation_id}/{for_id}"


def find_for_whom(
    session: Session, actor: Actor, report: ImpactReport, whose: Iterable[int], token: str
) -> int | None:
    """Find for whom a link opens a list to the actor; None: for nobody."""
    link = links.find(session, token, Purpose.PEOPLE)
    if link is None or link.row != report.uuid or not link.contact_hash:
        return None
    return next((one for one in whose if link.is_for(whose_link(actor, one), token)), None)


def list_people(session: Session, report: ImpactReport, for_id: int) -> PeopleListing:
    """List a report's people under an organisation's numbers, as of today."""
    of, period = report.organisation_id, report.period
    figures = figures_of(period.from_on, period.until_on)
    sent = {one.participant_id: one for one in _followed(session, report, for_id) if one.reference}
    with as_house(session):
        cells = count_period(session, of, period).cells
        here = cells["people"].people
        sessions = registers.read_sessions(session, of, period)
        present = registers.read_present(session, of, period, sessions)
        stated = read_stated(session, of, period.until_on)
        days = _days(session, of, period)
        listed = _ever_listed(session, of, for_id) | sent.keys()
    wholes = {figure.part_of for figure in figures}
    leaves = [one for one in figures if one.id in cells and one.id not in wholes]
    minutes = Counter[int]()
    for (person, _month), count in present.minutes.items():
        minutes[person] += count
    referrals = sorted(
        (one for person, one in sent.items() if person in here),
        key=lambda one: (one.reference, one.id),
    )
    rows = []
    for referral in referrals:
        person = referral.participant_id
        first, last = days.get(person, (None, None))
        hers = [one for one in leaves if person in cells[one.id].people]
        counted = {
            column: [one for one in hers if one.group in of.groups]
            for column, of in COLUMNS.items()
        }
        rows.append(
            counted
            | {
                ListColumn.NUMBER: referral.reference,
                ListColumn.STARTED_ON: first,
                ListColumn.ENDED_ON: last if last and last <= period.until_on else "",
                ListColumn.MINUTES: minutes[person],
                ListColumn.HOURS: round(minutes[person] / 60, 2),
                ListColumn.AT_START: work_at_start(stated.get(person, []), first),
            }
        )
    public = public_document(report.document)
    shown = {one["id"]: one["value"] for one in public["figures"] if one["value"] is not None}
    hidden = withheld(cells, figures, shown, listed, public["small_count"])
    return PeopleListing(referrals, rows, hidden, shown.get("people", 0) - len(rows))


def _days(session: Session, organisation_id: int, period: Period) -> Mapping[int, tuple[Any, Any]]:
    """Read each person's first and last day in a period; open places never end."""
    ends = func.coalesce(Enrolment.ended_on, date.max)
    rows = session.execute(
        select(Enrolment.participant_id, func.min(Enrolment.started_on), func.max(ends))
        .where(
            Enrolment.organisation_id == organisation_id,
            Enrolment.status.in_(TOOK_PART),
            Enrolment.started_on <= period.until_on,
            ends >= period.from_on,
        )
        .group_by(Enrolment.participant_id)
    )
    return {person: (first, last) for person, first, last in rows}


def _ever_listed(session: Session, organisation_id: int, for_id: int) -> set[int]:
    """Who ever stood in a list for that organisation: what it knows, it can subtract."""
    rows = select(Referral.participant_id).join(
        AuditEvent, (AuditEvent.subject_id == Referral.id) & (AuditEvent.event == LISTED)
    )
    of = {"to_organisation_id": organisation_id, "from_organisation_id": for_id}
    return set(session.scalars(rows.filter_by(**of)))
