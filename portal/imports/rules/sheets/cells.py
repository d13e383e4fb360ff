"""A sheet as cells: what each says by itself, and in which one bin it went."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from portal.imports.rules.sheets import shapes
from portal.imports.rules.sheets.dates import beside_day, facts_in
from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.shapes import Bin, Left, Why, letters
from portal.imports.rules.sheets.tokens import token_of
from portal.imports.rules.sheets.words import CLOCK_HEADINGS, heading, plain, starts_with


class SheetCell:
    """A cell of a sheet, from whichever side it is looked at."""

    def __init__(self, value: Value, row: int, column: int, is_month_first: bool = False) -> None:
        self.value, self.row, self.column = value, row, column
        # As what it begins: is_total is a word for a sum, clock a heading of times.
        self.text, self.token, self.kind, self.clock, self.facts, self.is_total = _said_by(
            value, is_month_first
        )
        self.bin: Bin | Why | Left | None = None  # or why it was left out or is asked about

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
    said = beside_day(text) if facts and text else text  # "ma uit", "7-9 uren"
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


def put(bin_: Bin | Why | Left, cells: Iterable[SheetCell]) -> None:
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
