"""What the file itself says that its codes mean: "A = afwezig", or a list of codes below.

A legend stands in words of its own, apart from the people: a name that holds "is" is none.
"""

import re
from collections.abc import Iterator

from portal.imports.rules.sheets.cells import Rows, SheetCell, filled, put
from portal.imports.rules.sheets.shapes import Bin
from portal.imports.rules.sheets.words import SIGNS, kind_of, plain

_SAYS = re.compile(r"(\S{1,2}|\S[^=:]{1,40}?)\s*(?:=|:|\s(?:[-–]|betekent|staat voor|is)\s)\s*(.+)")
_PIECES = re.compile(r"[,;\n|()]|\s{2,}|\s(?=\S{1,2}\s?[=:]\s)|\s/\s")


def find_legend(rows: Rows) -> dict[str, str]:
    """The meaning of each code that the file explains; these cells say nothing else."""
    legend: dict[str, str] = {}
    places: list[SheetCell] = []
    texts = {cell.text for row in rows for cell in row}
    for row in map(filled, rows):
        found = {
            cell: said for cell in row if len(cell.text) <= 300 and (said := _said_in(cell.text))
        }
        for cell, said in found.items():
            is_person = re.search(r":\s?[A-Z][a-z]$", str(cell.value))  # "Ziek: Bo"
            is_used = not is_person and (len(said) > 1 or not texts.isdisjoint(said))
            if "=" in cell.text or (is_used and len(found) == len(row)):
                legend |= said
                places.append(cell)
    for columns in _apart(rows):
        for cells, said in _lists(columns):
            legend |= said
            places += cells
    put(Bin.LEGEND, places)
    for cell in (cell for row in rows for cell in row if cell.text in legend):
        cell.token = f"x:{cell.text}"
    for cell in places:
        cell.token = ""
    return legend


def _apart(rows: Rows) -> Iterator[Rows]:
    """What stands between two empty columns."""
    first = 0
    for at, column in enumerate([*zip(*rows, strict=True), ()]):
        if not filled(column):
            yield [row[first:at] for row in rows]
            first = at + 1


def _lists(rows: Rows) -> Iterator[tuple[list[SheetCell], dict[str, str]]]:
    """Lines of a code beside its words, below each other and apart from the register."""
    group: list[tuple[list[SheetCell], dict[str, str]]] = []
    is_apart, is_said = True, False
    for row in [*rows, ()]:
        cells = filled(row)
        is_pair = len(cells) == 2 and cells[1].column == cells[0].column + 1
        pair = _said_in(" = ".join(plain(str(cell.value)) for cell in cells)) if is_pair else {}
        if is_apart and pair:
            group.append((cells, pair))
            continue
        legend = {code: kind for _, said in group for code, kind in said.items()}
        told = sum(map(bool, legend.values()))
        if len(legend) == len(group) and (is_said or (told > 1 and told * 2 >= len(group))):
            yield [cell for cells, _ in group for cell in cells], legend
        group = []
        is_said = len(cells) == 1 and cells[0].kind == "legend"
        is_apart = not cells or is_said


def _said_in(text: str) -> dict[str, str]:
    said = {}
    for piece in _PIECES.split(text):
        match = _SAYS.fullmatch(re.sub(r"^(legenda|codes|uitleg)\s*:?\s*", "", piece.strip()))
        if not match:
            continue
        left, right = (SIGNS.get(each.strip(), each.strip()) for each in match.groups())
        if not _is_code(left) and _is_code(right):
            left, right = right, left
        is_told = bool(kind_of(right)) or not left.isdecimal()
        if _is_code(left) and not right[:1].isdigit() and is_told:
            said[left] = kind_of(right)
    return said


def _is_code(text: str) -> bool:
    return 0 < len(text) <= 2 and (not text.isdecimal() or len(text) == 1)
