"""Registers of which the lines are no people: they are laid out anew, and are then a table.

A list, as forms and time clocks write it, has a line for each person and day, or on a sheet of her
own for each day. Others have two lines a person: when she came, and when she went.
"""

from collections.abc import Iterable
from itertools import pairwise

from portal.core.names import folded
from portal.imports.rules.sheets import names
from portal.imports.rules.sheets.cells import EMPTY, Row, Rows, SheetCell, filled, put
from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.headings import MARK, DayColumns, Header, Headings
from portal.imports.rules.sheets.shapes import Bin, DayFacts, Left, Orientation, Why
from portal.imports.rules.sheets.tables import Table, like_names, name_in, tell, titled_names
from portal.imports.rules.sheets.tokens import clock_in, is_mark
from portal.imports.rules.sheets.words import NOBODYS

_LEAST = 2  # lines that make a list
_MOST_ABOVE = 8  # lines of title


def find_list(rows: Rows, way: Orientation, person: str = "") -> Table | None:
    """The sheet as a list: a column of days beside one of names.

    Without one it may be all about one `person`.
    """
    days = max(sum(map(bool, map(_day, column))) for column in zip(*rows, strict=True))
    for lines, least in ((rows, _LEAST), (_beside_their_day(rows), 1)):
        found = (List(lines, row, person, least) for row in range(min(len(lines), _MOST_ABOVE)))
        if days >= (1 if person else least) and (one := next((n for n in found if n.at), None)):
            return one.table(way)
    return None


def _beside_their_day(rows: Rows) -> Rows:
    """Lines of a person and a mark under a line with nothing but their day, as a list has them."""
    lines: list[Row] = []
    above, day, days = 0, EMPTY, 0
    for row in rows:
        cells = filled(row)
        if len(cells) == 1 and _day(cells[0]):
            day, days = cells[0], days + 1
        elif lines or day is not EMPTY:
            lines.append([day, *row])
            day = EMPTY
        else:
            above += 1
    if len(lines) < _LEAST:
        return []
    if days == 1 and any(len(filled(row)) > 2 or any(map(_day, row)) for _, *row in lines):
        return []  # a table that says when it was printed
    titles = [SheetCell(title, -1, -1) for title in ("Datum", "Naam", "Aanwezig")]
    header = [*titles, *[EMPTY] * len(rows[0])][: len(rows[0]) + 1]
    return [*([EMPTY, *row] for row in rows[:above]), header, *lines]


def find_pairs(rows: Rows, way: Orientation, hint: DayFacts) -> Table | None:
    """The sheet with two lines a person, of when she came and went."""
    width = len(rows[0])
    for at, column in enumerate(zip(*rows, strict=True)):
        clocks = [cell.clock for cell in column]
        firsts = [row for row, pair in enumerate(pairwise(clocks)) if pair == ("arrived", "left")]
        if not firsts or len(firsts) * 2 != sum(map(bool, clocks)):
            continue
        headings = Headings(rows, hint)
        if not (headers := [one for one in headings.found(None) if one.row < firsts[0]]):
            continue
        again, wide = list[SheetCell](), []
        for row, line in enumerate(rows):
            below = [EMPTY] * width
            if row - 1 in firsts:
                continue
            if row in firsts:
                line, below = ([*one[:at], EMPTY, *one[at + 1 :]] for one in rows[row : row + 2])
                same = [n for n in range(min(headers[-1].columns)) if below[n].text == line[n].text]
                again += [below[n] for n in same]
                below = [EMPTY if n in same else cell for n, cell in enumerate(below)]
            wide.append([*line, *below])
        days = [
            DayColumns(day.facts, {"arrived": day.column, "left": day.column + width})
            for day in headers[-1].days
        ]
        table = Table(wide, way, [Header(headers[-1].row, days)], (), headings.facts)
        if table.is_one:
            put(Bin.HEADING, [cell for cell in column if cell.clock])
            put(Bin.NAME, again)
            return table
    return None


class List:
    """Lines of a person, a day and a mark, below one line of headings."""

    def __init__(self, rows: Rows, header: int, person: str, least: int) -> None:
        self.above, self.header = rows[:header], rows[header]
        self.titles = {at: cell for at, cell in enumerate(self.header) if cell is not EMPTY}
        self.day_column: int | None = None
        self.person: SheetCell | None = None  # whom all of it is about
        self.at: dict[str, int] = {}  # the columns that tell something, by kind
        self.people: dict[str, dict[int, SheetCell]] = {}  # what stands in the line of each
        self.days: dict[DayFacts, int] = {}  # the first column of each
        self.told: dict[tuple[str, DayFacts], tuple[str, Value]] = {}
        is_dated = any(cell.kind == "dates" for cell in self.titles.values())
        # The name of whom all of it is about, in a title or as the sheet is called.
        called = SheetCell(person, header, -1) if person else None
        titled = (
            row[1]
            for row in map(filled, self.above)
            if len(row) == 2 and row[0].kind == "name" and names.looks_like_name(row[1].value)
        )
        hers = next(titled, called) if is_dated else None
        self.least = 1 if hers else least
        if len(self.titles) > 1 and not any(map(_day, self.titles.values())):
            below = rows[header + 1 :]
            self.sums = [row for row in below if any(cell.is_total for cell in row)]
            self.body = [row for row in below if not any(cell.is_total for cell in row)]
            self.day_column = self._day_column()
            self.name_columns = self._name_columns()
            self.person = None if self.name_columns else hers
            if self.person:
                self.name_columns = [len(self.header)]
                self.header = [*self.header, EMPTY]
                self.body = [[*row, self.person] for row in self.body]
                self.sums = [[*row, EMPTY] for row in self.sums]
            is_one = self.day_column is not None and self.name_columns
            self.at = self._told_columns() if is_one else {}
            self.is_who_came = bool(is_one and not self.at and self._says_who_came())
            if self.is_who_came:  # her day is her mark
                self.at = {MARK: len(self.header)}
                self.header = [*self.header, EMPTY]
                days = [row[self.day_column or 0] for row in self.body]
                came = [SheetCell("x", day.row, day.column) for day in days]
                self.body = [[*row, mark] for row, mark in zip(self.body, came, strict=True)]
                self.sums = [[*row, EMPTY] for row in self.sums]
            if self.person and self.person.column < 0:  # a sheet of sums is called as a group is
                told = [at for at in self.at.values() if self._is_of(at, "x:", "m:", "c:")]
                self.at = self.at if told else {}

    def table(self, way: Orientation) -> Table:
        """The same with a line for each person, her cells of each day beside it."""
        used = [self.day_column or 0, *self.name_columns, *self.at.values()]
        put(Bin.HEADING, _of(self.header, used))
        put(Left.COLUMN, self.header)
        if self.person:
            put(Bin.NAME, [self.person], is_kept=True)
        hours = {at for at in self.titles if self.titles[at].kind == "hours"}
        more_hours = hours if hours & {*used} else set[int]()
        day, last = None, ""
        for row in self.body:
            own = _day(row[used[0]])
            day = own or day  # said once for all who were there
            name = name_in(_of(row, self.name_columns))
            is_hers = own and (_key(last), own) not in self.told
            last = name or (last if is_hers else "")  # or she once for all her days
            self._place(row, day, last)
            rest = {at: cell for at, cell in enumerate(row) if at not in used}
            put(Why.TWICE, _of(row, rest.keys() & more_hours))
            put(Left.COLUMN, rest.values())
        days = [
            DayColumns(facts, {kind: first + n for n, kind in enumerate(self.at)})
            for facts, first in self.days.items()
        ]
        width = len(self.header) + len(days) * len(self.at)
        lines = [[hers.get(at, EMPTY) for at in range(width)] for hers in self.people.values()]
        rows = [*self.above, self.header, *lines, *self.sums]
        rows = [[*row, *[EMPTY] * (width - len(row))] for row in rows]
        return Table(rows, way, [Header(len(self.above), days, is_list=True)], self.name_columns)

    def _place(self, row: Row, day: DayFacts | None, text: str) -> None:
        """Put a line where it belongs; what is the matter with it if it can't be."""
        hers = _of(row, [*self.name_columns, self.day_column or 0])
        hers = [cell for cell in hers if cell is not self.person]
        values = _of(row, self.at.values())
        token, key = tell(row, self.at)[0], _key(text)
        when = row[self.day_column or 0].value  # two sessions of a day may be told by their times
        if not key or not names.is_person(names.cleaned(text)):
            titles = [*_of(row, self.name_columns), *values]
            put(Bin.HEADING, titles if all(cell.kind for cell in titles) else ())
            put(Left.NOTE, hers)
            put(Why.NO_NAME, values)
        elif day is None or not (is_mark(token) or (values and not token)):
            put(Left.NO_MARKS, hers)
            put(Why.NO_DAY if is_mark(token) else Why.WORD, values)
        elif self.told.get((key, day)) is not None:
            put(Left.SAME, hers)
            if self.told[key, day] == (token, when):
                put(Left.SAME, values)
            put(Why.TWICE, values)
        else:
            self.told[key, day] = token, when
            said = Bin.MARK if self.is_who_came else Bin.DAY
            days = _of(row, {self.day_column or 0} - {*self.at.values()})
            put(said, days, is_kept=self.is_who_came)
            if key in self.people:
                put(Bin.NAME, hers)
            line = self.people.setdefault(key, {at: row[at] for at in self.name_columns})
            first = self.days.setdefault(day, len(row) + len(self.days) * len(self.at))
            line |= {first + n: row[at] for n, at in enumerate(self.at.values())}

    # Which column is what, by all that stands in it

    def _day_column(self) -> int | None:
        titles = self.titles
        others = (*NOBODYS, "name")
        days = [at for at in titles if titles[at].kind not in others and self._is_of_days(at)]
        if len(days) > 1:  # a form says when it was filled in, too
            dated = [at for at in days if titles[at].kind == "dates"]
            dated = [at for at in dated if titles[at].text[:1] != "t"] or dated
            days = dated or [at for at in days if titles[at].clock == "arrived"]
        return days[0] if len(days) == 1 else None

    def _name_columns(self) -> list[int]:
        if titled := titled_names({at: cell.kind for at, cell in self.titles.items()}):
            return titled
        like = like_names(self.body, {})
        at, most = like.most_common(1)[0] if like else (0, 0)
        different = {cell.text for cell in self._column(at)}
        return [at] if most * 10 >= len(self.body) * 7 and len(different) < most else []

    def _told_columns(self) -> dict[str, int]:
        titles = self.titles
        rest = [at for at in titles if at not in self.name_columns]
        clocks = {
            titles[at].clock: at
            for at in reversed(rest)
            if titles[at].clock and (cells := self._column(at))
            if all(clock_in(cell.value) for cell in cells)
        }
        if len(clocks) < 2:
            timed = [at for at in rest if self._is_of(at, "c:")]
            clocks = dict(zip(("arrived", "left"), timed, strict=True)) if len(timed) == 2 else {}
        of_time = [at for at in rest if self._is_of(at, "n:", "min:", "c:", "t:")]
        hours = [at for at in of_time if titles[at].kind == "hours"]
        reasons = [at for at in rest if titles[at].kind == "reason"]
        breaks = [at for at in rest if titles[at].kind == "break"]
        marks = [at for at in rest if at not in (*hours, *reasons) and self._is_of(at, "x:", "m:")]
        marks = [at for at in marks if titles[at].kind not in NOBODYS] or marks
        if not (hours or marks or clocks):  # whatever they are called
            hours = [at for at in of_time if titles[at].kind in ("", "total")][:1]
        seen = [at for at in marks if titles[at].kind == "seen"]
        if len(clocks) < 2 and len(marks) > 1 and not seen:
            return {}  # each may be a person
        told = clocks if len(clocks) == 2 else {}
        best = max(marks, key=lambda at: (at in seen, len(self._column(at))), default=None)
        is_full = best is not None and len(self._column(best)) * 2 >= len(self.body)
        if best is not None and (not told or best in seen or is_full):
            told[MARK] = best
            told |= dict(zip(["reason"], reasons, strict=False))
        if hours:
            told["hours" if told else MARK] = hours[0]
        elif len(clocks) == 2:
            told |= dict(zip(["break"], breaks, strict=False))
        return told

    def _says_who_came(self) -> bool:
        """Whether a name beside a day is all there is to tell, as on the page at a door."""
        besides = [at for at in self.titles if at not in (self.day_column, *self.name_columns)]
        said = [row[self.day_column or 0] for row in self.body if _of(row, self.name_columns)]
        return (
            self.titles[self.day_column or 0].kind == "dates"
            and all(map(_day, said))
            and all(self.titles[at].kind == "name" for at in self.name_columns)
            and len({_day(cell) for cell in said}) < len(said)
            and all(
                self.titles[at].kind in NOBODYS or len({one.text for one in self._column(at)}) == 1
                for at in besides
            )
            and not any(is_mark(one.token) for at in besides for one in self._column(at))
        )

    def _column(self, at: int) -> list[SheetCell]:
        return filled(row[at] for row in self.body)

    def _is_of_days(self, at: int) -> bool:
        cells = self._column(at)
        days = sum(map(bool, map(_day, cells)))
        return days >= self.least and days * 10 >= len(cells) * 8

    def _is_of(self, at: int, *kinds: str) -> bool:
        tokens = [cell.token for cell in self._column(at)]
        fit = sum(any(part.startswith(kinds) for part in token.split()) for token in tokens)
        return fit >= 1 and fit * 10 >= len(tokens) * 6


def _day(cell: SheetCell) -> DayFacts | None:
    facts = cell.facts
    return DayFacts(facts.year, facts.month, facts.number) if facts and facts.is_day else None


def _key(text: str) -> str:
    return folded(names.cleaned(text))


def _of(row: Row, columns: Iterable[int]) -> list[SheetCell]:
    return [row[at] for at in columns if row[at] is not EMPTY]
