"""Each cell of a table in exactly one bin, so that nothing is dropped without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from portal.imports.sheets.dates import Value
from portal.imports.sheets.shapes import Bin, Left, LeftOut, Orientation, Unread, Why
from portal.imports.sheets.words import plain

Rows = list[list[Value]]
Place = tuple[int, int]  # line and column, from 0


class Tally:
    """Which cells of a table are told, and where each of them went; the first to say so decides."""

    def __init__(self, name: str, way: Orientation, rows: Rows) -> None:
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

    def take(self, places: Iterable[Place]) -> list[Place]:
        """Take cells that are in no bin yet, for whoever counts them when they are read."""
        taken = [place for place in dict.fromkeys(places) if place in self._open]
        self._open.difference_update(taken)
        return taken

    def put(self, bin_: Bin, places: Iterable[Place]) -> None:
        """Say what these cells are."""
        if taken := self.take(places):
            self.bins[bin_] += len(taken)

    def ask(self, why: Why, places: Iterable[Place]) -> None:
        """These can't be understood: a person is asked."""
        for place in self.take(places):
            self.bins[Bin.ASKED] += 1
            self.unread.append(Unread(self.name, address(self.way, *place), why))

    def leave(self, why: Left, places: Iterable[Place]) -> None:
        """Leave these out, and say in which column (of a column) or line (of all else) they are."""
        for row, column in self.take(places):
            self.bins[Bin.LEFT_OUT] += 1
            is_down = self.way is Orientation.NAMES_DOWN
            line = str(row + 1) if is_down else letters(row)
            self._out[called(self.way, column) if why is Left.COLUMN else line, why] += 1

    def ask_rest(self) -> None:
        """Whatever nobody explained is asked about."""
        self.ask(Why.UNEXPLAINED, sorted(self._open))

    @property
    def left_out(self) -> list[LeftOut]:
        """What was left out, by place."""
        return [LeftOut(self.name, where, why, n) for (where, why), n in self._out.items()]


def is_filled(cell: Value) -> bool:
    """Whether a person sees something in a cell."""
    return cell is not None and (not isinstance(cell, str) or plain(cell) != "")


def address(way: Orientation, row: int, column: int) -> str:
    """As the spreadsheet says it, of a line and a column counted from 0."""
    if way is Orientation.NAMES_ACROSS:
        row, column = column, row
    return f"{letters(column)}{row + 1}"


def called(way: Orientation, column: int) -> str:
    """How the spreadsheet calls a column, from 0: by a letter, or with names across a number."""
    return letters(column) if way is Orientation.NAMES_DOWN else str(column + 1)


def letters(column: int) -> str:
    """How a spreadsheet calls a column, from 0: A, B, … Z, AA."""
    text = ""
    column += 1
    while column:
        column, left = divmod(column - 1, 26)
        text = chr(65 + left) + text
    return text


def number_of(letters_: str) -> int:
    """Which column, from 0, a spreadsheet calls so; -1 if none."""
    number = 0
    for letter in letters_.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
