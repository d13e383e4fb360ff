"""Which day each heading is, and the year where nobody wrote it: the most recent that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from portal.imports.sheets.dates import Facts, on
from portal.imports.sheets.shapes import Head

_FURTHEST_BACK = 7  # years
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True)
class Dated:
    day: date
    is_guess: bool
    weekday_differs: bool = False
    weekday_guessed: bool = False


@dataclass(frozen=True)
class Dating:
    days: list[Dated | None]  # one for each head
    year: int | None  # the year that was filled in where none was written


def date_all(
    heads: Sequence[Head], is_marked: Sequence[bool], today: date, year: int | None
) -> Dating:
    """Date every head, in the order in which they stand in the file; the newest may come first."""
    if _is_newest_first(heads):
        turned = _date_all(heads[::-1], is_marked[::-1], today, year)
        return Dating(turned.days[::-1], turned.year)
    return _date_all(heads, is_marked, today, year)


def _is_newest_first(heads: Sequence[Head]) -> bool:
    """Whether most days come before the one to their left, as on a sheet that grows at the left.

    Of two days without a year the nearest are meant: 16 December comes before 6 January.
    """
    said = [head.month * 31 + (head.number or 0) for head in heads if head.month] or [
        head.week * 7 for head in heads if head.week
    ]
    steps = [(after - before + 186) % 372 - 186 for before, after in pairwise(said)]
    return sum(step < 0 for step in steps) > sum(step > 0 for step in steps)


def _date_all(
    heads: Sequence[Head], is_marked: Sequence[bool], today: date, year: int | None
) -> Dating:
    if all(head.year is not None for head in heads):
        return Dating([_dated(head, head.year) for head in heads], None)
    if year is None and any(head.year is not None for head in heads):
        years = _beside_known(heads)
        return Dating([_dated(*each) for each in zip(heads, years, strict=True)], None)
    begins = [year] if year else range(today.year + 1, today.year - _FURTHEST_BACK, -1)
    years = max(
        (_climbing(heads, each) for each in begins),
        key=lambda each: _fit(heads, each, is_marked, today),
    )
    first = next(at for at, head in enumerate(heads) if head.year is None)
    return Dating([_dated(*each) for each in zip(heads, years, strict=True)], years[first])


def _fit(
    heads: Sequence[Head], years: list[int], is_marked: Sequence[bool], today: date
) -> tuple[bool, int, int]:
    """Days of the week that agree, then no marks in the future, then the latest."""
    agreeing = 0
    is_past = True
    for head, year, marked in zip(heads, years, is_marked, strict=True):
        dated = _dated(head, year)
        if dated is None:
            agreeing -= 1
            continue
        if head.weekday is not None and head.number is not None:
            agreeing += -1 if dated.weekday_differs else 1
        is_past = is_past and not (marked and dated.day > today)
    # A year of which the days agree by chance alone is no reason to look far back.
    return (agreeing > 0 or not _says_weekdays(heads)) and is_past, agreeing, years[0]


def _says_weekdays(heads: Sequence[Head]) -> bool:
    return any(head.weekday is not None and head.number is not None for head in heads)


def _climbing(heads: Sequence[Head], year: int) -> list[int]:
    """The year of each head, one more where the months begin again."""
    years = []
    before: date | None = None
    for head in heads:
        if head.year is not None:
            year = head.year
        day = _day(head, year)
        if day and before and day < before - _HALF_A_YEAR and head.year is None:
            year += 1
            day = _day(head, year)
        before = day or before
        years.append(year)
    return years


def _beside_known(heads: Sequence[Head]) -> list[int]:
    """The year of the head before, or of the first that has one."""
    first = next(at for at, head in enumerate(heads) if head.year is not None)
    year = heads[first].year or 0
    after = _day(heads[first], year)
    if first and after:
        start = _day(heads[0], year)
        if start and start > after + _HALF_A_YEAR:
            year -= 1
    return _climbing(heads, year)


def _day(head: Head, year: int) -> date | None:
    weekday = head.weekday
    if head.week is not None and weekday is None:
        weekday = 0
    return on(year, Facts(month=head.month, number=head.number, week=head.week, weekday=weekday))


def _dated(head: Head, year: int | None) -> Dated | None:
    day = _day(head, year) if year is not None else None
    if day is None:
        return None
    differs = head.weekday is not None and day.weekday() != head.weekday
    guessed = head.number is None and head.weekday is None
    return Dated(day, head.year is None or differs or guessed, differs, guessed)
