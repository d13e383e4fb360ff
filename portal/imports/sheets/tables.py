"""What all ways to read a table share: its columns of names, and what those of one day say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from portal.core.names import turned
from portal.imports.sheets import names
from portal.imports.sheets.cells import Cell, Row, Rows, ask, called, filled, keep, leave, put
from portal.imports.sheets.headings import MARK
from portal.imports.sheets.shapes import (
    Bin,
    Caution,
    Head,
    Left,
    Line,
    Orientation,
    Sheet,
    Total,
    Why,
)
from portal.imports.sheets.tokens import clock_in, is_number, minutes_in
from portal.imports.sheets.words import CODES, NOBODYS

_WHY_LEFT_OVER = {
    "absent": Why.TWICE,
    "excused": Why.TWICE,
    "arrived": Why.NO_END,
    "left": Why.NO_END,
}
_ABSENT = {"absent": "absent", **CODES}


class Told(NamedTuple):
    """What the columns of a day say in one line: the cell that tells it, and what else did."""

    token: str
    cell: Cell
    others: list[Cell]


def tell(row: Row, at: Mapping[str, int]) -> Told:
    """What the columns of one day say in a line."""
    tokens = {kind: token for kind, column in at.items() if (token := row[column].token)}
    kind, token = MARK, tokens.get(MARK, "")
    others: list[int] = []
    if not token and tokens.get("signed"):
        kind, token = "signed", _signed(tokens["signed"])
    for away in ("absent", "excused"):
        if not token and tokens.get(away, "").startswith("x:"):
            kind, token = away, f"m:{away}"
    if tokens.get("reason") == "m:excused" and _ABSENT.get(token[2:]) == "absent":
        others, token = [at["reason"]], "m:excused"
    length = tokens.get("hours", "")
    if "arrived" in at and "left" in at:
        came, went = (clock_in(row[at[each]].value) for each in ("arrived", "left"))
        if came and went and came < went:
            others += [at["arrived"], at["left"]]
            length = f"t:{came}-{went}"
    if "hours" in at and is_number(tokens.get("hours", "")):
        others.append(at["hours"])
    minutes = minutes_in(length)
    if minutes and not token:
        kind = "hours" if length == tokens.get("hours") else "arrived"
        token = f"min:{minutes}"
    elif minutes and token.startswith(("x:", "m:")) and "min:" not in token:
        token = f"{token} min:{minutes}"
    return Told(token, row[at.get(kind, min(at.values()))], [row[column] for column in others])


def sort_told(row: Row, at: Mapping[str, int], told: Told) -> None:
    """Put what told something into its bin; ask about what is left over beside it."""
    if told.token:
        keep(Bin.MARK, [told.cell])
    put(Bin.MARK, told.others)
    leave(Left.COLUMN, [row[column] for kind, column in at.items() if kind == "reason"])
    for kind, column in at.items():
        ask(_WHY_LEFT_OVER.get(kind, Why.WORD), [row[column]])


def _signed(token: str) -> str:
    """Whatever people sign with says that they were there, unless it is a sign of its own."""
    return "m:present" if token[:2] in ("?", "x:") and token[2:] not in CODES else token


class Table:
    """Lines of cells, looked at from one side."""

    def __init__(self, rows: Rows, way: Orientation) -> None:
        self.rows = rows
        self.way = way
        self.width = len(rows[0]) if rows else 0
        self.warnings: set[Caution] = set()
        self.totals: list[Total] = []
        self.name_columns: list[int] = []

    def cells(self, row: int, columns: Iterable[int] | None = None) -> list[Cell]:
        """What stands in a line, or in some of its columns."""
        line = self.rows[row]
        return filled(line if columns is None else (line[at] for at in columns))

    def but(self, row: int, columns: Iterable[int]) -> list[Cell]:
        """What stands in the other columns of a line."""
        return self.cells(row, set(range(self.width)) - set(columns))

    def total(self, row: int, column: int, is_of_line: bool) -> None:
        """Keep a sum, to be compared with the marks once they are understood."""
        cell = self.rows[row][column]
        kind, _, said = cell.token.partition(":")
        if is_number(cell.token) and cell.token not in ("e", "n:-1"):
            number = float(said) if kind in ("n", "p") else minutes_in(cell.token) / 60
            total = Total(cell.address, number, row, column, is_of_line, kind == "p")
            self.totals.append(total)
        self.warnings.add(Caution.TOTALS_SKIPPED)
        put(Bin.TOTAL, [cell])

    def sums(self, row: int) -> None:
        """Keep a line of sums."""
        for column, cell in enumerate(self.rows[row]):
            if cell.is_total:
                put(Bin.HEADING, [cell])
            if cell.value is not None:
                self.total(row, column, is_of_line=False)

    def kept(
        self, name: str, header: int, below: range, heads: list[Head], lines: list[Line]
    ) -> Sheet:
        """What is kept of the lines below a header, with names in the order they are said in."""
        if sum("," in line.name for line in lines) * 2 > len(lines):
            self.warnings.add(Caution.NAMES_TURNED)
            lines = [replace(line, name=turned(line.name)) for line in lines]
        return Sheet(
            name=name,
            orientation=self.way,
            header_row=header,
            name_columns=[called(self.way, at) for at in self.name_columns],
            heads=heads,
            lines=lines,
            warnings=sorted(self.warnings),
            totals=[total for total in self.totals if total.row in below],
        )

    # Names

    def name(self, row: int, columns: Iterable[int]) -> str:
        """The name in these columns of a line, as it stands there."""
        parts = (
            names.text_of(cell.value)
            for cell in self.cells(row, columns)
            if cell.bin is not Bin.LEGEND
        )
        return " ".join(part for part in parts if part)

    def said(self, rows: Iterable[int], but: Iterable[int]) -> dict[int, str]:
        """What headings in these lines, the first first, say of columns that are no day."""
        days = set(but)
        found: dict[int, str] = {}
        for row in rows:
            for at, cell in enumerate(self.rows[row]):
                if at not in days and at not in found and cell.kind:
                    found[at] = cell.kind
        return found

    def like_names(self, rows: Iterable[int], said: Mapping[int, str]) -> Counter[int]:
        """How many cells of each column read like a name."""
        return Counter(
            at
            for row in rows
            for at, cell in enumerate(self.rows[row])
            if said.get(at) not in NOBODYS and names.looks_like_name(cell.value)
        )


def titled_names(said: Mapping[int, str], like: Counter[int]) -> list[int]:
    """The columns of names by their headings, in the order in which names are said."""
    by_kind = {kind: at for at, kind in sorted(said.items(), reverse=True)}
    last = by_kind.get("last", by_kind.get("name"))
    if "first" in by_kind:
        order = [by_kind["first"], by_kind.get("infix"), last]
        return [at for at in order if at is not None]
    is_so = last is not None and ("last" in by_kind or like[last] or not like)
    return [last] if last is not None and is_so else []
