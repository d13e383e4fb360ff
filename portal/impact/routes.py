"""Doors of the impact room: money by month, reports of one or of several, and the method."""

import uuid
from datetime import date, timedelta

from flask import request
from werkzeug.wrappers import Response

from portal.core import N_, NotFound, Permission, RuleBroken, clock, pick
from portal.core.areas import districts
from portal.impact import commands, forms, pages, queries, rules
from portal.impact.commands import pictures, sheets, together as joint, words
from portal.impact.models import ImpactReport, MoneySheet
from portal.impact.queries import sheets as kept, together as several, words as hers
from portal.impact.queries.held import minutes_held
from portal.impact.rules import WordsAnswer
from portal.impact.rules.documents import makers_document
from portal.impact.rules.figures import days_by_month, method as method_in_force
from portal.impact.rules.investment import TYPED, Entries, last_months, proposed
from portal.impact.rules.money_lines import MoneyFile
from portal.impact.rules.together import ProviderAnswer
from portal.imports.rules import Button, ImportStatus
from portal.imports.rules.sheets.files import MOST_BYTES
from portal.offerings.rules import MOST_SENT
from portal.organisations.queries import get_own
from portal.web.address import read_day
from portal.web.forms import ButtonsForm
from portal.web.i18n import locale_code
from portal.web.view import (
    ANYONE,
    UUID,
    Room,
    _,
    actor,
    check_seen,
    page,
    see_other,
    session,
    settings,
)
from portal.web.words import month_and_year

room = Room("impact", __name__)
room.app_template_global("own_words")(lambda: hers.list_hers(session(), actor()))


@room.door("/work/reports", allow=Permission.SEE_FIGURES)
def reports() -> Response:
    """The reports of this organisation and, for a cooperative, of its members."""
    return page("impact/reports.html", reports=queries.list_reports(session(), actor()))


@room.form("/work/reports/new", allow=Permission.COMPILE_REPORT)
def compile_report() -> Response:
    """Choose a period and freeze the figures."""
    replaces = _replaced()
    form = forms.CompileForm(data=_proposal(replaces))
    if form.is_sent_and_valid():
        if replaces is not None:
            check_seen(replaces)
        report = commands.compile_report(
            session(),
            actor(),
            period=rules.Period(**form.values()),
            small_count=settings().small_count,
            replaces=replaces,
        )
        done = _("The figures are frozen. Look at them before you hand the report in.")
        return see_other("impact.report", report_uuid=report.uuid, done=done)
    return page("impact/compile.html", form=form, replaces=replaces)


@room.form("/work/reports/money", allow=Permission.COMPILE_REPORT)
def save_month() -> Response:
    """What a month took and brought: hours, costs by kind, and who paid."""
    today, own = clock.today(), get_own(session(), actor())
    last = today.replace(day=1) - timedelta(days=1)
    month = (read_day(f"{request.args.get('month')}-01") or last).replace(day=1)
    until = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    held = minutes_held(session(), own.id, rules.Period(month, until))

    def entries() -> Entries:
        return queries.list_entries(session(), own.id, today)

    form = forms.month_form(own, lambda: proposed(month, entries(), held))
    if form.does(
        lambda: commands.save_month(session(), actor(), month=month, amounts=form.values())
    ):
        done = _("Saved: %(month)s.", month=month_and_year(month))
        return see_other("impact.save_month", month=f"{month:%Y-%m}", done=done)
    known = entries()
    filled = [(one, len(known.get(one, {}).keys() & {*TYPED})) for one in last_months(today)]
    report = kept.recognised_months(session(), own.id).get(month)
    return page(
        "impact/money.html", form=form, month=month, entries=known, filled=filled, report=report
    )


@room.form("/work/reports/money/sheet", allow=Permission.COMPILE_REPORT, most_bytes=MOST_BYTES)
def choose_sheet() -> Response:
    """Choose a bookkeeper's spreadsheet; it is read, shown and not kept."""
    form = forms.SheetForm()
    if form.is_sent_and_valid():
        row = sheets.read_sheet(session(), actor(), data=form.file.data.read())
        return see_other("impact.show_sheet", uuid=row.uuid)
    return page("impact/choose_sheet.html", form=form, sheets=kept.list_sheets(session(), actor()))


@room.form("/work/reports/money/sheets/<uuid:uuid>", allow=Permission.COMPILE_REPORT)
def show_sheet(uuid: UUID) -> Response:
    """What a sheet would write; once applied, what it wrote, to take back."""
    row = kept.get_sheet(session(), actor(), uuid)
    if row.status is not ImportStatus.READ:
        return _written_sheet(row)
    plan = kept.plan_of(session(), row)
    form = forms.words_form(plan)
    if not form.is_sent_and_valid():
        file = MoneyFile.from_json(row.reading)
        labels = forms.figure_labels()
        return page("impact/sheet.html", form=form, row=row, plan=plan, file=file, labels=labels)
    check_seen(row)
    button, chosen = form.pressed(Button), form.chosen(plan)
    if button is Button.THROW_AWAY:
        sheets.throw_away(session(), actor(), row)
        return see_other("impact.choose_sheet", done=_("Thrown away. Nothing was written."))
    if button is Button.APPLY:
        sheets.apply(session(), actor(), row, chosen)
        done = _("Applied.")
    else:
        sheets.choose(session(), actor(), row, chosen)
        done = _("Noted. This is what it would do now.")
    return see_other("impact.show_sheet", uuid=uuid, done=done)


def _written_sheet(row: MoneySheet) -> Response:
    form = ButtonsForm()
    if form.is_sent_and_valid():
        check_seen(row)
        form.pressed((Button.TAKE_BACK,))
        sheets.take_back(session(), actor(), row)
        return see_other("impact.show_sheet", uuid=row.uuid, done=_("Taken back."))
    reports, labels = kept.reports_on(session(), row), forms.figure_labels()
    return page("impact/sheet_done.html", form=form, row=row, reports=reports, labels=labels)


@room.form("/work/reports/together", allow=Permission.COMPILE_REPORT)
def ask_together() -> Response:
    """Ask providers to be in one report: who has one over the same days."""
    periods, days = several.list_periods(session()), request.args.get("days")
    period = next((one for one in periods if one.iso == days), periods[0] if periods else None)
    reports = several.list_over(session(), period) if period else ()
    asked = [one.organisation for one in reports]
    form = forms.together_form([(o.id, o.name, several.district_of(o)) for o in asked])
    if period and form.is_sent_and_valid():
        if days and days != period.iso:  # these days went meanwhile: nobody chose the others
            raise RuleBroken("", N_("This can't be done any more: the report has changed."))
        made = joint.ask_together(
            session(), actor(), name=form.name.data or "", period=period,
            district_code=form.district.data, provider_ids=form.providers.data or (),
        )  # fmt: skip
        done = _("Asked. They find it among what waits for them.")
        return see_other("impact.together", set_uuid=made.uuid, done=done)
    sets = several.list_sets(session())
    return page("impact/ask_together.html", form=form, periods=periods, chosen=period, sets=sets)


@room.form("/work/reports/together/<uuid:set_uuid>", allow=Permission.COMPILE_REPORT)
def together(set_uuid: uuid.UUID) -> Response:
    """Who is asked to be in a report, what they say, and compiling it."""
    of = pick(several.list_sets(session()), uuid=set_uuid)
    own = next((s for s in of.says if s.organisation_id == actor().organisation_id), None)
    form = forms.SayForm()
    if form.is_sent_and_valid():
        check_seen(of, *of.says)
        if form.do.data == "compile":
            report = joint.compile_together(session(), actor(), of=of)
            done = _("The figures are frozen. Look at them before you hand the report in.")
            return see_other("impact.report", report_uuid=report.uuid, done=done)
        answer = form.pressed([ProviderAnswer.YES, ProviderAnswer.NO])
        joint.say(session(), actor(), of=of, answer=answer)
        return see_other("impact.together", set_uuid=of.uuid, done=_("Saved."))
    is_ours = of.organisation_id == actor().organisation_id
    made = several.list_reports_of(session(), of)
    return page(
        "impact/together.html", form=form, of=of, own=own, is_ours=is_ours,
        reports=[one for one in made if is_ours or one.number],
        parts={one.organisation_id: one for one in several.list_over(session(), of.period)},
        district=districts().get(of.district_code or ""),
    )  # fmt: skip


@room.door("/work/reports/<uuid:report_uuid>", allow=Permission.SEE_FIGURES)
def report(report_uuid: uuid.UUID) -> Response:
    """One report, before and after it was recognised."""
    found = queries.get_report(session(), actor(), report_uuid)
    is_own = found.organisation_id == actor().organisation_id
    before = queries.document_before(session(), found)
    rests_on_own = is_own and found.provider_set_id is None  # and not on others' registers too
    return page(
        "impact/report.html",
        report=found,
        view=pages.report_view(makers_document(found.document), before),
        behind=days_by_month(found.from_on, found.until_on) if rests_on_own else (),
        may_compile=is_own and actor().may(Permission.COMPILE_REPORT),
        may_replace=found.status in rules.REPLACEABLE,
    )


@room.form(
    "/work/reports/<uuid:report_uuid>/pictures",
    allow=Permission.COMPILE_REPORT,
    most_bytes=MOST_SENT,
)
def give_picture(report_uuid: UUID) -> Response:
    """The pictures of a report, and one more while it was not handed in."""
    found = queries.get_own_report(session(), actor(), report_uuid)
    form = forms.ReportPictureForm()
    if form.is_sent_and_valid():
        small = form.small_picture()  # before anything is locked
        pictures.give_picture(session(), actor(), report=found, small=small, **form.values("file"))
        done = _("Saved.")
        return see_other("impact.give_picture", report_uuid=report_uuid, done=done)
    return page("impact/pictures.html", form=form, report=found)


@room.form("/work/reports/<uuid:report_uuid>/story", allow=Permission.COMPILE_REPORT)
def tell_story(report_uuid: UUID) -> Response:
    """What was done, in words that stand above the figures."""
    found = queries.get_own_report(session(), actor(), report_uuid)
    form = forms.StoryForm(of=found)
    if form.does(lambda: pictures.tell_story(session(), actor(), report=found, **form.values())):
        return see_other("impact.report", report_uuid=report_uuid, done=_("Saved."))
    return page("impact/story.html", form=form, report=found)


@room.button(
    "/work/reports/<uuid:report_uuid>/pictures/<int:place>/away", allow=Permission.COMPILE_REPORT
)
def remove_picture(report_uuid: UUID, place: int) -> Response:
    """Taking a picture away: somebody in it no longer agrees."""
    found = queries.get_own_report(session(), actor(), report_uuid)
    pictures.remove_picture(session(), actor(), report=found, place=place)
    done = _("The picture is gone.")
    return see_other("impact.give_picture", report_uuid=report_uuid, done=done)


@room.door("/reports/pictures/<uuid:report_uuid>-<int:place>.webp", allow=ANYONE)
def picture(report_uuid: UUID, place: int) -> Response:
    """A picture of a report; kept in no cache, as it may be taken back."""
    shown = queries.list_pictures(session(), report_uuid)
    body = next((one.bytes_as_sealed for one in shown if one.place == place), None)
    if body is None:
        raise NotFound("picture")
    response = Response(body, mimetype="image/webp")
    response.headers["Cache-Control"] = "no-store"
    return response


@room.form("/work/reports/<uuid:report_uuid>/words", allow=Permission.COMPILE_REPORT)
def ask_words(report_uuid: UUID) -> Response:
    """The own words in a report, and asking one more in a draft."""
    found = queries.get_own_report(session(), actor(), report_uuid)
    people = {str(one.uuid): one for one in hers.list_to_ask(session(), found)}
    form = forms.AskWordsForm()
    form.person.choices = [("", _("Choose …")), *((key, one.name) for key, one in people.items())]
    if form.is_sent_and_valid():
        asked = form.values() | {"person": people[form.person.data]}
        words.ask_words(session(), actor(), report=found, **asked)
        done = _("She is asked. Her words stand in the report once she says yes.")
        return see_other("impact.ask_words", report_uuid=report_uuid, done=done)
    return page("impact/words.html", form=form, report=found, people=people)


@room.button(
    "/work/reports/<uuid:report_uuid>/words/<uuid:uuid>/away", allow=Permission.COMPILE_REPORT
)
def remove_words(report_uuid: UUID, uuid: UUID) -> Response:
    """Taking somebody's words away, when she says so to the team."""
    found = queries.get_own_report(session(), actor(), report_uuid)
    words.remove_words(session(), actor(), report=found, uuid=uuid)
    return see_other("impact.ask_words", report_uuid=report_uuid, done=_("The words are gone."))


@room.form("/my/words/<uuid:uuid>", allow=Permission.OWN_PAGE)
def own_words(uuid: UUID) -> Response:
    """She reads her words as they would be printed, and says yes or no."""
    row = pick(hers.list_hers(session(), actor()), uuid=uuid)
    form = forms.OwnWordsForm(of=row)
    if not form.is_sent_and_valid():
        return page("impact/own_words.html", form=form, row=row)
    if form.pressed((WordsAnswer.YES, WordsAnswer.NO)) is WordsAnswer.NO:
        words.take_back(session(), actor(), row)
        return see_other("home.my", done=_("Your words are gone. They are in no report."))
    words.agree(session(), actor(), row, form.words.data or row.words)
    return see_other("impact.own_words", uuid=uuid, done=_("Thank you. This is in the report."))


@room.door("/work/reports/<uuid:report_uuid>.pdf", allow=Permission.SEE_FIGURES)
def report_pdf(report_uuid: uuid.UUID) -> Response:
    """The same on paper, for the organisation itself."""
    found = queries.get_report(session(), actor(), report_uuid)
    before = queries.document_before(session(), found)
    return pages.paper_response(found, before, makers_document(found.document))


@room.door("/method", allow=ANYONE)
def method() -> Response:
    """How each figure is counted, from the table that the figures themselves come from."""
    return page(
        "impact/method.html",
        method=method_in_force(),
        language=locale_code(),
        small_count=settings().small_count,
    )


def _replaced() -> ImpactReport | None:
    """The report that a new one takes the place of, named in the address."""
    wanted = request.args.get("replaces")
    if not wanted:
        return None
    try:
        return queries.get_own_report(session(), actor(), uuid.UUID(wanted))
    except ValueError:
        raise NotFound("report") from None


def _proposal(replaces: ImpactReport | None) -> dict[str, object]:
    """What the form begins with: the report to replace, or the quarter before this one."""
    if replaces is not None:
        return {"from_on": replaces.from_on, "until_on": replaces.until_on}
    today = clock.today()
    this_quarter = date(today.year, today.month - (today.month - 1) % 3, 1)
    last_day = this_quarter - timedelta(days=1)
    return {"from_on": date(last_day.year, last_day.month - 2, 1), "until_on": last_day}
