"""Writes about offerings: draft, edit, a step in its life, and the places."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.errors import N_, RuleBroken
from portal.offerings.models import Offering
from portal.offerings.rules import status_for_places


def change_places(session: Session, offering: Offering, change: int) -> None:
    """Take (1) or give back (-1) a place; the caller holds `queries.lock_offering`."""
    taken = offering.places_taken + change
    if not 0 <= taken <= offering.places:
        raise RuleBroken("", N_("There is no free place any more."))
    offering.places_taken = taken
    offering.status = status_for_places(offering.status, offering.places, taken)
    session.flush([offering])
