"""A table of cells: what each says as a token, which hold names, and what those of one day say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from portal.imports.sheets import names
from portal.imports.sheets.headings import MARK
from portal.imports.sheets.legends import find_legend
from portal.imports.sheets.shapes import (
    Bin,
    Caution,
    Head,
    Line,
    Orientation,
    Sheet,
    Total,
    Why,
)
from portal.imports.sheets.tally import Place, Rows, Tally, address
from portal.imports.sheets.tokens import clock_in, is_number, minutes_in, token_of
from portal.imports.sheets.words import CODES, heading, starts_with

_WHY_LEFT_OVER = {
    "absent": Why.TWICE,
    "excused": Why.TWICE,
    "arrived": Why.NO_END,
    "left": Why.NO_END,
}


class Told(NamedTuple):
    """What the columns of a day say in one line: where it stands, and what else told it."""

    token: str
    column: int
    others: list[int]


class Table:
    """What all ways to read a table share."""

    def __init__(self, name: str, rows: Rows, way: Orientation) -> None:
        self.name = name
        self.rows = rows
        self.width = len(rows[0]) if rows else 0
        self.way = way
        self.tally = Tally(name, way, rows)
        self.legend, self.explained = find_legend(rows, self.tally)
        self.warnings: set[Caution] = set()
        self.totals: list[Total] = []

    def token(self, row: int, column: int) -> str:
        """What a cell says; nothing where it explains a code."""
        is_legend = (row, column) in self.explained
        return "" if is_legend else token_of(self.rows[row][column], self.legend)

    def places(self, row: int, columns: Iterable[int] | None = None) -> list[Place]:
        """The filled cells of a line."""
        at = range(self.width) if columns is None else columns
        return [(row, column) for column in at if self.tally.is_filled(row, column)]

    def tell(self, row: int, at: Mapping[str, int]) -> Told:
        """What the columns of one day say in a line."""
        tokens = {kind: token for kind, column in at.items() if (token := self.token(row, column))}
        kind, token = MARK, tokens.get(MARK, "")
        others: list[int] = []
        if not token and tokens.get("signed"):
            kind, token = "signed", _signed(tokens["signed"])
        for away in ("absent", "excused"):
            if not token and tokens.get(away, "").startswith("x:"):
                kind, token = away, f"m:{away}"
        length = tokens.get("hours", "")
        if "arrived" in at and "left" in at:
            came, went = (clock_in(self.rows[row][at[each]]) for each in ("arrived", "left"))
            if came and went and came < went:
                others = [at["arrived"], at["left"]]
                length = f"t:{came}-{went}"
        if "hours" in at and is_number(tokens.get("hours", "")):
            others.append(at["hours"])
        minutes = minutes_in(length)
        if minutes and not token:
            kind = "hours" if length == tokens.get("hours") else "arrived"
            token = f"min:{minutes}"
        elif minutes and token.startswith(("x:", "m:")) and "min:" not in token:
            token = f"{token} min:{minutes}"
        return Told(token, at.get(kind, min(at.values())), others)

    def file(self, row: int, at: Mapping[str, int], told: Told) -> None:
        """Put what told something into its bin; ask about what is left over beside it."""
        if told.token:
            self.tally.take([(row, told.column)])
        self.tally.put(Bin.MARK, [(row, column) for column in told.others])
        for kind, column in at.items():
            self.tally.ask(_WHY_LEFT_OVER.get(kind, Why.WORD), [(row, column)])

    def total(self, row: int, column: int, is_of_line: bool) -> None:
        """Keep a sum, to be compared with the marks once they are understood."""
        token = self.token(row, column)
        kind, _, said = token.partition(":")
        if is_number(token) and token not in ("e", "n:-1"):
            number = float(said) if kind in ("n", "p") else minutes_in(token) / 60
            where = address(self.way, row, column)
            self.totals.append(Total(where, number, row, column, is_of_line, kind == "p"))
        self.warnings.add(Caution.TOTALS_SKIPPED)
        self.tally.put(Bin.TOTAL, [(row, column)])

    def sums(self, row: int) -> None:
        """Keep a line of sums."""
        for place in self.places(row):
            if starts_with(self.rows[row][place[1]], "total"):
                self.tally.put(Bin.HEADING, [place])
            self.total(*place, is_of_line=False)

    def kept(
        self, header: int, name_columns: list[int], heads: list[Head], lines: list[Line]
    ) -> Sheet:
        """What is kept of it, once each cell was told; what nobody explained is asked."""
        self.tally.ask_rest()
        return Sheet(
            name=self.name,
            orientation=self.way,
            header_row=header,
            name_columns=name_columns,
            heads=heads,
            lines=lines,
            unread=self.tally.unread,
            left_out=self.tally.left_out,
            bins=dict(self.tally.bins),
            legend=self.legend,
            warnings=sorted(self.warnings),
            totals=self.totals,
        )

    # Names

    def said(self, rows: Iterable[int], but: Iterable[int]) -> dict[int, str]:
        """What headings in these lines, the first first, say of columns that are no day."""
        days = set(but)
        found: dict[int, str] = {}
        for row in rows:
            for at, cell in enumerate(self.rows[row]):
                if at not in days and at not in found and (kind := heading(cell)):
                    found[at] = kind
        return found

    def like_names(self, rows: Iterable[int], said: Mapping[int, str]) -> Counter[int]:
        """How many cells of each column read like a name."""
        return Counter(
            at
            for row in rows
            for at, cell in enumerate(self.rows[row])
            if said.get(at) != "ignored" and names.looks_like_name(cell)
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


def _signed(token: str) -> str:
    """Whatever people sign with says that they were there, unless it is a sign of its own."""
    return "m:present" if token[:2] in ("?", "x:") and token[2:] not in CODES else token
