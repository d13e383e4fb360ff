"""Spreadsheets made in code: .xlsx by openpyxl, a small .ods by hand, and text."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

Rows = Sequence[Sequence[Any]]


def table(text: str) -> list[list[str | None]]:
    """Lines of cells, with | between them."""
    lines = text.strip("\n").split("\n")
    return [[cell.strip() or None for cell in line.strip().split("|")] for line in lines]


def csv(text: str, separator: str = ";", encoding: str = "utf-8", line: str = "\r\n") -> bytes:
    rows = [[cell or "" for cell in row] for row in table(text)]
    return line.join(separator.join(row) for row in rows).encode(encoding)


def xlsx(
    rows: Rows | str,
    *,
    name: str = "Blad1",
    merged: Sequence[str] = (),
    more: dict[str, Rows | str] | None = None,
    hidden: Sequence[str] = (),
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    _fill(sheet, rows)
    for area in merged:
        sheet.merge_cells(area)
    for title, others in (more or {}).items():
        _fill(book.create_sheet(title), others)
    for title in hidden:
        book[title].sheet_state = "hidden"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _fill(sheet: Any, rows: Rows | str) -> None:
    for at, row in enumerate(table(rows) if isinstance(rows, str) else rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                sheet.cell(at, column, value)


_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def ods(rows: Rows | str, *, name: str = "Blad1", cells: str = "") -> bytes:
    lines = table(rows) if isinstance(rows, str) else rows
    body = "".join(f"<table:table-row>{''.join(map(_ods, row))}</table:table-row>" for row in lines)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} '
        'office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="{escape(name)}">{body}{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def zipped(parts: dict[str, str | bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, part in parts.items():
            archive.writestr(path, part)
    return kept.getvalue()


def _ods(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, timedelta | time):
        seconds = value.seconds if isinstance(value, timedelta) else value.hour * 3600
        said = f'"time" office:time-value="PT{seconds // 3600}H{seconds % 3600 // 60}M00S"'
    elif isinstance(value, date | datetime):
        said = f'"date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        said = f'"float" office:value="{value}"'
    else:
        said = '"string"'
    return (
        f"<table:table-cell office:value-type={said}><text:p>{escape(str(value))}</text:p>"
        "</table:table-cell>"
    )
