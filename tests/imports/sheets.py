"""What a reader makes of a spreadsheet, for tests of what comes after it."""

from collections.abc import Sequence
from datetime import date, timedelta

from portal.attendance.rules import AttendanceStatus
from portal.core import clock
from portal.imports.commands.applying import nothing_made
from portal.imports.models import RegisterImport
from portal.imports.rules.plans import Choices
from portal.imports.rules.sheets.reading import read_file
from portal.imports.rules.sheets.shapes import (
    CodeMeaning,
    FileCorrection,
    FileDay,
    FileMark,
    FilePerson,
    Grid,
    Orientation,
    PlacedMark,
    Reading,
)

PRESENT, EXCUSED, ABSENT = AttendanceStatus
X, Z, A, HALF = map(FileMark, list(CodeMeaning)[:4])
MARKS = {
    "x": X,
    "z": Z,
    "a": A,
    "h": HALF,
    "1u": FileMark(CodeMeaning.PRESENT, 60),
}


def reading(
    days: Sequence[date | FileDay], rows: list[tuple[str, str]], sheet: str = "1"
) -> Reading:
    """Rows of a name and its codes, apart by spaces; "." is an empty cell."""
    columns = [
        day if isinstance(day, FileDay) else FileDay(chr(66 + at), day)
        for at, day in enumerate(days)
    ]
    people = [FilePerson(at + 2, name) for at, (name, _) in enumerate(rows)]
    cells = [
        PlacedMark(at, day, f"{columns[day].column}{at + 2}", MARKS[code])
        for at, (_, codes) in enumerate(rows)
        for day, code in enumerate(codes.split())
        if code != "."
    ]
    guess = FileCorrection(None, 1, ["A"], 2, len(rows) + 1, Orientation.NAMES_DOWN)
    return Reading(
        sheet, [sheet], people, columns, cells, [], [], guess, [], Grid([], clock.today())
    )


def imported(session, actor, offering, what: Reading) -> RegisterImport:
    """A file that was read."""
    row = RegisterImport(
        organisation_id=actor.organisation_id, offering=offering, user_id=actor.user_id,
        sha256="0" * 64, reading=what.to_json(), choices=Choices().to_json(),
        made=nothing_made(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def read(name: str, *marks: str) -> Reading:
    """What the reader makes of one person's row, a mark a week until last week."""
    days = ";".join(f"{weeks_ago(at + 1):%d-%m-%Y}" for at in range(len(marks)))
    data = f"Naam;{days}\n{name};{';'.join(marks)}\n".encode()
    return read_file(data, today=clock.today())


def weeks_ago(weeks: int) -> date:
    return clock.today() - timedelta(weeks=weeks)
