"""An opportunity of the cast's municipality, with the enterprise's dossier for it."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.guard import reading_as
from portal.impact.models import ImpactReport, ProviderSay, ProviderSet
from portal.recognition import commands as recognition
from portal.tenders import commands
from portal.tenders.models import Dossier, Opportunity
from portal.tenders.rules import OpportunityKind, OpportunityMove
from tests.cast import Cast
from tests.impact.made import quarter, report


def opportunity_of(
    session: Session, cast: Cast, move: OpportunityMove = OpportunityMove.PUBLISH, **values: Any
) -> Opportunity:
    """A lot for fifty people, which asks one thing of each kind."""
    given: dict[str, Any] = {
        "kind": OpportunityKind.LOT, "title": "Perceel Zuid", "body": "Vijftig mensen.",
        "closes_on": clock.today() + timedelta(days=30), "volume": 50, "amount_cents": 10_000_000,
        "competences": ["finishing"], "reference_people": 5, "satisfaction": 60, "completion": 50,
        "asks_trend": True, "certificates": "ISO 9001\nBlik op Werk", "pso_step": 2,
        "reserved_percent": 30,
    } | values  # fmt: skip
    recogniser = cast.actor("recogniser")
    with reading_as(session, recogniser):
        made = commands.write(session, recogniser, None, move, **given)
    session.flush()
    return made


def recognised(session: Session, cast: Cast, name: str = "admin") -> ImpactReport:
    """A recognised report over a quarter with thirty people, of one of the cast's organisation."""
    actor = cast.actor(name)
    organisation = cast.enterprise if name == "admin" else cast.other_enterprise
    quarter(session, organisation)
    made = report(session, actor)
    made = recognition.submit(session, actor, report=made, recogniser_id=cast.municipality.id)
    return recognition.recognise(session, cast.actor("recogniser"), report=made, remark="Goed.")


def of_years_before(session: Session, one: ImpactReport, *years: int) -> None:
    """The same figures, recognised over the same days of earlier years."""
    for back in years:
        copied(session, one, f"{one.number}{back}", days=-365 * back)
    session.flush()


def copied(session: Session, one: ImpactReport, number: str, days: int) -> ImpactReport:
    """The same figures under another number, some days later."""
    names = [column.key for column in inspect(ImpactReport).column_attrs]
    values = {name: getattr(one, name) for name in names if name not in {"id", "uuid"}}
    values |= {"number": number, "previous_id": None}
    for end in ("from_on", "until_on"):
        values[end] += timedelta(days=days)
    made = ImpactReport(**values)
    session.add(made)
    return made


def dossier_of(session: Session, cast: Cast, opportunity: Opportunity, **values: Any) -> Dossier:
    """The enterprise's, that shows its volume and one certificate."""
    until = (clock.today() + timedelta(days=300)).isoformat()
    said = {"until_certificate_0": until, "document_certificate_0": "ISO 9001, 2026-12"}
    given: dict[str, Any] = {
        "words": "Wij kennen de wijk.", "chosen": ["volume", "certificate_0"], "declared": said,
    } | values  # fmt: skip
    coordinator = cast.actor("coordinator")
    with reading_as(session, coordinator):
        made = commands.compose(session, coordinator, opportunity, **given)
    session.flush()
    return made


def posted(session: Session, cast: Cast) -> Opportunity:
    """One with the enterprise's dossier for it."""
    made = opportunity_of(session, cast)
    dossier_of(session, cast, made)
    return made


def asked_together(session: Session, cast: Cast) -> ProviderSet:
    """A report of several providers, of whom the cast's enterprise is one."""
    of_days = {"from_on": date(2026, 1, 1), "until_on": date(2026, 3, 31)}
    made = ProviderSet(organisation_id=cast.enterprise.id, name="Perceel 3", **of_days)
    made.says = [ProviderSay(organisation_id=cast.enterprise.id)]
    session.add(made)
    session.flush()
    return made
