"""A sheet as cells: what each says, in which one bin it went, what its columns hold."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from portal.core.worded import WordedEnum
from portal.imports.rules.sheets import shapes
from portal.imports.rules.sheets.dates import beside_day, facts_in
from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.names import looks_like_name
from portal.imports.rules.sheets.shapes import Bin, DayFacts, Left, Why, letters
from portal.imports.rules.sheets.tokens import clock_in, token_of
from portal.imports.rules.sheets.words import CLOCK_HEADINGS, heading, plain, starts_with


class SheetCell:
    """A cell of a sheet, from whichever side it is looked at."""

    def __init__(self, value: Value, row: int, column: int, is_month_first: bool = False) -> None:
        self.value, self.row, self.column = value, row, column
        # As what it begins: is_total is a word for a sum, clock a heading of times.
        self.text, self.token, self.kind, self.clock, self.facts, self.is_total = _said_by(
            value, is_month_first
        )
        self.bin: WordedEnum | None = None  # or why it was left out or is asked about

    @property
    def address(self) -> str:
        """As the spreadsheet says it."""
        return f"{letters(self.column)}{self.row + 1}"


@lru_cache(maxsize=8192, typed=True)
def _said_by(
    value: Value, is_month_first: bool
) -> tuple[str, str, str, str, shapes.DayFacts | None, bool]:
    text = plain(value) if isinstance(value, str) else ""
    is_total = starts_with(value, "total")
    facts = facts_in(value, is_month_first)
    if facts and facts.is_placed and is_total:  # of a week, and no day
        facts = None
    kind = heading(value)
    said = beside_day(text, is_month_first) if facts and text else text  # "ma uit", "7-9 uren"
    return (
        text,
        token_of(value),
        kind or heading(said),
        "" if facts and facts.starts else CLOCK_HEADINGS.get(said, ""),
        facts,
        is_total,
    )


EMPTY = SheetCell(None, 0, 0)
Row = Sequence[SheetCell]
Rows = Sequence[Row]


def cells_of(rows: Iterable[Iterable[Value]], is_month_first: bool) -> list[list[SheetCell]]:
    """Lines of cells; where a person sees nothing it is always the same empty one."""
    return [
        [
            SheetCell(value, at, column, is_month_first) if is_filled(value) else EMPTY
            for column, value in enumerate(row)
        ]
        for at, row in enumerate(rows)
    ]


def is_filled(value: Value) -> bool:
    """Whether a person sees something in a cell."""
    return value is not None and (not isinstance(value, str) or plain(value) != "")


def filled(cells: Iterable[SheetCell]) -> list[SheetCell]:
    """Those in which something stands."""
    return [cell for cell in cells if cell is not EMPTY]


def filled_in(row: Row, columns: Iterable[int]) -> list[SheetCell]:
    """Those of some columns of a line."""
    return filled(row[at] for at in columns)


def put(bin_: WordedEnum, cells: Iterable[SheetCell]) -> None:
    """Say where these cells went; the first to say so decides."""
    for cell in filled(cells):
        cell.bin = cell.bin or bin_


def tally(
    sheet: str, way: shapes.Orientation, rows: Rows
) -> tuple[dict[Bin, int], list[shapes.Unread], list[shapes.LeftOut]]:
    """Count the cells in each bin; name those asked about or left out.

    A cell that nobody explained is asked about.
    """
    put(Why.UNEXPLAINED, (cell for row in rows for cell in row))
    told = [cell for row in rows for cell in filled(row)]
    unread, out = [], Counter[tuple[str, Left]]()
    for cell in told:
        if isinstance(cell.bin, Why):
            unread.append(shapes.Unread(sheet, cell.address, cell.bin))
        elif isinstance(cell.bin, Left):  # in which column a column is, and in which line all else
            is_letter = (cell.bin is Left.COLUMN) is (way is shapes.Orientation.NAMES_DOWN)
            out[letters(cell.column) if is_letter else str(cell.row + 1), cell.bin] += 1
    bins = Counter(cell.bin for cell in told if isinstance(cell.bin, Bin))
    return bins, unread, [shapes.LeftOut(sheet, where, why, n) for (where, why), n in out.items()]


def turned(rows: Rows) -> Rows:
    """The same with its columns as lines."""
    return [list(column) for column in zip(*rows, strict=True)]


def day_of(cell: SheetCell) -> DayFacts | None:
    """Say which day of a month a cell says, without its time."""
    return cell.facts.day if cell.facts else None


def with_both_times(rows: Rows) -> Rows:
    """The same with one line where somebody came in one and went in the next."""
    for column in zip(*rows, strict=True):
        clocks = [cell.clock for cell in column]
        firsts = [row for row, pair in enumerate(pairwise(clocks)) if pair == ("arrived", "left")]
        timed = {n for row in firsts for n, cell in enumerate(rows[row]) if clock_in(cell.value)}
        days = [line[n].facts for line in rows[: min(firsts, default=0)] for n in timed]
        if not any(days) or len(firsts) * 2 != sum(map(bool, clocks)):
            continue
        put(Bin.HEADING, [cell for cell in column if cell.clock])
        lines = [
            [EMPTY if cell is own and cell.clock else cell for cell in line]
            for own, line in zip(column, rows, strict=True)
        ]
        for row in firsts:
            pairs = [_together(*pair) for pair in zip(lines[row], lines[row + 1], strict=True)]
            lines[row], lines[row + 1] = ([pair[n] for pair in pairs] for n in (0, 1))
        return lines
    return rows


def _together(came: SheetCell, went: SheetCell) -> tuple[SheetCell, SheetCell]:
    """A cell and the one below it, as one where both are of the same."""
    times = clock_in(came.value), clock_in(went.value)
    if all(times):
        came.token = "t:" + "-".join(times)
        put(Bin.MARK, [went])
    elif came.value == went.value:
        put(Bin.DAY if went.facts else Bin.NAME, [went])
    elif came is EMPTY and times[1]:
        return went, EMPTY
    else:
        return came, went
    return came, EMPTY


def put_counts(rows: Rows) -> None:
    """Leave out numbers that only count the names behind them: they are no hours."""
    for column, behind in pairwise(zip(*rows, strict=True)):
        lines = [
            (cell, name)
            for row, cell, name in zip(rows, column, behind, strict=True)
            if cell is not EMPTY and len(filled(row)) > 1 and not cell.kind
        ]
        said = [cell.token for cell, _ in lines]
        counts = [f"n:{at}" for at in range(1, len(said) + 1)]
        named = sum(looks_like_name(name.value) for _, name in lines)
        if said == counts and named > 1 and named * 2 > len(said):
            put(Left.COLUMN, [cell for cell, _ in lines])
            for cell, _ in lines:
                cell.token, cell.facts = "", None


_SHARE = 0.6  # of a column that tells what it holds
_OF_DAYS = 0.8


class Columns:
    """Some lines by their columns, and how each of these is called."""

    def __init__(self, lines: Rows, titles: Row = ()) -> None:
        self.lines = lines
        self.titles = {at: cell for at, cell in enumerate(titles) if cell is not EMPTY}

    def cells(self, at: int) -> list[SheetCell]:
        """What stands in a column."""
        return filled(row[at] for row in self.lines)

    def titled(self, *kinds: str) -> list[int]:
        """The columns with such a heading."""
        return [at for at, cell in self.titles.items() if cell.kind in kinds]

    def names(self, at: int) -> int:
        """How many cells of a column read like a name."""
        return sum(looks_like_name(cell.value) and not cell.kind for cell in self.cells(at))

    def are_names(self, at: int) -> bool:
        """Whether a column names people."""
        return 1 < self.names(at) >= len(self.cells(at)) * _SHARE

    def marks(self, at: int) -> int:
        """How many cells of a column say something of somebody, whatever it is."""
        tokens = (cell.token for cell in self.cells(at))
        return sum(token.startswith(("x:", "m:", "min:", "n:")) for token in tokens)

    def are_of(self, at: int, *kinds: str) -> bool:
        """Whether most of a column says such things."""
        tokens = [cell.token for cell in self.cells(at)]
        fit = sum(any(part.startswith(kinds) for part in token.split()) for token in tokens)
        return fit > 0 and fit >= len(tokens) * _SHARE

    def are_days(self, at: int, least: int) -> bool:
        """Whether a column says a day in each line."""
        cells = self.cells(at)
        days = sum(map(bool, map(day_of, cells)))
        return days >= least and days >= len(cells) * _OF_DAYS

    def are_times(self, at: int) -> bool:
        """Whether a column has times only."""
        cells = self.cells(at)
        return bool(cells) and all(clock_in(cell.value) for cell in cells)


def titled_names(said: Mapping[int, str]) -> list[int]:
    """The columns of names by their headings, in the order in which names are said."""
    by_kind = {kind: at for at, kind in sorted(said.items(), reverse=True)}
    last = by_kind.get("last", by_kind.get("name"))
    if "first" in by_kind:
        order = [by_kind["first"], by_kind.get("infix"), last]
        return [at for at in order if at is not None]
    return [] if last is None else [last]
