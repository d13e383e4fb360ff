"""A table as lines of tokens, and what every way to read a sheet does with its cells."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import mul

from portal.core.names import folded, turned
from portal.imports.rules.sheets import names, shapes
from portal.imports.rules.sheets.cells import (
    Columns,
    Row,
    Rows,
    SheetCell,
    filled,
    filled_in,
    put,
    titled_names,
)
from portal.imports.rules.sheets.headings import MARK, DayColumns, Header
from portal.imports.rules.sheets.shapes import Bin, Caution, Left, Why
from portal.imports.rules.sheets.tokens import clock_in, is_mark, is_number, minutes_in
from portal.imports.rules.sheets.words import CODES, NOBODYS, heading, starts_with

_WHY_LEFT_OVER: dict[str, Why | Left] = {
    "absent": Why.TWICE, "excused": Why.TWICE, "arrived": Why.NO_END, "left": Why.NO_END,
    "reason": Left.COLUMN,
}  # fmt: skip
_ABSENT = {"absent": "absent", **CODES}


class SheetLayout(ABC):
    """A sheet as it is read in one way."""

    score: float = 0  # what speaks for it
    day_columns: Collection[int] = ()

    def __init__(self, rows: Rows, way: shapes.Orientation) -> None:
        self.rows, self.way = rows, way
        self.warnings: set[Caution] = set()
        self.totals: list[tuple[int, shapes.Total]] = []  # and in which line
        self.name_columns: list[int] = []

    @abstractmethod
    def sheets(self, name: str) -> Iterator[shapes.KeptSheet]:
        """Put its cells in their bins, and keep each table of it."""

    def cells(self, row: int, columns: Iterable[int] | None = None) -> list[SheetCell]:
        """What stands in a line, or in some of its columns."""
        return filled(self.rows[row]) if columns is None else filled_in(self.rows[row], columns)

    def kept(
        self,
        name: str,
        header: int,
        days: Mapping[int, shapes.DayFacts],
        lines: list[shapes.KeptLine],
        span: range,
    ) -> shapes.KeptSheet:
        """Keep its lines of this span, with the days by column."""
        if sum("," in line.name for line in lines) * 2 > len(lines):
            self.warnings.add(Caution.NAMES_TURNED)
            lines = [replace(line, name=turned(line.name)) for line in lines]
        return shapes.KeptSheet(
            name=name,
            orientation=self.way,
            header_row=header,
            name_columns=[self.way.called(at) for at in self.name_columns],
            heads=[shapes.Head(**vars(day), column=at) for at, day in days.items()],
            lines=lines,
            warnings=sorted(self.warnings),
            totals=[total for row, total in self.totals if row in span],
        )

    def line_of(self, cell: SheetCell) -> int:
        """In which line of the file it stands, seen from this side."""
        return cell.row if self.way is shapes.Orientation.NAMES_DOWN else cell.column

    def put_title(self, row: int, weeks: Iterable[int] = ()) -> None:
        """Put a line of titles where it belongs."""
        put(Bin.DAY, [one for at, one in enumerate(self.rows[row]) if one.facts or at in weeks])
        put(Bin.HEADING, [cell for cell in self.cells(row) if cell.kind])
        put(Left.NOTE, self.cells(row))

    def put_sums(self, row: int) -> None:
        """Keep a line of sums."""
        for column, cell in enumerate(self.rows[row]):
            if cell.is_total:
                put(Bin.HEADING, [cell])
            if cell.value is not None:
                self.put_total(row, column, is_of_line=False)

    def put_total(self, row: int, column: int, is_of_line: bool) -> None:
        """Keep a sum, to be compared with the marks once they are understood."""
        cell = self.rows[row][column]
        kind, _, said = cell.token.partition(":")
        if is_number(cell.token) and cell.token not in ("e", "n:-1"):
            number = float(said) if kind in ("n", "p") else minutes_in(cell.token) / 60
            at = self.line_of(cell)
            total = shapes.Total(cell.address, number, at, column, is_of_line, kind == "p")
            self.totals.append((row, total))
        put(Bin.TOTAL, [cell])


class GatheredLayout(SheetLayout):
    """A sheet of which the lines are no people: what each says is gathered."""

    def __init__(self, rows: Rows, way: shapes.Orientation, header: int) -> None:
        super().__init__(rows, way)
        self.header = header
        self.days: dict[shapes.DayFacts, int] = {}  # the column of each
        self.day_columns = self.days.values()
        self.people: dict[str, shapes.KeptLine] = {}  # by what their names come to

    @abstractmethod
    def gather(self) -> None:
        """Take who came when, and put all cells where they belong."""

    def add(self, name: str, row: int, day: shapes.DayFacts, token: str, address: str) -> None:
        """Keep what is said of somebody on a day; what was said first stands."""
        at = self.days.setdefault(day, len(self.rows[0]) + len(self.days))
        line = self.people.setdefault(folded(name), shapes.KeptLine(row, name, {}))
        if token:
            line.tokens.setdefault(at, (token, address))

    def sheets(self, name: str) -> Iterator[shapes.KeptSheet]:
        """All of it as one table."""
        self.gather()
        days = {at: day for day, at in self.days.items()}
        people, span = list(self.people.values()), range(len(self.rows))
        yield replace(self.kept(name, self.header, days, people, span), is_list=True)


def tell(row: Row, at: Mapping[str, int], name: str) -> tuple[str, list[SheetCell]]:
    """Tell somebody's day in a line: its token, and the cells that say it."""
    tokens = {kind: token for kind, column in at.items() if (token := row[column].token)}
    kind, token = MARK, tokens.get(MARK, "")
    others: list[int] = []
    if not token and tokens.get("signed"):
        kind, token = "signed", tokens["signed"]
        # Whatever people sign with says that they were there, unless it is a sign of its own:
        # the Z of Zara is none.
        initials = "".join(word[0] for word in folded(name).split())
        is_hers = row[at["signed"]].text.replace(".", "") in (initials, *initials)
        is_sign = token[:2] not in ("?", "x:") or token[2:] in CODES
        token = "m:present" if is_hers or not is_sign else token
    for away in ("absent", "excused"):
        if not token and tokens.get(away, "").startswith("x:"):
            kind, token = away, f"m:{away}"
    if tokens.get("reason") == "m:excused" and _ABSENT.get(token[2:]) == "absent":
        others, token = [at["reason"]], "m:excused"
    length = tokens.get("hours", "")
    if "arrived" in at and "left" in at:
        came, went = (clock_in(row[at[each]].value) for each in ("arrived", "left"))
        lasted = minutes_in(f"t:{came}-{went}") if came and went else 0
        lasted -= minutes_in(tokens.get("break", ""))
        if lasted > 0:
            others += [at[each] for each in ("arrived", "left", "break") if each in at]
            length = length if minutes_in(length) else f"min:{lasted}"
    if is_number(tokens.get("hours", "")):
        others.append(at["hours"])
    minutes = minutes_in(length)
    if minutes and not token:
        kind = "hours" if length == tokens.get("hours") else "arrived"
        token = f"min:{minutes}"
    elif minutes and token.startswith(("x:", "m:")) and "min:" not in token:
        token = f"{token} min:{minutes}"
    return token, [row[column] for column in (at.get(kind, min(at.values())), *others)]


def put_told(row: Row, at: Mapping[str, int], token: str, cells: list[SheetCell]) -> None:
    """Put what tells a day with the marks, and ask about what is left."""
    put(Bin.MARK, cells if token else cells[1:])
    for kind, column in at.items():
        put(_WHY_LEFT_OVER.get(kind, Why.WORD), [row[column]])


def name_in(cells: Iterable[SheetCell]) -> str:
    """What these cells say of a name, as it stands there."""
    parts = (names.text_of(cell.value) for cell in cells if cell.bin is not Bin.LEGEND)
    return " ".join(part for part in parts if part)


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
            days = {day.column: day.facts for day in header.days}
            yield self.kept(name, header.row, days, lines, span)

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
        told = [(day, *tell(line, day.at, name)) for day in header.days_in(line)]
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
