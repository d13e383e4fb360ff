"""The index that a process keeps in memory, brought up to date whenever somebody asks for it.

One row changed: that one is read. A session began: its offering is read. All is read only at the
start, and when nobody can say what changed.
"""

import gc
import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import cache
from sys import intern
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from portal.core import Session, clock, past_guard
from portal.finding.models import CatalogueStamp, SearchText
from portal.finding.rules import Slot, Wish, slot_of, weekly_slot
from portal.finding.rules.index import Index, IndexEntry
from portal.offerings.models import Offering
from portal.offerings.rules import PUBLIC, OfferingStatus
from portal.organisations.models import Organisation
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import SessionStatus

_STATE = select(CatalogueStamp.epoch, CatalogueStamp.version)
_MANY = 1000  # changed offerings; from here on all are read, which is one question
_BACK = timedelta(seconds=1)  # a clock may be set back by this much


class _Kept:
    """One process' index of one database."""

    def __init__(self) -> None:
        self.index: Index | None = None
        self.lock = Lock()


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_adding = Lock()


def current(session: Session) -> Index:
    """Give the index as of now; what is read after it is as new."""
    connection = past_guard(session)
    state = connection.execute(_STATE).one_or_none()
    if state is None:
        return _whole(connection, 0, 0)
    with _adding:
        kept = _KEPT.setdefault(connection.engine, _Kept())
    with kept.lock:
        index = kept.index = _brought_up(connection, kept.index, state.epoch, state.version)
    if index.version > state.version:  # another thread saw a later commit: see it too
        session.rollback()
        return current(session)
    return index


def _brought_up(connection: Connection, index: Index | None, epoch: int, version: int) -> Index:
    now = clock.now()
    if index is None or index.epoch != epoch or now < index.moment - _BACK:
        return _whole(connection, epoch, version)
    if version < index.version:
        return index
    ids = index.changed_by(now)
    if version > index.version:
        changed = select(SearchText.offering_id).where(SearchText.version > index.version)
        ids |= set(connection.scalars(changed))
    if not ids:
        return index
    if len(ids) > _MANY:
        return _whole(connection, epoch, version)
    return index.changed(version, now, ids, _read(connection, now, ids))


def _whole(connection: Connection, epoch: int, version: int) -> Index:
    now = clock.now()
    index = Index(epoch, 0, now).changed(version, now, (), _read(connection, now, None))
    if len(index.entries) > _MANY:
        gc.collect()
        gc.freeze()  # it stays: the collector of garbage need not look through it each time
    return index


_POSTCODE = re.compile(r"\b([1-9]\d{3}) ?[A-Z]{2}\b")


class _Week(NamedTuple):
    """The times of an offering, and when a series among them is over."""

    slots: set[Slot]
    last_days: list[date]


def _read(connection: Connection, now: datetime, ids: Collection[int] | None) -> list[IndexEntry]:
    """The public ones among these offerings, or all; past the guard, as they are for everybody."""
    upcoming = _next_sessions(connection, now, ids)
    weeks = _weeks(connection, clock.to_local(now).date(), ids)
    query = (
        select(
            Offering.id,
            Offering.title,
            Offering.status,
            Offering.kind,
            Offering.work_word,
            Offering.area_code,
            Offering.address,
            Offering.text_language,
            Offering.dutch_level,
            Offering.spoken,
            Offering.costs_cents,
            Offering.places,
            Offering.places_taken,
            Offering.runs_until,
            SearchText.tokens,
        )
        .join(Organisation, Organisation.id == Offering.organisation_id)
        .outerjoin(SearchText, SearchText.offering_id == Offering.id)
        .where(Offering.status.in_(PUBLIC), Organisation.is_verified)
    )
    rows = connection.execute(_among(query, Offering.id, ids))
    return [_entry(row, upcoming.get(row.id), weeks.get(row.id)) for row in rows]


def _entry(
    row: object, upcoming: tuple[datetime, datetime] | None, week: _Week | None
) -> IndexEntry:
    offering: Offering = row  # type: ignore[assignment] # it has the columns that are asked here
    next_at = upcoming[0] if upcoming else None
    slots = week.slots if week else {slot_of(*upcoming)} if upcoming else set()
    is_full = offering.status is OfferingStatus.FULL or offering.places_taken >= offering.places
    until = offering.runs_until
    is_over = until is not None and until <= clock.now()
    is_closed = offering.status is OfferingStatus.CLOSED or is_over
    marks: set[tuple[str, object]] = {
        ("all", True),
        ("kind", offering.kind),
        ("work", offering.work_word),
        ("area", offering.area_code),
        *(("postcode", digits) for digits in _POSTCODE.findall(offering.address)),
        ("level", offering.dutch_level),
        *(("language", language) for language in offering.spoken),
        *(("slot", slot) for slot in slots),
    }
    if not is_full and not is_closed:
        marks.add(("also", Wish.FREE))
    if not offering.costs_cents:
        marks.add(("also", Wish.NO_COSTS))
    # The next session begins, the last ends, or a series is over at the end of its last day.
    days = week.last_days if week else []
    ends = [clock.from_local(day + timedelta(days=1), time()) for day in days]
    return IndexEntry(
        offering.id,
        offering.title,
        offering.text_language,
        3 if is_closed else 2 if next_at is None else 1 if is_full else 0,
        next_at,
        frozenset(map(_shared, marks)),
        tuple(map(intern, (row.tokens or "").split())),  # type: ignore[attr-defined]
        min([*ends, *filter(None, [next_at, None if is_over else until])], default=None),
    )


@cache
def _shared(mark: tuple[str, object]) -> tuple[str, object]:
    """Ten thousand offerings have a few hundred marks between them."""
    return mark


def _next_sessions(
    connection: Connection, now: datetime, ids: Collection[int] | None
) -> dict[int, tuple[datetime, datetime]]:
    """When the next planned session of each begins and ends."""
    is_to_come = (
        OfferingSession.starts_at > now,
        OfferingSession.status == SessionStatus.PLANNED,
    )
    first = _among(
        select(OfferingSession.offering_id, func.min(OfferingSession.starts_at).label("starts_at"))
        .where(*is_to_come)
        .group_by(OfferingSession.offering_id),
        OfferingSession.offering_id,
        ids,
    ).subquery()
    rows = connection.execute(
        select(
            OfferingSession.offering_id, OfferingSession.starts_at, OfferingSession.ends_at
        ).join(
            first,
            (OfferingSession.offering_id == first.c.offering_id)
            & (OfferingSession.starts_at == first.c.starts_at),
        )
    )
    return {row.offering_id: (row.starts_at, row.ends_at) for row in rows}


def _weeks(connection: Connection, today: date, ids: Collection[int] | None) -> dict[int, _Week]:
    """The weekly times of each, of series that run today or begin later."""
    found: dict[int, _Week] = {}
    still_counts = (Series.last_on.is_(None)) | (Series.last_on >= today)
    query = select(
        Series.offering_id,
        Series.weekdays,
        Series.starts,
        Series.ends,
        Series.last_on,
        Series.skips_school_holidays,
    ).where(still_counts)
    for row in connection.execute(_among(query, Series.offering_id, ids)):
        week = found.setdefault(row.offering_id, _Week(set(), []))
        week.slots.update(
            weekly_slot(day, row.starts, row.ends, skips_holidays=row.skips_school_holidays)
            for day in row.weekdays
        )
        if row.last_on:
            week.last_days.append(row.last_on)
    return {id_: week for id_, week in found.items() if week.slots}


def _among(query: Any, column: Any, ids: Collection[int] | None) -> Any:
    return query if ids is None else query.where(column.in_(ids))
