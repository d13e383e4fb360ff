"""Sheets of which a line is no person: a line for each mark, or names where marks would be."""

import re
from collections.abc import Sequence

from portal.core.names import folded
from portal.imports.rules.sheets import names
from portal.imports.rules.sheets.cells import (
    EMPTY,
    Columns,
    Row,
    Rows,
    SheetCell,
    day_of,
    filled,
    filled_in,
    put,
    titled_names,
)
from portal.imports.rules.sheets.dates import days_in
from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.headings import MARK
from portal.imports.rules.sheets.shapes import Bin, DayFacts, Left, Orientation, Why
from portal.imports.rules.sheets.tables import GatheredLayout, name_in, put_told, tell
from portal.imports.rules.sheets.tokens import NAMED, is_mark, is_number
from portal.imports.rules.sheets.words import NOBODYS, is_of_names, starts_with

_FEWEST = 2  # lines that make a list
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
        said = [row[-1] for row in above if len(row) in (1, 2) and is_of_names(row[0].text)]
        self.hers = [c for c in said if names.looks_like_name(names.cleaned(str(c.value)))][:1]
        self.person = names.cleaned(name_in(self.hers)) or (person if is_dated else "")
        self.least = 1 if self.person else _FEWEST
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
        put(Bin.HEADING, self.cells(self.header, used))
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
            hers = filled_in(row, self.name_columns)
            name = self.person or name_in(hers)
            is_hers = own and (folded(names.cleaned(last)), own) not in self.told
            last = name or (last if is_hers else "")  # or she once for all her days
            several = [last]
            if self.is_several and hers:
                said = names.names_in(hers[0].value)
                several = [""] if any(says for _, says in said) else [one for one, _ in said]
            for each in several:
                self._place(row, day, each)
            rest = {n: cell for n, cell in enumerate(row) if n not in used}
            put(Why.TWICE, filled_in(row, rest.keys() & more_hours))
            put(Left.COLUMN, rest.values())

    def _place(self, row: Row, day: DayFacts | None, text: str) -> None:
        """Put a line where it belongs; what is the matter with it if it can't be."""
        hers = filled_in(row, [*self.name_columns, self.day_column])
        values = filled_in(row, self.at.values())
        name = names.cleaned(text)
        (token, cells), key = tell(row, self.at, name), folded(name)
        when = row[self.day_column].value  # two sessions of a day may be told by their times
        if not key or not names.is_person(name):
            titles = [*filled_in(row, self.name_columns), *values]
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
            put(Bin.DAY, filled_in(row, {self.day_column} - {*self.at.values()}))
            put(Bin.NAME, hers)
            put_told(row, self.at, token, cells)
            first = [*hers, *cells][0]
            self.add(name, self.line_of(first), day, token, cells[0].address)

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


_SAYS = {"seen": "m:present", "absent": "m:absent", "excused": "m:excused"}
_CAME, _NAMED = _SAYS["seen"], f"m:{NAMED}"
_OF_NAMES = ("first", "infix", "last", "name")
_BESIDE = ("number", "total", "dates", "kept_by", *NOBODYS)  # columns that say who came of nobody
_PLAIN = (*_OF_NAMES, *_SAYS, "dates")  # headings that tell of who came, or of nothing else
_LEAST = 0.1
_LINE = re.compile(r"\d{1,3}[.)]$")
Days = list[tuple[DayFacts, SheetCell]]


class NamesAsMarks(GatheredLayout):
    """Names where marks would be."""

    def __init__(self, rows: Rows, way: Orientation, is_month_first: bool) -> None:
        super().__init__(rows, way, 0)
        self.is_month_first = is_month_first
        self.titles: dict[int, SheetCell] = {}  # the heading of each column
        self.above: Days = []  # the day of the title above
        self.of_all = self.says = ""  # what the titles say of all, and of those below the last
        # In which column, the cells, who, when, and what is said of all of them.
        self.is_plan = any(starts_with(cell.value, "planned") for row in rows for cell in row)
        self.told: list[tuple[int, list[SheetCell], list[tuple[str, str]], Days, str]] = []
        self.others: list[SheetCell] = []  # what stands among names, and is none
        self.beside: dict[int, set[str]] = {}  # what stands in columns of which nobody knows
        self.sums: list[tuple[int, int]] = []
        for row in range(len(rows)):
            if not any(map(_is_marked, self.others)):
                self._read(row)
        self.name_columns = sorted({at for at, *_ in self.told})
        came = [(name, day) for _, _, said, on, _ in self.told for name, _ in said for day, _ in on]
        people, days = ({each[n] for each in came} for n in (0, 1))
        # What nothing says is asked, where no other way finds a mark.
        self.score = 1 if any(says != _NAMED for *_, says in self.told) else _LEAST
        # Several people on a day, or one on several; and nothing else that may say who came.
        self.is_one = (
            len(came) > max(min(len(people), len(days)), len(self.others) * 2)
            and not any(map(_is_marked, self.others))
            and all(len(texts) == 1 for texts in self.beside.values())
            and not any(self._is_blank(at) for at in self.titles)
        )

    def gather(self) -> None:
        """Take who came when, and put all cells where they belong."""
        places = [(at, day) for at, _, _, days, _ in self.told for day, _ in days]
        is_several = len({*places}) == len(places)  # "Kaya, Fatma" elsewhere is one
        is_several = is_several or any(
            names.are_several(each[0].value) for _, each, *_ in self.told
        )
        for _, cells, said, days, says in self.told:
            whole = [(", ".join(name for name, _ in said), said[0][1])]
            for name, own in said if is_several else whole:
                for day, beside in days:
                    tells = cells[0] if says == _NAMED else beside
                    self.add(name, self.line_of(cells[0]), day, own or says, tells.address)
            put(Bin.MARK, cells[:1] if says == _NAMED else [beside for _, beside in days])
            put(Bin.NAME, cells)
        for row, at in self.sums:
            self.put_total(row, at, is_of_line=True)
        put(Why.WORD, self.others)
        for row, line in enumerate(self.rows):
            if self.titles and not any(line[at] is title for at, title in self.titles.items()):
                put(Left.COLUMN, [cell for at, cell in enumerate(line) if at in self.titles])
            put(Left.COLUMN, [cell for cell in line if is_number(cell.token)])  # and no days
            self.put_title(row)

    def _read(self, row: int) -> None:
        cells = enumerate(self.rows[row])  # with nobody behind "4." it is an empty line
        line = {
            at: cell
            for at, cell in cells
            if cell is not EMPTY and cell.bin is not Left.COLUMN and not _LINE.match(cell.text)
        }
        said = {at: self._said_in(cell) for at, cell in line.items() if cell.bin is None}
        hers = titled_names({at: title.kind for at, title in self.titles.items()})
        hers = [at for at in hers if at in said] if len(hers) > 1 else []
        if hers and all(said[at][2] for at in hers):  # a first and a last name are one
            name = name_in(line[at] for at in hers)
            said = {at: one for at, one in said.items() if at not in hers[1:]}
            said[hers[0]] = said[hers[0]][0], "", [(name, "")]
        days = [(day, line[at]) for at in said for day in said[at][0]]
        named = {at for at in said if said[at][2] and (said[at][0] or self._may_name(at))}
        known = self._known()
        is_told = named or (days and known & {*line})
        if not is_told or any(cell.kind in ("name", "dates") for cell in line.values()):
            self._read_title(line, days)
            return
        dated = [n for n in said if said[n][0] and n not in named]
        if any(dated[0] < n < dated[-1] for n in named if dated):
            self.others += [line[n] for n in named]  # nobody knows who of them came on which day
            return
        titles = {n: self.titles.get(n, EMPTY) for n in said}
        of_days = {titles[n].kind for n in said if said[n][0]}  # "afwezig op" over days of hers
        came = next((_SAYS[kind] for kind in _SAYS if kind in of_days), _CAME)
        is_before = any(said[n][0] for n in named)  # "3 nov: Fatma", and Ali in the next cell
        several = sum(len(said[n][2]) for n in named)
        # "ziek: Fatma", in one cell or in two beside each other.
        left = [n for n in said if n < min(named, default=0)]
        left = [n for n in left if several > 1 or line[n].text.endswith(":")]
        tells = [n for n in said if said[n][1] and n in {*named, *left}]
        before = said[tells[0]][1] if tells else ""
        may_have_come = not self.is_plan and all(
            self._is_plain(titles[n])
            if said[n][0]
            else line[n].kind in _PLAIN or titles[n].kind not in ("", "dates")
            for n in titles
            if n not in named
        )
        for at, (own, says, pieces) in said.items():
            cell, title = line[at], titles[at]
            is_beside = cell.token[:2] == "n:" and title.kind in ("number", "ignored")
            over, status, _ = self._said_in(title)
            when = [(day, cell) for day in own] or days or [(day, title) for day in over]
            is_known = is_before or (of_days & {"dates", *_SAYS} and is_of_names(title.text))
            says = says or status or before or (came if is_known else self.says)
            says = says or (_NAMED if may_have_come and self._is_plain(title) else "")
            if at in tells and at in left:
                continue  # it says of the names behind it whether they came
            if at in named and says and (when or self.above):
                whose = [line[n] for n in hers] if at in hers else [cell]
                self.told.append((at, whose, pieces, when or self.above, says))
            elif title.is_total and (cell.token == f"n:{several}" or several != 1):
                self.sums.append((row, at))
            elif self._may_name(at) or (is_mark(cell.token) and not is_beside):
                self.others += [cell] * (not own)
            elif not own and title.kind not in _BESIDE:
                self.beside.setdefault(at, set()).add(cell.text)

    def _is_blank(self, at: int) -> bool:
        """Whether a column was meant for marks that nobody made."""
        title, told = self.titles[at], {n for n, *_ in self.told}
        has_names = any(self.titles.get(n, EMPTY).kind == "name" for n in told)
        is_of_names = at in told or not has_names
        is_of_days = any(self._said_in(row[at])[0] for row in self.rows)
        return title.kind in ("signed", "hours") or bool(
            title.kind in _SAYS and not (is_of_names or is_of_days)
        )

    def _may_name(self, at: int) -> bool:
        """Whether names may stand in a column."""
        known = self._known()
        return at in known or not (known or self.titles.get(at, EMPTY).kind)

    def _is_plain(self, title: SheetCell) -> bool:
        """Whether a heading says of nobody that she is there for anything else."""
        is_counted = title is EMPTY or is_number(title.token)
        return is_counted or title.kind in _PLAIN or bool(self._said_in(title)[0])

    def _known(self) -> set[int]:
        return {n for n, title in self.titles.items() if title.kind in (*_OF_NAMES, *_SAYS)}

    def _read_title(self, line: dict[int, SheetCell], days: Days) -> None:
        told = [each for cell in line.values() if (each := _says(cell))]
        says = next(iter(told), "")
        marks = [cell for cell in line.values() if is_mark(cell.token)]
        marks += [cell for cell in line.values() if ":" in cell.text and _says(cell)]
        self.others += [cell for cell in marks if not (cell.facts or cell.kind)]
        if len(line) > 2 or (len(line) > 1 and len(days) != 1) or len(told) > 1:
            self.above = days if len(days) == 1 else self.above
            if len(days) > 1 or any(cell.kind for cell in line.values()):
                self.titles = self._wide(line)
            elif self.above or self.titles:
                self.others += line.values()
            return
        if not (self.told or self.above):
            self.of_all = says or self.of_all
        self.above, self.says = days or self.above, says or (self.of_all if days else self.says)
        if not days and line:
            self.titles |= {at: cell for at, cell in line.items() if cell.kind == "name"}

    def _wide(self, line: dict[int, SheetCell]) -> dict[int, SheetCell]:
        """The headings of all columns: one of names is that of the empty ones behind it, too."""
        titles, last = dict(line), EMPTY
        for at in range(len(self.rows[0])):
            last = line.get(at, last)
            if last.kind in ("name", "seen"):
                titles[at] = last
        return titles

    def _said_in(self, cell: SheetCell) -> tuple[Sequence[DayFacts], str, list[tuple[str, str]]]:
        """The days that a cell says, whether those came, and who."""
        before, _, after = str(cell.value).partition(":")
        said = names.names_in(after)
        days, says = days_in(before, self.is_month_first), _says(SheetCell(before, 0, 0))
        if said and (days or says):
            return days, says, said
        says = _says(cell)
        is_title = says or (cell.kind and not self.told)
        said = [] if is_title else names.names_in(cell.value)  # "2. Jan Bakker" is no day
        return [] if said else days_in(cell.value, self.is_month_first), says, said


def _is_marked(cell: SheetCell) -> bool:
    return is_mark(cell.token) and not names.looks_like_name(cell.value)


def _says(cell: SheetCell) -> str:
    """Whether a heading says that those below it came."""
    is_word = len(cell.text.partition(" ")[0]) > 3  # Er Yılmaz is somebody
    kinds = [k for k in _SAYS if cell.kind == k or (is_word and starts_with(cell.value, k))]
    return _SAYS[kinds[0]] if kinds else ""
