"""A register with the days along one side and the names along the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from portal.core.names import turned
from portal.imports.sheets import names
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
from portal.imports.sheets.tables import Table, Told, titled_names
from portal.imports.sheets.tally import Rows, address, number_of
from portal.imports.sheets.tokens import is_mark, is_number
from portal.imports.sheets.words import heading, plain, starts_with

_WEEKDAY_LETTERS = {f"x:{letter}" for letter in "mdwvz"}
_SUMS = ("total", "hours", "seen", "absent", "excused")  # of what numbers may be
_LONGEST_NAME = 80


class Register(Table):
    """Lines of people under one or more lines of days."""

    def __init__(
        self, name: str, rows: Rows, way: Orientation, correction: Correction, headings: Headings
    ) -> None:
        super().__init__(name, rows, way)
        self.correction = correction
        self.headings = headings
        self.headers = self._headers()
        self.day_columns = {at for header in self.headers for at in header.columns}
        self.is_titled = True  # whether a heading says where the names are
        self.name_columns = self._name_columns() if self.headers else []
        self.told: dict[int, list[Told]] = {}  # by line, what each day of it says
        self.lines = list(self._lines()) if self.name_columns else []
        tokens = [token for line in self.lines for token in line.tokens.values()]
        is_one_number = len(self.lines) == 1 and all(map(is_number, tokens)) and not self.is_titled
        self.marks = 0 if is_one_number else sum(map(is_mark, tokens))

    @property
    def titles(self) -> Facts:
        """What stands above it and may hold for a register beside it too."""
        return self.headings.titles(self.headers[0].row)

    def sheet(self) -> Sheet:
        """The register as it is kept, with each cell in its bin."""
        lines = self._turned()
        self._sort()
        heads = [
            Head(**vars(day.facts), column=day.column, block=block)
            for block, header in enumerate(self.headers)
            for day in header.days
        ]
        return self.kept(self.headers[0].row, self.name_columns, heads, lines)

    def _headers(self) -> list[Header]:
        if self.correction.header_row is not None:
            row = self.correction.header_row - 1
            header = self.headings.header(row) if 0 <= row < len(self.rows) else None
            return [header] if header else []
        best = self.headings.best()
        return self.headings.all_from(best) if best else []

    def _spans(self) -> Iterator[tuple[Header, range]]:
        """Each line of days with the lines below it."""
        ends = [*(header.row for header in self.headers[1:]), len(self.rows)]
        for header, end in zip(self.headers, ends, strict=True):
            yield header, range(header.row + 1, end)

    def _marks_in(self, row: int, header: Header) -> list[int]:
        return [at for at in header.columns if is_mark(self.token(row, at))]

    # Names

    def _name_columns(self) -> list[int]:
        if self.correction.name_columns:
            return [self._index(column) for column in self.correction.name_columns]
        marked = [
            row for header, span in self._spans() for row in span if self._marks_in(row, header)
        ]
        row = self.headers[0].row
        near = [row, row + 1, *range(row - 1, max(-1, row - 4), -1)]
        said = self.said([at for at in near if at < len(self.rows)], self.day_columns)
        like = self.like_names(marked, said)
        like = Counter({at: n for at, n in like.items() if at not in self.day_columns})
        titled = titled_names(said, like)
        self.is_titled = bool(titled)
        if len(titled) > 1:
            return titled
        if not titled and not like:
            return []
        most = max(like.values(), default=0)
        first = (
            titled[0]
            if titled
            else min(
                at for at, n in like.items() if n == most or (n * 2 >= most and at not in said)
            )
        )
        return [first, *self._joined_to(first, like, said, marked)]

    def _index(self, column: str) -> int:
        if self.way is Orientation.NAMES_ACROSS:
            return int(column) - 1 if column.isdecimal() else 0
        return max(0, number_of(column))

    def _joined_to(
        self, first: int, like: Counter[int], said: dict[int, str], marked: list[int]
    ) -> list[int]:
        """The column of last names to the right of one of first names, without a heading."""
        at = first + 1
        is_titled = at in said or self.places(self.headers[0].row, [at])
        if is_titled or at >= self.width or len(marked) < 2:
            return []
        words = [plain(str(self.rows[row][first])) for row in marked]
        single = sum(" " not in word for word in words)
        different = {plain(str(self.rows[row][at])) for row in marked if self.places(row, [at])}
        if min(like[at], len(different), single) * 10 < len(marked) * 7:
            return []
        self.warnings.add(Caution.NAMES_JOINED)
        return [at]

    def _name(self, row: int) -> str:
        hers = [at for at in self.name_columns if (row, at) not in self.explained]
        return names.joined(self.rows[row], hers)

    def _turned(self) -> list[Line]:
        """Names in the order in which they are said, where most are written with a comma."""
        if sum("," in line.name for line in self.lines) * 2 <= len(self.lines):
            return self.lines
        self.warnings.add(Caution.NAMES_TURNED)
        return [replace(line, name=turned(line.name)) for line in self.lines]

    # Lines

    def _lines(self) -> Iterator[Line]:
        for block, (header, span) in enumerate(self._spans()):
            for row in span:
                if line := self._line(row, block, header):
                    yield line

    def _line(self, row: int, block: int, header: Header) -> Line | None:
        text = self._name(row)
        name = names.cleaned(text)
        if self._is_total(row, header) or not name or not names.is_person(text):
            return None
        told = [self.tell(row, day.at) for day in header.days]
        if len(text) > _LONGEST_NAME or not any(is_mark(one.token) for one in told):
            return None  # it may be a note, which is not kept
        self.told[row] = told
        days = [(day.column, one) for day, one in zip(header.days, told, strict=True) if one.token]
        return Line(
            row,
            name,
            tokens={at: one.token for at, one in days},
            block=block,
            cells=len(self.places(row, self.name_columns)),
            at={at: address(self.way, row, one.column) for at, one in days if one.column != at},
        )

    def _is_total(self, row: int, header: Header) -> bool:
        """Whether a line begins with such a word, and has numbers only."""
        marks = self._marks_in(row, header)
        return all(is_number(self.token(row, at)) for at in marks) and any(
            starts_with(cell, "total") or (marks and heading(cell) in _SUMS)
            for at, cell in enumerate(self.rows[row])
            if at not in self.day_columns
        )

    # Every cell in its bin

    def _sort(self) -> None:
        """Say of each cell what it is; what nobody explains is asked about."""
        for row in range(self.headers[0].row):
            self._sort_title(row)
        starts = {header.row for header in self.headers}
        for header, span in self._spans():
            people = [row for row in span if row in self.told]
            asked = self._sort_columns(header, people)
            self.tally.put(Bin.DAY, self.places(header.row, header.columns))
            self.tally.ask(Why.NO_DAY, self.places(header.row, asked))
            self.tally.put(Bin.HEADING, self.places(header.row))
            for row in span:
                if row in self.told:
                    self.tally.take(self.places(row, self.name_columns))
                    for day, told in zip(header.days, self.told[row], strict=True):
                        self.file(row, day.at, told)
                elif row + 1 in starts and len(self.places(row)) == 1:
                    self._sort_title(row)
                elif self._is_total(row, header):
                    self.sums(row)
                else:
                    self._sort_nobody(row, header)

    def _sort_title(self, row: int) -> None:
        for place in self.places(row):
            if self.headings.facts[row].get(place[1]):
                self.tally.put(Bin.DAY, [place])
            elif heading(self.rows[row][place[1]]):
                self.tally.put(Bin.HEADING, [place])
            self.tally.leave(Left.NOTE, [place])

    def _sort_columns(self, header: Header, people: list[int]) -> list[int]:
        """Sort what stands beside people in columns without a day; which of them are asked."""
        asked = []
        for at in range(self.width):
            if at in header.columns or at in self.name_columns:
                continue
            places = [place for row in people for place in self.places(row, [at])]
            tokens = [token for row, _ in places if (token := self.token(row, at))]
            marks = [token for token in tokens if token.startswith(("x:", "m:", "min:"))]
            title = self.rows[header.row][at]
            kind = "total" if starts_with(title, "total") else heading(title)
            is_sum = kind in _SUMS or (title is None and at > min(header.columns))
            if tokens and is_sum and all(map(is_number, tokens)):
                for row, _ in places:
                    self.total(row, at, is_of_line=True)
            elif kind in ("", "seen") and marks and len(marks) * 2 >= len(tokens):
                asked.append(at)
                self.tally.ask(Why.NO_DAY, places)
            self.tally.leave(Left.COLUMN, places)
        return asked

    def _sort_nobody(self, row: int, header: Header) -> None:
        """A line of which nobody is the owner: totals, more headings, a note, a lost name."""
        marks = self._marks_in(row, header)
        tokens = {self.token(row, at) for at in marks}
        text = self._name(row)
        if tokens and tokens <= _WEEKDAY_LETTERS and row == header.row + 1 and not text:
            self.tally.put(Bin.DAY, self.places(row, marks))
        elif tokens and not text and all(map(is_number, tokens)):
            self.sums(row)
        elif starts_with(text, "kept_by", "legend"):
            self.tally.leave(Left.NOTE, self.places(row))
        self.tally.ask(Why.NO_NAME, self.places(row, marks))
        hers = self.places(row, self.name_columns)
        if names.cleaned(text) and names.is_person(text):
            if not marks and hers:
                self.warnings.add(Caution.ROWS_WITHOUT_MARKS)
                for place in self.places(row, header.columns):
                    is_error = self.token(*place) == "e"
                    self.tally.ask(Why.ERROR if is_error else Why.WORD, [place])
            self.tally.leave(Left.NO_MARKS, hers)
        self._sort_title(row)
