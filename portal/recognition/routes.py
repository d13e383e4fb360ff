"""Doors of the recognition room: hand in, decide, and read what was recognised."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.core import N_, Permission, RuleBroken, clock, or_not_found, pick
from portal.core.areas import districts
from portal.impact.models import ImpactReport
from portal.impact.pages import changed_since, in_a_sentence, report_view
from portal.impact.queries import document_before, get_own_report
from portal.impact.rules import UNDECIDED, ReportStatus, documents
from portal.organisations.queries import get_counting, list_in_district
from portal.recognition import commands, forms, queries, rules
from portal.recognition.commands import explain as explain_figures, log, look_at, show
from portal.recognition.commands.people import make_list, note_taken
from portal.recognition.pages import FigureLine, Together, as_open_data, by_part, figure_lines
from portal.recognition.pages.files import FILES, KINDS, rows_in
from portal.recognition.pages.people import PEOPLE_KINDS, people_response
from portal.recognition.queries import people, sample
from portal.recognition.queries.different import count_different
from portal.recognition.rules.sample import sizes_of
from portal.recognition.rules.size import MOST_PEOPLE
from portal.web.address import read_words
from portal.web.documents import csv_response, download, json_response
from portal.web.forms import Form
from portal.web.known import keep_to_show, to_show, told_to_nobody
from portal.web.signing import keys
from portal.web.transaction import afterwards
from portal.web.view import ANYONE, Room, _, actor, check_seen, page, see_other, session, settings
from portal.web.words import choices

room = Room("recognition", __name__)
LISTED = [status for status in ReportStatus if status is not ReportStatus.COMPILED]

_DECIDE = {
    "recognise": (commands.recognise, N_("Recognised.")),
    "return": (commands.send_back, N_("Sent back.")),
    "decline": (commands.decline, N_("Declined.")),
}


@room.form("/work/reports/<uuid:report_uuid>/submit", allow=Permission.COMPILE_REPORT)
def submit(report_uuid: uuid.UUID) -> Response:
    """A report's way so far, and handing it in."""
    report = get_own_report(session(), actor(), report_uuid)
    form = forms.SubmitForm()
    form.recogniser_id.choices = [
        (found.id, found.name) for found in queries.list_recognisers(session(), report)
    ]
    if form.is_sent_and_valid():
        check_seen(report)
        commands.submit(session(), actor(), report=report, **form.values())
        return see_other("impact.report", report_uuid=report.uuid, done=_("Handed in."))
    return _own_page(report, form)


@room.button("/work/reports/<uuid:report_uuid>/appeal", allow=Permission.COMPILE_REPORT)
def appeal(report_uuid: uuid.UUID) -> Response:
    """Asking that somebody else looks at what was declined."""
    report = get_own_report(session(), actor(), report_uuid)
    form = forms.AppealForm()
    if form.is_sent_and_valid():
        check_seen(report)
        commands.appeal(session(), actor(), report=report, **form.values())
        done = _("Somebody else looks at it again.")
        return see_other("recognition.submit", report_uuid=report.uuid, done=done)
    return _own_page(report, form)


@room.form("/work/reports/<uuid:report_uuid>/figures", allow=Permission.COMPILE_REPORT)
def explain(report_uuid: uuid.UUID) -> Response:
    """A word at a figure; after handing in an answer, and what was drawn."""
    report = get_own_report(session(), actor(), report_uuid)
    trail = queries.trail_of(session(), report)
    asked = trail.asked if report.status in UNDECIDED else None
    lines = figure_lines(report_view(documents.makers_document(report.document)), trail, ids=asked)
    items = sample.list_items(session(), report)
    names = sample.list_to_show(session(), report)
    form = forms.explain_form({line.id: line.remark for line in lines}, names, actor().name)
    shown: dict[str, Any] = {
        "items": items, "trail": trail, "rows": sample.rows_of(session(), items),
    }  # fmt: skip
    if form.is_sent_and_valid():
        check_seen(report)
        words = form.of_each("words-")
        explain_figures(session(), actor(), report=report, words=words)
        seen = [one for one, is_seen in form.of_each("seen-").items() if is_seen]
        by, on = form["seen_by"].data, form.seen_on.data
        show(session(), actor(), report=report, names=seen, seen_by=by, seen_on=on)
        return see_other("recognition.submit", report_uuid=report.uuid, done=_("Saved."))
    return page("recognition/explain.html", form=form, report=report, lines=lines, **shown)


def _own_page(report: ImpactReport, form: Form) -> Response:
    """A report's page for its makers, with the form of the step that is next."""
    return page(
        "recognition/submit.html",
        form=form,
        report=report,
        again=form if isinstance(form, forms.AppealForm) else forms.AppealForm(formdata=None),
        decisions=queries.list_decisions(session(), report),
        trail=queries.trail_of(session(), report),
        to_show=len(sample.list_to_show(session(), report)),
    )


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
    return _review(queries.get_sent_here(session(), actor(), report_uuid), "review")


@room.form("/operator/reports/<uuid:report_uuid>", allow=Permission.OPERATE)
def review_again(report_uuid: uuid.UUID) -> Response:
    """The same for an appeal that nobody else of the recogniser can look at."""
    return _review(pick(queries.list_left_to_operator(session()), uuid=report_uuid), "review_again")


def _review(report: ImpactReport, here: str) -> Response:
    earlier = queries.find_earlier(session(), report)
    before = (earlier.document, queries.trail_of(session(), earlier)) if earlier else None
    view = report_view(report.document, document_before(session(), report))
    trail, items = queries.trail_of(session(), report), sample.list_items(session(), report)
    lines = figure_lines(view, trail, before)
    form = forms.review_form(
        [line.id for line in lines], {line.id for line in lines if line.is_accepted},
        [item.name for item in items if item.name in trail.shown.keys() - trail.looked],
    )  # fmt: skip
    # Read before anything is written, as a refusal undoes that.
    shown: dict[str, Any] = {
        "decisions": queries.list_decisions(session(), report),
        "items": items,
        "trail": trail,
        "sizes": sizes_of(report.document),
        "earlier": earlier,
        "said_before": queries.list_decisions(session(), earlier) if earlier else (),
        "changed": changed_since(earlier.document, report.document) if earlier else (),
        "is_party": queries.is_party_to(session(), actor().user_id, report),
    }
    if form.is_sent_and_valid():
        check_seen(report)
        done = _decide(report, form, lines)
        return see_other(f"recognition.{here}", report_uuid=report.uuid, done=done)
    return page(
        "recognition/review.html", form=form, report=report, here=here, parts=by_part(lines),
        view=view, **shown,
    )  # fmt: skip


def _decide(report: ImpactReport, form: forms.ReviewForm, lines: Sequence[FigureLine]) -> str:
    """Keep what was said of figures, then do what the button says; give the line to show."""
    pressed = request.form.get("decision", "")
    if pressed not in {*_DECIDE, "save", "accept"}:
        raise RuleBroken("", N_("Use one of the buttons."))
    signing = keys() if pressed == "recognise" else None  # before anything is written
    ticked = [one for one, is_right in form.of_each("right-").items() if is_right]
    accepted = [line.id for line in lines if not line.talk] if pressed == "accept" else ticked
    questions = form.of_each("ask-")
    seen = [one for one, is_seen in form.of_each("seen-").items() if is_seen]
    look_at(session(), actor(), report=report, accepted=accepted, questions=questions, seen=seen)
    if pressed not in _DECIDE:
        return _("Saved.")
    decide, done = _DECIDE[pressed]
    decide(session(), actor(), report=report, remark=form.remark.data or "")
    if signing:
        log.write(session(), signing, settings().base_url)
    return _(done)


@room.form("/work/reports/<uuid:report_uuid>/people", allow=Permission.REFER)
def list_people(report_uuid: uuid.UUID) -> Response:
    """Making a list of a report's people, under their referrers' numbers."""
    report = people.get_report(session(), actor(), report_uuid)
    whose, form = people.list_for_whom(session(), actor(), report), forms.PeopleListForm()
    form.for_id.choices = [(id_, one.name) for id_, one in whose.items()]
    name = f"{actor().user_id}/{report.uuid}"  # whoever made it sees it here for a while
    if form.is_sent_and_valid():
        keep_to_show("people", make_list(session(), actor(), report=report, **form.values()), name)
        return see_other("recognition.list_people", report_uuid=report.uuid, done=_("Made."))
    token = to_show("people", name)
    return told_to_nobody(page("recognition/people.html", form=form, report=report, token=token))


@room.door(
    f"/work/reports/<uuid:report_uuid>/people/<token>.<any({PEOPLE_KINDS}):kind>",
    allow=Permission.REFER,
)
def people_file(report_uuid: uuid.UUID, token: str, kind: str) -> Response:
    """The list, for who made it and within the hour; each time is written down."""
    who = actor()
    report = people.get_report(session(), who, report_uuid)
    whose = people.list_for_whom(session(), who, report)
    for_id = or_not_found(people.find_for_whom(session(), who, report, whose, token), "link")
    listing = people.list_people(session(), report, for_id)
    afterwards(lambda later: note_taken(later, who, report, for_id, listing.referrals))
    return told_to_nobody(people_response(report, whose[for_id].name, listing, kind))


@room.door("/reports", allow=ANYONE)
def public_reports() -> Response:
    """What was recognised about a year, of all organisations together and of each.

    `of` a cooperative: of it and of its members; `area`: of a part of the city.
    """
    of = _of_a_year()
    said = [(report, in_a_sentence(report.document)) for report in of.reports]
    return page("recognition/reports.html", of=of, said=said, small_until=MOST_PEOPLE)


@room.door("/reports.json", allow=ANYONE)
def public_reports_json() -> Response:
    """The sums of a year, how they are counted, and of which reports."""
    of = _of_a_year()
    return json_response(as_open_data(of), f"reports-{of.year}.json")


@room.door("/reports.csv", allow=ANYONE)
def public_reports_csv() -> Response:
    """The figures of all of them as one table, for who adds up otherwise."""
    of = _of_a_year()
    rows = [
        (report.number, report.document["organisation"], report.from_on, report.until_on, *row)
        for report in of.reports
        for row in rows_in(report.document)
    ]
    header = ["number", "organisation", "from", "until", *documents.COLUMNS]
    return csv_response(header, rows, f"reports-{of.year}.csv")


def _of_a_year() -> Together:
    """The year asked for, else the newest: its reports, of all or of some."""
    slug, years = request.args.get("of"), queries.list_years(session())
    area = request.args.get("area", "")
    area = area if area in districts() else ""  # what names nothing is not asked
    year = request.args.get("year", years[0] if years else clock.today().year, type=int)
    cooperative, ids = get_counting(session(), slug) if slug else (None, None)
    if area and not cooperative:
        ids = list_in_district(session(), area)
    reports, before = (queries.list_of_year(session(), one, ids) for one in (year, year - 1))
    offered = queries.count_offered(session(), {report.organisation_id for report in reports})
    different = None if cooperative or area else count_different(session(), year)
    return Together(years, year, cooperative, reports, before, offered, area, different)


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


# No longer than a number is: `.table-schema.json` ends in another kind.
@room.door(f"/reports/<string(maxlength=16):number>.<any({KINDS}):kind>", allow=ANYONE)
def public_file(number: str, kind: str) -> Response:
    """A recognised report as a file: its document, its table, its paper."""
    report = queries.get_public(session(), number)
    signed = queries.public_of(session(), report)
    return FILES[kind](report, signed, document_before(session(), report))
