"""A spreadsheet as people keep it, read: who was there when, and what could not be understood.

Values become cells (files, cells), cells people and days by the best of a few ways (layouts: named,
lists, tables), all is dated together (dates), tokens are understood (tokens), sums compared.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from string import ascii_uppercase

from portal.core.errors import N_, RuleBroken
from portal.core.grouped import grouped
from portal.core.names import folded
from portal.imports.rules.sheets import shapes
from portal.imports.rules.sheets.cells import is_filled
from portal.imports.rules.sheets.dates import Column, columns_of, date_all, facts_in
from portal.imports.rules.sheets.files import RawSheet, open_file
from portal.imports.rules.sheets.layouts import lay_out
from portal.imports.rules.sheets.names import looks_like_name
from portal.imports.rules.sheets.shapes import Bin, Caution, FileCorrection, Left, Why
from portal.imports.rules.sheets.tokens import Meanings


def _reduced(raw: list[RawSheet], today: date, correction: FileCorrection) -> shapes.Grid:
    grid = shapes.Grid([], today)
    has_days = False
    people = {each.name for each in raw if looks_like_name(each.name)}
    for each in raw:
        person = each.name if each.name in people and len(people) > 1 else ""
        layout = lay_out(each, correction, person)
        has_days = has_days or layout.has_days
        grid.sheets.extend(layout.sheets)
        grid.rivals.extend(layout.rivals)
        if not layout.sheets:
            grid.others[each.name] = sum(is_filled(cell) for row in each.rows for cell in row)
    if grid.sheets:
        return grid
    if has_days:
        raise RuleBroken("file", N_("There are dates in this file, and no names with marks."))
    raise RuleBroken(
        "file", N_("There are no dates in this file that stand above or beside marks.")
    )


Placed = tuple[int, int, shapes.FileMark]  # with its line and column


class Reading:
    """All that a file says, each of its cells in one bin."""

    def __init__(self, grid: shapes.Grid, correction: FileCorrection) -> None:
        self.grid, self.correction = grid, correction
        turned = [each for each in grid.rivals if each.orientation is correction.orientation]
        names = {each.name for each in turned}
        self.all = [*turned, *(each for each in grid.sheets if each.name not in names)]
        self.read = _chosen(self.all, correction.sheet)
        self.sheet = self.read[0].name
        rows = [one.row + 1 for each in self.read if each.name == self.sheet for one in each.lines]
        self.first_row, self.last_row = min(rows), max(rows)
        self.sheets = list(dict.fromkeys(each.name for each in grid.sheets))  # to be read instead
        tables = [columns_of(each) for each in self.read]
        self.year = date_all(tables, grid.today, correction.year)
        self.columns = [column for table in tables for column in table]
        tokens = (token for one in self.columns if not one.is_empty for _, token, _ in one.said)
        legend = {code: kind for each in self.read[::-1] for code, kind in each.legend.items()}
        self.meanings = Meanings(tokens, legend, correction)
        self.said = cache(self.meanings.read)  # of each token once
        self.marks = self.meanings.uses
        self.to_ask = [use for use in self.marks if use.is_asked]
        # Numbers of whole weeks may say how often, where nobody said what they are.
        is_how_often = bool(self.meanings.numbers) and not correction.numbers
        is_how_often = is_how_often and all(column.weekday_guessed for column in self.columns)
        self.is_numbers_asked = self.meanings.is_numbers_asked or is_how_often
        self.people: list[shapes.FilePerson] = []
        self.days: list[shapes.FileDay] = []
        self.cells: list[shapes.PlacedMark] = []
        self.unread = [each for sheet in self.read for each in sheet.unread]
        self.left_out = [each for sheet in self.read for each in sheet.left_out]
        self.odd_totals: list[str] = []  # addresses where the marks say otherwise
        self.person_of: dict[int, int] = {}  # by line
        self.day_of: dict[tuple[object, int], int] = {}  # by when, and which of those
        self.times: Counter[object] = Counter()  # of each day on each sheet
        held = sum((Counter(sheet.bins) for sheet in self.read), Counter[Bin]())
        others = Counter(grid.others)
        for each in (one for one in self.all if one not in self.read):
            others[each.name] += each.held
        self.left_out += [
            shapes.LeftOut(name, "", Left.SHEET, n) for name, n in others.items() if n
        ]
        self._find_people()
        for sheet, table in zip(self.read, tables, strict=True):
            marks = [mark for column in table for mark in self._read(column, held)]
            self.odd_totals += odd_totals(sheet, marks)
        held[Bin.ASKED] = len(self.unread)
        held[Bin.LEFT_OUT] = sum(place.count for place in self.left_out)
        self.bins = {bin_: held[bin_] for bin_ in Bin if held[bin_] > 0}  # their sum is all cells

    def _find_people(self) -> None:
        """Everybody once: the same name in another month or table is the same person."""
        known: dict[tuple[str, int], int] = {}  # by name, and which of that name
        for sheet in self.read:
            times = Counter[str]()
            for line in sheet.lines:
                key = folded(line.name)
                times[key] += 1
                at = known.setdefault((key, times[key]), len(self.people))
                if at == len(self.people):
                    self.people.append(shapes.FilePerson(line.row + 1, line.name))
                self.person_of[id(line)] = at

    def _read(self, column: Column, held: Counter[Bin]) -> list[Placed]:
        """Read a day: its marks, by line and column; what is not understood is asked.

        Each day once: the same one on another sheet is the same day, as `times` counts them.
        """
        head, sheet = column.head, column.sheet.name
        if column.is_empty:
            out = shapes.LeftOut(sheet, column.name, Left.NOTHING, len(column.said))
            self.left_out.append(out)
            held[Bin.MARK] -= out.count
            return []
        marks: list[tuple[shapes.KeptLine, str, shapes.FileMark]] = []
        for line, token, address in column.said:
            said = self.said(token)
            if isinstance(said, shapes.FileMark) and column.day is None:
                said = Why.NOT_A_DAY
            if isinstance(said, Why):
                unread = shapes.Unread(sheet, address, said)
                if unread not in self.unread:  # a cell may tell of several people
                    self.unread.append(unread)
                    held[Bin.MARK] -= 1
            elif said is not None:
                marks.append((line, address, said))
        if marks and column.day:
            when = (column.day, head.starts, head.part)
            self.times[sheet, when] += 1
            day = self.day_of.setdefault((when, self.times[sheet, when]), len(self.days))
            if day == len(self.days):
                self.days.append(shapes.FileDay(column.name, *when, head.ends, column.is_guess))
            self.cells += [
                shapes.PlacedMark(self.person_of[id(line)], day, address, mark)
                for line, address, mark in marks
            ]
        is_list = column.sheet.is_list  # and somebody in many lines of the file
        return [
            (int(address.strip(ascii_uppercase)) - 1 if is_list else line.row, head.column, mark)
            for line, address, mark in marks
        ]

    @cached_property
    def guess(self) -> FileCorrection:
        """Where all was found, and what was filled in."""
        first = self.read[0]
        return FileCorrection(
            header_row=first.header_row + 1,
            name_columns=first.name_columns,
            orientation=first.orientation,
            year=self.year,
            numbers=self.meanings.numbers,
        )

    @cached_property
    def ways(self) -> dict[shapes.Orientation, list[str]]:
        """The first people by each of two ways, where a person must choose."""
        if self.correction.orientation or not self.grid.rivals:
            return {}
        both = (self.read[0], self.grid.rivals[0])
        return {each.orientation: [line.name for line in each.lines[:3]] for each in both}

    @cached_property
    def warnings(self) -> list[Caution]:
        """What a person should look at, though all was read."""
        names = Counter(folded(person.name) for person in self.people)
        dates = Counter(day.day for day in self.days)
        dated = [column for column in self.columns if column.day]
        read = {sheet.name for sheet in self.read}
        hidden = {each.is_hidden for each in self.all if each.name not in read}
        holds = {
            Caution.YEAR_GUESSED: self.year is not None,
            Caution.WEEKDAY_DIFFERS: any(each.weekday_differs for each in dated),
            Caution.WEEKDAY_GUESSED: any(each.weekday_guessed for each in dated),
            Caution.FUTURE_DAYS: any(day > self.grid.today for day in dates),
            Caution.SAME_NAME_TWICE: any(count > 1 for count in names.values()),
            Caution.SAME_DAY_TWICE: any(count > 1 for count in dates.values()),
            Caution.EMPTY_DAYS: any(column.is_empty for column in self.columns),
            Caution.HIDDEN_SHEETS: True in hidden,
            Caution.MORE_SHEETS: False in hidden,
            Caution.TOTALS_SKIPPED: Bin.TOTAL in self.bins,
            Caution.TOTALS_DIFFER: bool(self.odd_totals),
        }
        said = {warning for sheet in self.read for warning in sheet.warnings}
        return [each for each in Caution if holds.get(each) or each in said]


def read_file(data: bytes, *, today: date, correction: FileCorrection | None = None) -> Reading:
    """Read a file, or refuse it with words that help; no text is kept."""
    correction = correction or FileCorrection()
    return Reading(_reduced(open_file(data), today, correction), correction)


def read_grid(grid: shapes.Grid, correction: FileCorrection) -> Reading:
    """Read what was kept of a file once more, with what a person put right."""
    reading = Reading(grid, correction)
    sheet = reading.read[0]
    if (
        correction.orientation not in (None, sheet.orientation)
        or correction.header_row not in (None, sheet.header_row + 1)
        or correction.name_columns not in (None, sheet.name_columns)
    ):
        raise RuleBroken(
            "file",
            N_("Choose the file once more: the portal keeps no text, so it must read it again."),
        )
    return reading


# Which sheets


def _chosen(sheets: list[shapes.KeptSheet], name: str | None) -> list[shapes.KeptSheet]:
    if name is not None:
        shown = [sheet for sheet in sheets if sheet.name == name]
        if not shown:
            raise RuleBroken("sheet", N_("This sheet is not in the file."))
        return shown
    shown = [sheet for sheet in sheets if not sheet.is_hidden] or sheets
    best = max(shown, key=lambda each: sum(len(line.tokens) for line in each.lines))
    return [each for each in shown if each.name == best.name or _is_one_more(each, best)]


def _is_one_more(sheet: shapes.KeptSheet, best: shapes.KeptSheet) -> bool:
    """Whether it is another month of the same register, and no copy of it."""
    if sheet.orientation is not best.orientation:
        return False
    if sheet.is_list and best.is_list and len(sheet.lines) == len(best.lines) == 1:
        return True  # a sheet for each person
    ours, theirs = ({folded(line.name) for line in each.lines} for each in (sheet, best))
    said = facts_in(sheet.name) or shapes.DayFacts()
    is_period = (said.month, said.week, said.year) != (None, None, None)
    shared = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
    if not (shared >= 0.5 or (is_period and shared >= 0.2)):
        return False
    own, told = ({replace(head, column=0) for head in each.heads} for each in (sheet, best))
    return len(own & told) * 2 < len(own)


# Totals

_NEAR = 0.051  # as people round
_NEAR_SHARE = 0.51  # of a percentage


def odd_totals(sheet: shapes.KeptSheet, marks: Sequence[Placed]) -> list[str]:
    """Addresses of sums that say something else than the marks.

    All of one column, or of one line, sum up the same: what makes most of them right.
    """
    groups = grouped(
        ((one.is_of_line, one.column if one.is_of_line else one.row), one) for one in sheet.totals
    )
    odd = []
    for group in groups.values():
        sums = [_sums_for(total, sheet, marks) for total in group]
        # Where nobody wrote the hours of a day, each counts for as many.
        each = Counter(
            round(total.number / one[0], 2)
            for total, one in zip(group, sums, strict=True)
            if one[0]
        ).most_common(1)
        fits = [
            [
                abs(total.number - one) < (_NEAR_SHARE if total.is_share else _NEAR)
                for one in [*told, *(told[0] * length for length, _ in each)]
            ]
            for total, told in zip(group, sums, strict=True)
        ]
        best = max(range(len(fits[0])), key=lambda at: sum(one[at] for one in fits))
        wrong = [total for total, one in zip(group, fits, strict=True) if not one[best]]
        odd += [f"{sheet.name}!{one.address}".lstrip("!") for one in wrong]
    return odd


def _sums_for(total: shapes.Total, sheet: shapes.KeptSheet, marks: Sequence[Placed]) -> list[float]:
    """What it may be: a sum of all marks in its line or column, or of those since another sum."""
    of_lines = {one.column for one in sheet.totals if one.is_of_line}
    if total.is_of_line:
        places = [(column, mark) for row, column, mark in marks if row == total.row]
        own, others = total.column, of_lines
    else:
        first = max((at for at in of_lines if at < total.column), default=-1)
        is_of_day = total.column in {head.column for head in sheet.heads}
        span = [total.column] if is_of_day else range(first + 1, total.column)
        places = [(row, mark) for row, column, mark in marks if column in span]
        if not (places or is_of_day):  # a sum of all sums
            places = [(row, mark) for row, _, mark in marks]
        own, others = total.row, {one.row for one in sheet.totals if not one.is_of_line}
    since = max((at for at in others if at < own), default=-1)
    part = [mark for at, mark in places if since < at < own]
    whole = len(sheet.heads if total.is_of_line else sheet.lines)
    return [*_sums([mark for _, mark in places], whole), *_sums(part, len(part))]


def _sums(marks: Collection[shapes.FileMark], whole: int) -> Iterator[float]:
    """How often, how long, in which part or how much on average somebody was there, or away.

    `whole`: how many there are of days or people, as an empty cell may be an absence too.
    """
    here = [mark for mark in marks if mark.is_here]
    said = Counter(mark.meaning.value for mark in marks)
    minutes = sum(mark.minutes or 0 for mark in here)
    yield from (len(here), len(here) - said["half"] / 2)
    yield from (minutes / 60, minutes, minutes / 60 / max(1, len(here)))
    yield from (len(marks) - len(here), said["absent"], said["excused"])
    yield whole - len(here)
    for parts in (whole, len(marks)):
        yield from (len(here) / max(1, parts), 100 * len(here) / max(1, parts))
