"""Reads about handing in and recognising reports, and whether a file is what was recognised."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import extract, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.core import Actor, NotFound, Role, as_house, one_or_not_found
from portal.impact.models import ImpactReport
from portal.impact.rules import ReportStatus
from portal.impact.rules.documents import broken_seals, hash_of, public_document
from portal.organisations.models import Membership, Organisation
from portal.organisations.rules import RECOGNISING_KINDS, OrganisationStatus
from portal.recognition.models import ReportDecision
from portal.recognition.rules import Decision, Sort
from portal.recognition.rules.files import differences_of, document_in

_MOST_DIFFERENCES = 20


def list_recognised(session: Session, organisation_id: int) -> Sequence[ImpactReport]:
    """The recognised reports of an organisation, for everybody, newest first."""
    with as_house(session):
        return session.scalars(
            select(ImpactReport)
            .where(
                ImpactReport.organisation_id == organisation_id,
                ImpactReport.status == ReportStatus.RECOGNISED,
            )
            .order_by(ImpactReport.until_on.desc(), ImpactReport.id.desc())
        ).all()


def list_years(session: Session) -> Sequence[int]:
    """List the years of recognised reports, by their end, newest first."""
    year = extract("year", ImpactReport.until_on)
    with as_house(session):
        return session.scalars(
            select(year)
            .where(ImpactReport.status == ReportStatus.RECOGNISED)
            .distinct()
            .order_by(year.desc())
        ).all()


def list_of_year(session: Session, year: int) -> Sequence[ImpactReport]:
    """The recognised reports about a period that ended in a year, for everybody, by name."""
    with as_house(session):
        return session.scalars(
            select(ImpactReport)
            .join(ImpactReport.organisation)
            .where(
                ImpactReport.status == ReportStatus.RECOGNISED,
                extract("year", ImpactReport.until_on) == year,
            )
            .order_by(func.lower(Organisation.name), ImpactReport.until_on)
        ).all()


def list_recognisers(session: Session, actor: Actor) -> Sequence[Organisation]:
    """Organisations that may recognise a report of the actor's: verified, staffed, not her own."""
    has_recogniser = (
        select(Membership.id)
        .where(Membership.organisation_id == Organisation.id, Membership.role == Role.RECOGNISER)
        .exists()
    )
    with as_house(session):
        return session.scalars(
            select(Organisation)
            .where(
                Organisation.status == OrganisationStatus.VERIFIED,
                Organisation.kind.in_(RECOGNISING_KINDS),
                Organisation.id != actor.organisation_id,
                has_recogniser,
            )
            .order_by(func.lower(Organisation.name))
        ).all()


def list_sent_here(
    session: Session,
    actor: Actor,
    *,
    words: str = "",
    status: ReportStatus | None = None,
    sort: Sort = Sort.WAITING,
) -> Sequence[ImpactReport]:
    """List reports handed in here, those waiting first; `words` of a name or number."""
    query = (
        select(ImpactReport)
        .join(ImpactReport.organisation)
        .where(
            ImpactReport.recogniser_id == actor.organisation_id,
            ImpactReport.status != ReportStatus.COMPILED,
        )
        .options(contains_eager(ImpactReport.organisation))
    )
    if words:
        part = words.casefold()
        name, number = func.lower(Organisation.name), func.lower(ImpactReport.number)
        query = query.where(or_(name.contains(part), number.contains(part)))
    if status is not None:
        query = query.where(ImpactReport.status == status)
    orders: dict[Sort, list[Any]] = {
        Sort.WAITING: [ImpactReport.status != ReportStatus.SUBMITTED],
        Sort.NAME: [func.lower(Organisation.name)],
        Sort.PERIOD: [ImpactReport.until_on.desc()],
    }
    last = ImpactReport.submitted_at, ImpactReport.id
    return session.scalars(query.order_by(*orders[sort], *last)).all()


def find_earlier(session: Session, actor: Actor, report: ImpactReport) -> ImpactReport | None:
    """Find the last report handed in here over days before these.

    Not always the one that it takes the place of: that is the recognised one, if there is one.
    """
    return session.scalar(
        select(ImpactReport)
        .where(
            ImpactReport.organisation_id == report.organisation_id,
            ImpactReport.recogniser_id == actor.organisation_id,
            ImpactReport.status != ReportStatus.COMPILED,
            ImpactReport.id < report.id,
            ImpactReport.from_on <= report.until_on,
            ImpactReport.until_on >= report.from_on,
        )
        .order_by(ImpactReport.id.desc())
        .limit(1)
    )


def get_sent_here(session: Session, actor: Actor, report_uuid: uuid.UUID) -> ImpactReport:
    """One report handed in with the actor's organisation."""
    return one_or_not_found(
        session,
        select(ImpactReport)
        .where(
            ImpactReport.uuid == report_uuid,
            ImpactReport.recogniser_id == actor.organisation_id,
            ImpactReport.status != ReportStatus.COMPILED,
        )
        .options(joinedload(ImpactReport.organisation)),
    )


def list_decisions(session: Session, report: ImpactReport) -> Sequence[ReportDecision]:
    """A report's way so far, in order."""
    return session.scalars(
        select(ReportDecision)
        .where(ReportDecision.report_id == report.id)
        .order_by(ReportDecision.id)
    ).all()


def is_party_to(session: Session, user_id: int | None, report: ImpactReport) -> bool:
    """Say whether a user works there, compiled it or handed it in."""
    if report.compiled_by_id == user_id:
        return True
    works_there = select(Membership.id).where(
        Membership.user_id == user_id, Membership.organisation_id == report.organisation_id
    )
    handed_it_in = select(ReportDecision.id).where(
        ReportDecision.report_id == report.id,
        ReportDecision.user_id == user_id,
        ReportDecision.decision == Decision.SUBMITTED,
    )
    with as_house(session):
        return session.scalar(select(or_(works_there.exists(), handed_it_in.exists()))) or False


def get_public(session: Session, number: str) -> ImpactReport:
    """A report by its number, for everybody; also when a later one replaced it."""
    return ImpactReport.of_number(session, number, joinedload(ImpactReport.organisation))


def find_successor(session: Session, report: ImpactReport) -> str | None:
    """The number of the recognised report that replaced this one."""
    with as_house(session):
        return session.scalar(
            select(ImpactReport.number).where(
                ImpactReport.previous_id == report.id, ImpactReport.number.is_not(None)
            )
        )


def verify(session: Session, file: bytes) -> tuple[list[str], str | None]:
    """What differs between a report's `.json` or `.pdf` and what was recognised, and its number.

    No differences means: the file is whole, and this portal recognised exactly these figures.
    """
    try:
        claimed = document_in(file)
        differences = [f"{seal}: the file was changed" for seal in broken_seals(claimed)]
    except (ValueError, RecursionError) as error:  # rfc8785's and JSON's errors are ValueErrors
        return [f"This is not a report's JSON: {error}"], None
    number = claimed.get("number")
    if not isinstance(number, str):
        return [*differences, "number: there is none; this report was not recognised"], None
    try:
        report = get_public(session, number)
    except NotFound:
        return [*differences, f"number: no report {number[:40]!r} was recognised here"], None
    if hash_of(report.document) != report.sha256:
        differences.append("this portal's own copy was changed after it was recognised")
    public = public_document(report.document)
    kept = public if claimed.get("sha256") == public["sha256"] else report.document
    differences.extend(differences_of(claimed, kept))
    return differences[:_MOST_DIFFERENCES], number
