"""A table of names and days as lines of tokens, with every cell of it in its bin."""

from collections.abc import Iterator, Mapping, Sequence
from operator import mul

from portal.imports.rules.sheets import names, shapes
from portal.imports.rules.sheets.cells import Rows, SheetCell, put
from portal.imports.rules.sheets.columns import Columns, titled_names
from portal.imports.rules.sheets.headings import DayColumns, Header
from portal.imports.rules.sheets.registers import SheetLayout, name_in, put_told, tell
from portal.imports.rules.sheets.shapes import Bin, Caution, Left, Why
from portal.imports.rules.sheets.tokens import is_mark, is_number
from portal.imports.rules.sheets.words import NOBODYS, heading, starts_with

_WEEKDAY_LETTERS = {f"x:{letter}" for letter in "mdwvz"}
_SUMS = ("total", "hours", "seen", "absent", "excused")  # of what numbers may be
_LONGEST_NAME = 80


class Table(SheetLayout):
    """Lines of people under lines of days, each of which begins a block."""

    def __init__(
        self,
        rows: Rows,
        way: shapes.Orientation,
        headers: list[Header],
        columns: Sequence[int],
        facts: Sequence[Mapping[int, shapes.DayFacts]],
    ) -> None:
        super().__init__(rows, way)
        self.facts = facts
        ends = [header.row for header in headers[1:]] + [len(rows)] * bool(headers)
        self.blocks = [
            (header, range(header.row + 1, end)) for header, end in zip(headers, ends, strict=True)
        ]
        self.day_columns = {at for header in headers for at in header.columns}
        self.beside = set(range(len(rows[0]))) - self.day_columns
        self.is_titled = True  # whether a heading says where the names are
        self.name_columns = list(columns) or (self._name_columns() if headers else [])
        # By line, what its days say.
        self.told: dict[int, list[tuple[DayColumns, str, list[SheetCell]]]] = {}
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

    def sheets(self, name: str) -> Iterator[shapes.KeptSheet]:
        """Each block as it is kept, when its cells were put in their bins."""
        self._sort()
        for (header, span), lines in zip(self.blocks, self.lines, strict=True):
            heads = [shapes.Head(**vars(day.facts), column=day.column) for day in header.days]
            yield self.kept(name, header.row, heads, lines, span)

    # Names

    def _name_columns(self) -> list[int]:
        header = self.blocks[0][0].row
        marked = [
            self.rows[row]
            for header, span in self.blocks
            for row in span
            if self._marks_in(row, header)
        ]
        columns = Columns(marked, self.rows[header])
        said = {at: cell.kind for at, cell in columns.titles.items() if at in self.beside}
        like = {at: columns.names(at) for at in self.beside if said.get(at) not in NOBODYS}
        titled, most = titled_names(said), max(like.values(), default=0)
        self.is_titled = bool(titled)
        if len(titled) > 1 or not (titled or most):
            return titled
        first = titled or [min(at for at in like if like[at] >= most * 0.7)]
        # Last names to the right of first ones, without a heading.
        last, names_of = first[0] + 1, columns.cells
        if last not in like or last in columns.titles or len(marked) < 2:
            return first
        single = sum(" " not in cell.text for cell in names_of(first[0]))
        different = {cell.text for cell in names_of(last)}
        if min(like[last], len(different), single) < len(marked) * 0.7:
            return first
        self.warnings.add(Caution.NAMES_JOINED)
        return [*first, last]

    # Lines

    def _marks_in(self, row: int, header: Header) -> list[SheetCell]:
        return [cell for cell in self.cells(row, header.columns) if is_mark(cell.token)]

    def _line(self, row: int, header: Header) -> shapes.KeptLine | None:
        text = name_in(self.cells(row, self.name_columns))
        name = names.cleaned(text)
        if self._is_total(row, header) or not name or not names.is_person(text):
            return None
        line = self.rows[row]
        told = [(day, *tell(line, day.at)) for day in header.days_in(line)]
        said = [token for _, token, _ in told]
        is_hers = sum(map(is_mark, said)) >= max(1, said.count("?"))
        if len(text) > _LONGEST_NAME or not is_hers:
            return None  # it may be a note, which is not kept
        self.told[row] = told
        tokens = {day.column: (token, cells[0].address) for day, token, cells in told if token}
        first = self.cells(row, self.name_columns)[0]
        return shapes.KeptLine(self.line_of(first), name, tokens)

    def _is_total(self, row: int, header: Header) -> bool:
        """Whether a line begins with such a word, and has numbers only."""
        marks = self._marks_in(row, header)
        return all(is_number(cell.token) for cell in marks) and any(
            cell.is_total
            or (marks and (cell.kind in _SUMS or starts_with(cell.value, "groups", "planned")))
            for cell in self.cells(row, self.beside)
        )

    # Every cell in its bin

    def _sort(self) -> None:
        """Say of each cell what it is; what nobody explains is asked about."""
        for row in range(self.blocks[0][0].row):
            self.put_title(row, self.facts[row])
        starts = {header.row for header, _ in self.blocks}
        for header, span in self.blocks:
            people = [row for row in span if row in self.told]
            asked = self._sort_columns(header, people)
            put(Bin.DAY, self.cells(header.row, header.columns))
            put(Why.NO_DAY, self.cells(header.row, asked))
            put(Bin.HEADING, self.cells(header.row))
            for row in span:
                if row in self.told:
                    put(Bin.NAME, self.cells(row, self.name_columns))
                    for day, token, cells in self.told[row]:
                        put_told(self.rows[row], day.at, token, cells)
                elif row + 1 in starts and len(self.cells(row)) == 1:
                    self.put_title(row, self.facts[row])
                elif self._is_total(row, header):
                    self.put_sums(row)
                else:
                    self._sort_nobody(row, header)

    def _sort_columns(self, header: Header, people: list[int]) -> list[int]:
        """Sort what stands beside people in columns without a day; which of them are asked."""
        asked = []
        for at in set(range(len(self.rows[0]))) - {*header.columns, *self.name_columns}:
            cells = [cell for row in people for cell in self.cells(row, [at])]
            tokens = [cell.token for cell in cells if cell.token]
            marks = [token for token in tokens if token.startswith(("x:", "m:", "min:"))]
            title = self.rows[header.row][at]
            is_of_week = title.facts is not None and title.facts.week is not None
            kind = "total" if title.is_total else title.kind
            is_sum = kind in _SUMS or (title.value is None and at > min(header.columns))
            if tokens and (is_sum or is_of_week) and all(map(is_number, tokens)):
                for row in (row for row in people if self.cells(row, [at])):
                    self.put_total(row, at, is_of_line=True)
            elif kind in ("", "seen") and marks and len(marks) * 2 >= len(tokens):
                asked.append(at)
                put(Why.NO_DAY, cells)
            put(Left.COLUMN, cells)
        return asked

    def _sort_nobody(self, row: int, header: Header) -> None:
        """A line of which nobody is the owner: totals, more headings, a note, a lost name."""
        marks = self._marks_in(row, header)
        tokens = {cell.token for cell in marks}
        text = name_in(self.cells(row, self.name_columns))
        if tokens and tokens <= _WEEKDAY_LETTERS and row == header.row + 1 and not text:
            put(Bin.DAY, marks)
        elif tokens and not text and all(map(is_number, tokens)):
            self.put_sums(row)
        elif starts_with(text, "kept_by", "legend") or heading(text) in NOBODYS:
            put(Left.NOTE, self.cells(row))
        put(Why.NO_NAME, marks)
        hers = self.cells(row, self.name_columns)
        if names.cleaned(text) and names.is_person(text):
            if not marks and hers:
                self.warnings.add(Caution.ROWS_WITHOUT_MARKS)
                days = self.cells(row, header.columns)
                put(Why.ERROR, [cell for cell in days if cell.token == "e"])
                put(Why.WORD, days)
            put(Left.NO_MARKS, hers)
        self.put_title(row, self.facts[row])
