"""The registers, one register, on a screen and on paper, and a group over time."""

import uuid as uuids
from collections import Counter
from datetime import datetime, timedelta

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.attendance import commands, queries
from portal.attendance.commands import closing
from portal.attendance.forms import RegisterForm
from portal.attendance.labels import fewer_minutes
from portal.attendance.pages import register_paper
from portal.attendance.queries.group import over_time
from portal.attendance.queries.registers import RegisterLine, list_registers, list_unfinished
from portal.attendance.queries.sheet import get_sheet, last_bulk
from portal.attendance.routes import check_drawn_for, room, seen_on_page, whose_page
from portal.attendance.rules import (
    ASK_FOR_WORK,
    WENT_ON_WITHIN,
    AttendanceStatus,
    RecordedHow,
    RegisterState,
    opens_at,
)
from portal.core import Permission, clock
from portal.offerings.queries import get_own
from portal.schedule.models import OfferingSession
from portal.web.documents import pdf_response
from portal.web.forms import read_day
from portal.web.view import BOTH, actor, page, see_other, session, settings
from portal.web.words import label

_WEEK = timedelta(days=7)
_MOST = 25  # lines of one kind; further back there are weeks to look through


@room.door("/registers", allow=Permission.RECORD_ATTENDANCE)
def registers() -> Response:
    """List registers, each once: today's, those unfinished, what comes, the week before."""
    today = clock.today()
    lines = list_registers(session(), actor(), today - _WEEK, today + _WEEK)
    by_state: dict[RegisterState, list[RegisterLine]] = {state: [] for state in RegisterState}
    for line in reversed(list_unfinished(session(), actor(), today)):
        by_state[line.state].append(line)
    done = [line for line in lines if line.day < today and line.state not in ASK_FOR_WORK]
    return page(
        "attendance/registers.html",
        today=[line for line in lines if line.day == today],
        waiting=by_state,
        coming=[line for line in lines if line.day > today],
        done=done[::-1],
        older_until=today - _WEEK - timedelta(days=1),
        most=_MOST,
        user=whose_page(),
    )


@room.door("/registers/earlier", allow=Permission.RECORD_ATTENDANCE)
def earlier() -> Response:
    """The registers of one week in the past, to look back or to correct."""
    last_on = min(read_day(request.args.get("until")) or clock.today(), clock.today())
    first_on = last_on - _WEEK + timedelta(days=1)
    lines = list_registers(session(), actor(), first_on, last_on)
    return page(
        "attendance/earlier.html",
        user=whose_page(),
        registers=lines[::-1],
        first_on=first_on,
        last_on=last_on,
        older_until=first_on - timedelta(days=1),
        newer_until=last_on + _WEEK if last_on < clock.today() else None,
    )


@room.door("/registers/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE, methods=BOTH)
def register(uuid: uuids.UUID) -> Response:
    """Who is here: each button saves by itself."""
    offering_session = queries.get_register(session(), actor(), uuid)
    form = RegisterForm()
    if request.method == "POST":
        with form.catching():
            form.read(request.form)
            if not form.was_refused:
                _save(form, offering_session)
                return see_other("attendance.register", uuid=uuid, _anchor=_place_of(form))
    return _draw(form, offering_session)


def _save(form: RegisterForm, offering_session: OfferingSession) -> None:
    about = (session(), actor(), offering_session)
    check_drawn_for(offering_session)
    if form.wants_to_close:
        closing.close(*about)
    elif form.wants_back:
        closing.take_back(*about, form.wants_back, reason=form.why)
    elif form.settled:
        closing.settle(*about, *form.settled)
    elif form.wants_everyone:
        commands.record_everyone(*about, reason=form.why)
    else:
        seen = seen_on_page()
        commands.record(*about, form.marks, RecordedHow.BY_HAND, reason=form.why, seen=seen)


def _place_of(form: RegisterForm) -> str:
    """Where on the page the reader was, for a browser that loads all of it again."""
    people = [form.settled[0]] if form.settled else [*form.marks]
    return f"person-{people[0]}" if len(people) == 1 else "register"


def _draw(form: RegisterForm, offering_session: OfferingSession) -> Response:
    sheet = get_sheet(session(), offering_session)
    counts = Counter(line.mark.status for line in sheet.lines if line.mark)
    opens, now = opens_at(offering_session.starts_at), clock.now()
    return page(
        "attendance/register.html",
        form=form,
        offering_session=offering_session,
        sheet=sheet,
        seen=queries.last_change(session(), offering_session.id),
        counts=[(status, counts[status]) for status in AttendanceStatus],
        options=[(status.value, label(status)) for status in AttendanceStatus],
        fewer=fewer_minutes(offering_session.minutes),
        bulk=None if sheet.is_closed else last_bulk(session(), offering_session.id),
        user=whose_page(),
        opens=opens,
        is_open=now >= opens and not offering_session.is_cancelled,
        has_begun=now >= offering_session.starts_at,
        may_be_not_held=not offering_session.is_cancelled and not counts[AttendanceStatus.PRESENT],
        went_on_until=_went_on_until(offering_session, now),
    )


def _went_on_until(offering_session: OfferingSession, now: datetime) -> datetime | None:
    """Until when somebody may still say that it went on after all."""
    until = offering_session.ends_at + WENT_ON_WITHIN
    may_have = offering_session.may_have_gone_on
    return until if may_have and offering_session.starts_at <= now <= until else None


@room.door("/registers/<uuid:uuid>/register.pdf", allow=Permission.RECORD_ATTENDANCE)
def paper(uuid: uuids.UUID) -> Response:
    """A sheet to tick and sign, with a code that leads back to the register."""
    row = queries.get_register(session(), actor(), uuid)
    url = settings().base_url + url_for("attendance.register", uuid=uuid)
    on = clock.to_local(row.starts_at).date()
    data = register_paper(session(), row, url)
    return pdf_response("attendance/register", data, f"presentielijst-{on:%Y-%m-%d}.pdf")


@room.door("/registers/groups/<slug>", allow=Permission.RECORD_ATTENDANCE)
def group(slug: str) -> Response:
    """Show who came to the last sessions, as a picture and in words."""
    offering = get_own(session(), actor(), slug)
    return page("attendance/group.html", offering=offering, over=over_time(session(), offering))
