"""The reader understands registers as they are, and keeps no text of a cell."""

import io
import json
from datetime import date
from unittest import mock

import openpyxl
import pytest
from hypothesis import given, settings, strategies as st

from portal.core.errors import RuleBroken
from portal.imports.rules.sheets import reading as reader
from portal.imports.rules.sheets.cells import cells_of as laid_out, is_filled, put, tally
from portal.imports.rules.sheets.dates import facts_in
from portal.imports.rules.sheets.files import RawSheet, open_file
from portal.imports.rules.sheets.reading import Reading, read_file, read_grid
from portal.imports.rules.sheets.shapes import (
    Bin,
    FileCorrection,
    FileMark,
    Grid,
    Left,
    Orientation,
    Why,
)
from tests.imports.files import csv, xlsx
from tests.imports.messy import ALL, TODAY, Messy


def said(mark: FileMark) -> str:
    if mark.from_clock or mark.until_clock:
        return f">{mark.from_clock:%H.%M}" if mark.from_clock else f"<{mark.until_clock:%H.%M}"
    return str(mark.minutes) if mark.minutes else mark.meaning[0].upper()


def lines(reading: Reading) -> dict[str, str]:
    """Each person with a mark for each day, as messy.py writes it."""
    marks = {(cell.person, cell.day): said(cell.mark) for cell in reading.cells}
    unread = {each.address for each in reading.unread}
    found: dict[str, str] = {}
    for at, person in enumerate(reading.people):
        row = []
        for column, day in enumerate(reading.days):
            nothing = "?" if f"{day.column}{person.row}" in unread else "."
            row.append(marks.get((at, column), nothing))
        name = person.name if person.name not in found else f"{person.name}#2"
        found[name] = " ".join(row)
    return found


def days(reading: Reading) -> str:
    return " ".join(day.day.isoformat().removeprefix("2026-") for day in reading.days)


def cells_of(sheets: list[RawSheet]) -> int:
    """How many cells of a file hold something that a person sees."""
    return sum(is_filled(cell) for sheet in sheets for row in sheet.rows for cell in row)


def test_a_word_that_nobody_knows_beside_a_name_is_no_sign_that_she_came():
    said = ["1-9-2026 | Fatma Kaya | rondje", "1-9-2026 | Ali Bakr | kruisje"]
    with pytest.raises(RuleBroken):
        read_file(csv("\n".join(["Datum | Naam | Stand", *said])), today=TODAY)


@given(st.times(), st.times(), st.sampled_from(":u"), st.sampled_from(["-", " - ", "/", " tot "]))
def test_from_when_till_when_is_no_day(starts, ends, sign, to):
    said = to.join(f"{one.hour}{sign}{one.minute:02}" for one in (starts, ends))
    found = facts_in(said)
    assert found is None or not (found.is_day or found.number)


@pytest.mark.parametrize("messy", ALL, ids=lambda messy: messy.what)
def test_a_messy_file_is_read_and_every_cell_of_it_is_in_one_bin(messy: Messy):
    raw = open_file(messy.make())  # once: a workbook is unfolded by a process of its own
    filled = cells_of(raw)
    with mock.patch.object(reader, "open_file", return_value=raw):
        reading = read_file(b"", today=TODAY)
    assert days(reading) == messy.days
    assert lines(reading) == messy.says
    assert {each.address for each in reading.unread} == set(messy.unread.split())
    numbers = {"#"} if reading.is_numbers_asked else set()
    assert {use.code for use in reading.to_ask} | numbers == set(messy.asked.split())
    assert set(messy.warns.split()) <= set(reading.warnings)
    assert reading.odd_totals == messy.odd.split()
    assert not reading.ways
    kept = Grid.from_json(json.loads(json.dumps(reading.grid.to_json())))
    again = read_grid(kept, FileCorrection())
    assert (again.cells, again.unread, again.guess) == (
        reading.cells,
        reading.unread,
        reading.guess,
    )
    assert sum(reading.bins.values()) == filled
    assert Why.UNEXPLAINED not in {each.why for each in reading.unread}
    said = {reading.sheet, *reading.sheets, *(each.sheet for each in reading.unread)}
    assert said <= {sheet.name for sheet in raw}


_HEADINGS = [
    "",
    "Naam",
    "Datum",
    "Status",
    "Uren",
    "In",
    "Uit",
    "Paraaf",
    "Week",
    "Totaal",
    "1-9-2026",
    "8-9",
    "wk 53",
    "?",
]
_NAMES = ["", "Aisha Demir", "Jan van der Berg", "Visser, Anna", "An", "Totaal", "Legenda"]
_CELLS = [
    "",
    "",
    "x",
    "z",
    "-",
    "ziek",
    "2,5",
    "9.30",
    "50%",
    "9.30-12.00",
    "1",
    "zie mail",
    "a = ziek",
    "#N/B",
]
_ROW = st.lists(st.sampled_from(_CELLS), min_size=1, max_size=6)
_TABLE = st.tuples(
    st.lists(st.sampled_from(_HEADINGS), min_size=2, max_size=7),
    st.lists(st.tuples(st.sampled_from(_NAMES), _ROW), min_size=1, max_size=6),
    st.lists(_ROW, max_size=2),
)


def rows_of(table) -> list[list[str]]:
    header, lines, below = table
    rows = [header, *([name, *cells] for name, cells in lines), *below]
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(_TABLE, st.booleans())
def test_every_cell_of_any_table_is_in_one_bin(table, is_across: bool):
    """Read or refused, and of what is read no cell is dropped without a word."""
    rows = rows_of(table)
    if is_across:
        rows = [list(column) for column in zip(*rows, strict=True)]
    data = "\n".join(";".join(row) for row in rows).encode()
    try:
        reading = read_file(data, today=TODAY)
    except RuleBroken:
        return
    assert sum(reading.bins.values()) == cells_of(open_file(data))
    assert reading.bins.get(Bin.ASKED, 0) == len(reading.unread)
    assert reading.bins.get(Bin.LEFT_OUT, 0) == sum(place.count for place in reading.left_out)
    names = {name for name, cells in table[1] if name[:2] in ("Ai", "Ja") and "x" in cells}
    told = {person.name for person in reading.people}
    assert all(name in told or reading.unread or reading.left_out for name in names)


_PUT_RIGHT = [
    FileCorrection(),
    FileCorrection(name_columns=["B"]),
    FileCorrection(header_row=2),
    FileCorrection(orientation=Orientation.NAMES_ACROSS),
]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(_TABLE, min_size=1, max_size=3), st.sampled_from(_PUT_RIGHT))
def test_every_cell_of_any_sheets_is_in_one_bin_whatever_a_person_puts_right(tables, correction):
    names = ("Blad1", "Fatma Demir", "sep 2026")
    sheets = [
        RawSheet(name, [[cell or None for cell in row] for row in rows_of(table)])
        for name, table in zip(names, tables, strict=False)
    ]
    held = sum(is_filled(cell) for sheet in sheets for row in sheet.rows for cell in row)
    with mock.patch.object(reader, "open_file", return_value=sheets):
        try:
            reading = read_file(b"", today=TODAY, correction=correction)
        except RuleBroken:
            return
    assert sum(reading.bins.values()) == held


def test_a_cell_that_two_explain_is_in_the_bin_of_the_first():
    rows = laid_out([["Naam", "x", ""]], is_month_first=False)
    put(Bin.MARK, [rows[0][1], rows[0][1]])
    put(Left.NOTE, rows[0][1:])
    bins, unread, left_out = tally("", Orientation.NAMES_DOWN, rows)
    assert bins == {Bin.MARK: 1}
    assert ([each.address for each in unread], left_out) == (["A1"], [])


@pytest.mark.parametrize("born", ["1-2-1980", "1980-02-01", "1 februari 1980", date(1980, 2, 1)])
def test_a_day_of_birth_is_no_day_of_a_register(born: str | date):
    assert facts_in(born) is None


def test_sheets_that_are_not_read_are_counted_too():
    register = "Naam|1-9-2026|8-9-2026\nFatma|x|x\nAli|x|-"
    data = xlsx(register, more={"Boodschappen": "melk|2\nbrood|1"})
    reading = read_file(data, today=TODAY)
    assert reading.bins[Bin.LEFT_OUT] == 4
    assert sum(reading.bins.values()) == cells_of(open_file(data)) == 13


def test_the_title_of_a_second_group_is_nobody():
    rows = "Groep A|\nNaam|1-9-2026|8-9-2026\nFatma|x|x\nGroep B|\nNaam|3-9-2026|10-9-2026\nAli|x|-"
    reading = read_file(csv(rows), today=TODAY)
    assert len(reading.cells) == 4
    assert "rows_without_marks" not in reading.warnings


@pytest.mark.parametrize("what", ["row", "column"])
def test_hidden_rows_and_columns_are_said(what: str):
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx("Naam|1-9-2026|8-9-2026\nFatma|x|x\nAli|x|-\nMo|x|x"))
    )
    sheet = book.active
    if what == "row":
        sheet.row_dimensions[3].hidden = True
    else:
        sheet.column_dimensions["C"].hidden = True
    kept = io.BytesIO()
    book.save(kept)
    reading = read_file(kept.getvalue(), today=TODAY)
    assert "hidden_cells" in reading.warnings
    assert len(reading.cells) == 6
