"""What a reader makes of a spreadsheet, for tests of what comes after it."""

from collections.abc import Sequence
from datetime import date, timedelta

from portal.attendance.rules import AttendanceStatus
from portal.core import clock
from portal.imports.commands.applying import nothing_made
from portal.imports.models import RegisterImport
from portal.imports.rules.plans import Choices
from portal.imports.rules.sheets.reading import Reading, read_file
from portal.imports.rules.sheets.shapes import (
    CodeMeaning,
    FileCorrection,
    FileDay,
    FileMark,
    Grid,
    Head,
    KeptLine,
    KeptSheet,
    Orientation,
    letters,
)

PRESENT, EXCUSED, ABSENT = AttendanceStatus
X = FileMark(CodeMeaning.PRESENT)
TOKENS = {"x": "x:x", "z": "m:excused", "a": "m:absent", "h": "m:half"}
TOKENS |= {
    "1u": "min:60",
    "2.5u": "min:150",
    "4u": "min:240",
    ">10": "from:1000",
    "<9": "until:0900",
}


def reading(
    days: Sequence[date | FileDay], rows: list[tuple[str, str]], sheet: str = "1"
) -> Reading:
    """Rows of a name and its codes, apart by spaces; "." is an empty cell."""
    said = [day if isinstance(day, FileDay) else FileDay("", day) for day in days]
    heads = [
        Head(one.day.year, one.day.month, one.day.day, None, None, one.starts, one.ends, one.part,
             column=at)
        for at, one in enumerate(said, start=1)
    ]  # fmt: skip
    lines = [
        KeptLine(
            at,
            name,
            {
                day: (TOKENS[code], f"{letters(day)}{at + 1}")
                for day, code in enumerate(codes.split(), start=1)
                if code != "."
            },
        )
        for at, (name, codes) in enumerate(rows, start=1)
    ]
    table = KeptSheet(sheet, Orientation.NAMES_DOWN, 0, ["A"], heads, lines, [])
    return Reading(Grid([table], clock.today()), FileCorrection())


def imported(session, actor, offering, what: Reading) -> RegisterImport:
    """A file that was read."""
    row = RegisterImport(
        organisation_id=actor.organisation_id, offering=offering, user_id=actor.user_id,
        sha256="0" * 64, reading={"grid": what.grid.to_json()}, choices=Choices().to_json(),
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
