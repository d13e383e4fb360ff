"""A register with the days along one side and the names along the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import mul

from portal.imports.sheets import names
from portal.imports.sheets.cells import Rows, ask, keep, leave, put
from portal.imports.sheets.extents import number_of
from portal.imports.sheets.headings import Header, Headings
from portal.imports.sheets.shapes import (
    Bin,
    Caution,
    Correction,
    Facts,
    Head,
    Left,
    Line,
    Orientation,
    Sheet,
    Why,
)
from portal.imports.sheets.tables import Table, Told, sort_told, tell, titled_names
from portal.imports.sheets.tokens import is_mark, is_number
from portal.imports.sheets.words import NOBODYS, heading, starts_with

_WEEKDAY_LETTERS = {f"x:{letter}" for letter in "mdwvz"}
_SUMS = ("total", "hours", "seen", "absent", "excused")  # of what numbers may be
_LONGEST_NAME = 80


class Register(Table):
    """Lines of people under one or more lines of days; each of these is a block."""

    def __init__(
        self, rows: Rows, way: Orientation, correction: Correction, headings: Headings
    ) -> None:
        super().__init__(rows, way)
        self.headings = headings
        headers = headings.found(correction.header_row)
        ends = [header.row for header in headers[1:]] + [len(rows)] * bool(headers)
        self.blocks = [
            (header, range(header.row + 1, end)) for header, end in zip(headers, ends, strict=True)
        ]
        self.day_columns = {at for header in headers for at in header.columns}
        self.is_titled = True  # whether a heading says where the names are
        self.name_columns = self._name_columns(correction) if headers else []
        self.told: dict[int, list[Told]] = {}  # by line, what each day of it says
        self.lines = [
            [line for row in span if (line := self._line(row, header))]
            for header, span in (self.blocks if self.name_columns else ())
        ]
        every = [line for lines in self.lines for line in lines]
        marks = [[token for token, _ in line.tokens.values() if is_mark(token)] for line in every]
        is_thin = len(every) == 1 and (len(marks[0]) == 1 or all(map(is_number, marks[0])))
        self.is_one = any(marks) and not (is_thin and not self.is_titled)
        # What speaks for it: marks, and more so beside what reads like a name.
        worth = [2 if names.looks_like_name(line.name) else 1 for line in every]
        self.score = self.is_one * sum(map(mul, worth, map(len, marks)))

    @property
    def titles(self) -> Facts:
        """What stands above it and may hold for a register beside it too."""
        return self.headings.titles(self.blocks[0][0].row)

    def sheets(self, name: str) -> Iterator[Sheet]:
        """Each block as it is kept, when its cells were put in their bins."""
        self._sort()
        for (header, span), lines in zip(self.blocks, self.lines, strict=True):
            heads = [Head(**vars(day.facts), column=day.column) for day in header.days]
            yield self.kept(name, header.row, span, heads, lines)

    def _marks_in(self, row: int, header: Header) -> list[int]:
        return [at for at in header.columns if is_mark(self.rows[row][at].token)]

    # Names

    def _name_columns(self, correction: Correction) -> list[int]:
        if correction.name_columns:
            return [self._index(column) for column in correction.name_columns]
        marked = [
            row for header, span in self.blocks for row in span if self._marks_in(row, header)
        ]
        row = self.blocks[0][0].row
        near = [row, row + 1, *range(row - 1, max(-1, row - 4), -1)]
        said = self.said([at for at in near if at < len(self.rows)], self.day_columns)
        like = self.like_names(marked, said)
        like = Counter({at: n for at, n in like.items() if at not in self.day_columns})
        titled = titled_names(said, like)
        self.is_titled = bool(titled)
        if len(titled) > 1 or not (titled or like):
            return titled
        most = max(like.values(), default=0)
        least = {at: most if at in said else most * 0.7 for at in like}
        first = titled[0] if titled else min(at for at in like if like[at] >= least[at])
        return [first, *self._joined_to(first, like, said, marked)]

    def _index(self, column: str) -> int:
        if self.way is Orientation.NAMES_ACROSS:
            return int(column) - 1 if column.isdecimal() else 0
        return max(0, number_of(column) - 1)

    def _joined_to(
        self, first: int, like: Counter[int], said: dict[int, str], marked: list[int]
    ) -> list[int]:
        """The column of last names to the right of one of first names, without a heading."""
        at = first + 1
        if at in said or at >= self.width or len(marked) < 2:
            return []
        if self.cells(self.blocks[0][0].row, [at]):
            return []
        single = sum(" " not in self.rows[row][first].text for row in marked)
        different = {cell.text for row in marked for cell in self.cells(row, [at])}
        if min(like[at], len(different), single) * 10 < len(marked) * 7:
            return []
        self.warnings.add(Caution.NAMES_JOINED)
        return [at]

    # Lines

    def _line(self, row: int, header: Header) -> Line | None:
        text = self.name(row, self.name_columns)
        name = names.cleaned(text)
        if self._is_total(row, header) or not name or not names.is_person(text):
            return None
        told = [tell(self.rows[row], day.at) for day in header.days]
        if len(text) > _LONGEST_NAME or not any(is_mark(one.token) for one in told):
            return None  # it may be a note, which is not kept
        self.told[row] = told
        tokens = {
            day.column: (one.token, one.cell.address)
            for day, one in zip(header.days, told, strict=True)
            if one.token
        }
        return Line(row, name, tokens, cells=len(self.cells(row, self.name_columns)))

    def _is_total(self, row: int, header: Header) -> bool:
        """Whether a line begins with such a word, and has numbers only."""
        marks = self._marks_in(row, header)
        return all(is_number(self.rows[row][at].token) for at in marks) and any(
            cell.is_total or (marks and cell.kind in _SUMS)
            for cell in self.but(row, self.day_columns)
        )

    # Every cell in its bin

    def _sort(self) -> None:
        """Say of each cell what it is; what nobody explains is asked about."""
        for row in range(self.blocks[0][0].row):
            self._sort_title(row)
        starts = {header.row for header, _ in self.blocks}
        for header, span in self.blocks:
            people = [row for row in span if row in self.told]
            asked = self._sort_columns(header, people)
            put(Bin.DAY, self.cells(header.row, header.columns))
            ask(Why.NO_DAY, self.cells(header.row, asked))
            put(Bin.HEADING, self.cells(header.row))
            for row in span:
                if row in self.told:
                    keep(Bin.NAME, self.cells(row, self.name_columns))
                    for day, told in zip(header.days, self.told[row], strict=True):
                        sort_told(self.rows[row], day.at, told)
                elif row + 1 in starts and len(self.cells(row)) == 1:
                    self._sort_title(row)
                elif self._is_total(row, header):
                    self.sums(row)
                else:
                    self._sort_nobody(row, header)

    def _sort_title(self, row: int) -> None:
        facts = self.headings.facts[row]
        put(Bin.DAY, self.cells(row, facts))
        put(Bin.HEADING, [cell for cell in self.cells(row) if cell.kind])
        leave(Left.NOTE, self.cells(row))

    def _sort_columns(self, header: Header, people: list[int]) -> list[int]:
        """Sort what stands beside people in columns without a day; which of them are asked."""
        asked = []
        for at in set(range(self.width)) - {*header.columns, *self.name_columns}:
            cells = [cell for row in people for cell in self.cells(row, [at])]
            tokens = [cell.token for cell in cells if cell.token]
            marks = [token for token in tokens if token.startswith(("x:", "m:", "min:"))]
            title = self.rows[header.row][at]
            kind = "total" if title.is_total else title.kind
            is_sum = kind in _SUMS or (title.value is None and at > min(header.columns))
            if tokens and is_sum and all(map(is_number, tokens)):
                for row in (row for row in people if self.cells(row, [at])):
                    self.total(row, at, is_of_line=True)
            elif kind in ("", "seen") and marks and len(marks) * 2 >= len(tokens):
                asked.append(at)
                ask(Why.NO_DAY, cells)
            leave(Left.COLUMN, cells)
        return asked

    def _sort_nobody(self, row: int, header: Header) -> None:
        """A line of which nobody is the owner: totals, more headings, a note, a lost name."""
        marks = self.cells(row, self._marks_in(row, header))
        tokens = {cell.token for cell in marks}
        text = self.name(row, self.name_columns)
        if tokens and tokens <= _WEEKDAY_LETTERS and row == header.row + 1 and not text:
            put(Bin.DAY, marks)
        elif tokens and not text and all(map(is_number, tokens)):
            self.sums(row)
        elif starts_with(text, "kept_by", "legend") or heading(text) in NOBODYS:
            leave(Left.NOTE, self.cells(row))
        ask(Why.NO_NAME, marks)
        hers = self.cells(row, self.name_columns)
        if names.cleaned(text) and names.is_person(text):
            if not marks and hers:
                self.warnings.add(Caution.ROWS_WITHOUT_MARKS)
                days = self.cells(row, header.columns)
                ask(Why.ERROR, [cell for cell in days if cell.token == "e"])
                ask(Why.WORD, days)
            leave(Left.NO_MARKS, hers)
        self._sort_title(row)
