"""Which day each heading is, and the year where nobody wrote it: the most recent that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from portal.imports.sheets.dates import on
from portal.imports.sheets.shapes import Facts, Head

_FURTHEST_BACK = 7  # years
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True)
class Dated:
    """What a heading says of its day, in the year that fits; the day is None if there is none."""

    said: Facts
    is_marked: bool  # whether marks stand below
    year: int
    day: date | None

    @property
    def weekday_differs(self) -> bool:
        """Whether it says another day of the week than its date is."""
        return self.day is not None and self.said.weekday not in (None, self.day.weekday())

    @property
    def weekday_guessed(self) -> bool:
        """Whether it names a week, and no day of it."""
        return self.said.number is None and self.said.weekday is None

    @property
    def is_guess(self) -> bool:
        """Whether a part of the day was not written."""
        return self.said.year is None or self.weekday_differs or self.weekday_guessed


def date_all(
    tables: Sequence[Sequence[tuple[Head, bool]]], today: date, year: int | None
) -> tuple[list[Dated], int | None]:
    """Date the heads of all tables together; and the year that was filled in, if one was.

    The newest day of a table may come first. Beside each head: whether it has marks.
    """
    turned = [table[::-1] if _is_newest_first(table) else table for table in tables]
    heads = [head for table in turned for head in table]
    begins = [year] if year else range(today.year + 1, today.year - _FURTHEST_BACK, -1)
    best = max((_climbing(heads, begin) for begin in begins), key=lambda one: _fit(one, today))
    is_said = year is None and any(one.said.year is not None for one in best)
    filled = [] if is_said else [one.year for one in best if one.said.year is None]
    in_order = iter(best)
    parts = [[next(in_order) for _ in table] for table in tables]
    days = [
        one
        for part, table, way in zip(parts, tables, turned, strict=True)
        for one in (part if way is table else part[::-1])
    ]
    return days, next(iter(filled), None)


def _is_newest_first(table: Sequence[tuple[Head, bool]]) -> bool:
    """Whether most days come before the one to their left, as on a sheet that grows at the left.

    Of two days without a year the nearest are meant: 16 December comes before 6 January.
    """
    said = [head.month * 31 + (head.number or 0) for head, _ in table if head.month]
    said = said or [head.week * 7 for head, _ in table if head.week]
    steps = [(after - before + 186) % 372 - 186 for before, after in pairwise(said)]
    return sum(step < 0 for step in steps) > sum(step > 0 for step in steps)


def _fit(days: Sequence[Dated], today: date) -> tuple[int, bool, int, int]:
    """Close to what is known, days of the week that agree, no marks to come; then the latest."""
    known = [one.day for one in days if one.day]
    far = any(one.said.year for one in days) * sum(
        abs(after - before) > _HALF_A_YEAR for before, after in pairwise(known)
    )
    told = [one for one in days if one.day and one.said.weekday is not None and one.said.number]
    agreeing = sum(-1 if one.weekday_differs else 1 for one in told)
    agreeing -= sum(one.day is None for one in days)
    is_past = not any(one.is_marked and one.day and one.day > today for one in days)
    # A year of which the days agree by chance alone is no reason to look far back.
    return -far, (agreeing > 0 or not told) and is_past, agreeing, days[0].year


def _climbing(heads: Sequence[tuple[Head, bool]], year: int) -> list[Dated]:
    """The day of each head, a year later where the months begin again."""
    days: list[Dated] = []
    before: date | None = None
    for head, is_marked in heads:
        year = head.year or year
        day = _day(head, year)
        if day and before and day < before - _HALF_A_YEAR and head.year is None:
            year += 1
            day = _day(head, year)
        before = day or before
        days.append(Dated(head, is_marked, year, day))
    return days


def _day(head: Head, year: int) -> date | None:
    """A week without a day counts as its first."""
    is_whole_week = head.week is not None and head.weekday is None
    return on(year, replace(head, weekday=0) if is_whole_week else head)
