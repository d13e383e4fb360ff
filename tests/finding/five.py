"""Five offerings that differ in all a visitor may ask, and what a search among them shows."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.finding.queries import Found, find
from portal.finding.rules import Filters

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 9.00 in Amsterdam
COOL, DE_ESCH, PERNIS = "BU05990112", "BU05990845", "BU05991391"
COOKING, SEWING, BIKES, GARDEN, TALKING = (
    "Leren koken voor vijftig mensen",
    "Naai-atelier De Draad",
    "Fietsenmaker worden",
    "Buurtmoestuin",
    "Praten bij het café",
)
ALL = [COOKING, SEWING, BIKES, GARDEN, TALKING]


def found(session: Session, q: str = "", **wishes: Any) -> Found:
    return find(session, Filters(q=q, **wishes))


def titles(session: Session, q: str = "", **wishes: Any) -> list[str]:
    return [entry.title for entry in found(session, q, **wishes).page.rows]
