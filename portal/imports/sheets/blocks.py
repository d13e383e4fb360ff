"""Registers that stand beside each other on one sheet, cut apart."""

from __future__ import annotations

from itertools import pairwise

from portal.imports.sheets import names
from portal.imports.sheets.headers import Rows
from portal.imports.sheets.shapes import Correction
from portal.imports.sheets.tokens import heading, token_of


def side_by_side(rows: Rows, correction: Correction) -> list[list[tuple[int, int]]]:
    """Ways to cut a table into registers beside each other, the most likely first.

    A line has the word for names twice, or an empty column stands before further names.
    """
    width = len(rows[0])
    whole = [[(0, width)]]
    if correction.name_columns or correction.header_row:
        return whole
    for row in rows:
        titled = [at for at, cell in enumerate(row) if heading(cell) == "name"]
        if len(titled) > 1 and all(after - before > 1 for before, after in pairwise(titled)):
            return [list(pairwise([0, *titled[1:], width])), *whole]
    starts = [
        at
        for at in range(2, width - 1)
        if _has_names(rows, at) and _has_marks(rows, at + 1)
        and any(_has_marks(rows, before) for before in range(1, at))
    ]  # fmt: skip
    return [list(pairwise([0, *starts, width])), *whole] if starts else whole


def _has_names(rows: Rows, at: int) -> bool:
    filled = [row[at] for row in rows if row[at] is not None]
    like = sum(names.looks_like_name(cell) and not heading(cell) for cell in filled)
    return like > 1 and like * 10 >= len(filled) * 6


def _has_marks(rows: Rows, at: int) -> bool:
    return sum(token_of(row[at]).startswith(("x:", "m:", "min:", "n:")) for row in rows) > 1
