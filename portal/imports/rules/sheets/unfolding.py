"""A workbook unfolded, run as a process of its own: what a file claims can harm nothing else.

A spreadsheet of a hundred letters can ask for 17 billion cells, or for a long text in each, in as
many ways as XML has. Here the system says how much memory and time it gets, whatever it asks for.
This imports nothing of the portal, so that it starts at once.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

LOCKED, TOO_LARGE = 3, 4  # how it ends; with 1 where it is no workbook
MOST_ROWS = 2_000
MOST_COLUMNS = 500
_MOST_SHEETS = 40
_MOST_MEMORY = 512 * 1024 * 1024
_MOST_UNFOLDED = 60 * 1024 * 1024  # of what it holds, and of what is told of it
_MOST_SECONDS = 10  # of a processor
_READ: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}
_HIDDEN = re.compile(  # columns far away are hidden to make the sheet look small
    rb'<(?:\w+:)?(?:row|col)\b(?![^<>]*\bmin="(?:\d{3,}|[6-9]\d)")[^<>]*\shidden="(?:1|true)"'
    rb'|table:visibility="(?:collapse|filter)"'
)


def main() -> None:
    """Tell the sheets of the workbook that comes in; the exit says why not."""
    for what, most in (
        (resource.RLIMIT_AS, _MOST_MEMORY),
        (resource.RLIMIT_CPU, _MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        told = json.dumps(list(_sheets(sys.stdin.buffer.read())), default=_told).encode()
    except MemoryError:
        sys.exit(TOO_LARGE)
    if len(told) > _MOST_UNFOLDED:
        sys.exit(TOO_LARGE)
    sys.stdout.buffer.write(told)


def _sheets(data: bytes) -> Iterator[tuple[str, list[list[Any]], bool, bool]]:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    hidden = [bool(_HIDDEN.search(part)) for part in _parts(data)]
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for about in book.sheets_metadata[:_MOST_SHEETS]:
            if str(about.typ) != "SheetTypeEnum.WorkSheet":
                continue
            sheet = book.get_sheet_by_name(about.name)
            if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
                sys.exit(TOO_LARGE)
            rows = sheet.to_python(skip_empty_area=False)
            values = [[_value(cell) for cell in row] for row in rows]
            yield about.name, values, about.visible != SheetVisibleEnum.Visible, any(hidden)


def _value(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime) and not cell.time() else cell


def _told(value: date | time | timedelta) -> dict[str, str | float]:
    """What JSON has no words for; `read_told` reads it."""
    if isinstance(value, timedelta):
        return {"timedelta": value.total_seconds()}
    return {type(value).__name__: value.isoformat()}


def read_told(said: dict[str, Any]) -> Any:
    """Read a value that JSON has no words for."""
    [(kind, value)] = said.items()
    return _READ[kind](value)


def _parts(data: bytes) -> Iterator[bytes]:
    left = _MOST_UNFOLDED
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for entry in book.infolist():
            if entry.flag_bits & 1:
                sys.exit(LOCKED)
            with book.open(entry) as file:
                part = file.read(left + 1)
            left -= len(part)
            if left < 0:
                sys.exit(TOO_LARGE)
            if b"manifest:encryption-data" in part:
                sys.exit(LOCKED)
            yield part


if __name__ == "__main__":
    main()
