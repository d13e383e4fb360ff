"""Each cell of a table in exactly one bin, so that nothing is dropped without a word."""

from __future__ import annotations

from collections import Counter

from portal.imports.sheets.shapes import Bin, Left, LeftOut, Orientation, Unread, Why
from portal.imports.sheets.tokens import Value, plain

Place = tuple[int, int]  # line and column, from 0


class Tally:
    """Which cells of a table are told, and where each of them went; the first to say so decides."""

    def __init__(self, name: str, way: Orientation, rows: list[list[Value]]) -> None:
        self.name = name
        self.way = way
        self.bins: Counter[Bin] = Counter()
        self.unread: list[Unread] = []
        self._out: Counter[tuple[str, Left]] = Counter()
        self._filled = {
            (at, column)
            for at, row in enumerate(rows)
            for column, cell in enumerate(row)
            if is_filled(cell)
        }
        self._open = set(self._filled)

    def is_filled(self, row: int, column: int) -> bool:
        """Whether a cell holds something that a person sees."""
        return (row, column) in self._filled

    def is_open(self, row: int, column: int) -> bool:
        """Whether a filled cell is in no bin yet."""
        return (row, column) in self._open

    def hold(self, *places: Place) -> int:
        """Take cells that a line keeps, which are counted when it is read; how many there were."""
        return len(self._take(places))

    def put(self, bin_: Bin, *places: Place) -> None:
        """Say what these cells are."""
        if taken := self._take(places):
            self.bins[bin_] += len(taken)

    def ask(self, why: Why, *places: Place) -> None:
        """These can't be understood: a person is asked."""
        for place in self._take(places):
            self.bins[Bin.ASKED] += 1
            self.unread.append(Unread(self.name, address(self.way, *place), why))

    def leave(self, why: Left, *places: Place) -> None:
        """Leave these out, and say in which column (of a column) or line (of all else) they are."""
        for row, column in self._take(places):
            self.bins[Bin.LEFT_OUT] += 1
            by_letter = (why is Left.COLUMN) == (self.way is Orientation.NAMES_DOWN)
            number = column if why is Left.COLUMN else row
            self._out[letters(number) if by_letter else str(number + 1), why] += 1

    def ask_rest(self) -> None:
        """Whatever nobody explained is asked about."""
        self.ask(Why.UNEXPLAINED, *sorted(self._open))

    @property
    def left_out(self) -> list[LeftOut]:
        """What was left out, by place."""
        return [LeftOut(self.name, where, why, n) for (where, why), n in self._out.items()]

    def _take(self, places: tuple[Place, ...]) -> list[Place]:
        taken = [place for place in places if place in self._open]
        self._open.difference_update(taken)
        return taken


def is_filled(cell: Value) -> bool:
    """Whether a person sees something in a cell."""
    return cell is not None and (not isinstance(cell, str) or plain(cell) != "")


def address(way: Orientation, row: int, column: int) -> str:
    """As the spreadsheet says it, of a line and a column counted from 0."""
    if way is Orientation.NAMES_ACROSS:
        row, column = column, row
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """How a spreadsheet calls a column: A, B, … Z, AA."""
    text = ""
    column += 1
    while column:
        column, left = divmod(column - 1, 26)
        text = chr(65 + left) + text
    return text
