"""A person's correction is applied to what was kept, or asks for the file once more."""

from datetime import date
from typing import Any

import pytest

from portal.core.errors import RuleBroken
from portal.imports.rules.sheets.reading import Reading, read_file, read_grid
from portal.imports.rules.sheets.shapes import (
    CodeMeaning,
    FileCorrection,
    Grid,
    Numbers,
    Orientation,
)
from tests.imports.files import csv, xlsx
from tests.imports.messy import TODAY
from tests.imports.test_reading import days, lines


def corrected(data: bytes, **said: Any) -> Reading:
    reading = read_file(data, today=TODAY)
    return read_grid(Grid.from_json(reading.grid.to_json()), FileCorrection(**said))


REGISTER = csv("Naam|1-9|8-9\nFatma|x|k\nAli|kq|x\nMo|x|x")


def test_what_a_code_means_can_be_said():
    marks = {
        "k": CodeMeaning.EXCUSED,
        "kq": CodeMeaning.NOTHING,
        "x": CodeMeaning.HALF,
    }
    reading = corrected(REGISTER, marks=marks)
    assert lines(reading) == {"Fatma": "H E", "Ali": ". H", "Mo": "H H"}
    assert not reading.unread
    assert not reading.to_ask


def test_the_year_can_be_said():
    assert days(corrected(REGISTER, year=2024)) == "2024-09-01 2024-09-08"


@pytest.mark.parametrize(
    ("numbers", "marks"), [(Numbers.HOURS, "60 120"), (Numbers.MINUTES, "1 2")]
)
def test_what_numbers_are_can_be_said(numbers, marks):
    data = csv("Naam|1-9-2026|8-9-2026\nFatma|1|2")
    assert lines(corrected(data, numbers=numbers)) == {"Fatma": marks}


def test_another_sheet_can_be_chosen():
    data = xlsx(
        "Naam|1-9-2026|8-9-2026\nFatma|x|x",
        name="Dinsdag",
        more={"Donderdag": "Naam|3-9-2026\nGreet|x"},
    )
    reading = corrected(data, sheet="Donderdag")
    assert (lines(reading), reading.sheets) == ({"Greet": "P"}, ["Dinsdag", "Donderdag"])
    with pytest.raises(RuleBroken):
        corrected(data, sheet="Vrijdag")


@pytest.mark.parametrize(
    "said",
    [{"name_columns": ["B"]}, {"header_row": 2}, {"orientation": Orientation.NAMES_ACROSS}],
    ids=str,
)
def test_what_was_not_kept_is_asked_for_again(said):
    with pytest.raises(RuleBroken) as refused:
        corrected(csv("Naam|Buddy|1-9-2026\nFatma|Ans|x\nAli|Ria|x"), **said)
    assert refused.value.field == "file"


def test_names_of_another_column_come_with_the_file():
    data = csv("Naam|Buddy|1-9-2026\nFatma|Ans|x\nAli|Ria|x")
    correction = FileCorrection(name_columns=["B"])
    reading = read_file(data, today=TODAY, correction=correction)
    assert lines(reading) == {"Ans": "P", "Ria": "P"}
    assert lines(read_grid(reading.grid, correction)) == lines(reading)


def test_another_line_of_days_comes_with_the_file():
    data = csv("Naam|1-9-2026|8-9-2026\nNaam|2-9-2026|9-9-2026\nFatma|x|x\nAli|x|x")
    reading = read_file(data, today=TODAY, correction=FileCorrection(header_row=1))
    assert days(reading) == "09-01 09-08"


def test_what_was_guessed_is_said():
    guess = read_file(REGISTER, today=TODAY).guess
    assert (guess.header_row, guess.name_columns) == (1, ["A"])
    assert guess.year == 2026
    assert guess.orientation is Orientation.NAMES_DOWN


def test_an_unknown_code_is_asked_with_a_guess_where_it_is_all_there_is():
    reading = read_file(csv("Naam|1-9-2026|8-9-2026\nFatma|rm|rm\nAli|rm|ziek"), today=TODAY)
    (asked,) = reading.to_ask
    assert (asked.code, asked.count) == ("rm", 3)
    assert asked.meaning is CodeMeaning.PRESENT


def test_the_hours_of_a_day_come_from_its_heading():
    data = csv("Kookgroep 9.30-12.00\nNaam|1-9-2026|8-9-2026 13-15 uur\nFatma|x|x")
    first, second = read_file(data, today=TODAY).days
    assert f"{first.starts:%H.%M}-{first.ends:%H.%M}" == "09.30-12.00"
    assert f"{second.starts:%H.%M}-{second.ends:%H.%M}" == "13.00-15.00"
    assert (first.day, first.is_guess) == (date(2026, 9, 1), False)


def test_a_copy_of_a_sheet_is_not_read_twice():
    register = "Naam|1-9-2026|8-9-2026\nFatma|x|x\nAli|x|-"
    reading = read_file(xlsx(register, more={"Blad1 (2)": register}), today=TODAY)
    assert (len(reading.cells), reading.sheet) == (4, "Blad1")


def test_a_line_of_which_nothing_can_be_read_is_listed_without_its_name():
    reading = read_file(
        csv("Naam|1-9-2026|8-9-2026\nFatma|x|x\nGreet|verhuisd naar Delft|"), today=TODAY
    )
    assert [each.address for each in reading.unread] == ["B3"]
    assert list(lines(reading)) == ["Fatma"]


EITHER = "Wie|Anna {0}|Bo {0}\nDi {0}|x|x\nDi {1}|x|-"


def test_which_way_the_names_stand_is_asked_where_both_are_as_likely():
    """And the answer needs no file; it can be changed again."""
    data = csv(EITHER.format("1-9-2026", "8-9-2026"))
    reading = read_file(data, today=TODAY)
    down, across = Orientation
    assert reading.ways == {down: ["Di", "Di"], across: ["Anna", "Bo"]}
    kept = Grid.from_json(reading.grid.to_json())
    turned = read_grid(kept, FileCorrection(orientation=across))
    assert lines(turned) == {"Anna": "P P", "Bo": "P A"}
    assert (days(turned), turned.ways) == ("09-01 09-08", {})
    assert sum(turned.bins.values()) == sum(reading.bins.values()) == 9
    back = read_grid(turned.grid, FileCorrection(orientation=down))
    assert (lines(back), back.ways) == (lines(reading), {})
    assert read_grid(back.grid, FileCorrection()).ways == reading.ways


def test_a_column_of_days_that_is_said_to_be_of_names_is_in_one_bin():
    data = csv("Naam|1-9-2026|8-9-2026|15-9-2026\nFatma|Fatma D.|x|x\nAli|Ali B.|-|x")
    reading = read_file(data, today=TODAY, correction=FileCorrection(name_columns=["B"]))
    assert list(lines(reading)) == ["Fatma D.", "Ali B."]
    assert sum(reading.bins.values()) == 12
