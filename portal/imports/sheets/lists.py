"""A register as a list: one line for each person and day, as forms and time clocks write it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from portal.imports.sheets import names
from portal.imports.sheets.dates import Facts
from portal.imports.sheets.headers import Rows, facts_in, head_of, is_mark_token
from portal.imports.sheets.legends import find_legend
from portal.imports.sheets.shapes import Bin, Left, Line, Orientation, Sheet, Why
from portal.imports.sheets.tally import Tally, address
from portal.imports.sheets.tokens import CLOCK_HEADINGS, Value, clock_in, heading, plain, token_of

_LEAST = 2  # lines that make a list
_MOST_ABOVE = 8  # lines of title


@dataclass(frozen=True)
class _Columns:
    day: int
    names: list[int]
    values: list[int]  # marks, or when she came and went
    hours: int | None


def find_list(name: str, rows: Rows, is_month_first: bool) -> Sheet | None:
    """The sheet as a list, where it can be nothing else: a column of days beside one of names."""
    for row in range(min(len(rows), _MOST_ABOVE)):
        reader = _List(name, rows, row, is_month_first)
        if columns := reader.columns():
            return reader.read(columns)
    return None


class _List:
    def __init__(self, name: str, rows: Rows, header: int, is_month_first: bool) -> None:
        self.name = name
        self.rows = rows
        self.header = header
        self.body = range(header + 1, len(rows))
        self.is_month_first = is_month_first
        self.tally = Tally(name, Orientation.NAMES_DOWN, rows)
        self.legend, _ = find_legend(rows, self.tally)

    def columns(self) -> _Columns | None:
        """Which column is what, by all that stands in it; None where this is no list."""
        titles = {at: cell for at, cell in enumerate(self.rows[self.header]) if cell is not None}
        if len(titles) < 3 or any(self._day(self.header, at) for at in titles):
            return None
        days = [at for at in titles if heading(titles[at]) != "ignored" and self._is_of_days(at)]
        if len(days) > 1:  # a form says when it was filled in, too
            days = [at for at in days if heading(titles[at]) == "dates"]
            days = [at for at in days if plain(str(titles[at]))[:1] != "t"] or days
        if len(days) != 1:
            return None
        named = self._name_columns(titles)
        if not named:
            return None
        rest = [at for at in titles if at not in days and at not in named]
        came, went = (
            [at for at in rest if plain(str(titles[at])) in words and self._is_clock(at)]
            for words in (CLOCK_HEADINGS["arrived"], CLOCK_HEADINGS["left"])
        )
        hours = [
            at
            for at in rest
            if heading(titles[at]) == "hours" and self._is_of(at, "n:", "min:", "c:", "t:")
        ]
        marks = [at for at in rest if at not in hours and self._is_of(at, "x:", "m:")]
        if came and went:
            return _Columns(days[0], named, [came[0], went[0]], None)
        if len(marks) > 1 and not any(heading(titles[at]) == "seen" for at in marks):
            return None  # each may be a person
        if marks:
            best = max(marks, key=lambda at: (heading(titles[at]) == "seen", len(self._tokens(at))))
            return _Columns(days[0], named, [best], hours[0] if hours else None)
        return _Columns(days[0], named, [hours[0]], None) if hours else None

    def read(self, columns: _Columns) -> Sheet:
        """Names and days of the list, each once, and what its lines say of both."""
        tally = self.tally
        for row in range(self.header):
            for at, cell in enumerate(self.rows[row]):
                tells = facts_in(cell, self.is_month_first) is not None
                if tells:
                    tally.put(Bin.DAY, (row, at))
                tally.leave(Left.NOTE, (row, at))
        used = {columns.day, *columns.names, *columns.values, columns.hours}
        tally.put(Bin.HEADING, *((self.header, at) for at in used if at is not None))
        days: dict[Facts, int] = {}
        lines: dict[str, Line] = {}
        day: Facts | None = None
        for row in self.body:
            day = self._day(row, columns.day) or day  # once for all who were there
            self._read_line(row, columns, day, days, lines)
        tally.ask_rest()
        heads = [head_of(at, facts, 0, is_hours=False) for facts, at in days.items()]
        if columns.hours is not None:
            heads += [head_of(at + 1, facts, 0, is_hours=True) for facts, at in days.items()]
        return Sheet(
            name=self.name,
            orientation=Orientation.NAMES_DOWN,
            header_row=self.header,
            name_columns=columns.names,
            heads=sorted(heads, key=lambda head: head.column),
            lines=list(lines.values()),
            unread=tally.unread,
            left_out=tally.left_out,
            bins=dict(tally.bins),
            legend=self.legend,
            warnings=[],
        )

    def _read_line(
        self,
        row: int,
        columns: _Columns,
        day: Facts | None,
        days: dict[Facts, int],
        lines: dict[str, Line],
    ) -> None:
        tally, places = self.tally, [(row, at) for at in columns.names]
        name = names.cleaned(names.joined(self.rows[row], columns.names))
        token = self._said(row, columns.values)
        self._leave_others(row, columns)
        if not name or not names.is_person(name):
            tally.leave(Left.NOTE, *places, (row, columns.day))
            tally.ask(Why.NO_NAME, *((row, at) for at in columns.values))
            return
        if not is_mark_token(token) or day is None:
            tally.leave(Left.NO_MARKS, *places, (row, columns.day))
            why = Why.NO_DAY if is_mark_token(token) else Why.WORD
            tally.ask(why, *((row, at) for at in columns.values))
            return
        at = days.setdefault(day, 2 * len(days))
        line = lines.setdefault(names.same(name), Line(row, name, {}))
        if (before := line.tokens.get(str(at))) is not None:
            tally.leave(Left.SAME, *places, (row, columns.day))
            if before == token:
                tally.leave(Left.SAME, *((row, each) for each in columns.values))
            tally.ask(Why.TWICE, *((row, each) for each in columns.values))
            return
        tally.put(Bin.NAME, *places)
        tally.put(Bin.DAY, (row, columns.day))
        if (
            "-" in token[2:]
            or not token.startswith(("from:", "until:"))
            or len(columns.values) == 1
        ):
            self._keep(line, at, token, row, columns.values)
        else:
            tally.ask(Why.NO_END, *((row, each) for each in columns.values))
        if columns.hours is not None and (length := self._token(row, columns.hours)):
            self._keep(line, at + 1, length, row, [columns.hours])

    def _keep(self, line: Line, at: int, token: str, row: int, places: list[int]) -> None:
        line.tokens[str(at)] = token
        line.at[str(at)] = address(Orientation.NAMES_DOWN, row, places[0])
        self.tally.hold((row, places[0]))
        self.tally.put(Bin.MARK, *((row, each) for each in places[1:]))  # told with the first

    def _said(self, row: int, values: list[int]) -> str:
        """What a line says: its mark, or from when till when."""
        if len(values) == 1:
            return self._token(row, values[0])
        came, went = (clock_in(self.rows[row][at]) for at in values)
        if came and went:
            return f"t:{came}-{went}" if came < went else "?"
        return f"from:{came}" if came else f"until:{went}" if went else ""

    def _leave_others(self, row: int, columns: _Columns) -> None:
        used = {columns.day, *columns.names, *columns.values, columns.hours}
        others = [at for at in range(len(self.rows[row])) if at not in used]
        self.tally.leave(
            Left.COLUMN, *((row, at) for at in others), *((self.header, at) for at in others)
        )

    def _name_columns(self, titles: Mapping[int, Value]) -> list[int]:
        kinds = {heading(cell): at for at, cell in sorted(titles.items(), reverse=True)}
        if "first" in kinds and ("last" in kinds or "name" in kinds):
            order = (kinds["first"], kinds.get("infix"), kinds.get("last", kinds.get("name")))
            return [at for at in order if at is not None]
        for kind in ("name", "first", "last"):
            if kind in kinds:
                return [kinds[kind]]
        like = Counter(
            at for row in self.body for at in titles if names.looks_like_name(self.rows[row][at])
        )
        at, most = like.most_common(1)[0] if like else (0, 0)
        different = {plain(str(self.rows[row][at])) for row in self.body if self.rows[row][at]}
        return [at] if most * 10 >= len(self.body) * 7 and len(different) < most else []

    def _day(self, row: int, at: int) -> Facts | None:
        facts = facts_in(self.rows[row][at], self.is_month_first)
        return Facts(facts.year, facts.month, facts.number) if facts and facts.is_day else None

    def _is_of_days(self, at: int) -> bool:
        filled = [row for row in self.body if self.rows[row][at] is not None]
        days = sum(self._day(row, at) is not None for row in filled)
        return days >= _LEAST and days * 10 >= len(filled) * 8

    def _is_of(self, at: int, *kinds: str) -> bool:
        tokens = self._tokens(at)
        fit = sum(
            any(re.match(kind, part) for kind in kinds for part in token.split())
            for token in tokens
        )
        return fit >= 1 and fit * 10 >= len(tokens) * 6

    def _is_clock(self, at: int) -> bool:
        filled = [self.rows[row][at] for row in self.body if self.rows[row][at] is not None]
        return bool(filled) and all(clock_in(cell) for cell in filled)

    def _tokens(self, at: int) -> list[str]:
        return [token for row in self.body if (token := self._token(row, at))]

    def _token(self, row: int, at: int) -> str:
        return token_of(self.rows[row][at], self.legend)
