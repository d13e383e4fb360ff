"""The reader understands registers as they are, and keeps no text of a cell."""

import json

import pytest

from portal.imports.reading import read_file
from portal.imports.shapes import Mark, Reading
from tests.imports.messy import FILES, TODAY, Messy
from tests.imports.messy_more import MORE


def said(mark: Mark) -> str:
    if mark.from_clock or mark.until_clock:
        return f">{mark.from_clock:%H.%M}" if mark.from_clock else f"<{mark.until_clock:%H.%M}"
    if mark.is_half:
        return "H"
    return str(mark.minutes) if mark.minutes else mark.status[0].upper()


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


@pytest.mark.parametrize("messy", [*FILES, *MORE], ids=lambda messy: messy.what)
def test_a_messy_file_is_read(messy: Messy):
    reading = read_file(messy.make(), messy.file, today=TODAY)
    assert days(reading) == messy.days
    assert lines(reading) == messy.says
    assert {each.address for each in reading.unread} == set(messy.unread.split())
    assert {use.code for use in reading.to_ask} == set(messy.asked.split())
    assert set(messy.warns.split()) <= set(reading.warnings)
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading
