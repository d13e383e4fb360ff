"""Counts who is in the recognised reports of a year, each person once."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.core import as_house, clock
from portal.impact.models import ImpactReport
from portal.impact.queries import OF_ONE
from portal.impact.queries.held import list_here
from portal.impact.rules import Period
from portal.impact.rules.documents import public_document
from portal.recognition.queries import ENDS_IN
from portal.recognition.rules.different import counted_on, least_different


class Different(NamedTuple):
    """How many different people there are at least, in the reports of how many organisations."""

    at_least: int
    providers: int


def count_different(session: Session, year: int) -> Different | None:
    """Count a year's people once each; None before its day, and of one provider.

    Of each provider the report counts that shows most people, of those that held on that day: what
    is recognised or replaced later changes nothing.
    """
    ends, _ = clock.day_bounds(counted_on(year), counted_on(year))
    if clock.now() < ends:
        return None
    later = aliased(ImpactReport)
    was_replaced = select(later.id).where(
        later.previous_id == ImpactReport.id, later.recognised_at < ends
    )
    held = select(ImpactReport).where(
        OF_ONE, year == ENDS_IN, ImpactReport.recognised_at < ends, ~was_replaced.exists()
    )
    with as_house(session):
        most: dict[int, tuple[int, ImpactReport]] = {}
        for report in session.scalars(held.order_by(ImpactReport.id)):
            figures = public_document(report.document)["figures"]
            people = next(row["value"] for row in figures if row["id"] == "people") or 0
            if people > most.get(report.organisation_id, (0, report))[0]:
                most[report.organisation_id] = people, report
        here = {
            person for of, (_, report) in most.items()
            for person in list_here(session, of, Period(report.from_on, report.until_on))
        }  # fmt: skip
    if len(most) < 2:
        return None
    small_count = max(report.document["small_count"] for _, report in most.values())
    shown = [people for people, _ in most.values()]
    return Different(least_different(shown, len(here), small_count), len(most))
