"""How far a workbook stretches, before it is unfolded: a cell far away makes all cells up to it.

A spreadsheet of a hundred letters can ask for 17 billion cells, and a file can say so in as many
ways as XML has. So its parts are read as XML here, and whatever is too much is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

MOST_ROWS = 2_000
MOST_COLUMNS = 500
MOST_CELLS = 100_000  # that hold something, in all sheets together
_MOST_ELEMENTS = 2_000_000
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_REPEATED = "table:number-{}-repeated"
_UNSEEN = ("collapse", "filter")
_NEAR = 60  # columns further away are hidden to make the sheet look small
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


class TooFar(Exception):
    """A cell lies outside of what is read."""


class TooFull(Exception):
    """There are more cells with something in them than can be looked through."""


class Extent:
    """Follows the cells of all parts of one workbook; raises when there is too much."""

    def __init__(self) -> None:
        self.cells = self._elements = 0
        self.has_hidden = False  # rows or columns that nobody sees

    def follow(self, part: bytes) -> None:
        """Read one part; ValueError when it is no XML, or says what its own words stand for."""
        self._row = self._rows = self._column = self._columns = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EntityDeclHandler = _refuse_entity
        try:
            parser.Parse(part, True)
        except expat.ExpatError as error:
            raise ValueError("no XML") from error

    def _start(self, name: str, about: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise TooFar
        if about.get("hidden") in ("1", "true") or about.get("table:visibility") in _UNSEEN:
            self.has_hidden = self.has_hidden or _number(about.get("min"), 1) <= _NEAR
        if name.startswith(("table:", "text:")):
            self._in_open_document(name, about)
            return
        local = name.rpartition(":")[2]
        if local == "row":
            self._row, self._rows, self._column = _number(about.get("r"), self._row + 1), 1, 0
        elif local == "c":
            self._place(about.get("r"))
        elif local in ("v", "is"):
            self._fill(1)

    def _place(self, reference: str | None) -> None:
        """A cell of Excel stands where it says, or after the one before it."""
        row, self._column = self._row, self._column + 1
        if reference is not None:
            found = _REFERENCE.fullmatch(reference)
            if found is None:
                raise TooFar
            self._column, row = number_of(found[1]), int(found[2])
        if row > MOST_ROWS or self._column > MOST_COLUMNS:
            raise TooFar

    def _in_open_document(self, name: str, about: Mapping[str, str]) -> None:
        """Rows and cells are repeated there: very many that are empty, few that hold something."""
        if name == "table:table":
            self._row = self._rows = 0
        elif name == "table:table-row":
            self._row, self._column, self._columns = self._row + self._rows, 0, 0
            self._rows = _number(about.get(_REPEATED.format("rows")), 1)
        elif name in _CELLS:
            self._column += self._columns
            self._columns = _number(about.get(_REPEATED.format("columns")), 1)
            if any(key.startswith("office:") or key == "table:formula" for key in about):
                self._fill_repeated()
        elif name == "text:p" and self._columns:
            self._fill_repeated()

    def _fill_repeated(self) -> None:
        if self._row + self._rows > MOST_ROWS or self._column + self._columns > MOST_COLUMNS:
            raise TooFar
        self._fill(self._rows * self._columns)

    def _fill(self, cells: int) -> None:
        self.cells += cells
        if self.cells > MOST_CELLS * 2:  # a text in it is told once more; exact counts come later
            raise TooFull


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise TooFar
    return int(text)


def number_of(letters: str) -> int:
    """Which column, from 1, a spreadsheet calls so; 0 if none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _refuse_entity(*_: object) -> None:
    raise ValueError("words that stand for others")
