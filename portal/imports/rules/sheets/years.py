"""Which day each column is, and the year where nobody wrote it: the most recent that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from portal.imports.rules.sheets.cells import called
from portal.imports.rules.sheets.dates import on
from portal.imports.rules.sheets.shapes import Head, KeptLine, KeptSheet

_FURTHEST_BACK = 7  # years
_HALF_A_YEAR = timedelta(days=183)
_Dates = list[tuple[int, date | None]]  # the year of each column, and its day if there is one


@dataclass
class Column:
    """A day of one table, its date once that is known, and which line says what of it, where."""

    sheet: KeptSheet
    head: Head
    said: list[tuple[KeptLine, str, str]]
    day: date | None = None  # None too where there is no such day

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it but 0 or boxes that nobody ticked."""
        tokens = [token for _, token, _ in self.said]
        return len(tokens) > 1 and not self.sheet.is_list and set(tokens) <= {"n:0", "x:false"}

    @property
    def name(self) -> str:
        """How the spreadsheet calls it."""
        return called(self.sheet.orientation, self.head.column)

    @property
    def weekday_differs(self) -> bool:
        """Whether it says another day of the week than its date is."""
        return _differs(self.head, self.day)

    @property
    def weekday_guessed(self) -> bool:
        """Whether it names a week, and no day of it."""
        return self.head.number is None and self.head.weekday is None

    @property
    def is_guess(self) -> bool:
        """Whether a part of the day was not written."""
        return self.head.year is None or self.weekday_differs or self.weekday_guessed


def date_all(tables: Sequence[list[Column]], today: date, year: int | None) -> int | None:
    """Date the columns of all tables together; the year that was filled in, if one was.

    The newest day of a table may come first.
    """
    turned = [table[::-1] if _is_newest_first(table) else table for table in tables]
    columns = [column for table in turned for column in table]
    begins = [year] if year else range(today.year + 1, today.year - _FURTHEST_BACK, -1)
    ways = [_climbing(columns, begin) for begin in begins]
    best = max(ways, key=lambda dates: _fit(columns, dates, today))
    for column, (_, day) in zip(columns, best, strict=True):
        column.day = day
    unsaid = [each for column, (each, _) in zip(columns, best, strict=True) if not column.head.year]
    is_said = year is None and len(unsaid) < len(columns)
    return None if is_said else next(iter(unsaid), None)


def _is_newest_first(table: Sequence[Column]) -> bool:
    """Whether most days come before the one to their left, as on a sheet that grows at the left.

    Of two days without a year the nearest are meant: 16 December comes before 6 January.
    """
    heads = [column.head for column in table]
    said = [head.month * 31 + (head.number or 0) for head in heads if head.month]
    said = said or [head.week * 7 for head in heads if head.week]
    steps = [(after - before + 186) % 372 - 186 for before, after in pairwise(said)]
    return sum(step < 0 for step in steps) > sum(step > 0 for step in steps)


def _fit(columns: Sequence[Column], dates: _Dates, today: date) -> tuple[int, bool, int, int]:
    """Close to what is known, days of the week that agree, no marks to come; then the latest."""
    dated = [(column, day) for column, (_, day) in zip(columns, dates, strict=True) if day]
    far = any(column.head.year for column in columns) * sum(
        abs(after - before) > _HALF_A_YEAR for (_, before), (_, after) in pairwise(dated)
    )
    told = [each for each in dated if each[0].head.weekday is not None and each[0].head.number]
    agreeing = sum(-1 if _differs(column.head, day) else 1 for column, day in told)
    agreeing -= len(columns) - len(dated)
    is_past = not any(column.said and day > today for column, day in dated)
    # A year of which the days agree by chance alone is no reason to look far back.
    return -far, (agreeing > 0 or not told) and is_past, agreeing, dates[0][0]


def _climbing(columns: Sequence[Column], year: int) -> _Dates:
    """The year and day of each column, a year later where the months begin again."""
    dates: _Dates = []
    before: date | None = None
    for head in (column.head for column in columns):
        year = head.year or year
        day = _day(head, year)
        if day and before and day < before - _HALF_A_YEAR and head.year is None:
            year += 1
            day = _day(head, year)
        before = day or before
        dates.append((year, day))
    return dates


def _day(head: Head, year: int) -> date | None:
    """A week without a day counts as its first."""
    is_whole_week = head.week is not None and head.weekday is None
    return on(year, replace(head, weekday=0) if is_whole_week else head)


def _differs(head: Head, day: date | None) -> bool:
    return day is not None and head.weekday not in (None, day.weekday())
