"""The registers, one register, and its history."""

from __future__ import annotations

import uuid as uuids
from collections import Counter
from datetime import date, timedelta

from flask import request
from werkzeug.wrappers import Response

from portal.attendance import commands, queries
from portal.attendance.forms import RegisterForm
from portal.attendance.routes.room import BOTH, room
from portal.attendance.rules import AttendanceStatus, RecordedHow, opens_at
from portal.core import clock
from portal.core.actor import Permission
from portal.enrolments.queries import list_on_register
from portal.schedule.models import OfferingSession
from portal.web.current import actor, session
from portal.web.page import page, see_other
from portal.web.words import label

_WEEK = timedelta(days=7)
_BEGINNING = date(2000, 1, 1)  # no register is older, and a calendar has an end to count to


@room.door("/registers", allow=Permission.RECORD_ATTENDANCE)
def registers() -> Response:
    """Today's registers first, then what was not logged, what comes, and the week before."""
    today = clock.today()
    lines = queries.list_registers(session(), actor(), today - queries.LOOK_BACK, today + _WEEK)
    on = {line: clock.to_local(line.offering_session.starts_at).date() for line in lines}
    earlier = [line for line in reversed(lines) if on[line] < today]
    late = [line for line in earlier if line.is_wanting]
    return page(
        "attendance/registers.html",
        today=[line for line in lines if on[line] == today],
        late=late,
        coming=[line for line in lines if on[line] > today],
        logged=[line for line in earlier if not line.is_wanting and on[line] >= today - _WEEK],
        older_until=today - _WEEK - timedelta(days=1),
    )


@room.door("/registers/earlier", allow=Permission.RECORD_ATTENDANCE)
def earlier() -> Response:
    """The registers of one week in the past, to look back or to correct."""
    last_on = max(_BEGINNING, min(_day_asked(), clock.today()))
    first_on = last_on - _WEEK + timedelta(days=1)
    lines = queries.list_registers(session(), actor(), first_on, last_on)
    return page(
        "attendance/earlier.html",
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


@room.door("/registers/<uuid:uuid>/history", allow=Permission.RECORD_ATTENDANCE)
def history(uuid: uuids.UUID) -> Response:
    """Each recording and correction: who, when, what and how."""
    offering_session = queries.get_register(session(), actor(), uuid)
    return page(
        "attendance/history.html",
        offering_session=offering_session,
        changes=queries.list_changes(session(), offering_session.id),
    )


def _save(form: RegisterForm, offering_session: OfferingSession) -> None:
    if form.wants_everyone:
        commands.record_everyone(session(), actor(), offering_session)
    else:
        commands.record(session(), actor(), offering_session, form.marks, RecordedHow.BY_HAND)


def _place_of(form: RegisterForm) -> str:
    """Where on the page the reader was, for a browser that loads all of it again."""
    return f"person-{next(iter(form.marks))}" if len(form.marks) == 1 else "register"


def _draw(form: RegisterForm, offering_session: OfferingSession) -> Response:
    people = list_on_register(session(), offering_session)
    marks = queries.marks_of(session(), offering_session.id)
    counts = Counter(marks[row.id].status for row in people if row.id in marks)
    opens = opens_at(offering_session.starts_at)
    return page(
        "attendance/register.html",
        form=form,
        offering_session=offering_session,
        people=[(row.id, row.participant.name, marks.get(row.id)) for row in people],
        counts=[(status, counts[status]) for status in AttendanceStatus],
        marked=counts.total(),
        options=[(status.value, label(status)) for status in AttendanceStatus],
        opens=opens,
        is_open=clock.now() >= opens and not offering_session.is_cancelled,
    )


def _day_asked() -> date:
    try:
        return date.fromisoformat(request.args.get("until", ""))
    except ValueError:
        return clock.today()
