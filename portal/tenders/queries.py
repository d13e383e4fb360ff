"""Reads of opportunities, of what answers them, and of who could join; figures as published."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from portal.core import Actor, as_house, asks_rare, asks_rows, clock, one_or_not_found
from portal.impact.models import ImpactReport
from portal.impact.queries import IN_FORCE
from portal.impact.rules.documents import public_document
from portal.offerings.models import Offering
from portal.offerings.rules import PUBLIC
from portal.organisations.models import Organisation
from portal.organisations.queries import list_checked
from portal.organisations.rules import OrganisationKind
from portal.tenders import rules
from portal.tenders.models import Dossier, Opportunity

_MOST_OVER = 60  # that are still listed
_MOST_KEPT = 1_000  # reports' figures, of 5 kB
_FIGURES: dict[str, dict[str, Any]] = {}  # by the document's hash
_LONGEST = rules.TREND_AGE + rules.YEARS  # years


@dataclass(frozen=True)
class TenderFit:
    """An opportunity beside an organisation: what it has, and its dossier."""

    opportunity: Opportunity
    answers: Sequence[rules.RequirementAnswer]
    dossier: Dossier | None

    @property
    def met(self) -> list[rules.RequirementAnswer]:
        return [one for one in self.answers if one.is_met]

    @property
    def missing(self) -> list[rules.RequirementAnswer]:
        return [one for one in self.answers if not one.is_met]

    @property
    def chosen(self) -> list[rules.RequirementAnswer]:
        """What its dossier shows."""
        keys = self.dossier.chosen if self.dossier else ()
        return [one for one in self.answers if one.asked.key in keys]


@dataclass(frozen=True)
class Partner:
    """Another organisation that has in public what is missing: by figures, or offers it now."""

    organisation: Organisation
    answers: Sequence[rules.RequirementAnswer]
    offers: Sequence[rules.Requirement]


def _public() -> Select[Opportunity]:
    return (
        select(Opportunity)
        .join(Opportunity.organisation)
        .where(
            Opportunity.status == rules.OpportunityStatus.PUBLIC,
            Organisation.is_verified,
        )
        .options(joinedload(Opportunity.organisation))
    )


def list_public(session: Session, *, over: bool = False) -> Sequence[Opportunity]:
    """List all that can still be answered, soonest first; or what closed lately."""
    return _over(session, clock.today()) if over else _open(session, clock.today())


@asks_rare
def _open(today: date) -> Select[Opportunity]:
    day = Opportunity.closes_on
    return _public().where(day >= today).order_by(day, Opportunity.id)


@asks_rare
def _over(today: date) -> Select[Opportunity]:
    day = Opportunity.closes_on
    return _public().where(day < today).order_by(day.desc(), Opportunity.id).limit(_MOST_OVER)


def get_public(session: Session, opportunity_uuid: uuid.UUID) -> Opportunity:
    """Get one that was published, also when it is over."""
    return one_or_not_found(session, _public().where(Opportunity.uuid == opportunity_uuid))


def list_own(session: Session, actor: Actor) -> Sequence[Opportunity]:
    """List all of the actor's organisation, the newest first."""
    query = select(Opportunity).where(Opportunity.organisation_id == actor.organisation_id)
    return session.scalars(query.order_by(Opportunity.id.desc())).all()


def find_dossiers(session: Session, actor: Actor) -> dict[int, Dossier]:
    """Find the dossiers of the actor's organisation, by opportunity."""
    return {one.opportunity_id: one for one in _dossiers(session, actor.organisation_id)}


@asks_rare
def _dossiers(organisation_id: int | None) -> Select[Dossier]:
    return select(Dossier).filter_by(organisation_id=organisation_id).order_by(Dossier.id)


def declared_before(session: Session, actor: Actor, fit: TenderFit) -> dict[str, rules.Carried]:
    """Give what the actor's organisation declared last for others; nothing beside a dossier."""
    if fit.dossier:
        return {}
    query = select(Opportunity, Dossier.declared).join(
        Dossier, Dossier.opportunity_id == Opportunity.id
    )
    own = Dossier.organisation_id == actor.organisation_id
    with as_house(session):  # of what was withdrawn too
        rows = session.execute(query.where(own).order_by(Dossier.id)).all()
    asked = [one.asked for one in fit.answers]
    return rules.carried(asked, [(of, said) for of, said in rows], fit.opportunity.closes_on)


def fits_of(
    session: Session, actor: Actor, opportunities: Sequence[Opportunity]
) -> list[TenderFit]:
    """Set opportunities beside what the actor's organisation has."""
    first = min((one.closes_on for one in opportunities), default=clock.today())
    since = rules.years_before(first, _LONGEST)
    with as_house(session):
        reports = _reports(session, actor.organisation_id, since) if opportunities else ()
        published = _published(session, reports)
    dossiers = find_dossiers(session, actor)
    fits = []
    for one in opportunities:
        dossier = dossiers.get(one.id)
        declared = dossier.declared if dossier else {}
        answers = [
            rules.answer_to(of, published, one.closes_on, declared) for of in rules.asked_by(one)
        ]
        fits.append(TenderFit(one, answers, dossier))
    return fits


def list_partners(session: Session, actor: Actor, fit: TenderFit) -> list[Partner]:
    """List who could join: others that have in public what is missing, the most first."""
    missing = [one.asked for one in fit.missing]
    others = list_checked(session, actor, *rules.BIDDING_KINDS)
    with as_house(session):
        offers = _offered(session, missing)
        since = rules.years_before(fit.opportunity.closes_on, _LONGEST)
        published = _published(session, _reports(session, None, since))
    partners = []
    for other in others:
        theirs = [one for one in published if one.organisation_id == other.id]
        answers = [rules.answer_to(one, theirs, fit.opportunity.closes_on, {}) for one in missing]
        met = [one for one in answers if one.is_met and one.asked.need is not rules.Need.TREND]
        has = {one.asked for one in met}
        offered = [one for one in offers.get(other.id, ()) if one not in has]
        if met or offered:
            partners.append(Partner(other, met, offered))
    partners.sort(key=lambda one: (-len(one.answers), -len(one.offers), one.organisation.name))
    return partners


def _offered(
    session: Session, missing: Iterable[rules.Requirement]
) -> dict[int, list[rules.Requirement]]:
    """By organisation, the core competences that what it offers now would train."""
    kinds = {one: rules.PROOFS[one.competence][1] for one in missing if one.competence}
    if not kinds:
        return {}
    query = select(Offering.organisation_id, Offering.kind).distinct()
    found: dict[int, list[rules.Requirement]] = {}
    for organisation_id, kind in session.execute(query.where(Offering.status.in_(PUBLIC))):
        of = [one for one, needed in kinds.items() if needed is kind]
        found.setdefault(organisation_id, []).extend(of)
    return found


@asks_rows
def _reports(organisation_id: int | None, since: date) -> Select[*tuple[Any, ...]]:
    """The recognised reports in force that an answer may come from (None: anybody's), by date."""
    of = ImpactReport
    return (
        select(of.id, of.number, of.organisation_id, of.from_on, of.until_on, of.sha256)
        .join(of.organisation)
        .where(
            *IN_FORCE,
            of.until_on > since,
            of.organisation_id == func.coalesce(organisation_id, of.organisation_id),
            Organisation.is_verified,
        )
        .order_by(of.until_on.desc(), of.id.desc())
    )


def _published(session: Session, reports: Sequence[Any]) -> list[rules.Published]:
    """Say what everybody may read in these; a document never changes, and is read once."""
    figures = _FIGURES.copy()
    new = {row.id for row in reports if row.sha256 not in figures}
    documents = select(ImpactReport.sha256, ImpactReport.document).where(ImpactReport.id.in_(new))
    found = session.execute(documents.execution_options(yield_per=50)) if new else ()
    figures |= {sha256: _figures_in(document) for sha256, document in found}
    if len(_FIGURES) > _MOST_KEPT:
        _FIGURES.clear()
    _FIGURES.update((row.sha256, figures[row.sha256]) for row in reports)
    return [
        rules.Published(
            str(row.number), row.organisation_id, row.from_on, row.until_on, figures[row.sha256]
        )
        for row in reports
    ]


def _figures_in(document: dict[str, Any]) -> dict[str, Any]:
    rows = public_document(document)["figures"]
    return {row["id"]: row for row in rows if row["id"] in rules.ASKED_FIGURES}


@asks_rows
def find_kind(organisation_id: int | None) -> Select[OrganisationKind]:
    """Find of which kind an organisation is, as rows."""
    return select(Organisation.kind).where(Organisation.id == organisation_id)
