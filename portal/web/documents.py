"""Machine formats and documents: CSV, XLSX, PDF, iCalendar and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import typst
import xlsxwriter
from flask import Response, current_app

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]  # title, header, rows

# Outside the scripts and signs that the fonts inside typst know; then outside plain Latin.
_RARE = re.compile(r"[^\u0000-\u04ff\u0600-\u06ff\u1e00-\u1eff\u2010-\u2027\u20ac]")
_NOT_LATIN = re.compile(r"[^\u0000-\u00ff]")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def defused(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made into plain text."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return value


def download(
    body: bytes | str, content_type: str, filename: str, *, inline: bool = False
) -> Response:
    """A file as an answer; `filename` is plain ASCII."""
    response = Response(body)
    response.headers["Content-Type"] = content_type  # as given: Flask would double a charset
    how = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{filename}"'
    return response


def csv_response(header: Sequence[str], rows: Iterable[Sequence[Any]], filename: str) -> Response:
    """UTF-8 with commas and CRLF (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return download(out.getvalue().encode(), "text/csv; charset=utf-8", filename)


def json_response(value: Any, filename: str) -> Response:
    """UTF-8, readable."""
    body = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return download(body.encode(), "application/json", filename, inline=True)


def xlsx_response(sheets: Sequence[Sheet], filename: str) -> Response:
    """A workbook; texts are never formulas or links."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        for title, header, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            sheet.write_row(0, 0, header, bold)
            for index, row in enumerate(rows, start=1):
                sheet.write_row(index, 0, [defused(cell) for cell in row])
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return download(out.getvalue(), kind, filename)


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """A PDF/A-3a that is PDF/UA-1 too, from `templates/pdf/<template>.typ`.

    The values travel as JSON (`json(bytes(sys.inputs.data))`), so no text can become markup.
    The standards refuse a letter that no font here can show, such as an emoji in a title: such
    letters are left out, because a sheet without them is better than none.
    """
    folder = Path(str(current_app.template_folder)) / "pdf"
    values = json.dumps(data, ensure_ascii=False)
    for unknown in (None, _RARE, _NOT_LATIN):
        try:
            return typst.compile(
                str(folder / f"{template}.typ"),
                root=str(folder),
                font_paths=[str(folder / "fonts")],
                sys_inputs={"data": unknown.sub("", values) if unknown else values},
                pdf_standards=["a-3a", "ua-1"],
            )
        except typst.TypstError as error:
            if unknown is _NOT_LATIN or "could not be displayed" not in str(error):
                raise
    raise AssertionError("the last try ends the loop")


def pdf_response(template: str, data: dict[str, Any], filename: str) -> Response:
    """A PDF as an answer."""
    return download(pdf(template, data), "application/pdf", filename, inline=True)


def ics_response(calendar: bytes, filename: str) -> Response:
    """An iCalendar file (RFC 5545)."""
    return download(calendar, "text/calendar; charset=utf-8", filename)
