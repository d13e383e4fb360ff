"""Doors of the recognition room: hand in, decide, and read what was recognised."""

import uuid
from collections.abc import Sequence

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import N_, Permission, RuleBroken, clock
from portal.core.canonical import readable
from portal.impact.models import ImpactReport
from portal.impact.pages import changed_since, paper_response, report_view, report_workbook
from portal.impact.queries import document_before, get_own_report
from portal.impact.rules import ReportStatus, documents
from portal.recognition import commands, forms, pages, queries, rules
from portal.recognition.commands import log
from portal.recognition.pages.cids import as_linked_data
from portal.web.documents import csv_response, download, json_response, xlsx_response
from portal.web.forms import read_words
from portal.web.signing import keys
from portal.web.versions import check_seen
from portal.web.view import ANYONE, Room, actor, page, see_other, session, settings
from portal.web.words import choices

room = Room("recognition", __name__)
LISTED = [status for status in ReportStatus if status is not ReportStatus.COMPILED]

_DECIDE = {"recognise": commands.recognise, "return": commands.send_back}


@room.form("/work/reports/<uuid:report_uuid>/submit", allow=Permission.COMPILE_REPORT)
def submit(report_uuid: uuid.UUID) -> Response:
    """A report's way so far, and handing it in."""
    report = get_own_report(session(), actor(), report_uuid)
    form = forms.SubmitForm()
    form.recogniser_id.choices = [
        (found.id, found.name) for found in queries.list_recognisers(session(), actor())
    ]
    if form.is_sent_and_valid():
        with form.catching():
            check_seen(report)
            commands.submit(session(), actor(), report=report, **form.values())
            return see_other("impact.report", report_uuid=report.uuid, done=_("Handed in."))
    decisions = queries.list_decisions(session(), report)
    return page("recognition/submit.html", form=form, report=report, decisions=decisions)


@room.button("/work/reports/<uuid:report_uuid>/withdraw", allow=Permission.COMPILE_REPORT)
def withdraw(report_uuid: uuid.UUID) -> Response:
    """Taking back what was handed in."""
    report = get_own_report(session(), actor(), report_uuid)
    check_seen(report)
    commands.withdraw(session(), actor(), report=report)
    done = _("Taken back. You can hand it in again.")
    return see_other("recognition.submit", report_uuid=report.uuid, done=done)


@room.door("/recognition", allow=Permission.RECOGNISE)
def inbox() -> Response:
    """Reports handed in with this organisation, searched, filtered and sorted."""
    words = read_words(request.args.get("q"))
    status, sort = request.args.get("status", ""), request.args.get("sort", "")
    reports = queries.list_sent_here(
        session(),
        actor(),
        words=words,
        status=ReportStatus(status) if status in LISTED else None,
        sort=rules.Sort(sort) if sort in set(rules.Sort) else rules.Sort.WAITING,
    )
    return page(
        "recognition/inbox.html",
        reports=reports, words=words, chosen=status, sort=sort,
        statuses=choices(ReportStatus)[1:], sorts=choices(rules.Sort),
    )  # fmt: skip


@room.form("/recognition/<uuid:report_uuid>", allow=Permission.RECOGNISE)
def review(report_uuid: uuid.UUID) -> Response:
    """A report's figures, never its people, and the decision on it."""
    report = queries.get_sent_here(session(), actor(), report_uuid)
    form = forms.RecogniseForm()
    earlier = queries.find_earlier(session(), actor(), report)
    if form.is_sent_and_valid():
        decision = request.form.get("decision")
        done = _("Recognised.") if decision == "recognise" else _("Sent back.")
        with form.catching():
            check_seen(report)
            if decision not in _DECIDE:
                raise RuleBroken("", N_("Choose one of the two: recognise it, or send it back."))
            is_recognised = decision == "recognise"
            signing = keys() if is_recognised else None  # before anything is written
            _DECIDE[decision](session(), actor(), report=report, remark=form.remark.data or "")
            if signing:
                log.write(session(), signing, settings().base_url)
            return see_other("recognition.review", report_uuid=report.uuid, done=done)
    return page(
        "recognition/review.html",
        form=form,
        report=report,
        view=report_view(report.document, document_before(session(), report)),
        decisions=queries.list_decisions(session(), report),
        earlier=earlier,
        said_before=queries.list_decisions(session(), earlier) if earlier else (),
        changed=changed_since(earlier.document, report.document) if earlier else (),
        is_party=queries.is_party_to(session(), actor().user_id, report),
    )


@room.door("/reports", allow=ANYONE)
def public_reports() -> Response:
    """What was recognised about a year, of all organisations together and of each."""
    years, year, reports = _of_a_year()
    found = [documents.public_document(report.document) for report in reports]
    return page(
        "recognition/reports.html",
        years=years,
        year=year,
        reports=reports,
        views=[report_view(document) for document in found],
        totals=pages.totals_of(found),
        put_in=pages.put_in(found),
    )


@room.door("/reports.csv", allow=ANYONE)
def public_reports_csv() -> Response:
    """The figures of all of them as one table, for who adds up otherwise."""
    _, year, reports = _of_a_year()
    rows = [
        (report.number, report.document["organisation"], report.from_on, report.until_on, *row)
        for report in reports
        for row in _rows(report.document)
    ]
    header = ["number", "organisation", "from", "until", *documents.COLUMNS]
    return csv_response(header, rows, f"reports-{year}.csv")


def _of_a_year() -> tuple[Sequence[int], int, Sequence[ImpactReport]]:
    """The years that there are, the one asked for (else the newest), and its reports."""
    years = queries.list_years(session())
    year = request.args.get("year", years[0] if years else clock.today().year, type=int)
    return years, year, queries.list_of_year(session(), year)


def _rows(document: documents.Document) -> list[list[str]]:
    return [
        [str(cell).lower() if isinstance(cell, bool) else cell for cell in row]
        for row in documents.rows_of(documents.public_document(document))
    ]


@room.door("/reports/log.jsonl", allow=ANYONE)
def public_log() -> Response:
    """What was recognised and replaced, each line chained to the one before it and signed."""
    lines = "".join(f"{line}\n" for line in queries.list_lines(session()))
    return download(lines, "application/jsonl", "log.jsonl", inline=True)


@room.door("/reports/<number>", allow=ANYONE)
def public_report(number: str) -> Response:
    """A recognised report, for everybody."""
    report = queries.get_public(session(), number)
    is_replaced = report.status is ReportStatus.REPLACED
    return page(
        "recognition/public_report.html",
        report=report,
        signed_on=queries.signed_on(session(), report),
        view=report_view(report.document, document_before(session(), report)),
        successor=queries.find_successor(session(), report) if is_replaced else None,
    )


@room.door("/reports/<number>.json", allow=ANYONE)
def public_json(number: str) -> Response:
    """The document itself."""
    return json_response(
        queries.public_of(session(), queries.get_public(session(), number)), f"{number}.json"
    )


@room.door("/reports/<number>.jsonld", allow=ANYONE)
def public_jsonld(number: str) -> Response:
    """Its figures in the Common Impact Data Standard."""
    address = f"{settings().base_url}{url_for('recognition.public_report', number=number)}"
    body = readable(as_linked_data(_document(number), address))
    return download(body, "application/ld+json", f"{number}.jsonld", inline=True)


@room.door("/reports/<number>.csv", allow=ANYONE)
def public_csv(number: str) -> Response:
    """Its figures as one table."""
    return csv_response(list(documents.COLUMNS), _rows(_document(number)), f"{number}.csv")


@room.door("/reports/<number>.table-schema.json", allow=ANYONE)
def public_table_schema(number: str) -> Response:
    """What the columns of the CSV mean."""
    return json_response(documents.table_schema(_document(number)), f"{number}.table-schema.json")


@room.door("/reports/<number>.xlsx", allow=ANYONE)
def public_xlsx(number: str) -> Response:
    """Its figures and its facts as a workbook."""
    return xlsx_response(report_workbook(_document(number)), f"{number}.xlsx")


@room.door("/reports/<number>.pdf", allow=ANYONE)
def public_pdf(number: str) -> Response:
    """The report on paper, with the JSON attached."""
    report = queries.get_public(session(), number)
    document = queries.public_of(session(), report)
    return paper_response(report, document_before(session(), report), document)


def _document(number: str) -> documents.Document:
    """What everybody may have of a recognised report."""
    return documents.public_document(queries.get_public(session(), number).document)
