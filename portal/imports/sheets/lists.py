"""A register as a list: one line for each person and day, as forms and time clocks write it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from portal.core.names import folded
from portal.imports.sheets import names
from portal.imports.sheets.cells import Cell, Rows, ask, filled, leave, put
from portal.imports.sheets.headings import MARK
from portal.imports.sheets.shapes import Bin, Facts, Head, Left, Line, Orientation, Sheet, Why
from portal.imports.sheets.tables import Table, sort_told, tell, titled_names
from portal.imports.sheets.tokens import clock_in, is_mark
from portal.imports.sheets.words import NOBODYS

_LEAST = 2  # lines that make a list
_MOST_ABOVE = 8  # lines of title


def find_list(rows: Rows) -> List | None:
    """The sheet as a list, where it can be nothing else: a column of days beside one of names."""
    found = (List(rows, row) for row in range(min(len(rows), _MOST_ABOVE)))
    return next((one for one in found if one.is_one), None)


class List(Table):
    """Lines of a person, a day and a mark, below one line of headings."""

    def __init__(self, rows: Rows, header: int) -> None:
        super().__init__(rows, Orientation.NAMES_DOWN)
        self.header = header
        below = range(header + 1, len(rows))
        self.sum_lines = [row for row in below if any(cell.is_total for cell in rows[row])]
        self.body = [row for row in below if row not in self.sum_lines]
        self.titles = {at: cell for at, cell in enumerate(rows[header]) if filled([cell])}
        self.days: dict[Facts, int] = {}
        self.lines: dict[str, Line] = {}
        self.day_column: int | None = None
        self.at: dict[str, int] = {}  # the columns that tell something, by kind
        if len(self.titles) >= 3 and not any(map(_day, self.titles.values())):
            self.day_column = self._day_column()
            self.name_columns = self._name_columns()
            self.at = self._told_columns()

    @property
    def is_one(self) -> bool:
        return self.day_column is not None and bool(self.name_columns) and bool(self.at)

    def sheets(self, name: str) -> Iterator[Sheet]:
        """Names and days of the list, each once, and what its lines say of both."""
        for row in range(self.header):
            put(Bin.DAY, [cell for cell in self.cells(row) if cell.facts])
            leave(Left.NOTE, self.cells(row))
        for row in self.sum_lines:
            self.sums(row)
        used = [self.day_column or 0, *self.name_columns, *self.at.values()]
        put(Bin.HEADING, self.cells(self.header, used))
        leave(Left.COLUMN, self.cells(self.header))
        day, last = None, ""
        for row in self.body:
            own = _day(self.rows[row][used[0]])
            day = own or day  # said once for all who were there
            name = self.name(row, self.name_columns)
            is_hers = own and last and own not in self.days_of(last)
            last = name or (last if is_hers else "")  # or she once for all her days
            self._read_line(row, day, last)
            leave(Left.COLUMN, self.but(row, used))
        heads = [Head(**vars(facts), column=at) for facts, at in self.days.items()]
        below = range(self.header, len(self.rows))
        kept = self.kept(name, self.header, below, heads, list(self.lines.values()))
        yield replace(kept, is_list=True)

    def days_of(self, text: str) -> set[Facts]:
        """The days that were read of somebody."""
        line = self.lines.get(folded(names.cleaned(text)))
        return {day for day, at in self.days.items() if line and at in line.tokens}

    def _read_line(self, row: int, day: Facts | None, text: str) -> None:
        hers = self.cells(row, [*self.name_columns, self.day_column or 0])
        values = self.cells(row, self.at.values())
        name = names.cleaned(text)
        told = tell(self.rows[row], self.at)
        if not name or not names.is_person(name):
            leave(Left.NOTE, hers)
            ask(Why.NO_NAME, values)
            return
        is_clear = is_mark(told.token) or (not told.token and bool(values))
        if day is None or not is_clear:
            leave(Left.NO_MARKS, hers)
            ask(Why.NO_DAY if is_mark(told.token) else Why.WORD, values)
            return
        at = self.days.setdefault(day, len(self.days))
        line = self.lines.setdefault(folded(name), Line(row, name, {}))
        if before := line.tokens.get(at):
            leave(Left.SAME, hers)
            if before[0] == told.token:
                leave(Left.SAME, values)
            ask(Why.TWICE, values)
            return
        if told.token:
            line.tokens[at] = told.token, told.cell.address
        sort_told(self.rows[row], self.at, told)
        put(Bin.NAME, self.cells(row, self.name_columns))
        put(Bin.DAY, hers)

    # Which column is what, by all that stands in it

    def _day_column(self) -> int | None:
        titles = self.titles
        days = [at for at in titles if titles[at].kind not in NOBODYS and self._is_of_days(at)]
        if len(days) > 1:  # a form says when it was filled in, too
            dated = [at for at in days if titles[at].kind == "dates"]
            dated = [at for at in dated if titles[at].text[:1] != "t"] or dated
            days = dated or [at for at in days if titles[at].clock == "arrived"]
        return days[0] if len(days) == 1 else None

    def _name_columns(self) -> list[int]:
        said = self.said([self.header], [self.day_column or 0])
        like = self.like_names(self.body, {})
        if titled := titled_names(said, Counter()):
            return titled
        at, most = like.most_common(1)[0] if like else (0, 0)
        different = {cell.text for cell in self._column(at)}
        return [at] if most * 10 >= len(self.body) * 7 and len(different) < most else []

    def _told_columns(self) -> dict[str, int]:
        titles = self.titles
        rest = [at for at in titles if at not in self.name_columns]
        rest = [at for at in rest if at != self.day_column or self._is_clock(at)]
        clocks = {
            titles[at].clock: at for at in reversed(rest) if titles[at].clock and self._is_clock(at)
        }
        if len(clocks) < 2:
            timed = [at for at in rest if self._is_of(at, "c:")]
            clocks = dict(zip(("arrived", "left"), timed, strict=True)) if len(timed) == 2 else {}
        of_time = [at for at in rest if self._is_of(at, "n:", "min:", "c:", "t:")]
        hours = [at for at in of_time if titles[at].kind == "hours"]
        reasons = [at for at in rest if titles[at].kind == "reason"]
        marks = [at for at in rest if at not in (*hours, *reasons) and self._is_of(at, "x:", "m:")]
        if not (hours or marks or clocks):  # whatever they are called
            hours = [at for at in of_time if titles[at].kind in ("", "total")][:1]
        seen = [at for at in marks if titles[at].kind == "seen"]
        if len(clocks) < 2 and len(marks) > 1 and not seen:
            return {}  # each may be a person
        told = clocks if len(clocks) == 2 else {}
        best = max(marks, key=lambda at: (at in seen, len(self._column(at))), default=None)
        if best is not None and (not told or best in seen or self._is_of_words(best)):
            told[MARK] = best
            told |= dict(zip(["reason"], reasons, strict=False))
        if hours:
            told["hours" if told else MARK] = hours[0]
        return told

    def _column(self, at: int) -> list[Cell]:
        return [cell for row in self.body for cell in self.cells(row, [at])]

    def _is_of_days(self, at: int) -> bool:
        cells = self._column(at)
        days = sum(map(bool, map(_day, cells)))
        return days >= _LEAST and days * 10 >= len(cells) * 8

    def _is_of(self, at: int, *kinds: str) -> bool:
        tokens = [cell.token for cell in self._column(at)]
        fit = sum(any(part.startswith(kinds) for part in token.split()) for token in tokens)
        return fit >= 1 and fit * 10 >= len(tokens) * 6

    def _is_of_words(self, at: int) -> bool:
        return self._is_of(at, "m:") and len(self._column(at)) * 2 >= len(self.body)

    def _is_clock(self, at: int) -> bool:
        cells = self._column(at)
        return bool(cells) and all(clock_in(cell.value) for cell in cells)


def _day(cell: Cell) -> Facts | None:
    facts = cell.facts
    return Facts(facts.year, facts.month, facts.number) if facts and facts.is_day else None
