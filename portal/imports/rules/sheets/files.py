"""A file as lines of cells, whatever wrote it, with limits on what it may unfold to."""

import csv
import io
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.core.canonical import parsed
from portal.core.errors import N_, RuleBroken
from portal.imports.rules.sheets import unfolding
from portal.imports.rules.sheets.unfolding import MOST_COLUMNS, MOST_ROWS

Value = str | int | float | bool | date | datetime | time | timedelta | None
MOST_BYTES = 5 * 1024 * 1024
MOST_CELLS = 100_000  # that hold something, in all sheets together
_SEPARATORS = ";\t|,"
# What no name or word here holds: a letter of these says that a file was read by another's table.
_NOT_OURS = re.compile(
    "[^\x00-\x7f\u0600-\u06ff€‚„…‘’“”–—•½¼¾°²·«»\xa0àáâäåæçèéêëìíîïñòóôöøùúûüÿßœšž"
    "ÀÁÂÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØÙÚÛÜŸŒŠŽąćęłńśźżĄĆĘŁŃŚŹŻğışĞİŞ]"
)
_NO_TEXT = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8")
_MARKUP = (b"<html", b"<!doc", b"<?xml")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_EMPTY = N_("This file is empty.")
_LOCKED = N_("This file has a password. Save it without a password, and choose it again.")
_OLD = N_("This is a spreadsheet of the old kind. Save it as .xlsx, .ods or .csv first.")
_NOT_ONE = N_("This is not a spreadsheet. Choose an .xlsx, .ods or .csv file.")
_TOO_LARGE = N_("This spreadsheet is too large: at most {rows} rows and {columns} columns.")
_TOO_FULL = N_(
    "More than {most} cells are filled. Make a file for each year or group, one at a time."
)


@dataclass(frozen=True)
class RawSheet:
    """Lines of equal length with their text, only while a file is read."""

    name: str
    rows: list[list[Value]]
    is_hidden: bool = False
    has_hidden_cells: bool = False


def open_file(data: bytes) -> list[RawSheet]:
    """The sheets of a file; `RuleBroken` where it is none or too large."""
    if len(data) > MOST_BYTES:
        raise RuleBroken("file", N_("This file is larger than {most} MB."), most=MOST_BYTES >> 20)
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise _refused(_EMPTY)
    if data.startswith(_OLD_OFFICE):
        raise _refused(_LOCKED if _ENCRYPTED in data else _OLD)
    is_book = data.startswith(b"PK")
    parts = _workbook(data) if is_book else [("", _separated(_text(data)))]
    sheets = [RawSheet(name, _squared(rows), *hidden) for name, rows, *hidden in parts]
    if not any(sheet.rows for sheet in sheets):
        raise _refused(_EMPTY)
    if sum(cell is not None for sheet in sheets for row in sheet.rows for cell in row) > MOST_CELLS:
        raise _refused(_TOO_FULL)
    return sheets


def _refused(words: str) -> RuleBroken:
    most = f"{MOST_CELLS:_}".replace("_", ".")
    return RuleBroken("file", words, rows=MOST_ROWS, columns=MOST_COLUMNS, most=most)


def _workbook(data: bytes) -> Any:
    done = subprocess.run(
        [sys.executable, "-I", unfolding.__file__], input=data, capture_output=True, check=False
    )
    if done.returncode:  # below 0 the system ended it
        raise _refused({1: _NOT_ONE, unfolding.LOCKED: _LOCKED}.get(done.returncode, _TOO_LARGE))
    return parsed(done.stdout, object_hook=unfolding.read_told)


# Text


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        pages = ["utf-16"]
    elif data.count(b"\0") > len(data) // 4:
        pages = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    elif b"\0" in data or data.startswith(_NO_TEXT) or data.lstrip()[:5].lower() in _MARKUP:
        raise _refused(_NOT_ONE)
    else:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:  # as Excel writes it in the west, Poland, Turkey and the east
            pages = ["cp1252", "cp1250", "cp1254", "cp1256"]
    texts = (data.decode(page, errors="replace").removeprefix("\ufeff") for page in pages)
    text = min(texts, key=lambda text: len(_NOT_OURS.findall(text)))
    odd = sum(not (letter.isprintable() or letter in "\r\n\t") for letter in text[:4000])
    if odd * 10 > len(text[:4000]):
        raise _refused(_NOT_ONE)
    return text


def _separated(text: str) -> list[list[Value]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    said = re.match(r'"?sep=(.)"? *\n', text)  # as Excel writes it
    separator, text = (said[1], text[said.end() :]) if said else (_separator(text), text)
    rows: list[list[Value]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) >= MOST_ROWS or len(row) > MOST_COLUMNS:
                raise _refused(_TOO_LARGE)
            rows.append([cell.strip() or None for cell in row])
    except csv.Error as error:
        raise _refused(_NOT_ONE) from error
    return rows


def _separator(text: str) -> str:
    """The sign that cuts most lines in the same number of pieces."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:200] if line.strip()]

    def evenness(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        usual = max(set(counts), key=lambda each: (each > 0, counts.count(each)), default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_SEPARATORS, key=evenness)


def _squared(rows: list[list[Value]]) -> list[list[Value]]:
    """Lines of one length, without the empty ones at the end."""
    rows = [[None if cell == "" else cell for cell in row] for row in rows]
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    width = max(
        (at + 1 for row in rows for at, cell in enumerate(row) if cell is not None), default=0
    )
    return [[*row[:width], *[None] * (width - len(row))] for row in rows]
