"""Registers without marks: whose name stands by a day came, or stayed away where it says so.

One name or several stand in a cell: beside a day, below it, or behind it ("3 nov: Fatma, Ali").
"""

import re

from portal.imports.rules.sheets import names
from portal.imports.rules.sheets.cells import EMPTY, Rows, SheetCell, put
from portal.imports.rules.sheets.columns import titled_names
from portal.imports.rules.sheets.dates import days_in
from portal.imports.rules.sheets.registers import GatheredLayout, name_in
from portal.imports.rules.sheets.shapes import Bin, DayFacts, Left, Orientation, Why
from portal.imports.rules.sheets.tokens import NAMED, is_mark, is_number
from portal.imports.rules.sheets.words import NOBODYS, starts_with

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
            put(Bin.DAY, [beside for _, beside in days])
            put(Bin.NAME, cells)
        for row, at in self.sums:
            self.put_total(row, at, is_of_line=True)
        put(Why.WORD, self.others)
        for row, line in enumerate(self.rows):
            first = min((at for at in self.titles if line[at] is self.titles[at]), default=None)
            if first is None and self.titles:
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
        over_days = {self.titles.get(n, EMPTY).kind for n in said if said[n][0]}
        is_dated = not over_days.isdisjoint(("dates", "seen"))
        is_before = any(said[n][0] for n in named)  # "3 nov: Fatma", and Ali in the next cell
        before = next((said[n][1] for n in named if said[n][1]), "")  # "ziek: Fatma"
        several = sum(len(said[n][2]) for n in named)
        beside = {n: self.titles.get(n, EMPTY) for n in said if n not in named}
        may_have_come = not self.is_plan and all(
            self._is_plain(title)
            if said[n][0]
            else line[n].kind in _PLAIN or title.kind not in ("", "dates")
            for n, title in beside.items()
        )
        for at in said:
            cell, title = line[at], self.titles.get(at, EMPTY)
            own, says, pieces = said[at]
            over, status, _ = self._said_in(title)
            when = [(day, cell) for day in own] or days or [(day, title) for day in over]
            is_known = is_before or (is_dated and title.kind == "name")
            says = says or status or before or (_CAME if is_known else self.says)
            says = says or (_NAMED if may_have_come and self._is_plain(title) else "")
            if at in named and says and (when or self.above):
                whose = [line[n] for n in hers] if at in hers else [cell]
                self.told.append((at, whose, pieces, when or self.above, says))
            elif title.is_total and (cell.token == f"n:{several}" or several != 1):
                self.sums.append((row, at))
            elif self._may_name(at) or self._is_mark(cell, title):
                self.others += [cell] * (not own)
            elif not own and title.kind not in _BESIDE:
                self.beside.setdefault(at, set()).add(cell.text)

    def _is_mark(self, cell: SheetCell, title: SheetCell) -> bool:
        is_number = cell.token[:2] == "n:" and title.kind in ("number", "ignored")
        return is_mark(cell.token) and not is_number

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
        return title is EMPTY or title.kind in _PLAIN or bool(self._said_in(title)[0])

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
                self.titles = line
            elif self.above or self.titles:
                self.others += line.values()
            return
        if not (self.told or self.above):
            self.of_all = says
        self.above, self.says = days or self.above, says or (self.of_all if days else self.says)
        if not days and line:
            self.titles |= {at: cell for at, cell in line.items() if cell.kind == "name"}

    def _said_in(self, cell: SheetCell) -> tuple[list[DayFacts], str, list[tuple[str, str]]]:
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
