"""Reads about handing in and recognising reports, and whether a file is what was recognised."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, extract, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.core import Actor, NotFound, Role, as_house, clock, one_or_not_found, or_not_found
from portal.core.canonical import parsed
from portal.core.signing_keys import published
from portal.impact.models import ImpactReport
from portal.impact.queries import IN_FORCE
from portal.impact.queries.together import providers_of
from portal.impact.rules import UNDECIDED, ReportStatus
from portal.impact.rules.documents import Document, hash_of, public_document
from portal.impact.rules.figures import method
from portal.offerings.models import Offering
from portal.offerings.rules import PUBLIC
from portal.organisations.models import Membership, Organisation
from portal.organisations.rules import RECOGNISING_KINDS
from portal.recognition.models import ReportDecision, ReportLogLine
from portal.recognition.rules import Decision, Logged, Sort
from portal.recognition.rules.files import differences_of
from portal.recognition.rules.log import problems_of, read_claimed, unsigned_of
from portal.recognition.rules.review import Trail, read_trail

_MOST_DIFFERENCES = 20
_IN_FORCE = select(ImpactReport).where(*IN_FORCE)
ENDS_IN: Any = cast(extract("year", ImpactReport.until_on), Integer)  # PostgreSQL's is a Decimal


def list_recognised(session: Session, organisation_id: int) -> Sequence[ImpactReport]:
    """The recognised reports of an organisation, for everybody, newest first."""
    found = _IN_FORCE.where(ImpactReport.organisation_id == organisation_id)
    with as_house(session):
        return session.scalars(
            found.order_by(ImpactReport.until_on.desc(), ImpactReport.id.desc())
        ).all()


def list_years(session: Session) -> Sequence[int]:
    """List the years of recognised reports, by their end, newest first."""
    with as_house(session):
        return session.scalars(
            _IN_FORCE.with_only_columns(ENDS_IN).distinct().order_by(ENDS_IN.desc())
        ).all()


def list_of_year(
    session: Session, year: int, of: Collection[int] | None = None
) -> Sequence[ImpactReport]:
    """The recognised reports about a period that ended in a year, for everybody, by name.

    One that another is composed of is in that one: nothing is there twice. `of` some organisations.
    """
    query = _IN_FORCE.join(ImpactReport.organisation).where(year == ENDS_IN)
    if of is not None:
        query = query.where(ImpactReport.organisation_id.in_(of))
    with as_house(session):
        found = session.scalars(
            query.options(contains_eager(ImpactReport.organisation)).order_by(
                func.lower(Organisation.name), ImpactReport.until_on
            )
        ).all()
    within = {number for report in found for number in report.part_numbers}
    return [report for report in found if report.number not in within]


def count_offered(
    session: Session, organisation_ids: Collection[int]
) -> dict[int, tuple[int, int]]:
    """Count what everybody finds of each organisation now: activities, and places in them."""
    counted = Offering.organisation_id, func.count(Offering.id), func.sum(Offering.places)
    offered = Offering.organisation_id.in_(organisation_ids), Offering.status.in_(PUBLIC)
    query = select(*counted).where(*offered).group_by(Offering.organisation_id)
    with as_house(session):
        return {id_: (activities, places) for id_, activities, places in session.execute(query)}


def list_recognisers(session: Session, report: ImpactReport) -> Sequence[Organisation]:
    """Organisations that may recognise a report: verified, staffed, and not in it."""
    with as_house(session):
        return session.scalars(
            select(Organisation)
            .where(
                Organisation.is_verified,
                Organisation.kind.in_(RECOGNISING_KINDS),
                Organisation.id.not_in(providers_of(session, report)),
                _recognisers_of(Organisation.id).exists(),
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
    query = _sent_to(actor)
    if words:
        part = words.casefold()
        name, number = func.lower(Organisation.name), func.lower(ImpactReport.number)
        query = query.where(or_(name.contains(part), number.contains(part)))
    if status is not None:
        query = query.where(ImpactReport.status == status)
    orders: dict[Sort, list[Any]] = {
        Sort.WAITING: [ImpactReport.status.not_in(UNDECIDED)],
        Sort.NAME: [func.lower(Organisation.name)],
        Sort.PERIOD: [ImpactReport.until_on.desc()],
    }
    last = ImpactReport.submitted_at, ImpactReport.id
    return session.scalars(query.order_by(*orders[sort], *last)).all()


def find_earlier(session: Session, report: ImpactReport) -> ImpactReport | None:
    """Find the last report handed in with the same recogniser over days before these.

    Not always the one that it takes the place of: that is the recognised one, if there is one.
    """
    return session.scalar(
        select(ImpactReport)
        .where(
            ImpactReport.organisation_id == report.organisation_id,
            ImpactReport.provider_set_id.is_not_distinct_from(report.provider_set_id),
            ImpactReport.recogniser_id == report.recogniser_id,
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
    return one_or_not_found(session, _sent_to(actor).where(ImpactReport.uuid == report_uuid))


def _sent_to(actor: Actor) -> Select[ImpactReport]:
    return (
        select(ImpactReport)
        .join(ImpactReport.organisation)
        .where(
            ImpactReport.recogniser_id == actor.organisation_id,
            ImpactReport.status != ReportStatus.COMPILED,
        )
        .options(contains_eager(ImpactReport.organisation))
    )


def list_decisions(session: Session, report: ImpactReport) -> Sequence[ReportDecision]:
    """A report's way so far, in order."""
    return session.scalars(
        select(ReportDecision).filter_by(report_id=report.id).order_by(ReportDecision.id)
    ).all()


def trail_of(session: Session, report: ImpactReport) -> Trail:
    """Read what was said of each figure of a report."""
    return read_trail(list_decisions(session, report))


def declined(session: Session, report: ImpactReport) -> ReportDecision:
    """Give the step by which a report was declined; NotFound where none was."""
    steps = reversed(list_decisions(session, report))
    return or_not_found(next((one for one in steps if one.decision is Decision.DECLINED), None))


def asked_since(session: Session, report: ImpactReport) -> datetime | None:
    """Tell since when the oldest question about a report waits; None: there is none."""
    steps = list_decisions(session, report)
    open_ones = set(read_trail(steps).asked)
    asked = [s for s in steps if s.decision is Decision.ASKED and s.about in open_ones]
    return asked[0].created_at if asked else None


def is_party_to(session: Session, user_id: int | None, report: ImpactReport) -> bool:
    """Say whether a user works there, compiled it or handed it in."""
    with as_house(session):
        return user_id in _parties(session, report)


def _parties(session: Session, report: ImpactReport) -> set[int | None]:
    providers = providers_of(session, report)
    at_work = select(Membership.user_id).where(Membership.organisation_id.in_(providers))
    handed_it_in = select(ReportDecision.user_id).where(
        ReportDecision.report_id == report.id, ReportDecision.decision == Decision.SUBMITTED
    )
    return {report.compiled_by_id, *session.scalars(at_work), *session.scalars(handed_it_in)}


def is_left_to_operator(session: Session, report: ImpactReport) -> bool:
    """Whether nobody of the recogniser but who declined it could look at an appeal."""
    if report.status is not ReportStatus.APPEALED or report.recogniser_id is None:
        return False
    with as_house(session):
        may = set(session.scalars(_recognisers_of(report.recogniser_id)))
        by = session.get_one(Organisation, report.recogniser_id)
        return not by.is_verified or may <= {
            declined(session, report).user_id,
            *_parties(session, report),
        }


def list_left_to_operator(session: Session) -> list[ImpactReport]:
    """List the appeals that only an operator can decide on, the first first."""
    appeals = select(ImpactReport).where(ImpactReport.status == ReportStatus.APPEALED)
    found = session.scalars(
        appeals.options(joinedload(ImpactReport.organisation)).order_by(ImpactReport.id)
    )
    return [report for report in found.all() if is_left_to_operator(session, report)]


def _recognisers_of(organisation_id: Any) -> Select[int]:
    """Who may recognise for an organisation."""
    return select(Membership.user_id).where(
        Membership.organisation_id == organisation_id, Membership.role == Role.RECOGNISER
    )


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


def list_unsaid(session: Session, most: int) -> Sequence[ImpactReport]:
    """List reports of which the public log lacks something, the first first."""

    def is_said(event: Logged) -> ColumnElement[bool]:
        lines = select(ReportLogLine.id).where(
            ReportLogLine.report_id == ImpactReport.id, ReportLogLine.event == event
        )
        if event is Logged.RECOGNISED:  # by the method that draws its figures today
            lines = lines.where(ReportLogLine.method_version == method().version)
        return lines.exists()

    is_replaced = ImpactReport.status == ReportStatus.REPLACED
    with as_house(session):
        return session.scalars(
            select(ImpactReport)
            .where(
                ImpactReport.number.is_not(None),
                or_(~is_said(Logged.RECOGNISED), is_replaced & ~is_said(Logged.REPLACED)),
            )
            .order_by(ImpactReport.recognised_at, ImpactReport.id)
            .limit(most)
        ).all()


def list_lines_of(session: Session, report_id: int) -> Sequence[ReportLogLine]:
    """List what the public log says of a report, in order."""
    return session.scalars(
        select(ReportLogLine).filter_by(report_id=report_id).order_by(ReportLogLine.position)
    ).all()


def signed_on(session: Session, report: ImpactReport) -> date | None:
    """Tell on which day a report was first signed; None: not yet."""
    said = list_lines_of(session, report.id)
    return clock.to_local(said[0].created_at).date() if said else None


def last_line(session: Session) -> ReportLogLine | None:
    """Find the head of the public log."""
    return session.scalar(select(ReportLogLine).order_by(ReportLogLine.position.desc()).limit(1))


def list_lines(session: Session) -> Iterator[str]:
    """List the whole public log, line by line, as it was signed."""
    yield from session.scalars(select(ReportLogLine.line).order_by(ReportLogLine.position))


def public_of(session: Session, report: ImpactReport) -> Document:
    """Give what everybody may have of a report, with its signature."""
    document = public_document(report.document)
    lines = list_lines_of(session, report.id)
    signed = [parsed(line.line) for line in lines if line.event is Logged.RECOGNISED]
    return {**document, "signature": signed[-1]["signature"]} if signed else document


def verify(session: Session, file: bytes) -> tuple[list[str], str | None]:
    """What differs between a report's `.json` or `.pdf` and what was recognised, and its number.

    No differences means: the file is whole, and this portal recognised exactly these figures; one
    that carries a signature stands in the public log, whatever the method of today would draw.
    """
    claimed, differences = read_claimed(file)
    if claimed is None:
        return differences, None
    number = claimed.get("number")
    if not isinstance(number, str):
        return [*differences, "number: there is none; this report was not recognised"], None
    try:
        report = get_public(session, number)
    except NotFound:
        return [*differences, f"number: no report {number[:40]!r} was recognised here"], None
    if hash_of(report.document) != report.sha256:
        differences.append("this portal's own copy was changed after it was recognised")
    differences += [
        f"{part}: this portal's own copy was changed after it was recognised"
        for part in report.changed_parts
    ]
    if "signature" in claimed:
        keys = published(session)
        differences += unsigned_of(claimed, keys)
        if not differences:
            return problems_of(file, claimed, keys, [*list_lines(session)]), number
    public = public_document(report.document)
    kept = public if claimed.get("sha256") == public["sha256"] else report.document
    unsigned = {name: claimed[name] for name in claimed if name != "signature"}
    differences.extend(differences_of(unsigned, kept))
    return differences[:_MOST_DIFFERENCES], number
