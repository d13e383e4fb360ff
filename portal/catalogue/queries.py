"""Public reads. They name themselves what is public, so the answer is the same for everybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, case, cast, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from portal.catalogue.models import CatalogueStamp
from portal.catalogue.rules import Filters, levels_up_to
from portal.core import clock
from portal.core.areas import Area, areas
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.offerings.models import Offering
from portal.offerings.queries import with_looks
from portal.offerings.rules import PUBLIC, OfferingKind, OfferingStatus
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationStatus
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import list_sessions, series_by_offering
from portal.schedule.rules import SessionStatus

PAGE_SIZE = 24
_MOST_WORDS = 8
_VERSION = select(CatalogueStamp.__table__.c.version)


@dataclass(frozen=True)
class Card:
    """An offering with its times: the series that run now or begin later, and the next session."""

    offering: Offering
    series: list[Series] = field(default_factory=list)
    next_at: datetime | None = None

    @property
    def weeks(self) -> int | None:
        """How many weeks a pre-trajectory lasts, begun weeks included."""
        days = [(s.last_on - s.first_on).days for s in self.series if s.last_on]
        is_bounded = days and self.offering.kind is OfferingKind.PRE_TRAJECTORY
        return max(days) // 7 + 1 if is_bounded else None


@dataclass(frozen=True)
class Found:
    """A page of cards, and how many there are on all pages."""

    page: Page[Card]
    count: int


def find_version(session: Session) -> int | None:
    """The stamp of the catalogue as it is now; None before anything was published.

    Asked once for every page that is shown from memory, so it goes past the ORM.
    """
    return session.connection().scalar(_VERSION)


def find(session: Session, filters: Filters, number: int = 1) -> Found:
    """What fits the filters: a free place first, then the soonest next session."""
    rows = session.execute(_candidates(filters)).all()
    if filters.asks_times:
        series = series_by_offering(session, [row.id for row in rows], clock.today())
        rows = [
            row
            for row in rows
            if any(map(filters.fits, _times(series.get(row.id, []), row.next_at)))
        ]
    number = max(1, min(number, len(rows) // PAGE_SIZE + 1))
    end = number * PAGE_SIZE
    shown = {row.id: row.next_at for row in rows[end - PAGE_SIZE : end]}
    return Found(Page(_cards(session, shown), number, len(rows) > end), len(rows))


def get_card(session: Session, slug: str) -> Card:
    """One public offering by its address."""
    offering = session.scalar(
        select(Offering)
        .join(Offering.organisation)
        .where(Offering.slug == slug, *_is_public())
        .options(contains_eager(Offering.organisation), *with_looks())
    )
    if offering is None:
        raise NotFound("offering")
    return Card(offering, series_by_offering(session, [offering.id], clock.today())[offering.id])


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


def list_areas(session: Session) -> list[Area]:
    """The neighbourhoods in which there is something to do."""
    codes = session.scalars(
        select(Offering.area_code).join(Offering.organisation).where(*_is_public()).distinct()
    )
    return [areas()[code] for code in codes if code in areas()]


def _is_public() -> tuple[ColumnElement[bool], ...]:
    return Offering.status.in_(PUBLIC), Organisation.status == OrganisationStatus.VERIFIED


def _candidates(filters: Filters) -> Select[tuple[int, datetime | None]]:
    upcoming = (
        select(OfferingSession.offering_id, func.min(OfferingSession.starts_at).label("starts_at"))
        .where(
            OfferingSession.starts_at > clock.now(),
            OfferingSession.status == SessionStatus.PLANNED,
        )
        .group_by(OfferingSession.offering_id)
        .subquery()
    )
    next_at = upcoming.c.starts_at
    rank = case(
        (Offering.status == OfferingStatus.CLOSED, 3),
        (next_at.is_(None), 2),
        (Offering.places_taken >= Offering.places, 1),
        else_=0,
    )
    return (
        select(Offering.id, next_at.label("next_at"))
        .join(Offering.organisation)
        .outerjoin(upcoming, upcoming.c.offering_id == Offering.id)
        .where(*_is_public(), *_conditions(filters))
        .order_by(rank, next_at, Offering.title, Offering.id)
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_has_word(w) for w in filters.q.split()[:_MOST_WORDS]]
    if filters.kind:
        found.append(Offering.kind == filters.kind)
    if filters.work:
        found.append(Offering.work_word.in_(filters.work))
    if filters.area:
        found.append(Offering.area_code.in_(_neighbourhoods(filters.area)))
    if filters.level:
        found.append(Offering.dutch_level.in_(levels_up_to(filters.level)))
    if filters.language:
        found.append(cast(Offering.spoken, String).contains(f'"{filters.language}"'))
    return found


def _has_word(word: str) -> ColumnElement[bool]:
    texts = (Offering.title, Offering.summary, Offering.what, Organisation.name)
    return or_(*(text.icontains(word, autoescape=True) for text in texts))


def _neighbourhoods(codes: Collection[str]) -> list[str]:
    return [a.code for a in areas().values() if a.code in codes or a.district_code in codes]


def _times(series: Sequence[Series], next_at: datetime | None) -> list[datetime]:
    """One moment for each weekly time; without a series, the next session's."""
    weekly = [
        clock.from_local(s.first_on + timedelta(days=(day - s.first_on.weekday()) % 7), s.starts)
        for s in series
        for day in s.weekdays
    ]
    return weekly or ([next_at] if next_at else [])


def _cards(session: Session, next_at: dict[int, datetime | None]) -> list[Card]:
    """Cards for these offerings, in this order."""
    offerings = session.scalars(
        select(Offering)
        .join(Offering.organisation)
        .where(Offering.id.in_(next_at))
        .options(contains_eager(Offering.organisation), *with_looks())
    )
    by_id = {offering.id: offering for offering in offerings}
    series = series_by_offering(session, next_at, clock.today())
    return [
        Card(by_id[id_], series.get(id_, []), at) for id_, at in next_at.items() if id_ in by_id
    ]
