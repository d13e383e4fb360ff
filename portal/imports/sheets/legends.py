"""What the file itself says that its codes mean: "A = afwezig", or a list of codes below.

A legend stands in words of its own, apart from the people: a name that holds "is" is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.imports.sheets.shapes import Bin
from portal.imports.sheets.tally import Place, Rows, Tally, is_filled
from portal.imports.sheets.words import heading, kind_of, plain

_SAYS = re.compile(r"(\S{1,2}|\S[^=:]{1,40}?)\s*(?:=|:|\s(?:[-–]|betekent|staat voor|is)\s)\s*(.+)")
_PIECES = re.compile(r"[,;\n|]|\s{2,}|\s(?=\S{1,2}\s?[=:]\s)|\s/\s")


def find_legend(rows: Rows, tally: Tally) -> tuple[dict[str, str], set[Place]]:
    """The meaning of each code that the file explains, and the cells that do so."""
    legend: dict[str, str] = {}
    places: set[Place] = set()
    for at, row in enumerate(rows):
        filled = [(column, cell) for column, cell in enumerate(row) if tally.is_filled(at, column)]
        found = {
            column: said
            for column, cell in filled
            if isinstance(cell, str) and len(cell) <= 300 and (said := _said_in(plain(cell)))
        }
        for column, said in found.items():
            if "=" in str(row[column]) or len(found) == len(filled):
                legend |= said
                places.add((at, column))
    for columns in _apart(rows):
        for lines, said in _lists(rows, columns, tally):
            legend |= said
            places |= {(at, column) for at in lines for column in columns}
    tally.put(Bin.LEGEND, sorted(places))
    return legend, places


def _apart(rows: Rows) -> Iterator[range]:
    """The columns between two that are empty."""
    first = 0
    for at, column in enumerate([*zip(*rows, strict=True), ()]):
        if not any(map(is_filled, column)):
            yield range(first, at)
            first = at + 1


def _lists(rows: Rows, columns: range, tally: Tally) -> Iterator[tuple[list[int], dict[str, str]]]:
    """Lines of a code beside its words, below each other and apart from the register."""
    group: list[tuple[int, dict[str, str]]] = []
    is_apart, is_said = True, False
    for at in range(len(rows) + 1):
        cells = [
            (column, rows[at][column])
            for column in (columns if at < len(rows) else ())
            if tally.is_filled(at, column)
        ]
        is_pair = len(cells) == 2 and cells[1][0] == cells[0][0] + 1
        pair = _said_in(" = ".join(plain(str(cell)) for _, cell in cells)) if is_pair else {}
        if is_apart and pair:
            group.append((at, pair))
            continue
        legend = {code: kind for _, said in group for code, kind in said.items()}
        told = sum(map(bool, legend.values()))
        if len(legend) == len(group) and (is_said or (told > 1 and told * 2 >= len(group))):
            yield [at for at, _ in group], legend
        group = []
        is_said = len(cells) == 1 and heading(cells[0][1]) == "legend"
        is_apart = not cells or is_said


def _said_in(text: str) -> dict[str, str]:
    said = {}
    for piece in _PIECES.split(text):
        match = _SAYS.fullmatch(re.sub(r"^(legenda|codes|uitleg)\s*:?\s*", "", piece.strip()))
        if not match:
            continue
        left, right = match[1].strip(), match[2].strip()
        if not _is_code(left) and _is_code(right):
            left, right = right, left
        is_told = bool(kind_of(right)) or not left.isdecimal()
        if _is_code(left) and not right[:1].isdigit() and is_told:
            said[left] = _status(right)
    return said


def _status(words: str) -> str:
    """Present, absent, excused, half or nothing; "" where the words say none of these."""
    kind = kind_of(words)
    return "present" if kind == "late" else kind


def _is_code(text: str) -> bool:
    return 0 < len(text) <= 2 and (not text.isdecimal() or len(text) == 1)
