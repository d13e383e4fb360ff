"""The only reader of the time: UTC inside, Europe/Amsterdam for days and for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Europe/Amsterdam")
CLOCKS_DIFFER = timedelta(minutes=1)  # between two servers, or two requests, of one portal

_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen or datetime.now(UTC)


def today() -> date:
    """The calendar day in Amsterdam, which is what "today" means on every screen."""
    return to_local(now()).date()


def to_local(moment: datetime) -> datetime:
    """The same moment on an Amsterdam wall clock."""
    return moment.astimezone(LOCAL_ZONE)


def from_local(day: date, at: time) -> datetime:
    """The UTC moment at which Amsterdam's clocks show `at` on `day`.

    A time that summer time skips moves on by the hour skipped; one that comes twice is the first.
    """
    return datetime.combine(day, at, LOCAL_ZONE).astimezone(UTC)


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The half-open UTC interval that covers the local days `first` up to and including `last`."""
    return from_local(first, time()), from_local(last + timedelta(days=1), time())


def written(moment: datetime) -> str:
    """The moment as a document holds it: ISO 8601 to the second, with Amsterdam's zone."""
    return to_local(moment).isoformat(timespec="seconds")


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def is_within(day: date, first: date, last: date | None) -> bool:
    """Whether a day lies between two, both included; None is no end."""
    return first <= day and (last is None or day <= last)


def share_a_day(first: date, last: date | None, begin: date, end: date | None) -> bool:
    """Whether two stretches of days, both ends included, share one; None is no end."""
    return first <= (end or date.max) and begin <= (last or date.max)


def minutes_between(begin: datetime, end: datetime) -> int:
    """Count the whole minutes from one moment to another."""
    return int((end - begin).total_seconds()) // 60


@contextmanager
def freeze(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware `moment`, for tests and for filling a demo city."""
    global _frozen
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
