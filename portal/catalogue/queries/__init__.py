"""Public reads. They name themselves what is public, so the answer is the same for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from portal.core import clock, or_not_found
from portal.offerings.models import Offering
from portal.offerings.queries import with_looks
from portal.offerings.rules import PUBLIC, OfferingKind
from portal.organisations.models import Organisation
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import list_sessions, series_by_offering


@dataclass(frozen=True)
class OfferingCard:
    """An offering with its series, now or later, and its next session."""

    offering: Offering
    series: list[Series] = field(default_factory=list)
    next_at: datetime | None = None

    @property
    def weeks(self) -> int | None:
        """How many weeks a pre-trajectory lasts, begun weeks included."""
        days = [(s.last_on - s.first_on).days for s in self.series if s.last_on]
        is_bounded = days and self.offering.kind is OfferingKind.PRE_TRAJECTORY
        return max(days) // 7 + 1 if is_bounded else None


def get_card(session: Session, slug: str) -> OfferingCard:
    """One public offering by its address."""
    offering = or_not_found(session.scalar(_BY_SLUG, {"slug": slug}), "offering")
    return card_of(session, offering)


def card_of(session: Session, offering: Offering) -> OfferingCard:
    """An offering with the times that it has from today on."""
    return OfferingCard(
        offering, series_by_offering(session, [offering.id], clock.today())[offering.id]
    )


def list_upcoming(
    session: Session, offering_id: int, most: int | None = None
) -> list[OfferingSession]:
    """Sessions from now on, cancelled ones too; `most` counts those that go on."""
    sessions = list_sessions(session, offering_id, clock.now())
    if most is None:
        return list(sessions)
    going_on = [row for row in sessions if not row.is_cancelled][:most]
    return [row for row in sessions if going_on and row.starts_at <= going_on[-1].starts_at]


def list_for_calendar(session: Session, offering_id: int) -> Sequence[OfferingSession]:
    """Sessions from today on, also one that began this morning."""
    begin, _ = clock.day_bounds(clock.today(), clock.today())
    return list_sessions(session, offering_id, begin)


# Asked for each visitor, so they are made once.
_OFFERINGS = (
    select(Offering)
    .join(Offering.organisation)
    .options(contains_eager(Offering.organisation), *with_looks())
)
_BY_SLUG = _OFFERINGS.where(
    Offering.slug == bindparam("slug"),
    Offering.status.in_(PUBLIC),
    Organisation.is_verified,
)
_BY_ID = _OFFERINGS.where(Offering.id.in_(bindparam("ids", expanding=True)))


def cards_of(session: Session, next_at: dict[int, datetime | None]) -> list[OfferingCard]:
    """Cards for these offerings, in this order."""
    offerings = session.scalars(_BY_ID, {"ids": list(next_at)})
    by_id = {offering.id: offering for offering in offerings}
    series = series_by_offering(session, next_at, clock.today())
    return [
        OfferingCard(by_id[id_], series.get(id_, []), at)
        for id_, at in next_at.items()
        if id_ in by_id
    ]
