"""Doors of the imports room: a spreadsheet is read, shown, put right, applied and taken back."""

from collections.abc import Callable
from typing import Any

from flask import request

from portal.core.actor import Permission
from portal.imports import commands, forms, queries
from portal.imports.models import RegisterImport
from portal.imports.rules import UNDER_WAY, Button, ImportStatus
from portal.imports.rules.plans import Choices, DayLine, PersonLine
from portal.imports.rules.sheets.reading import Reading
from portal.web.forms import ButtonsForm, Form
from portal.web.transaction import writing
from portal.web.view import UUID, Response, Room, _, actor, check_seen, page, see_other, session

room = Room("imports", __name__)
_MOST_BYTES = 6 * 1024 * 1024
_MAY = Permission.DECIDE_ENROLMENTS  # people and sessions are made


@room.form("/registers/import", allow=_MAY, most_bytes=_MOST_BYTES)
def upload() -> Response:
    """Choose a spreadsheet; it is read, shown and not kept."""
    form = forms.UploadForm()
    form.offer(queries.list_offerings(session(), actor()), actor().organisation_id, _("Later"))
    if form.is_sent_and_valid():
        data = form.file.data.read()
        slug = form.offering.data
        offering = queries.find_offering(session(), actor(), slug) if slug else None
        row = commands.read(session(), actor(), data=data, offering=offering)
        return see_other("imports.show", uuid=row.uuid)
    return page("imports/upload.html", form=form)


@room.door("/registers/imports", allow=_MAY)
def list_all() -> Response:
    """What was taken over so far, by whom and when."""
    number = request.args.get("page", 1, type=int)
    return page("imports/list.html", page=queries.list_imports(session(), actor(), number))


@room.form("/registers/imports/<uuid:uuid>", allow=_MAY, reads_first=True)
def show(uuid: UUID) -> Response:
    """What was understood and would be done; then how far it is."""
    row = queries.get_import(session(), actor(), uuid)
    if row.status is not ImportStatus.READ:
        return _after(row)
    if not queries.is_hers_to_keep(actor(), row) or "offering" in request.args:
        which = forms.UploadForm()
        del which.file
        which.offer(
            queries.list_offerings(session(), actor()), actor().organisation_id, _("Choose …")
        )
        return _ask(row, which, which.offering, commands.choose_offering)
    reading = queries.reading_of(row)
    assert reading is not None
    if not reading.ways:
        return _plan(row, reading)
    way = forms.WayForm()
    way.offer(reading.ways)
    return _ask(row, way, way.orientation, commands.choose_way)


def _ask(row: RegisterImport, form: Form, field: Any, keep: Callable[..., None]) -> Response:
    """Ask what must be said before all else; `keep` writes the answer down."""
    if form.is_sent_and_valid():
        check_seen(row)
        with writing() as own:
            keep(own, actor(), row, field.data or "")
        return see_other("imports.show", uuid=row.uuid)
    return page("imports/question.html", form=form, row=row, field=field)


def _plan(row: RegisterImport, reading: Reading) -> Response:
    plan = queries.preview(session(), actor(), row, reading)
    choices = Choices.from_json(row.choices)
    lines: list[PersonLine | DayLine] = [*plan.people, *plan.days]
    if "all" not in request.args:  # those that somebody should look at
        lines = [line for line in lines if not line.is_sure]
    form = forms.plan_form(choices, lines)
    if form.is_sent_and_valid():
        check_seen(row)
        return _decided(row, form.pressed(Button), form.chosen(choices, lines))
    return page(
        "imports/plan.html", form=form, row=row, reading=reading, plan=plan,
        people=[line for line in lines if isinstance(line, PersonLine)],
        days=[line for line in lines if isinstance(line, DayLine)],
        shows_all="all" in request.args, code_words=forms.code_words,
        recognised=queries.list_recognised(session(), row, plan),
    )  # fmt: skip


def _decided(row: RegisterImport, button: Button, chosen: Choices) -> Response:
    with writing() as own:
        if button is Button.THROW_AWAY:
            commands.throw_away(own, actor(), row)
            return see_other("imports.list_all", done=_("Thrown away. Nothing was written."))
        if button is Button.APPLY:
            is_small = commands.apply(own, actor(), row, chosen)
        else:
            commands.choose(own, actor(), row, chosen)
    if button is Button.APPLY:
        return _done(row, is_small, ImportStatus.APPLIED, _("Applied."))
    return see_other("imports.show", uuid=row.uuid, done=_("Noted. This is what it would do now."))


def _done(row: RegisterImport, is_small: bool, end: ImportStatus, done: str) -> Response:
    """Where it is small, all of it now: a day in each transaction, so that others write between.

    What is left, here or by a server that stopped, the worker does.
    """
    while is_small:
        with writing() as own:
            is_small = commands.go_on(own, actor(), row.id)
    return see_other("imports.show", uuid=row.uuid, done=done if row.status is end else None)


def _after(row: RegisterImport) -> Response:
    form = ButtonsForm()
    if form.is_sent_and_valid():
        check_seen(row)
        form.pressed((Button.TAKE_BACK,))  # and not what somebody else pressed first
        with writing() as own:
            is_small = commands.take_back(own, actor(), row)
        return _done(row, is_small, ImportStatus.TAKEN_BACK, _("Taken back."))
    return page(
        "imports/done.html", form=form, row=row, reading=queries.reading_of(row),
        is_under_way=row.status in UNDER_WAY, stays=queries.list_what_stays(session(), row),
        recognised=queries.list_recognised(session(), row),
    )  # fmt: skip


@room.form("/registers/imports/<uuid:uuid>/reading", allow=_MAY, most_bytes=_MOST_BYTES)
def correct(uuid: UUID) -> Response:
    """How the file was read, to put right."""
    row = queries.get_import(session(), actor(), uuid)
    reading = queries.reading_of(row)
    if row.status is not ImportStatus.READ or reading is None:
        return see_other("imports.show", uuid=row.uuid)
    form = forms.correction_form(reading)
    if form.is_sent_and_valid():
        check_seen(row)
        again = form.file.data.read() if form.file.data else None
        correction = form.correction(reading)
        commands.correct(session(), actor(), row, correction, again)
        return see_other("imports.show", uuid=row.uuid, done=_("Read once more."))
    return page("imports/reading.html", form=form, row=row, reading=reading)
