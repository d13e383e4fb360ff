"""Machine formats and documents: CSV, XLSX, PDF, iCalendar and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from flask import Response, current_app

from portal.core import clock
from portal.core.canonical import readable
from portal.web.i18n import locale_code
from portal.web.typesetting import set_apart, set_in_type

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]  # title, header, rows

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
    return download(readable(value).encode(), "application/json", filename, inline=True)


def xlsx_response(sheets: Sequence[Sheet], filename: str) -> Response:
    """A workbook; texts are never formulas or links."""
    import xlsxwriter

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


def pdf(template: str, data: dict[str, Any], *, apart: bool = False) -> bytes:
    """A PDF/A-3a that is PDF/UA-1 too, from `templates/pdf/<template>.typ`.

    Made today and in the language of the page, where `data` says no other. The values travel as
    JSON (`json(bytes(sys.inputs.data))`), so no text can become markup. `apart` draws it in a
    process of its own: it takes 90 MB, which a process that goes on would keep.
    """
    today = clock.today()
    made = {"day": [today.year, today.month, today.day], "language": locale_code()}
    folder = Path(str(current_app.template_folder)) / "pdf"
    values = json.dumps({**made, **data}, ensure_ascii=False)
    return (set_apart if apart else set_in_type)(folder, template, values)


def pdf_response(template: str, data: dict[str, Any], filename: str) -> Response:
    """A PDF as an answer."""
    return download(pdf(template, data), "application/pdf", filename, inline=True)
