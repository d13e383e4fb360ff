"""Reads about reports of several providers: who could be in one, who is asked, what is in it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.core import Actor, as_house, folded
from portal.core.areas import area_of
from portal.impact.models import ImpactReport, ProviderSay, ProviderSet
from portal.impact.queries import IN_FORCE
from portal.impact.rules import Period
from portal.impact.rules.together import LEAST_PROVIDERS, ProviderAnswer
from portal.organisations.models import Organisation

_IN_FORCE = *IN_FORCE, Organisation.is_verified
_MOST_PERIODS = 12


def list_periods(session: Session) -> list[Period]:
    """List the days over which enough providers have a recognised report, newest first."""
    days = ImpactReport.from_on, ImpactReport.until_on
    providers = func.count(ImpactReport.organisation_id.distinct())
    query = (
        select(*days)
        .join(ImpactReport.organisation)
        .where(*_IN_FORCE)
        .group_by(*days)
        .having(providers >= LEAST_PROVIDERS)
        .order_by(ImpactReport.until_on.desc(), ImpactReport.from_on)
        .limit(_MOST_PERIODS)
    )
    with as_house(session):
        return [Period(*row) for row in session.execute(query)]


def list_over(
    session: Session, period: Period, of: Iterable[int] | None = None
) -> Sequence[ImpactReport]:
    """List the recognised reports over exactly these days, by name; `of` some providers."""
    query = (
        select(ImpactReport)
        .join(ImpactReport.organisation)
        .where(*_IN_FORCE)
        .filter_by(from_on=period.from_on, until_on=period.until_on)
        .options(joinedload(ImpactReport.organisation))
        .order_by(func.lower(Organisation.name), ImpactReport.id)
    )
    if of is not None:
        query = query.where(ImpactReport.organisation_id.in_(of))
    with as_house(session):
        return session.scalars(query).all()


def list_parts_of(session: Session, of: ProviderSet) -> Sequence[ImpactReport]:
    """List the reports of those who say yes: what theirs together is the sum of."""
    said = select(ProviderSay.organisation_id).where(
        ProviderSay.provider_set_id == of.id, ProviderSay.answer == ProviderAnswer.YES
    )
    with as_house(session):
        providers = session.scalars(said).all()
    return list_over(session, of.period, providers)


def list_sets(session: Session) -> Sequence[ProviderSet]:
    """List the sets of a reader's organisation, its own and others', newest first."""
    says = selectinload(ProviderSet.says).joinedload(ProviderSay.organisation)
    query = select(ProviderSet).options(joinedload(ProviderSet.organisation), says)
    return session.scalars(query.order_by(ProviderSet.id.desc())).all()


def list_asked(session: Session, actor: Actor) -> list[ProviderSet]:
    """List those that wait for the actor's organisation to answer."""
    is_asked = select(ProviderSay.provider_set_id).filter_by(
        organisation_id=actor.organisation_id, answer=ProviderAnswer.ASKED
    )
    query = select(ProviderSet).where(ProviderSet.id.in_(is_asked)).order_by(ProviderSet.id)
    return list(session.scalars(query.options(joinedload(ProviderSet.organisation))))


def list_reports_of(session: Session, of: ProviderSet) -> Sequence[ImpactReport]:
    """List what was compiled of a set, the last first."""
    query = select(ImpactReport).filter_by(provider_set_id=of.id)
    with as_house(session):
        return session.scalars(query.order_by(ImpactReport.id.desc())).all()


def providers_of(session: Session, report: ImpactReport) -> set[int]:
    """Tell who made a report or is in it: nobody of those looks at it."""
    asked = select(ProviderSay.organisation_id).filter_by(provider_set_id=report.provider_set_id)
    with as_house(session):
        return {report.organisation_id, *session.scalars(asked)}


def district_of(organisation: Organisation) -> str | None:
    """Give the code of the part of the city in which an organisation is."""
    return area_of(organisation.area_code).district_code or None


def is_name_of_one(session: Session, name: str) -> bool:
    """Say whether an organisation is called that: everybody reads it as who achieved something."""
    with as_house(session):
        return folded(name) in map(folded, session.scalars(select(Organisation.name)))
