"""A register as a list: one line for each person and day, as forms and time clocks write it."""

from __future__ import annotations

from collections import Counter

from portal.core.names import folded
from portal.imports.sheets import names
from portal.imports.sheets.dates import facts_in
from portal.imports.sheets.headings import MARK
from portal.imports.sheets.shapes import Bin, Facts, Head, Left, Line, Orientation, Sheet, Why
from portal.imports.sheets.tables import Table, titled_names
from portal.imports.sheets.tally import Place, Rows, address
from portal.imports.sheets.tokens import clock_in, is_mark
from portal.imports.sheets.words import CLOCK_HEADINGS, heading, plain, starts_with

_LEAST = 2  # lines that make a list
_MOST_ABOVE = 8  # lines of title


def find_list(name: str, rows: Rows, is_month_first: bool) -> Sheet | None:
    """The sheet as a list, where it can be nothing else: a column of days beside one of names."""
    for row in range(min(len(rows), _MOST_ABOVE)):
        found = _List(name, rows, row, is_month_first)
        if found.is_one:
            return found.sheet()
    return None


class _List(Table):
    def __init__(self, name: str, rows: Rows, header: int, is_month_first: bool) -> None:
        super().__init__(name, rows, Orientation.NAMES_DOWN)
        self.header = header
        below = range(header + 1, len(rows))
        self.sum_lines = [row for row in below if any(starts_with(c, "total") for c in rows[row])]
        self.body = [row for row in below if row not in self.sum_lines]
        self.is_month_first = is_month_first
        self.titles = {at: cell for at, cell in enumerate(rows[header]) if cell is not None}
        self.days: dict[Facts, int] = {}
        self.lines: dict[str, Line] = {}
        self.day_column: int | None = None
        self.name_columns: list[int] = []
        self.at: dict[str, int] = {}  # the columns that tell something, by kind
        if len(self.titles) >= 3 and not any(self._day(header, at) for at in self.titles):
            self.day_column = self._day_column()
            self.name_columns = self._name_columns()
            self.at = self._told_columns()

    @property
    def is_one(self) -> bool:
        return self.day_column is not None and bool(self.name_columns) and bool(self.at)

    def sheet(self) -> Sheet:
        """Names and days of the list, each once, and what its lines say of both."""
        for row in range(self.header):
            for place in self.places(row):
                if facts_in(self.rows[row][place[1]], self.is_month_first):
                    self.tally.put(Bin.DAY, [place])
                self.tally.leave(Left.NOTE, [place])
        for row in self.sum_lines:
            self.sums(row)
        used = [self.day_column or 0, *self.name_columns, *self.at.values()]
        self.tally.put(Bin.HEADING, self.places(self.header, used))
        self.tally.leave(Left.COLUMN, self.places(self.header))
        day: Facts | None = None
        for row in self.body:
            day = self._day(row, self.day_column or 0) or day  # once for all who were there
            self._read_line(row, day)
            self.tally.leave(Left.COLUMN, self.places(row, set(range(self.width)) - set(used)))
        heads = [Head(**vars(facts), column=at) for facts, at in self.days.items()]
        return self.kept(self.header, self.name_columns, heads, list(self.lines.values()))

    def _read_line(self, row: int, day: Facts | None) -> None:
        hers = self.places(row, [*self.name_columns, self.day_column or 0])
        values = self.places(row, self.at.values())
        text = names.joined(self.rows[row], self.name_columns)
        name = names.cleaned(text)
        told = self.tell(row, self.at)
        if not name or not names.is_person(name):
            self.tally.leave(Left.NOTE, hers)
            self.tally.ask(Why.NO_NAME, values)
            return
        is_clear = is_mark(told.token) or (not told.token and bool(values))
        if day is None or not is_clear:
            self.tally.leave(Left.NO_MARKS, hers)
            self.tally.ask(Why.NO_DAY if is_mark(told.token) else Why.WORD, values)
            return
        at = self.days.setdefault(day, len(self.days))
        line = self.lines.setdefault(folded(name), Line(row, name, {}))
        if (before := line.tokens.get(at)) is not None:
            self.tally.leave(Left.SAME, hers)
            if before == told.token:
                self.tally.leave(Left.SAME, values)
            self.tally.ask(Why.TWICE, values)
            return
        self.tally.put(Bin.NAME, self.places(row, self.name_columns))
        self.tally.put(Bin.DAY, hers)
        if told.token:
            line.tokens[at] = told.token
            line.at[at] = address(self.way, row, told.column)
        self.file(row, self.at, told)

    # Which column is what, by all that stands in it

    def _day_column(self) -> int | None:
        titles = self.titles
        days = [at for at in titles if heading(titles[at]) != "ignored" and self._is_of_days(at)]
        if len(days) > 1:  # a form says when it was filled in, too
            days = [at for at in days if heading(titles[at]) == "dates"]
            days = [at for at in days if plain(str(titles[at]))[:1] != "t"] or days
        return days[0] if len(days) == 1 else None

    def _name_columns(self) -> list[int]:
        said = self.said([self.header], [self.day_column or 0])
        like = self.like_names(self.body, {})
        if titled := titled_names(said, Counter()):
            return titled
        at, most = like.most_common(1)[0] if like else (0, 0)
        different = {plain(str(self.rows[row][at])) for row, _ in self._filled(at)}
        return [at] if most * 10 >= len(self.body) * 7 and len(different) < most else []

    def _told_columns(self) -> dict[str, int]:
        titles = self.titles
        rest = [at for at in titles if at != self.day_column and at not in self.name_columns]
        clocks = {
            CLOCK_HEADINGS[plain(str(titles[at]))]: at
            for at in reversed(rest)
            if plain(str(titles[at])) in CLOCK_HEADINGS and self._is_clock(at)
        }
        if len(clocks) < 2:
            timed = [at for at in rest if self._is_of(at, "c:")]
            clocks = dict(zip(("arrived", "left"), timed, strict=True)) if len(timed) == 2 else {}
        of_time = [at for at in rest if self._is_of(at, "n:", "min:", "c:", "t:")]
        hours = [at for at in of_time if heading(titles[at]) == "hours"]
        marks = [at for at in rest if at not in hours and self._is_of(at, "x:", "m:")]
        if not (hours or marks or clocks):  # whatever they are called
            hours = [at for at in of_time if heading(titles[at]) in ("", "total")][:1]
        seen = [at for at in marks if heading(titles[at]) == "seen"]
        if len(clocks) < 2 and len(marks) > 1 and not seen:
            return {}  # each may be a person
        told = clocks if len(clocks) == 2 else {}
        best = max(marks, key=lambda at: (at in seen, len(self._filled(at))), default=None)
        if best is not None and (not told or best in seen):
            told[MARK] = best
        if hours:
            told["hours" if told else MARK] = hours[0]
        return told

    def _day(self, row: int, at: int) -> Facts | None:
        facts = facts_in(self.rows[row][at], self.is_month_first)
        return Facts(facts.year, facts.month, facts.number) if facts and facts.is_day else None

    def _filled(self, at: int) -> list[Place]:
        return [place for row in self.body for place in self.places(row, [at])]

    def _is_of_days(self, at: int) -> bool:
        filled = self._filled(at)
        days = sum(self._day(row, at) is not None for row, _ in filled)
        return days >= _LEAST and days * 10 >= len(filled) * 8

    def _is_of(self, at: int, *kinds: str) -> bool:
        tokens = [self.token(*place) for place in self._filled(at)]
        fit = sum(any(part.startswith(kinds) for part in token.split()) for token in tokens)
        return fit >= 1 and fit * 10 >= len(tokens) * 6

    def _is_clock(self, at: int) -> bool:
        filled = self._filled(at)
        return bool(filled) and all(clock_in(self.rows[row][at]) for row, _ in filled)
