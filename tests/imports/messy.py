"""Registers as small organisations keep them, each messy in its own way, and what they say.

They stand in registers/*.txt. A case begins with `## what it is`; then how it is made: `csv` (with
`tab`, `comma`, `bar` or an encoding), `ods`, `xlsx` (with the areas that are merged), or `text` as
it stands. Then its lines, with `|` between cells: in a workbook `@2026-09-01`, `@09:30`, `@2:00h`,
`#2.5` and `#true` are no text, and `[name]` begins a sheet. After `=>` stand its days, of 2026
unless a year stands before, and for each person a mark for each day: P present, A absent,
E excused, H half, a number of minutes, >10.00 from then on, <11.00 until then, ? not read,
. nothing said. Last, with `!`: addresses that are `unread`, codes that are `asked` (# of numbers),
what it `warns` of, and addresses of totals that are `odd`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tests.imports.files import csv, ods, xlsx

TODAY = date(2026, 11, 23)
_SIGNS = {"tab": "\t", "comma": ",", "bar": "|"}
_LINE_ENDS = {"cr": "\r", "crlf": "\r\n"}


@dataclass(frozen=True)
class Messy:
    what: str
    make: Callable[[], bytes]
    days: str
    says: dict[str, str]
    unread: str = ""
    asked: str = ""
    warns: str = ""
    odd: str = ""


def _case(text: str) -> Messy:
    text = re.sub(r"\\u([0-9a-f]{4})", lambda said: chr(int(said[1], 16)), text.rstrip("\n"))
    what, how, rest = text.split("\n", 2)
    cells, told = re.split(r"(?:^|\n)=> ?", rest)
    days, *lines = told.split("\n")
    besides = dict(line[2:].split(" ", 1) for line in lines if line.startswith("! "))
    says = dict(line.rsplit(": ", 1) for line in lines if not line.startswith("! "))
    return Messy(what, partial(_made, how.split(), cells), days, says, **besides)


def _made(how: list[str], text: str) -> bytes:
    kind, *options = how
    if kind == "text":
        end = next((_LINE_ENDS[each] for each in options if each in _LINE_ENDS), "\n")
        return (text + "\n").replace("\n", end).encode("utf-8-sig" if "bom" in options else "utf-8")
    if kind == "csv":
        sign = next((_SIGNS[each] for each in options if each in _SIGNS), ";")
        encoding = next((each for each in options if each not in _SIGNS), "utf-8")
        return csv(text, sign, encoding)
    if kind == "ods":
        return ods(_rows(text))
    sheets = re.split(r"^\[(.+?)\]( hidden)?\n", text, flags=re.MULTILINE)
    first, parts = sheets[0], list(zip(sheets[1::3], sheets[2::3], sheets[3::3], strict=True))
    name, _, rows = parts[0] if parts else ("Blad1", None, first)
    return xlsx(
        _rows(rows), name=name, merged=options,
        more={name: _rows(rows) for name, _, rows in parts[1:]},
        hidden=[name for name, hidden, _ in parts if hidden],
    )  # fmt: skip


def _rows(text: str) -> list[list[Any]]:
    return [[_value(cell.strip()) for cell in line.split("|")] for line in text.split("\n")]


def _value(cell: str) -> Any:
    if cell[:1] == "@":
        if cell.endswith("h"):
            return timedelta(hours=int(cell[1:].partition(":")[0]))
        return time.fromisoformat(cell[1:]) if ":" in cell else date.fromisoformat(cell[1:])
    if cell[:1] == "#" and cell[1:] in ("true", "false"):
        return cell == "#true"
    if re.fullmatch(r"#[\d.]+", cell):
        return float(cell[1:]) if "." in cell else int(cell[1:])
    return cell or None


ALL = [
    _case(text)
    for path in sorted((Path(__file__).parent / "registers").glob("*.txt"))
    for text in ("\n" + path.read_text(encoding="utf-8")).split("\n## ")[1:]
]
