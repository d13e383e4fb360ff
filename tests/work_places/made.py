"""A work place of the cast's company, and people who are visible to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock
from portal.offerings.rules import DutchLevel, OfferingStatus, WorkWord
from portal.participants.models import Participant
from portal.work_places.models import Visibility, WorkPlace, WorkWish
from portal.work_places.rules import Seeks, Shown, WorkKind
from tests.cast import Cast

TIMES = ["1-morning", "3-morning"]


def work_place(session: Session, cast: Cast, **values: Any) -> WorkPlace:
    """Packing in the morning, at the cast's company."""
    given: dict[str, Any] = {
        "organisation_id": cast.actor("employer").organisation_id, "kind": WorkKind.JOB,
        "status": OfferingStatus.PUBLISHED, "published_at": clock.now(),
        "slug": f"inpakken-{values.get('title', 'ochtend').lower()}", "title": "Inpakken",
        "summary": "U pakt dozen in.", "what": "U pakt dozen in en zet ze klaar.",
        "work_word": WorkWord.AANPAKKEN, "needed": ["samenwerken"], "learned": ["best-doen"],
        "times": TIMES, "week_minutes": 8 * 60, "dutch_level": DutchLevel.A1,
        "area_code": "BU05990110", "address": "Kade 1", "places": 3,
    }  # fmt: skip
    row = WorkPlace(**(given | values))
    session.add(row)
    session.flush()
    return row


def wish(session: Session, who: Participant, **values: Any) -> WorkWish:
    """What somebody looks for: mornings."""
    row = WorkWish(participant_id=who.id, **({"times": TIMES, "with_guide": True} | values))
    session.add(row)
    session.flush()
    return row


def visible(
    session: Session, who: Participant, opens: int, until_on: date | None = None, **values: Any
) -> Visibility:
    """Somebody who is visible to all, with all lines."""
    seeks = Seeks.of("a2", can=["samenwerken"], times=TIMES)
    row = Visibility(
        participant_id=who.id, shown=list(Shown), seeks=seeks.shown(list(Shown)), opens=[opens],
        until_on=until_on or clock.today() + timedelta(days=30), **values,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
