"""Names with a day and no mark: read where something says that they came, and else asked."""

import contextlib

import pytest

from portal.core.errors import RuleBroken
from portal.imports.rules.sheets.dates import facts_in
from portal.imports.rules.sheets.reading import read_file
from portal.imports.rules.sheets.shapes import Bin, CodeMeaning, FileCorrection, Left, Why
from portal.imports.rules.sheets.tokens import NAMED
from tests.imports.files import csv
from tests.imports.messy import TODAY
from tests.imports.test_reading import days, lines

SHEETS = {
    "first and last names below a title": (
        "Presentielijst 3 november 2026|\nVoornaam|Achternaam\nFatma|Yılmaz\nJan|de Vries",
        {"Fatma Yılmaz": "P", "Jan de Vries": "P"},
        "11-03",
    ),
    "with what is known of them besides": (
        "Fietsles donderdag 5 november 2026, 10.00-12.00||\nVoornaam|Achternaam|Telefoon\n"
        "Leyla|Aksoy|06-12345678\nRob|Vos|06-87654321",
        {"Leyla Aksoy": "P", "Rob Vos": "P"},
        "11-05",
    ),
    "numbered": (
        "Kookles 3 november 2026|\n1|Anna Bos\n2|Bo Kok\n3|",
        {"Anna Bos": "P", "Bo Kok": "P"},
        "11-03",
    ),
    "numbered below headings": (
        "Presentielijst 3 november 2026|\nNr|Naam\n1|Anna Bos\n2|Bo Kok",
        {"Anna Bos": "P", "Bo Kok": "P"},
        "11-03",
    ),
    "several in a cell": (
        "Kookles 3 november 2026|\nAnna Bos en Bo Kok|\nCem Kaya, Dia Smit en Els Bos|",
        dict.fromkeys(("Anna Bos", "Bo Kok", "Cem Kaya", "Dia Smit", "Els Bos"), "P"),
        "11-03",
    ),
    "below three days": (
        "3 november 2026|10 november 2026|17 november 2026\nFatma|Fatma|Ali\nAli||Fatma",
        {"Fatma": "P P P", "Ali": "P . P"},
        "11-03 11-10 11-17",
    ),
}


@pytest.mark.parametrize("what", SHEETS)
def test_names_with_a_day_are_asked_about_and_then_read(what):
    text, said, on = SHEETS[what]
    reading = read_file(csv(text), today=TODAY)
    assert reading.cells == []
    assert [(use.code, use.meaning) for use in reading.to_ask] == [(NAMED, None)]
    assert {each.why for each in reading.unread} == {Why.UNSURE}
    answer = FileCorrection(marks={NAMED: CodeMeaning.PRESENT})
    answered = read_file(csv(text), today=TODAY, correction=answer)
    assert (lines(answered), days(answered), answered.unread) == (said, on, [])
    filled = sum(bool(cell) for line in text.split("\n") for cell in line.split("|"))
    assert sum(answered.bins.values()) == sum(reading.bins.values()) == filled


def test_first_and_last_names_below_a_title_that_says_that_they_came():
    text = "Aanwezig 3 november 2026|\nVoornaam|Achternaam\nFatma|Kaya\nAli|Demir"
    reading = read_file(csv(text), today=TODAY)
    assert lines(reading) == {"Fatma Kaya": "P", "Ali Demir": "P"}


def test_a_cell_that_tells_of_somebody_else_is_asked_about_whole():
    """And Noor is not ill because Ali is."""
    said = ["Di 3 nov 2026: Fatma, Ali, Noor", "Di 10 nov 2026: Fatma, Noor (Ali ziek)"]
    reading = read_file("\n".join([*said, "Di 17 nov 2026: Ali, Noor"]).encode(), today=TODAY)
    assert lines(reading) == {"Fatma": "P P .", "Ali": "P . P", "Noor": "P . P"}
    assert [(each.address, each.why) for each in reading.unread] == [("B2", Why.WORD)]


def test_numbers_that_count_names_are_no_hours_and_are_said_to_be_left_out():
    reading = read_file(csv("Kookles 3 november 2026|\n1|Anna Bos\n2|Bo Kok"), today=TODAY)
    assert [(each.where, each.why, each.count) for each in reading.left_out] == [
        ("A", Left.COLUMN, 2)
    ]


@pytest.mark.parametrize("ages", [(34, 41), (5, 7)])
def test_numbers_behind_names_below_a_title_are_no_time_where_it_says_no_hours(ages):
    text = "Kookles 3 november 2026|\nFatma Kaya|{}\nAli Demir|{}".format(*ages)
    with contextlib.suppress(RuleBroken):
        reading = read_file(csv(text), today=TODAY)
        assert reading.cells == []
        assert reading.bins == {Bin.DAY: 1, Bin.LEFT_OUT: 2, Bin.ASKED: 2}
    assert lines(read_file(csv(f"Uren {text}"), today=TODAY))


@pytest.mark.parametrize("plan", ["Planning", "Corvee", "Rooster", "Wachtlijst"])
def test_names_on_a_plan_are_refused(plan):
    with pytest.raises(RuleBroken):
        read_file(csv(f"{plan} 3 november 2026\nFatma\nAli"), today=TODAY)


@pytest.mark.parametrize("name", ["Jan ten Have", "Jan ten Brink", "Jan Zeven"])
def test_who_is_called_like_a_month_and_a_number_is_somebody(name):
    reading = read_file(csv(f"Naam|3-11-2026|10-11-2026\n{name}|x|-\nAli|x|x"), today=TODAY)
    assert lines(reading) == {name: "P A", "Ali": "P P"}
    facts = facts_in(name)
    assert facts is None or facts.number is None
