"""A spreadsheet as people keep it, read: who was there when, and what could not be understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from portal.core.errors import N_, RuleBroken
from portal.imports.sheets import names
from portal.imports.sheets.dates import facts_of
from portal.imports.sheets.files import RawSheet, open_file
from portal.imports.sheets.layout import Found, lay_out
from portal.imports.sheets.meanings import Meanings, understand
from portal.imports.sheets.shapes import (
    Bin,
    Cell,
    Correction,
    Day,
    Grid,
    Guess,
    Head,
    Left,
    LeftOut,
    Line,
    Mark,
    Orientation,
    Person,
    Reading,
    Sheet,
    Unread,
    Why,
)
from portal.imports.sheets.shapes import (
    Warning as Caution,
)
from portal.imports.sheets.tally import address, is_filled, letters
from portal.imports.sheets.tokens import plain
from portal.imports.sheets.years import Dated, date_all


def read_file(
    data: bytes, name: str, *, today: date, correction: Correction | None = None
) -> Reading:
    """Read a file, or refuse it with words that help; its text is gone when this returns."""
    correction = correction or Correction()
    raw = open_file(data, name)
    return _read(_reduced(raw, today, correction), correction)


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


def _reduced(raw: list[RawSheet], today: date, correction: Correction) -> Grid:
    sheets: list[Sheet] = []
    others: dict[str, int] = {}
    has_days = False
    for each in raw:
        found = Found([], has_days=False)
        if each.rows and correction.sheet in (None, each.name):
            found = lay_out(each.name, each.rows, correction)
        has_days = has_days or found.has_days
        sheets += [replace(part, is_hidden=each.is_hidden) for part in found.parts]
        if not found.parts:
            others[each.name] = sum(is_filled(cell) for row in each.rows for cell in row)
        elif each.has_hidden_cells:
            found.parts[0].warnings.append(Caution.HIDDEN_CELLS)
    if sheets:
        return Grid(sheets, today, others)
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
        return sheets
    shown = [sheet for sheet in grid.sheets if not sheet.is_hidden] or grid.sheets
    best = max(shown, key=lambda each: sum(len(line.tokens) for line in each.lines))
    return [each for each in shown if each.name == best.name or _is_one_more(each, best)]


def _is_one_more(sheet: Sheet, best: Sheet) -> bool:
    """Whether it is another month of the same register, and no copy of it."""
    if sheet.orientation is not best.orientation:
        return False
    ours, theirs = ({names.same(line.name) for line in each.lines} for each in (sheet, best))
    said = facts_of(plain(sheet.name))
    is_period = said.month is not None or said.week is not None or said.year is not None
    shared = len(ours & theirs) / min(len(ours), len(theirs))
    if not (shared >= 0.5 or (is_period and shared >= 0.2)):
        return False
    own, told = ({_said(head) for head in each.heads} for each in (sheet, best))
    return len(own & told) * 2 < len(own)


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

    def lines(self) -> Iterable[Line]:
        """The lines that it stands over."""
        return _lines_under(self.sheet, self.head)


def _read(grid: Grid, correction: Correction) -> Reading:
    whole = _chosen(grid, correction)
    sheets = [_narrowed(sheet, correction) for sheet in whole]
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
    tally = _Bins(grid, whole, sheets)
    days, cells = _cells(columns, of_line, meanings, tally)
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
    return Reading(
        sheet=first.name,
        sheets=list(dict.fromkeys(sheet.name for sheet in grid.sheets)),
        people=people,
        days=days,
        cells=cells,
        unread=tally.unread,
        marks=meanings.uses,
        guess=guess,
        warnings=_warnings(grid, sheets, columns, people, days, dating.year),
        grid=grid,
        left_out=tally.left_out,
        bins={bin_: count for bin_ in Bin if (count := tally.bins[bin_])},
    )


class _Bins:
    """Where each cell of the file went, once its marks are understood."""

    def __init__(self, grid: Grid, whole: list[Sheet], sheets: list[Sheet]) -> None:
        self.bins: Counter[Bin] = Counter()
        self.unread = [each for sheet in sheets for each in sheet.unread]
        self.left_out = [each for sheet in sheets for each in sheet.left_out]
        for sheet, full in zip(sheets, whole, strict=True):
            self.bins.update(sheet.bins)
            self.bins[Bin.NAME] += sum(line.cells for line in sheet.lines)
            kept = {line.row for line in sheet.lines}
            for line in (each for each in full.lines if each.row not in kept):
                self.leave(sheet, str(line.row + 1), Left.ROWS, line.cells + len(line.tokens))
        for name, count in grid.others.items():
            self._leave_sheet(name, count)
        for other in grid.sheets:
            if not any(other is sheet for sheet in whole):
                held = sum(line.cells + len(line.tokens) for line in other.lines)
                self._leave_sheet(other.name, sum(other.bins.values()) + held)

    def leave(self, sheet: Sheet, where: str, why: Left, count: int) -> None:
        """Some cells of a sheet say nothing of anybody."""
        if count:
            self.bins[Bin.LEFT_OUT] += count
            self.left_out.append(LeftOut(sheet.name, where, why, count))

    def ask(self, sheet: Sheet, where: str, why: Why) -> None:
        """A cell can't be understood."""
        self.bins[Bin.ASKED] += 1
        self.unread.append(Unread(sheet.name, where, why))

    def _leave_sheet(self, name: str, count: int) -> None:
        if count:
            self.bins[Bin.LEFT_OUT] += count
            self.left_out.append(LeftOut(name, "", Left.SHEET, count))


def _narrowed(sheet: Sheet, correction: Correction) -> Sheet:
    first = correction.first_row or 1
    lines = [line for line in sheet.lines if first <= line.row + 1]
    if correction.last_row is not None:
        lines = [line for line in lines if line.row + 1 <= correction.last_row]
    return replace(sheet, lines=lines)


def _lines_under(sheet: Sheet, head: Head) -> Iterable[Line]:
    return (line for line in sheet.lines if line.block == head.block)


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


def _people(sheets: list[Sheet]) -> tuple[list[Person], dict[int, int]]:
    """Everybody once: the same name in another month or table is the same person."""
    people: list[Person] = []
    of_line: dict[int, int] = {}
    by_key: dict[tuple[str, int], int] = {}
    for sheet in sheets:
        seen: Counter[tuple[str, int]] = Counter()
        for line in sheet.lines:
            key = names.same(line.name)
            seen[key, line.block] += 1
            at = by_key.setdefault((key, seen[key, line.block]), len(people))
            if at == len(people):
                people.append(Person(sheet.name, line.row + 1, line.name))
            of_line[id(line)] = at
    return people, of_line


def _cells(
    columns: list[_Column], of_line: dict[int, int], meanings: Meanings, bins: _Bins
) -> tuple[list[Day], list[Cell]]:
    days: list[Day] = []
    cells: list[Cell] = []
    for column in columns:
        sheet, head = column.sheet, column.head
        if column.is_empty:
            letter = _day_column(sheet, head)
            bins.leave(
                sheet, letter, Left.NOTHING, sum(_held(line, column) for line in column.lines())
            )
            continue
        found = []
        for line in column.lines():
            said = _mark(line, column, meanings)
            where = line.at.get(str(head.column)) or address(
                sheet.orientation, line.row, head.column
            )
            if isinstance(said, Mark) and column.dated is None:
                said = Why.NO_DAY if head.number is None and head.week is None else Why.NOT_A_DAY
            if isinstance(said, Mark):
                found.append(Cell(of_line[id(line)], len(days), where, said))
            held = _held(line, column)
            if said is not None and not isinstance(said, Mark):
                bins.ask(sheet, where, said)
                held -= 1
            bins.bins[Bin.MARK] += max(held, 0)
        if found and column.dated:
            days.append(_day(sheet, head, column.dated))
            cells += found
    return days, cells


def _held(line: Line, column: _Column) -> int:
    return sum(
        bool(_token(line, at)) for at in {column.head.column, column.lengths} if at is not None
    )


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
    return Day(
        sheet=sheet.name,
        column=_day_column(sheet, head),
        day=dated.day,
        starts=head.starts,
        ends=head.ends,
        part=head.part,
        is_guess=dated.is_guess,
    )


def _day_column(sheet: Sheet, head: Head) -> str:
    is_down = sheet.orientation is Orientation.NAMES_DOWN
    return letters(head.column) if is_down else str(head.column + 1)


def _warnings(
    grid: Grid,
    sheets: list[Sheet],
    columns: list[_Column],
    people: list[Person],
    days: list[Day],
    year: int | None,
) -> list[Caution]:
    keys = Counter(names.same(person.name) for person in people)
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
