"""Sheets of which a line is not a person or a mark, with their cells in lines that are."""

from itertools import pairwise

from portal.imports.rules.sheets.cells import EMPTY, Rows, SheetCell, filled, put
from portal.imports.rules.sheets.names import looks_like_name
from portal.imports.rules.sheets.shapes import Bin, DayFacts, Left
from portal.imports.rules.sheets.tokens import clock_in


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
