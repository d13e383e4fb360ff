"""A list, as forms and time clocks write it: a line for each person and day."""

from collections.abc import Iterable

from portal.core.names import folded
from portal.imports.rules.sheets import names
from portal.imports.rules.sheets.cells import EMPTY, Row, Rows, SheetCell, filled, put
from portal.imports.rules.sheets.columns import Columns, titled_names
from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.headings import MARK
from portal.imports.rules.sheets.lines import day_of
from portal.imports.rules.sheets.registers import GatheredLayout, name_in, put_told, tell
from portal.imports.rules.sheets.shapes import Bin, DayFacts, Left, Orientation, Why
from portal.imports.rules.sheets.tokens import is_mark
from portal.imports.rules.sheets.words import NOBODYS

_LEAST = 2  # lines that make a list
_MOST_ABOVE = 8  # lines of title


def find_list(rows: Rows, way: Orientation, person: str = "") -> GatheredLayout | None:
    """The sheet as a list: a column of days beside one of names.

    Without one it may be all about one `person`.
    """
    tried = (List(rows, way, at, person) for at in range(len(rows[:_MOST_ABOVE])))
    return next((each for each in tried if each.at), None)


class List(GatheredLayout):
    """Lines of a person, a day and a mark, below one line of headings."""

    score: float = 1

    def __init__(self, rows: Rows, way: Orientation, header: int, person: str) -> None:
        super().__init__(rows, way, header)
        below = (row for row in rows[header + 1 :] if not any(cell.is_total for cell in row))
        self.columns = Columns(list(below), rows[header])
        self.titles = self.columns.titles
        self.at: dict[str, int] = {}  # the columns that tell something, by kind
        self.told: dict[tuple[str, DayFacts], tuple[str, Value]] = {}
        if len(self.titles) < 2 or any(map(day_of, self.titles.values())):
            return
        # Whom all of it is about, by a title or as the sheet is called.
        is_dated = bool(self.columns.titled("dates"))
        above = map(filled, rows[:header] if is_dated else ())
        pairs = [row[1] for row in above if len(row) == 2 and row[0].kind == "name"]
        self.hers = [cell for cell in pairs if names.looks_like_name(cell.value)][:1]
        self.person = name_in(self.hers) or (person if is_dated else "")
        self.least = 1 if self.person else _LEAST
        self.day_column = self._day_column()
        self.name_columns = self._name_columns()
        if self.day_column < 0 or not (self.name_columns or self.person):
            return
        is_one = len(self.name_columns) == 1
        named = self.columns.cells(self.name_columns[0]) if is_one else ()
        self.is_several = any(names.are_several(cell.value) for cell in named)
        self.at = self._told_columns()
        # A sheet of sums is called as a group is.
        told = self.at.values()
        is_hers = any(self.columns.are_of(at, "x:", "m:", "c:") for at in told) or "hours" in {
            self.titles[at].kind for at in told
        }
        if self.name_columns:
            self.person, self.hers = "", []
        elif not (self.hers or is_hers):
            self.at = {}

    def gather(self) -> None:
        """Take what each line says, and put its cells where they belong."""
        used = [self.day_column, *self.name_columns, *self.at.values()]
        put(Bin.HEADING, _of(self.rows[self.header], used))
        put(Left.COLUMN, self.rows[self.header])
        put(Bin.NAME, self.hers)
        hours = set(self.columns.titled("hours"))
        more_hours = hours if hours & {*used} else set[int]()
        day, last = None, ""
        for at in range(self.header):
            self.put_title(at)
        for at, row in enumerate(self.rows[self.header + 1 :], self.header + 1):
            if any(cell.is_total for cell in row):
                self.put_sums(at)
                continue
            own = day_of(row[self.day_column])
            day = own or day  # said once for all who were there
            hers = _of(row, self.name_columns)
            name = self.person or name_in(hers)
            is_hers = own and (_key(last), own) not in self.told
            last = name or (last if is_hers else "")  # or she once for all her days
            several = [last]
            if self.is_several and hers:
                said = names.names_in(hers[0].value)
                several = [""] if any(says for _, says in said) else [one for one, _ in said]
            for each in several:
                self._place(row, day, each)
            rest = {n: cell for n, cell in enumerate(row) if n not in used}
            put(Why.TWICE, _of(row, rest.keys() & more_hours))
            put(Left.COLUMN, rest.values())

    def _place(self, row: Row, day: DayFacts | None, text: str) -> None:
        """Put a line where it belongs; what is the matter with it if it can't be."""
        hers = _of(row, [*self.name_columns, self.day_column])
        values = _of(row, self.at.values())
        (token, cells), key = tell(row, self.at), _key(text)
        when = row[self.day_column].value  # two sessions of a day may be told by their times
        if not key or not names.is_person(names.cleaned(text)):
            titles = [*_of(row, self.name_columns), *values]
            put(Bin.HEADING, titles if all(cell.kind for cell in titles) else ())
            put(Left.NOTE, hers)
            put(Why.NO_NAME, values)
        elif day is None or not (is_mark(token) or (values and not token)):
            put(Left.NO_MARKS, hers)
            put(Why.NO_DAY if is_mark(token) else Why.WORD, values)
        elif (key, day) in self.told:
            put(Left.SAME, hers)
            if self.told[key, day] == (token, when):
                put(Left.SAME, values)
            put(Why.TWICE, values)
        else:
            self.told[key, day] = token, when
            put(Bin.DAY, _of(row, {self.day_column} - {*self.at.values()}))
            put(Bin.NAME, hers)
            put_told(row, self.at, token, cells)
            first = [*hers, *cells][0]
            self.add(names.cleaned(text), self.line_of(first), day, token, cells[0].address)

    # Which column is what

    def _day_column(self) -> int:
        columns, others = self.columns, self.columns.titled(*NOBODYS, "name")
        days = [at for at in self.titles if at not in others and columns.are_days(at, self.least)]
        if len(days) > 1:  # a form says when it was filled in, too
            others = [at for at in days if self.titles[at].text[:1] != "t"]
            dated = [at for at in others if at in columns.titled("dates")]
            days = dated or [at for at in days if self.titles[at].clock == "arrived"] or others
        return days[0] if len(days) == 1 else -1

    def _name_columns(self) -> list[int]:
        if titled := titled_names({at: cell.kind for at, cell in self.titles.items()}):
            return titled
        best = max(range(len(self.rows[0])), key=self.columns.names)
        different = {cell.text for cell in self.columns.cells(best)}
        most = self.columns.names(best)
        return [best] if len(different) < most >= len(self.columns.lines) * 0.7 else []

    def _told_columns(self) -> dict[str, int]:
        columns, titles = self.columns, self.titles
        rest = [at for at in titles if at not in self.name_columns]
        clocks = {
            titles[at].clock: at
            for at in reversed(rest)
            if titles[at].clock and columns.are_times(at)
        }
        if len(clocks) < 2:
            timed = [at for at in rest if columns.are_of(at, "c:")]
            clocks = dict(zip(("arrived", "left"), timed, strict=True)) if len(timed) == 2 else {}
        of_time = [at for at in rest if columns.are_of(at, "n:", "min:", "c:", "t:")]
        hours = [at for at in of_time if titles[at].kind == "hours"]
        reasons, breaks = columns.titled("reason"), columns.titled("break")
        marks = [
            at for at in rest if at not in (*hours, *reasons) and columns.are_of(at, "x:", "m:")
        ]
        marks = [at for at in marks if titles[at].kind not in NOBODYS] or marks
        if not (hours or marks or len(clocks) == 2):  # a list of who was away, and why
            marks = [at for at in reasons if columns.are_of(at, "m:")]
        if not (hours or marks or clocks):  # whatever they are called
            hours = [at for at in of_time if titles[at].kind in ("", "total")][:1]
        seen = [at for at in marks if titles[at].kind == "seen"]
        if len(clocks) < 2 and len(marks) > 1 and not seen:
            return {}  # each may be a person
        told = dict(clocks)
        best = max(marks, key=lambda at: (at in seen, len(columns.cells(at))), default=None)
        is_full = best is not None and len(columns.cells(best)) * 2 >= len(columns.lines)
        if best is not None and (not told or best in seen or is_full):
            told[MARK] = best
            told |= dict(zip(["reason"], reasons, strict=False))
        if hours:
            told["hours" if told else MARK] = hours[0]
        elif clocks:
            told |= dict(zip(["break"], breaks, strict=False))
        return told


def _key(text: str) -> str:
    return folded(names.cleaned(text))


def _of(row: Row, columns: Iterable[int]) -> list[SheetCell]:
    return [row[at] for at in columns if row[at] is not EMPTY]
