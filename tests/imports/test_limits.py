"""What is no register, or too much of one, is refused with words that help."""

import contextlib
import sys
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings, strategies as st

from portal.core.errors import RuleBroken
from portal.imports.rules.sheets.reading import read_file
from tests.imports.files import csv, ods, xlsx, zipped
from tests.imports.messy import TODAY

_ROWS = b"<worksheet><sheetData>%s</sheetData></worksheet>"
_FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row><c %s><v>1</v></c></row>'
_SHEET = b'<worksheet><sheetData><row r="1"><c r="%s"><v>1</v></c></row></sheetData></worksheet>'


def with_sheet(part: bytes, texts: bytes = b"<sst/>") -> bytes:
    """A workbook of which the only sheet is this, and these are the texts that its cells share."""
    parts: dict[str, str | bytes] = {}
    with zipfile.ZipFile(BytesIO(xlsx("a|b"))) as book:
        for entry in book.infolist():
            parts[entry.filename] = book.read(entry)
    parts |= {"xl/worksheets/sheet1.xml": part, "xl/sharedStrings.xml": texts}
    return zipped(parts)


# What is very large is made by its own test, not by each process that collects.
REFUSED: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "nothing": (b"", "empty"),
    "only blanks": (b" \r\n\t\r\n", "empty"),
    "an empty workbook": (xlsx([]), "empty"),
    "larger than 5 MB": (b"x;" * 3_000_000, "larger"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), "not a spreadsheet"),
    "a PDF": (b"%PDF-1.7\n" + b"a" * 100, "not a spreadsheet"),
    "a web page": (b"<html><table><tr><td>x</td></tr></table></html>", "not a spreadsheet"),
    "another archive": (zipped({"photo.jpg": b"x"}), "not a spreadsheet"),
    "a torn workbook": (xlsx("Naam|1-9-2026")[:900], "not a spreadsheet"),
    "the old kind": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old kind"),
    "a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "password",
    ),
    "2,001 rows": (csv("\n".join(["a|b"] * 2_001)), "too large"),
    "501 columns": (csv("|".join(["a"] * 501)), "too large"),
    "a cell in the last corner": (with_sheet(_SHEET % b"XFD1048576"), "too large"),
    "a cell in the last row": (with_sheet(_SHEET % b"A1048576"), "too large"),
    "a far cell, with spaces": (with_sheet(_ROWS % (_FAR % b'r = "XFD1048576"')), "too large"),
    "a far cell, after a sign": (with_sheet(_ROWS % (_FAR % b'a=">" r="XFD99999"')), "too large"),
    "a far row, where no cell says so": (
        with_sheet(_ROWS % b'<row r = "1048576"><c><v>1</v></c></row>'),
        "too large",
    ),
    "very many rows that never end": (with_sheet(_ROWS % (b"<row " * 200_000)), "not a spread"),
    "words that stand for others": (
        with_sheet(
            b'<!DOCTYPE a [<!ENTITY b "c">]>' + _ROWS % b'<row><c t="str"><v>&b;</v></c></row>'
        ),
        "not a spread",
    ),
    "more cells than can be looked through": (csv("\n".join(["x|" * 400] * 260)), "are filled"),
    "a bomb": (lambda: with_sheet(b"<worksheet>" + b" " * 70_000_000), "too large"),
    "a text in very many cells": (
        lambda: with_sheet(
            _ROWS % (b"<row>%s</row>" % (b'<c t="s"><v>0</v></c>' * 400) * 1_900),
            b"<sst><si><t>%s</t></si></sst>" % (b"a" * 1_000_000),
        ),
        "too large",
    ),
    "an .ods that repeats a cell": (
        ods(
            "Naam|x",
            cells='<table:table-row><table:table-cell office:value-type="float" office:value="1" '
            'table:number-columns-repeated="16384"/></table:table-row>',
        ),
        "too large",
    ),
    "an .ods that repeats a row": (
        ods(
            "Naam|x",
            cells='<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'office:value-type="float" office:value="1"/></table:table-row>',
        ),
        "too large",
    ),
    "an .ods that repeats a covered cell": (
        ods(
            "Naam|x",
            cells='<table:table-row table:number-rows-repeated = "1048576"><table:'
            'covered-table-cell table:number-columns-repeated = "16384"><text:p>x</text:p>'
            "</table:covered-table-cell></table:table-row>",
        ),
        "no dates",
    ),
    "an .ods with very many rows that never end": (
        ods("Naam|x", cells='<table:table-row table:number-rows-repeated="2">' * 60_000),
        "not a spreadsheet",
    ),
    "an .ods with a password": (
        zipped({"META-INF/manifest.xml": "<manifest:encryption-data/>", "content.xml": "?"}),
        "password",
    ),
    "no dates": (csv("Naam|Straat\nFatma|Dorpsweg 3\nAli|Markt 1"), "no dates"),
    "no names": (csv("1-9-2026|8-9-2026\nx|x\nx|-"), "no names"),
    "hours of whole months": (csv("Naam|jan|feb|mrt\nFatma|12|8|6\nAli|3|4|5"), "no dates"),
    "one person, called as the sheet": (
        xlsx("Datum|Aanwezig\n3-11-2026|x\n10-11-2026|-", name="Fatma Yilmaz"),
        "no names",
    ),
    "one mark, and no word for names": (csv("|1-9-2026\nFatma|x"), "no names"),
    "a blank list that is called as one that was filled": (
        csv("Presentie dinsdag 3 november 2026|\nNaam|Paraaf\nFatma|\nAli|"),
        "no dates",
    ),
    "an empty column for who came": (
        csv("Presentie 3 november 2026|\nNaam|Aanwezig\nFatma|\nAli|"),
        "no dates",
    ),
    "a list without a mark": (csv("Datum|1-9-2026|1-9-2026\nAn||\nx|x|"), "no dates"),
    "who wait": (csv("Wachtlijst per 3 november 2026\nFatma\nAli"), "no dates"),
    "who is to guide": (csv("Datum|Begeleider\n3-11-2026|Ria, Piet\n10-11-2026|Ria"), "no dates"),
    "who was called": (csv("Datum|Gebeld met\n3-11-2026|Ria, Piet\n10-11-2026|Ria"), "no dates"),
    "a plan": (csv("Planning|\n3-11-2026|10-11-2026\nFatma|Ali\nAli|Bo"), "no names"),
    "a day of each to begin": (csv("Naam|Begint\nFatma|3-11-2026\nAli|3-11-2026"), "no dates"),
    "no marks": (csv("Naam|1-9-2026|8-9-2026\nFatma||\nAli||"), "no dates"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_is_refused_with_words_that_help(what):
    data, words = REFUSED[what]
    with pytest.raises(RuleBroken, match=words):
        read_file(data() if callable(data) else data, today=TODAY)


def test_an_ods_may_end_with_very_many_empty_rows():
    """As every spreadsheet program writes it."""
    data = ods(
        [["Naam", date(2026, 9, 1)], ["Fatma", "x"]],
        cells='<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>',
    )
    assert len(read_file(data, today=TODAY).cells) == 1


def tried(data: bytes) -> None:
    with contextlib.suppress(RuleBroken):
        read_file(data, today=TODAY)


@pytest.mark.slow
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"Naam;1-9-2026\n"])
)
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(data, before):
    tried(before + data)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=25, deadline=None)
def test_a_workbook_with_broken_bytes_is_read_or_refused(data):
    whole = bytearray(_BOOK)
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    tried(bytes(whole))


_BOOK = xlsx("Naam|1-9-2026\nFatma|x")


def test_a_name_holds_nothing_that_nobody_types():
    read = read_file(csv("Naam|1-9-2026\nA\x01l\u202ei\x1b|x"), today=TODAY)
    assert [person.name for person in read.people] == ["Ali"]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "cells", "most"), [("grid", 40_000, 200), ("list", 600, 450)])
def test_a_cell_costs_so_many_calls_and_an_empty_place_none(kind: str, cells: int, most: int):
    """Counted in calls, as no test looks at the clock."""
    assert _calls(_sheet_of(kind, 200)) < cells * most


def _sheet_of(kind: str, size: int) -> bytes:
    people = [f"Naam {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(size)]
    days = [f"{date(2026, 1, 1) + timedelta(days=n):%d-%m-%Y}" for n in range(size)]
    if kind == "list":
        rows = [["Datum", "Naam", "Status"]]
        rows += [[day, name, "x"] for day, name in zip(days, people, strict=True)]
    else:
        rows = [["Naam", *days], *([name, *"xzx-" * (size // 4)] for name in people)]
    return "\n".join(";".join(row) for row in rows).encode()


def _calls(data: bytes) -> int:
    calls = 0

    def count(_frame: object, event: str, _about: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read_file(data, today=TODAY)
    finally:
        sys.setprofile(None)
    return calls
