"""A list of people as a file: its columns and what they mean, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response
from flask_babel import gettext as _

from portal.impact.models import ImpactReport
from portal.impact.rules.figures import method
from portal.recognition.queries.people import PeopleListing
from portal.recognition.rules.people import COLUMNS, ListColumn
from portal.web.documents import csv_response, xlsx_response
from portal.web.i18n import locale_code
from portal.web.words import label

PEOPLE_KINDS = "'csv', 'xlsx'"


def people_response(
    report: ImpactReport, whose: str, listing: PeopleListing, kind: str
) -> Response:
    """The list as a CSV, or as a workbook that says what it is."""
    header = [label(column) for column in ListColumn]
    rows = [[_cell(row, column, listing) for column in ListColumn] for row in listing.rows]
    name = f"{report.number or 'concept'}-people.{kind}"
    if kind == "csv":
        return csv_response(header, rows, name)
    few = report.document["small_count"]
    left = listing.left_out if listing.left_out >= few else _("fewer than %(few)s", few=few)
    about = [
        (_("Report"), report.number or label(report.status)),
        (_("Organisation"), report.document["organisation"]),
        (_("From"), str(report.from_on)),
        (_("Until"), str(report.until_on)),
        (_("For"), whose),
        (_("People in this list"), len(rows)),
        (_("People of the report who have no such number and are not listed"), left),
        *(
            (label(column), _("Not told: beside the report it would tell of a few others."))
            for column in ListColumn
            if column in listing.withheld
        ),
    ]
    columns = [(label(one), _meaning(one), COLUMNS[one].esf) for one in ListColumn]
    return xlsx_response(
        [
            (_("People"), header, rows),
            (_("What the columns mean"), (_("Column"), _("Meaning"), "ESF+"), columns),
            (_("About this list"), (_("What"), _("Value")), about),
        ],
        name,
    )


def _meaning(column: ListColumn) -> str:
    """What it means; the method says so of what it counts."""
    of = COLUMNS[column]
    groups = [one for one in method().groups if one.id in of.groups]
    figures = [one for group in groups for one in group.figures if one.id == column.value]
    texts = [one.definition(locale_code()) for one in figures or groups]
    return _(of.means) if of.means else " ".join(texts)


def _cell(row: Mapping[ListColumn, Any], column: ListColumn, listing: PeopleListing) -> Any:
    if column in listing.withheld:
        return _("not told")
    value = row[column]
    if value is None or value == []:
        return _("unknown")
    if isinstance(value, list):
        return "; ".join(figure.label(locale_code()) for figure in value)
    if isinstance(value, date):
        return value.isoformat()
    return label(value) if column is ListColumn.AT_START else value
