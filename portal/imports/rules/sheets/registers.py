"""What every way to read a sheet does with its cells: names, sums and titles in their bins."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from portal.core.names import folded, turned
from portal.imports.rules.sheets import names, shapes
from portal.imports.rules.sheets.cells import Row, Rows, SheetCell, filled, put
from portal.imports.rules.sheets.headings import MARK
from portal.imports.rules.sheets.shapes import Bin, Caution, Left, Why
from portal.imports.rules.sheets.tokens import clock_in, is_number, minutes_in
from portal.imports.rules.sheets.words import CODES

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
        line = self.rows[row]
        return filled(line if columns is None else (line[at] for at in columns))

    def kept(
        self,
        name: str,
        header: int,
        heads: list[shapes.Head],
        lines: list[shapes.KeptLine],
        span: range,
    ) -> shapes.KeptSheet:
        """The lines of it that it has in this span, as they are kept."""
        if sum("," in line.name for line in lines) * 2 > len(lines):
            self.warnings.add(Caution.NAMES_TURNED)
            lines = [replace(line, name=turned(line.name)) for line in lines]
        return shapes.KeptSheet(
            name=name,
            orientation=self.way,
            header_row=header,
            name_columns=[self.way.called(at) for at in self.name_columns],
            heads=heads,
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
        self.warnings.add(Caution.TOTALS_SKIPPED)
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
        heads = [shapes.Head(**vars(day), column=at) for day, at in self.days.items()]
        people, span = list(self.people.values()), range(len(self.rows))
        yield replace(self.kept(name, self.header, heads, people, span), is_list=True)


def tell(row: Row, at: Mapping[str, int]) -> tuple[str, list[SheetCell]]:
    """Tell a day in a line: its token, and the cells that say it."""
    tokens = {kind: token for kind, column in at.items() if (token := row[column].token)}
    kind, token = MARK, tokens.get(MARK, "")
    others: list[int] = []
    if not token and tokens.get("signed"):
        kind, token = "signed", tokens["signed"]
        # Whatever people sign with says that they were there, unless it is a sign of its own.
        token = "m:present" if token[:2] in ("?", "x:") and token[2:] not in CODES else token
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
