"""Which line of a table tells the days, and what it says of each with the titles around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from portal.imports.sheets.dates import NOTHING, Facts, facts_of, of_date
from portal.imports.sheets.shapes import Head
from portal.imports.sheets.tokens import Value, heading, plain, starts_with, token_of

Rows = list[list[Value]]
_HIGHEST_HEADING = 4  # lines above the line of days that may say a month or a week
_NEAR = 3  # lines of one heading: dates, days of the week, times


@dataclass(frozen=True)
class Header:
    """A line that tells the days of the columns below it."""

    row: int
    heads: dict[int, Facts]  # column: what is known of its day
    hours: frozenset[int]  # columns of hours beside the column of marks of the same day
    strong: int  # how many of them say a day by themselves
    signed: frozenset[int]  # columns in which people sign: whatever stands there
    others: dict[int, tuple[int, str]]  # a column of who is away: that of who is here, and its kind


class Headings:
    """The heading facts of a table, each looked up once."""

    def __init__(self, rows: Rows, hint: Facts, is_month_first: bool) -> None:
        self.rows = rows
        self.hint = hint
        self.facts = [
            {at: said for at, cell in enumerate(row) if (said := facts_in(cell, is_month_first))}
            for row in rows
        ]
        self.above = [(NOTHING, NOTHING)]  # of each line
        for line in self.facts:
            told = _told(line.values())
            self.above.append((told[0].over(self.above[-1][0]), told[1].over(self.above[-1][1])))
        self.marks_below = _marks_below(rows)

    def header(self, row: int, top: int = 0) -> Header | None:
        """The line as a header, if it tells days; nothing above `top` belongs to it."""
        base = self._base(row)
        if not base:
            return None
        titles = self._titles(row, min(base))
        heads = {}
        for at, facts in base.items():
            heads[at] = self._with_above(facts, row, at, top).over(titles)
        heads = {at: _with_season(facts) for at, facts in heads.items() if _tells_a_day(facts)}
        if not heads or not self._may_be(row, heads):
            return None
        hours = frozenset(
            at for at in heads if heading(self.rows[row][at]) == "hours" and at - 1 in heads
        )
        strong = sum(_is_strong(self.facts[row].get(at, NOTHING)) for at in heads)
        titled = {at: heading(cell) for at, cell in enumerate(self.rows[row])}
        signed = frozenset(at for at in heads if titled[at] == "signed")
        seen = [at for at in heads if titled[at] == "seen"]
        others = {
            at: (seen[0], kind)
            for at, kind in titled.items()
            if len(seen) == 1 and kind in ("absent", "excused")
        }
        return Header(row, heads, hours, strong, signed, others)

    def score(self, header: Header, until: int | None = None) -> int:
        """How many marks stand below."""
        last = len(self.rows) if until is None else until
        counts = (self.marks_below[at] for at in header.heads)
        return sum(count[header.row + 1] - count[last] for count in counts)

    def best(self) -> Header | None:
        """The header with most marks below; of the lines of one heading the lowest."""
        found = [header for row in range(len(self.rows)) if (header := self.header(row))]
        if not found:
            return None
        best = max(found, key=self.score)
        for lower in found:
            gap = lower.row - best.row
            lost = self.score(best) - self.score(lower)
            if (
                0 < gap <= _NEAR
                and len(lower.heads) >= len(best.heads)
                and lost <= gap * len(best.heads)
                and self._only_headings(best.row + 1, lower)
            ):
                best = lower
        return best if self.score(best) else None

    def all_from(self, best: Header) -> list[Header]:
        """The best header, and those of further tables above and below it in the same sheet."""
        headers = [best]
        least = max(2, len(best.heads) // 3)
        for row in range(len(self.rows)):
            if any(abs(row - each.row) <= 1 for each in headers):
                continue
            top = max((each.row + 1 for each in headers if each.row < row), default=0)
            if header := self.header(row, top):
                near = row < best.row <= row + _NEAR
                is_alike = min(header.heads) >= min(best.heads) and header.strong >= least
                tells = self.score(header) > 0 and self._is_no_person(row, header.heads)
                if not near and is_alike and tells:
                    headers.append(header)
        return sorted(headers, key=lambda each: each.row)

    def _only_headings(self, first: int, header: Header) -> bool:
        return self.score(header) > 0 and all(
            self._is_no_person(row, header.heads) for row in range(first, header.row + 1)
        )

    def _base(self, row: int) -> dict[int, Facts]:
        said = {
            at: facts
            for at, facts in self.facts[row].items()
            if facts.is_day
            or facts.number is not None
            or facts.weekday is not None
            or facts.week is not None
            or facts.starts
            or facts.part
        }
        columns = {at: kind for at, cell in enumerate(self.rows[row]) if (kind := heading(cell))}
        for kind in ("seen", "signed"):  # one day, which the title says
            if said and kind == "signed":
                break
            said |= {at: said.get(at, NOTHING) for at in columns if columns[at] == kind}
        if not said and "name" in columns.values():  # nothing above the one column of marks
            bare = [
                at
                for at, counts in enumerate(self.marks_below)
                if counts[row + 1] and at not in columns
            ]
            said |= {at: NOTHING for at in bare if len(bare) == 1 and self.rows[row][at] is None}
        return said | {at: said.get(at, NOTHING) for at in columns if columns[at] == "hours"}

    def _with_above(self, facts: Facts, row: int, at: int, top: int) -> Facts:
        says_no_day = facts.number is None and facts.weekday is None and facts.week is None
        for above in range(row - 1, max(top, row - _HIGHEST_HEADING) - 1, -1):
            line = self.facts[above]
            if at in line:
                facts = _joined(facts, line[at], self._is_dense(above))
                continue
            left = max((column for column in line if column < at), default=None)
            if left is not None:
                filled = line[left]
                facts = facts.over(filled) if says_no_day else _months(facts, filled)
        return facts

    def _is_dense(self, row: int) -> bool:
        """Whether a line tells a day in most of its columns, and no month over several."""
        days = sum(facts.is_day for facts in self.facts[row].values())
        return days * 2 > sum(cell is not None for cell in self.rows[row])

    def titles(self, row: int) -> Facts:
        """What stands above a line and holds for all days below."""
        return self.above[row][0].over(self.hint)

    def _titles(self, row: int, first: int) -> Facts:
        """What stands before the days and above them, the nearest first."""
        titles, dated = _told(facts for at, facts in self.facts[row].items() if at < first)
        above, dated_above = self.above[row]
        return titles.over(above).over(self.hint).over(dated.over(dated_above))

    def _may_be(self, row: int, heads: dict[int, Facts]) -> bool:
        """Bare numbers are days only where they climb; times only where nobody is named."""
        bare = [at for at in heads if _is_bare(self.facts[row].get(at, NOTHING))]
        if bare and len(bare) == len(heads):
            if len(bare) < 2:
                return False
            steps = list(pairwise(bare))
            climbing = sum(
                (heads[a].number or 0) < (heads[b].number or 0) or heads[a].month != heads[b].month
                for a, b in steps
            )
            return climbing >= len(steps) * 0.9 and self._is_no_person(row, heads)
        if any(_is_strong(self.facts[row].get(at, NOTHING)) for at in heads):
            return True
        return self._is_no_person(row, heads)

    def _is_no_person(self, row: int, heads: dict[int, Facts]) -> bool:
        """Whether nothing but headings stands beside the days."""
        beside = [
            cell for at, cell in enumerate(self.rows[row]) if at not in heads and cell is not None
        ]
        if beside and starts_with(beside[0], "total"):
            return False
        return all(
            not isinstance(cell, str)
            or not plain(cell)
            or heading(cell)
            or facts_in(cell)
            or _at_most_a_sign(cell)
            or plain(cell).endswith(":")
            for cell in beside[:2]
        )


def _told(line: Iterable[Facts]) -> tuple[Facts, Facts]:
    """What a line says of all days, and the year of the days in it."""
    titles = dated = NOTHING
    for facts in line:
        if facts.is_day:
            dated = dated.over(Facts(year=facts.year))
        elif facts.number is None:  # a group of the morning may meet at another time once
            titles = titles.over(replace(facts, part=None))
    return titles, dated


def _at_most_a_sign(cell: str) -> bool:
    return not any(letter.isalpha() for letter in cell)


def head_of(column: int, facts: Facts, block: int, is_hours: bool) -> Head:
    """A column as it is kept: what its headings say, and over which lines it stands."""
    return Head(
        column=column,
        block=block,
        year=facts.year,
        month=facts.month,
        number=facts.number,
        weekday=facts.weekday,
        week=facts.week,
        starts=facts.starts,
        ends=facts.ends,
        part=facts.part,
        is_hours=is_hours,
    )


def facts_in(cell: Value, is_month_first: bool = False) -> Facts | None:
    """What a cell says of a day; None where it says nothing of one."""
    if isinstance(cell, date):
        return of_date(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if cell == int(cell) and 1 <= cell <= 31:
            return Facts(number=int(cell))
        return Facts(year=int(cell)) if cell == int(cell) and 2000 <= cell <= 2100 else None
    if not isinstance(cell, str) or len(cell) > 200:
        return None
    text = plain(cell)
    if text.isdecimal() and len(text) <= 2:
        return Facts(number=int(text)) if 1 <= int(text) <= 31 else None
    found = facts_of(text, is_month_first)
    return found if found != Facts(rest=found.rest) else None


def _joined(facts: Facts, above: Facts, is_dense: bool) -> Facts:
    if not (above.is_day and facts.number is not None):
        return facts.over(above)
    if is_dense and _is_bare(facts):  # lessons counted under their dates
        return above.over(facts)
    return _months(facts, above)


def _tells_a_day(facts: Facts) -> bool:
    return facts.is_day or facts.week is not None


def _is_bare(facts: Facts) -> bool:
    return facts.number is not None and facts.month is None and facts.weekday is None


def _is_strong(facts: Facts) -> bool:
    return facts.is_day or facts.week is not None or (facts.number is not None)


def _months(facts: Facts, above: Facts) -> Facts:
    """Of a heading over several days only what they share."""
    return facts.over(Facts(above.year, above.month, week=above.week, season=above.season))


def _with_season(facts: Facts) -> Facts:
    if facts.year is None and facts.season is not None and facts.month is not None:
        return facts.over(Facts(year=facts.season + (facts.month < 8)))
    return facts


def _marks_below(rows: Rows) -> list[list[int]]:
    """For each column and line, how many marks stand from that line on."""
    width = max((len(row) for row in rows), default=0)
    below = [[0] * (len(rows) + 1) for _ in range(width)]
    for at in range(len(rows) - 1, -1, -1):
        for column in range(width):
            cell = rows[at][column] if column < len(rows[at]) else None
            is_mark = cell is not None and cell != "" and is_mark_token(token_of(cell))
            below[column][at] = below[column][at + 1] + is_mark
    return below


def is_mark_token(token: str) -> bool:
    """Whether a cell says something of somebody: it isn't blank, a date, an error or unclear."""
    return token not in ("", "?", "d", "e")
