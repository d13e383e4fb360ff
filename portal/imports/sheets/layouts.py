"""Which way a sheet is to be read: as a list, or with the names below or beside each other."""

from __future__ import annotations

from itertools import pairwise

from portal.imports.sheets import names
from portal.imports.sheets.dates import facts_in, order_of
from portal.imports.sheets.headings import NOTHING, Headings
from portal.imports.sheets.lists import find_list
from portal.imports.sheets.registers import Register
from portal.imports.sheets.shapes import Caution, Correction, Orientation, Sheet
from portal.imports.sheets.tally import Rows
from portal.imports.sheets.tokens import token_of
from portal.imports.sheets.words import heading, plain

Parts = list[tuple[int, int]]  # from which column to which


def lay_out(name: str, rows: Rows, correction: Correction) -> tuple[list[Sheet], bool]:
    """The best of a list, names down and names across; beside it whether there are days at all.

    A part for each register that stands beside another; names down where both ways do.
    """
    order = order_of(plain(cell) for row in rows for cell in row if isinstance(cell, str))
    is_open = correction.orientation is None and correction.header_row is None
    if is_open and (sheet := find_list(name, rows, order.is_month_first)):
        return [sheet], True
    wanted = [correction.orientation] if correction.orientation else list(Orientation)
    tried: list[list[Register]] = []
    for way in wanted:
        is_across = way is Orientation.NAMES_ACROSS
        table = [list(column) for column in zip(*rows, strict=True)] if is_across else rows
        is_corrected = correction.name_columns or correction.header_row
        cuts = [] if is_corrected else _side_by_side(table)
        tried += [
            _in_parts(name, table, way, correction, order.is_month_first, parts)
            for parts in (*cuts, [(0, len(table[0]))])
        ]
    best = max(tried, key=lambda registers: sum(each.marks for each in registers), default=[])
    has_days = any(each.headers for registers in tried for each in registers)
    if not best or not all(each.marks for each in best):
        return [], has_days
    if order.is_guess:
        best[0].warnings.add(Caution.DAY_MONTH_GUESSED)
    return [each.sheet() for each in best], has_days


def _in_parts(
    name: str,
    rows: Rows,
    way: Orientation,
    correction: Correction,
    is_month_first: bool,
    parts: Parts,
) -> list[Register]:
    """The registers in these columns; none where there isn't one in each."""
    hint = NOTHING if name.isdecimal() else facts_in(name) or NOTHING
    found = []
    for first, last in parts:
        part = [
            [cell if first <= at < last else None for at, cell in enumerate(row)] for row in rows
        ]
        register = Register(name, part, way, correction, Headings(part, hint, is_month_first))
        if not register.marks and len(parts) > 1:
            return []
        hint = register.titles if register.headers else hint
        found.append(register)
    return found


def _side_by_side(rows: Rows) -> list[Parts]:
    """Where to cut a table into registers beside each other, if anywhere.

    A line has the word for names twice, or an empty column stands before further names.
    """
    width = len(rows[0])
    for row in rows:
        titled = [at for at, cell in enumerate(row) if heading(cell) == "name"]
        if len(titled) > 1 and all(after - before > 1 for before, after in pairwise(titled)):
            return [list(pairwise([0, *titled[1:], width]))]
    starts = [
        at
        for at in range(2, width - 1)
        if _has_names(rows, at)
        and _has_marks(rows, at + 1)
        and any(_has_marks(rows, before) for before in range(1, at))
    ]
    return [list(pairwise([0, *starts, width]))] if starts else []


def _has_names(rows: Rows, at: int) -> bool:
    filled = [row[at] for row in rows if row[at] is not None]
    like = sum(names.looks_like_name(cell) and not heading(cell) for cell in filled)
    return like > 1 and like * 10 >= len(filled) * 6


def _has_marks(rows: Rows, at: int) -> bool:
    return sum(token_of(row[at]).startswith(("x:", "m:", "min:", "n:")) for row in rows) > 1
