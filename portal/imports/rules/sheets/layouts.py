"""Which way a sheet is to be read: as a list, or with the names below or beside each other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from portal.imports.rules.sheets.cells import (
    EMPTY,
    Columns,
    Rows,
    SheetCell,
    cells_of,
    filled,
    put,
    put_counts,
    tally,
    turned,
    with_both_times,
)
from portal.imports.rules.sheets.dates import facts_in, order_of
from portal.imports.rules.sheets.files import RawSheet
from portal.imports.rules.sheets.headings import NOTHING, Headings
from portal.imports.rules.sheets.lists import NamesAsMarks, find_list
from portal.imports.rules.sheets.shapes import Bin, Caution, FileCorrection, KeptSheet, Orientation
from portal.imports.rules.sheets.tables import SheetLayout, Table
from portal.imports.rules.sheets.tokens import is_mark
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


_NEAR = 0.7  # of what speaks for the best way
Parts = list[tuple[int, int]]  # from which column to which


@dataclass(frozen=True)
class Layout:
    """A sheet as tables, as most speaks for; none where it holds no register."""

    sheets: list[KeptSheet]
    has_days: bool
    rivals: list[KeptSheet]  # the same by the other way, where nearly as much speaks for it


def lay_out(raw: RawSheet, correction: FileCorrection, person: str = "") -> Layout:
    """The best of a list, names down and names across; down where both do.

    A table for each register that stands beside or below another; `person` is who the sheet may be
    all about.
    """
    name, values = raw.name, raw.rows
    if not values or correction.sheet not in (None, name):
        return Layout([], False, [])
    is_month_first, is_guess = order_of(
        [cell for row in values for cell in row if isinstance(cell, str)]
    )
    rows = cells_of(values, is_month_first)
    legend = find_legend(rows)
    put_counts(rows)
    tried = _all_ways(name, rows, correction, person, is_month_first)
    scores = [sum(each.score for each in found) for found in tried]
    best = tried[scores.index(max(scores))] if any(scores) else []
    if not best:
        return Layout([], any(each.day_columns for found in tried for each in found), [])
    if is_guess:
        best[0].warnings.add(Caution.DAY_MONTH_GUESSED)
    if raw.has_hidden_cells:
        best[0].warnings.add(Caution.HIDDEN_CELLS)
    sheets = [
        replace(sheet, is_hidden=raw.is_hidden) for each in best for sheet in each.sheets(name)
    ]
    lines = [line for sheet in sheets for line in sheet.lines]
    if not any(is_mark(token) for line in lines for token, _ in line.tokens.values()):
        return Layout([], any(sheet.heads for sheet in sheets), [])
    first, *others = sheets
    bins, unread, left_out = tally(name, first.orientation, rows)
    first = replace(first, legend=legend, bins=bins, unread=unread, left_out=left_out)
    near = (
        found[0].way
        for found, score in zip(tried, scores, strict=True)
        if score >= max(scores) * _NEAR and found[0].way is not first.orientation
    )
    rival = None if raw.is_hidden else next(near, None)
    other = lay_out(raw, replace(correction, orientation=rival)).sheets if rival else []
    return Layout([first, *others], True, other)


def _all_ways(
    name: str, rows: Rows, correction: FileCorrection, person: str, is_month_first: bool
) -> Sequence[Sequence[SheetLayout]]:
    """All ways to read it: as a list where it can be nothing else; or as tables, whole and cut."""
    ways = [correction.orientation] if correction.orientation else list(Orientation)
    from_side = {Orientation.NAMES_DOWN: rows, Orientation.NAMES_ACROSS: turned(rows)}
    tried: list[Sequence[SheetLayout]] = []
    is_corrected = correction.name_columns or correction.header_row
    if correction.orientation is None and correction.header_row is None:
        for way in ways:
            named = NamesAsMarks(from_side[way], way, is_month_first)
            if named.is_one and named.score == 1:
                return [[named]]
            if named.is_one:
                tried.append([named])
            if one := find_list(from_side[way], way, person):
                return [[one]]
    from_side = {way: with_both_times(side) for way, side in from_side.items()}
    for way in ways:
        cuts = [] if is_corrected else _side_by_side(from_side[way])
        cuts.append([(0, len(from_side[way][0]))])
        tried += [_in_parts(name, from_side[way], way, correction, parts) for parts in cuts]
    return tried


def _in_parts(
    name: str, rows: Rows, way: Orientation, correction: FileCorrection, parts: Parts
) -> list[Table]:
    """The registers in these columns; none where there isn't one in each."""
    hint = NOTHING if name.isdecimal() else facts_in(name) or NOTHING
    found = []
    for first, last in parts:
        part = [
            [cell if first <= at < last else EMPTY for at, cell in enumerate(row)] for row in rows
        ]
        named = [way.numbered(column) for column in correction.name_columns or ()]
        headings = Headings(part, hint, named)
        headers = headings.found(correction.header_row)
        table = Table(part, way, headers, named, headings.facts)
        if not table.is_one and len(parts) > 1:
            return []
        hint = headings.above[headers[0].row] if headers else hint
        found.append(table)
    return found


def _side_by_side(rows: Rows) -> list[Parts]:
    """Where to cut a table into registers beside each other, if anywhere: before further names."""
    width, columns = len(rows[0]), Columns(rows)
    starts = [
        at
        for at in range(2, width - 1)
        if columns.are_names(at)
        and columns.marks(at + 1) > 1
        and any(columns.marks(before) > 1 for before in range(1, at))
    ]
    return [list(pairwise([0, *starts, width]))] if starts else []
