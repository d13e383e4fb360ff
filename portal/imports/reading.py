"""A spreadsheet as people keep it, read: who was there when, and what could not be understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from portal.core.errors import N_, RuleBroken
from portal.imports.dates import facts_of
from portal.imports.grids import RawSheet, open_file
from portal.imports.layout import address, lay_out, letters
from portal.imports.meanings import Meanings, understand
from portal.imports.shapes import (
    Cell,
    Correction,
    Day,
    Grid,
    Guess,
    Head,
    Line,
    Mark,
    Orientation,
    Person,
    Reading,
    Sheet,
    Unread,
    Why,
)
from portal.imports.shapes import (
    Warning as Caution,
)
from portal.imports.tokens import plain
from portal.imports.years import Dated, date_all
from portal.participants.rules import folded


def read_file(
    data: bytes, name: str, *, today: date, correction: Correction | None = None
) -> Reading:
    """Read a file, or refuse it with words that help; its text is gone when this returns."""
    correction = correction or Correction()
    raw = open_file(data, name)
    return _read(Grid(_reduced(raw, correction), today), correction)


def read_grid(grid: Grid, correction: Correction) -> Reading:
    """Read what was kept of a file once more, with what a person put right."""
    sheet = _chosen(grid, correction)[0]
    if (
        correction.orientation not in (None, sheet.orientation)
        or correction.header_row not in (None, sheet.header_row + 1)
        or correction.name_columns not in (None, _columns(sheet))
    ):
        raise RuleBroken(
            "file",
            N_("Choose the file once more: the portal keeps no text, so it must read it again."),
        )
    return _read(grid, correction)


def _reduced(raw: list[RawSheet], correction: Correction) -> list[Sheet]:
    sheets = []
    has_days = False
    for each in raw:
        if not each.rows or correction.sheet not in (None, each.name):
            continue
        found = lay_out(each.name, each.rows, correction)
        has_days = has_days or found.has_days
        if found.sheet:
            sheets.append(replace(found.sheet, is_hidden=each.is_hidden))
    if sheets:
        return sheets
    if has_days:
        raise RuleBroken("file", N_("There are dates in this file, and no names with marks."))
    raise RuleBroken(
        "file", N_("There are no dates in this file that stand above or beside marks.")
    )


def _columns(sheet: Sheet) -> list[str]:
    is_down = sheet.orientation is Orientation.NAMES_DOWN
    return [letters(at) if is_down else str(at + 1) for at in sheet.name_columns]


# Which sheets


def _chosen(grid: Grid, correction: Correction) -> list[Sheet]:
    if correction.sheet is not None:
        sheets = [sheet for sheet in grid.sheets if sheet.name == correction.sheet]
        if not sheets:
            raise RuleBroken("sheet", N_("This sheet is not in the file."))
        return sheets[:1]
    shown = [sheet for sheet in grid.sheets if not sheet.is_hidden] or grid.sheets
    best = max(shown, key=lambda each: sum(len(line.tokens) for line in each.lines))
    chosen = [each for each in shown if each is best or _is_alike(each, best)]
    return _without_copies(chosen, best)


def _is_alike(sheet: Sheet, best: Sheet) -> bool:
    """Whether it is another month of the same register."""
    if sheet.orientation is not best.orientation:
        return False
    ours, theirs = ({folded(line.name) for line in each.lines} for each in (sheet, best))
    said = facts_of(plain(sheet.name))
    is_period = said.month is not None or said.week is not None or said.year is not None
    shared = len(ours & theirs) / min(len(ours), len(theirs))
    return shared >= 0.5 or (is_period and shared >= 0.2)


def _without_copies(sheets: list[Sheet], best: Sheet) -> list[Sheet]:
    """No sheet of which the days are told by the best one already."""
    days = {_said(head) for head in best.heads}
    kept = []
    for sheet in sheets:
        own = {_said(head) for head in sheet.heads}
        if sheet is best or len(own & days) * 2 < len(own):
            kept.append(sheet)
    return kept


def _said(head: Head) -> tuple[object, ...]:
    return (head.year, head.month, head.number, head.week, head.weekday, head.part, head.starts)


# Reading


@dataclass(frozen=True)
class _Column:
    sheet: Sheet
    head: Head
    dated: Dated | None
    lengths: int | None  # the column of hours beside it
    is_empty: bool


def _read(grid: Grid, correction: Correction) -> Reading:
    sheets = [_narrowed(sheet, correction) for sheet in _chosen(grid, correction)]
    if not any(sheet.lines for sheet in sheets):
        raise RuleBroken("first_row", N_("There are no names between these rows."))
    heads = [(sheet, head) for sheet in sheets for head in sheet.heads]
    dating = date_all(
        [head for _, head in heads],
        [_is_marked(sheet, head) for sheet, head in heads],
        grid.today,
        correction.year,
    )
    columns = _columns_of(heads, dating.days)
    legend = {code: kind for sheet in reversed(sheets) for code, kind in sheet.legend.items()}
    meanings = understand(_mark_tokens(columns), legend, correction)
    people, of_line = _people(sheets)
    days, cells, unread = _cells(columns, of_line, meanings)
    first = sheets[0]
    guess = Guess(
        header_row=first.header_row + 1,
        name_columns=_columns(first),
        first_row=min((line.row + 1 for line in first.lines), default=1),
        last_row=max((line.row + 1 for line in first.lines), default=1),
        orientation=first.orientation,
        year=dating.year,
        numbers=meanings.numbers,
        is_numbers_asked=meanings.is_numbers_asked,
    )
    unread = [each for sheet in sheets for each in sheet.unread] + unread
    return Reading(
        sheet=first.name,
        sheets=[sheet.name for sheet in grid.sheets],
        people=people,
        days=days,
        cells=cells,
        unread=unread,
        marks=meanings.uses,
        guess=guess,
        warnings=_warnings(grid, sheets, columns, people, days, dating.year),
        grid=grid,
    )


def _narrowed(sheet: Sheet, correction: Correction) -> Sheet:
    first = correction.first_row or 1
    lines = [line for line in sheet.lines if first <= line.row + 1]
    if correction.last_row is not None:
        lines = [line for line in lines if line.row + 1 <= correction.last_row]
    return replace(sheet, lines=lines)


def _lines_under(sheet: Sheet, head: Head) -> Iterable[Line]:
    return (line for line in sheet.lines if head.first_row <= line.row <= head.last_row)


def _token(line: Line, column: int) -> str:
    return line.tokens.get(str(column), "")


def _is_marked(sheet: Sheet, head: Head) -> bool:
    return any(_token(line, head.column) for line in _lines_under(sheet, head))


def _columns_of(heads: list[tuple[Sheet, Head]], days: list[Dated | None]) -> list[_Column]:
    columns: list[_Column] = []
    for (sheet, head), dated in zip(heads, days, strict=True):
        before = columns[-1] if columns else None
        is_beside = before and before.sheet is sheet and before.head.column == head.column - 1
        if head.is_hours and before and is_beside and _said(before.head) == _said(head):
            columns[-1] = replace(before, lengths=head.column)
            continue
        tokens = [
            token for line in _lines_under(sheet, head) if (token := _token(line, head.column))
        ]
        is_empty = len(tokens) > 1 and all(token in ("n:0", "x:false") for token in tokens)
        columns.append(_Column(sheet, head, dated, None, is_empty))
    return columns


def _mark_tokens(columns: list[_Column]) -> Iterable[str]:
    return (
        _token(line, column.head.column)
        for column in columns
        if not column.is_empty and not column.head.is_hours
        for line in _lines_under(column.sheet, column.head)
    )


def _people(sheets: list[Sheet]) -> tuple[list[Person], dict[tuple[str, int], int]]:
    """Everybody once: the same name in another month or table is the same person."""
    people: list[Person] = []
    of_line: dict[tuple[str, int], int] = {}
    by_key: dict[tuple[str, int], int] = {}
    for sheet in sheets:
        seen: Counter[tuple[str, tuple[int, int]]] = Counter()
        for line in sheet.lines:
            block = next(
                (head.first_row, head.last_row)
                for head in sheet.heads
                if head.first_row <= line.row <= head.last_row
            )
            key = folded(line.name)
            seen[key, block] += 1
            at = by_key.setdefault((key, seen[key, block]), len(people))
            if at == len(people):
                people.append(Person(sheet.name, line.row + 1, line.name))
            of_line[sheet.name, line.row] = at
    return people, of_line


def _cells(
    columns: list[_Column], of_line: dict[tuple[str, int], int], meanings: Meanings
) -> tuple[list[Day], list[Cell], list[Unread]]:
    days: list[Day] = []
    cells: list[Cell] = []
    unread: list[Unread] = []
    for column in columns:
        if column.is_empty:
            continue
        sheet, head = column.sheet, column.head
        found = []
        for line in _lines_under(sheet, head):
            said = _mark(line, column, meanings)
            where = address(sheet.orientation, line.row, head.column)
            if isinstance(said, Mark) and column.dated:
                found.append(Cell(of_line[sheet.name, line.row], len(days), where, said))
            elif said is not None and not isinstance(said, Mark):
                unread.append(Unread(sheet.name, where, said))
        if found and column.dated:
            days.append(_day(sheet, head, column.dated))
            cells += found
    return days, cells, unread


def _mark(line: Line, column: _Column, meanings: Meanings) -> Mark | Why | None:
    said = meanings.read(_token(line, column.head.column), is_length=column.head.is_hours)
    if column.lengths is None:
        return said
    length = meanings.read(_token(line, column.lengths), is_length=True)
    if not isinstance(length, Mark) or length.minutes is None:
        return said
    if said is None or (isinstance(said, Mark) and said.status is length.status):
        return length
    return said


def _day(sheet: Sheet, head: Head, dated: Dated) -> Day:
    is_down = sheet.orientation is Orientation.NAMES_DOWN
    return Day(
        sheet=sheet.name,
        column=letters(head.column) if is_down else str(head.column + 1),
        day=dated.day,
        starts=head.starts,
        ends=head.ends,
        part=head.part,
        is_guess=dated.is_guess,
    )


def _warnings(
    grid: Grid,
    sheets: list[Sheet],
    columns: list[_Column],
    people: list[Person],
    days: list[Day],
    year: int | None,
) -> list[Caution]:
    keys = Counter(folded(person.name) for person in people)
    dates = Counter(day.day for day in days)
    dated = [column.dated for column in columns if column.dated]
    left_out = [each for each in grid.sheets if all(each.name != sheet.name for sheet in sheets)]
    holds = {
        Caution.YEAR_GUESSED: year is not None,
        Caution.WEEKDAY_DIFFERS: any(each.weekday_differs for each in dated),
        Caution.WEEKDAY_GUESSED: any(each.weekday_guessed for each in dated),
        Caution.FUTURE_DAYS: any(day.day > grid.today for day in days),
        Caution.SAME_NAME_TWICE: any(count > 1 for count in keys.values()),
        Caution.SAME_DAY_TWICE: any(count > 1 for count in dates.values()),
        Caution.EMPTY_DAYS: any(column.is_empty for column in columns),
        Caution.HIDDEN_SHEETS: any(each.is_hidden for each in left_out),
        Caution.MORE_SHEETS: any(not each.is_hidden for each in left_out),
    }
    said = {warning for sheet in sheets for warning in sheet.warnings}
    return [each for each in Caution if holds.get(each) or each in said]
