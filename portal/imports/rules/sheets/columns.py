"""What the columns of a sheet hold: typed by all that stands in each, a heading is evidence."""

from collections.abc import Mapping

from portal.imports.rules.sheets.cells import EMPTY, Row, Rows, SheetCell, filled
from portal.imports.rules.sheets.lines import day_of
from portal.imports.rules.sheets.names import looks_like_name
from portal.imports.rules.sheets.tokens import clock_in

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
