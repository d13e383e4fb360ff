"""Which line of a table tells the days, and what it says of each with the titles around it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import time
from functools import cached_property
from itertools import accumulate, pairwise

from portal.imports.rules.sheets.cells import (
    EMPTY,
    Columns,
    Row,
    Rows,
    SheetCell,
    day_of,
    filled,
    filled_in,
    turned,
)
from portal.imports.rules.sheets.dates import on, short_days
from portal.imports.rules.sheets.names import looks_like_name
from portal.imports.rules.sheets.shapes import DayFacts
from portal.imports.rules.sheets.tokens import is_mark
from portal.imports.rules.sheets.words import heading, parts_of, plain

NOTHING = DayFacts()
MARK = "mark"
_BESIDE_A_MARK = ("hours", "absent", "excused", "reason")
_OF_A_DAY = (*_BESIDE_A_MARK, "signed", "arrived", "left", "break")
_HIGHEST_HEADING = 4  # lines above the line of days that may say a month or a week
_NEAR = 3  # lines of one heading: dates, days of the week, times


@dataclass(frozen=True)
class DayColumns:
    """The columns of one day: marks, hours, who is away, in and out."""

    facts: DayFacts
    at: dict[str, int]  # by kind

    @property
    def column(self) -> int:
        return min(self.at.values())


@dataclass(frozen=True)
class Header:
    """A line that tells the days of the columns below it."""

    row: int
    days: list[DayColumns]

    @cached_property
    def columns(self) -> list[int]:
        """Those of all its days."""
        return sorted(at for day in self.days for at in day.at.values())

    def days_in(self, row: Row) -> list[DayColumns]:
        """The days of which something stands in a line."""
        return [day for day in self.days if filled_in(row, day.at.values())]


class Headings:
    """The heading facts of a table, each looked up once."""

    def __init__(self, rows: Rows, hint: DayFacts, names: Collection[int] = ()) -> None:
        self.rows, self.names = rows, names  # the columns that a person said to be of names
        self.facts = [_facts_of(row) for row in rows]
        self.kinds = [
            {at: kind for at, cell in enumerate(row) if (kind := cell.clock or cell.kind)}
            for row in rows
        ]
        for at, kinds in enumerate(self.kinds):
            weekdays = {
                n: DayFacts(weekday=short_days()[text])
                for n, cell in enumerate(rows[at])
                if (text := cell.text.rstrip(".")) in short_days()
            }
            if len(set(weekdays.values())) > 2 and len(weekdays) * 2 > len(filled(rows[at])):
                self.facts[at] |= weekdays  # several beside each other, as Mo, Mi and Fr
            titles = (part for n in kinds for part in parts_of(rows[at][n].text))
            if "weeks" in map(heading, titles):  # beside the numbers, or above them
                for row in range(at, min(at + 2, len(rows))):
                    self.facts[row] |= _weeks(rows[row])
        self.above = [hint]  # what the titles above each line say
        for line in self.facts:
            self.above.append(_told(line.values()).over(self.above[-1]))
        marks = [[is_mark(cell.token) for cell in column] for column in turned(rows)]
        # For each column and line, how many marks stand before that line.
        self.marks_above = [list(accumulate(column, initial=0)) for column in marks]

    def header(self, row: int, top: int = 0) -> Header | None:
        """The line as a header, if it tells days; nothing above `top` belongs to it."""
        base = self._base(row)
        if not base:
            return None
        heads = {at: self._with_above(base[at], row, at, top) for at in base}
        kinds = self.kinds[row]
        marks = [at for at in heads if heads[at].is_placed and kinds.get(at) != "hours"]
        hours = [at for at in heads if not heads[at].is_placed and kinds.get(at) == "hours"]
        if [at - 1 for at in sorted(hours)] == sorted(marks):  # right of each day: of that day
            heads |= {at: heads[at - 1] for at in hours}
        # What stands before the days and above them, the nearest first.
        before = _told(facts for at, facts in self.facts[row].items() if at < min(base))
        titles = before.over(self.above[row])
        heads = {at: _with_season(facts.over(titles)) for at, facts in heads.items()}
        near = self.kinds[row + 1 : row + 1 + _NEAR]
        of_names = {at for line in near for at in line if line[at] in ("name", "number")}
        heads = {at: said for at, said in heads.items() if at not in {*of_names, *self.names}}
        has_days = any(said.is_day for said in heads.values())  # then a week is a sum of them
        heads = {
            at: said
            for at, said in heads.items()
            if said.is_day or (said.week and not (has_days and said.weekday is None))
        }
        if not heads or not self._may_be(row, heads):
            return None
        return Header(row, self._days(row, heads))

    def found(self, row: int | None) -> list[Header]:
        """The lines of days, from above; or the only one that a person named.

        Two tell of the same where nobody stands between them; marks stand below each.
        """
        if row is not None:
            header = self.header(row - 1) if 0 < row <= len(self.rows) else None
            return [header] if header else []
        found: list[Header] = []
        top, below = 0, 0  # where the last one begins, and where it ends
        for row in range(len(self.rows)):
            last = found[-1] if found else None
            lower = self.header(row, top) if last else None
            between = range(last.row + 1, row + 1) if last else ()
            if last and lower and all(self._is_nobody(at, lower.columns) for at in between):
                if len(lower.columns) >= len(last.columns):
                    found[-1], below = lower, row + 1
                continue
            further = self.header(row, below)
            is_other = further and (
                last is None
                or (further.days != last.days and self._is_nobody(row, further.columns))
            )
            if further and is_other and self._has_marks_below(further):
                found.append(further)
                top, below = below, row + 1
        return found

    def _has_marks_below(self, header: Header) -> bool:
        """Whether marks stand below, or signatures, whatever they look like."""
        signed = [day.at["signed"] for day in header.days if "signed" in day.at]
        return any(self._marks(at, header.row + 1) for at in header.columns) or any(
            row[at] is not EMPTY for row in self.rows[header.row + 1 :] for at in signed
        )

    def _marks(self, at: int, first: int) -> int:
        return self.marks_above[at][-1] - self.marks_above[at][first]

    # The columns of a line

    def _base(self, row: int) -> dict[int, DayFacts]:
        """The columns that may be of a day, and what the line itself says of each."""
        facts, kinds = self.facts[row], self.kinds[row]
        said = {
            at: told for at, told in facts.items() if told.is_placed or told.starts or told.part
        }
        first, *others = said or [0]
        if others and said[first].week and all(said[at].week is None for at in others):
            del said[first]  # a week in front of its days
        of_kind = {kind: [at for at in kinds if kinds[at] == kind] for kind in kinds.values()}
        wanted = ["seen", "signed", "hours"]
        if "arrived" in of_kind and "left" in of_kind:
            wanted += ["arrived", "left", "break"]
        seen = of_kind.get("seen", [])
        wanted += [kind for kind in _BESIDE_A_MARK[1:] if len(of_kind.get(kind, [])) == len(seen)]
        columns = [at for kind in wanted for at in of_kind.get(kind, [])]
        is_title = self._is_title(row) and first in said
        if is_title or (not said and not columns and "name" in of_kind):
            # Nothing above the column of marks, or the day of who is below.
            marked = [at for at in range(len(self.rows[0])) if self._marks(at, row + 1)]
            bare = [at for at in marked if at not in kinds and at not in said]
            columns = [at for at in bare if len(bare) == 1 and self.rows[row][at] is EMPTY]
        if is_title:
            below = Columns(self.rows[row + 1 :])  # numbers may be ages, where it says no hours
            is_of_hours = self.rows[row][first].text.startswith(("uren", "hours"))
            columns = [at for at in columns if is_of_hours or not below.are_of(at, "n:")]
            return dict.fromkeys(columns, said[first])
        return said | {at: facts.get(at, NOTHING) for at in columns}

    def _is_title(self, row: int) -> bool:
        """Whether a line is the day of those whose names stand below it."""
        cells, below = filled(self.rows[row]), self.rows[row + 1 :]
        if len(cells) != 1 or not below or not day_of(cells[0]):
            return False
        if any(cell.kind and not is_mark(cell.token) for cell in below[0]):
            return False
        own, columns = self.rows[row].index(cells[0]), Columns(below)
        named = [columns.are_names(at) for at in range(len(below[0]))]
        return any(named) and (named[own] or not self._marks(own, row + 1))

    def _days(self, row: int, heads: dict[int, DayFacts]) -> list[DayColumns]:
        """The columns by day: those of one day are beside each other or each of another kind."""
        days: list[DayColumns] = []
        for at, facts in sorted(heads.items()):
            kind = self.kinds[row].get(at)
            kind = kind if kind in _OF_A_DAY else MARK
            before = days[-1] if days else None
            if before and before.facts == facts and kind != MARK and kind not in before.at:
                before.at[kind] = at
            else:
                days.append(DayColumns(facts, {MARK if kind in _BESIDE_A_MARK else kind: at}))
        return days

    def _with_above(self, facts: DayFacts, row: int, at: int, top: int) -> DayFacts:
        for line in self.facts[max(top, row - _HIGHEST_HEADING) : row][::-1]:
            if at in line:
                # Whether it tells a day above most that another says, and no month over several.
                days = sum(facts.is_day for facts in line.values())
                facts = _joined(facts, line[at], days * 2 > len(self.facts[row]))
            elif left := [column for column in line if column < at]:
                facts = facts.over(_week_of(line[max(left)], facts))
        return facts

    def _may_be(self, row: int, heads: dict[int, DayFacts]) -> bool:
        """Bare numbers are days only where they climb; times only where nobody is named."""
        said = {at: self.facts[row].get(at, NOTHING) for at in heads}
        bare = [heads[at] for at in heads if _is_bare(said[at])]
        if not bare and any((each.week, each.number) != (None, None) for each in said.values()):
            return True
        steps = [a.month != b.month or (a.number or 0) < (b.number or 0) for a, b in pairwise(bare)]
        is_climbing = sum(steps) >= max(1, len(steps) * 0.9)
        return (is_climbing or not bare) and self._is_nobody(row, heads)

    def _is_nobody(self, row: int, columns: Iterable[int]) -> bool:
        """Whether nothing but headings stands beside the days."""
        days = set(columns)
        cells = enumerate(self.rows[row])
        beside = [(at, cell) for at, cell in cells if at not in days and cell is not EMPTY]
        if beside and beside[0][1].is_total:
            return False
        if any(cell.kind == "name" for _, cell in beside):
            return True
        return all(
            not any(letter.isalpha() for letter in cell.text)
            or cell.kind
            or at in self.facts[row]
            or cell.text.endswith(":")
            for at, cell in beside[:2]
        )


def _facts_of(row: Row) -> dict[int, DayFacts]:
    """What each cell says of a day; beside marks "Jan Bakker" and "Do Thi" are people."""
    facts = {at: cell.facts for at, cell in enumerate(row) if cell.facts}
    is_hers = len(facts) == 1 and any(is_mark(cell.token) for cell in row)
    return {
        at: said for at, said in facts.items() if not (is_hers and looks_like_name(row[at].value))
    }


def _weeks(row: Iterable[SheetCell]) -> dict[int, DayFacts]:
    """Bare numbers as those of weeks."""
    texts = {at: plain(str(cell.value)).removesuffix(".0") for at, cell in enumerate(row)}
    weeks = {at: int(text) for at, text in texts.items() if text.isdecimal() and len(text) < 3}
    return {at: DayFacts(week=week) for at, week in weeks.items() if 1 <= week <= 53}


def _told(line: Iterable[DayFacts]) -> DayFacts:
    """What a line says of all days; a group of the morning may meet at another time once."""
    titles = NOTHING
    for facts in line:
        titles = titles.over(NOTHING if facts.number is not None else replace(facts, part=None))
    return titles


def _joined(facts: DayFacts, above: DayFacts, is_dense: bool) -> DayFacts:
    if not (above.is_day and facts.number is not None):
        return facts.over(above)
    if is_dense and _is_bare(facts):  # lessons counted under their dates
        return above.over(facts)
    is_other = (facts.number, facts.month) != (above.number, above.month)
    if is_dense and facts.month and not facts.year and facts.number < facts.month and is_other:
        return DayFacts(starts=time(facts.number), ends=time(facts.month)).over(above)  # "9-12"
    # Of a heading over several days only what they share.
    return facts.over(DayFacts(above.year, above.month, week=above.week, season=above.season))


def _week_of(above: DayFacts, facts: DayFacts) -> DayFacts:
    """Of a day over one of another day of the week its week: "7 t/m 11 september" over "wo"."""
    day = on(above.year, above) if above.year else None
    if day is None or facts.weekday in (None, day.weekday()):
        return above
    return DayFacts(year=day.isocalendar().year, week=day.isocalendar().week)


def _is_bare(facts: DayFacts) -> bool:
    return facts.number is not None and facts.month is facts.weekday is None


def _with_season(facts: DayFacts) -> DayFacts:
    if facts.season is not None and facts.month is not None:
        return facts.over(DayFacts(year=facts.season + (facts.month < 8)))
    return facts
