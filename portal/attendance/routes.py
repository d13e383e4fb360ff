"""The registers, on a screen and on paper; late members, and people who stay away."""

import re
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

from flask import request, url_for
from flask_babel import gettext as _, ngettext

from portal.attendance import commands, forms, labels, pages, queries, rules
from portal.attendance.commands import closing, members as reminders, moves
from portal.attendance.queries import members as figures
from portal.attendance.queries.history import list_entries
from portal.attendance.queries.registers import (
    RegisterLine,
    list_registers,
    list_unfinished,
    over_time,
)
from portal.attendance.queries.sheet import get_sheet, last_bulk
from portal.core import N_, Permission, RuleBroken, clock
from portal.enrolments.models import Enrolment
from portal.enrolments.pages import called
from portal.enrolments.queries import list_on_register
from portal.enrolments.rules import EndReason
from portal.offerings.queries import get_own
from portal.participants.commands.keys import find_key, holder_of
from portal.participants.models import Participant
from portal.participants.queries import get_known_to, list_known_to
from portal.schedule.models import OfferingSession
from portal.web.address import read_day
from portal.web.documents import pdf_response
from portal.web.forms import read_uuid
from portal.web.home_screen import whose_page
from portal.web.view import UUID, Response, Room, actor, page, see_other, session, settings
from portal.web.words import clock_time, day, label

room = Room("attendance", __name__)
_WEEK = timedelta(days=7)
_MONTH = timedelta(days=30)
_MOST = 25  # lines of one kind; further back there are weeks to look through


@room.door("/registers", allow=Permission.RECORD_ATTENDANCE)
def registers() -> Response:
    """List registers, each once: today's, those unfinished, what comes, the week before."""
    today = clock.today()
    lines = list_registers(session(), actor(), today - _WEEK, today + _WEEK)
    by_state: dict[rules.RegisterState, list[RegisterLine]] = {
        state: [] for state in rules.RegisterState
    }
    for line in reversed(list_unfinished(session(), actor(), today)):
        by_state[line.state].append(line)
    done = [line for line in lines if line.day < today and line.state not in rules.ASK_FOR_WORK]
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
    """The registers of a past week or month, to look back or to correct."""
    last_on = min(read_day(request.args.get("until")) or clock.today(), clock.today())
    first_on = last_on - _WEEK + timedelta(days=1)
    if since := read_day(request.args.get("since")):
        first_on = min(last_on, max(since, last_on - _MONTH))
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


@room.form("/registers/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE)
def register(uuid: UUID) -> Response:
    """Who is here: each button saves by itself."""
    offering_session = queries.get_register(session(), actor(), uuid)
    form = forms.RegisterForm()
    if request.method == "POST":
        with form.catching():
            form.read(request.form)
            if not form.was_refused:
                _save(form, offering_session)
                return see_other("attendance.register", uuid=uuid, _anchor=_place_of(form))
    return _draw(form, offering_session)


def _save(form: forms.RegisterForm, offering_session: OfferingSession) -> None:
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
        commands.record(*about, form.marks, rules.RecordedHow.BY_HAND, reason=form.why, seen=seen)


def _place_of(form: forms.RegisterForm) -> str:
    """Where on the page the reader was, for a browser that loads all of it again."""
    people = [form.settled[0]] if form.settled else [*form.marks]
    return f"person-{people[0]}" if len(people) == 1 else "register"


def _draw(form: forms.RegisterForm, offering_session: OfferingSession) -> Response:
    sheet = get_sheet(session(), offering_session)
    counts = Counter(line.mark.status for line in sheet.lines if line.mark)
    opens, now = rules.opens_at(offering_session.starts_at), clock.now()
    return page(
        "attendance/register.html",
        form=form,
        offering_session=offering_session,
        sheet=sheet,
        seen=queries.last_change(session(), offering_session.id),
        counts=[(status, counts[status]) for status in rules.AttendanceStatus],
        options=[(status.value, label(status)) for status in rules.AttendanceStatus],
        fewer=labels.fewer_minutes(offering_session.minutes),
        bulk=None if sheet.is_closed else last_bulk(session(), offering_session.id),
        user=whose_page(),
        opens=opens,
        is_open=now >= opens and not offering_session.is_cancelled,
        has_begun=now >= offering_session.starts_at,
        may_be_not_held=not offering_session.is_cancelled
        and not counts[rules.AttendanceStatus.PRESENT],
        went_on_until=_went_on_until(offering_session, now),
    )


def _went_on_until(offering_session: OfferingSession, now: datetime) -> datetime | None:
    """Until when somebody may still say that it went on after all."""
    until = offering_session.ends_at + rules.WENT_ON_WITHIN
    may_have = offering_session.may_have_gone_on
    return until if may_have and offering_session.starts_at <= now <= until else None


@room.door("/registers/<uuid:uuid>/register.pdf", allow=Permission.RECORD_ATTENDANCE)
def paper(uuid: UUID) -> Response:
    """A sheet to tick and sign, with a code that leads back to the register."""
    row = queries.get_register(session(), actor(), uuid)
    url = settings().base_url + url_for("attendance.register", uuid=uuid)
    on = clock.to_local(row.starts_at).date()
    data = pages.register_paper(session(), row, url)
    return pdf_response("attendance/register", data, f"presentielijst-{on:%Y-%m-%d}.pdf")


@room.door("/registers/groups/<slug>", allow=Permission.RECORD_ATTENDANCE)
def group(slug: str) -> Response:
    """Show who came to the last sessions, as a picture and in words."""
    offering = get_own(session(), actor(), slug)
    return page("attendance/group.html", offering=offering, over=over_time(session(), offering))


@room.form("/registers/<uuid:uuid>/history", allow=Permission.RECORD_ATTENDANCE)
def history(uuid: UUID) -> Response:
    """Each recording and correction: who, when, what and how."""
    offering_session = queries.get_register(session(), actor(), uuid)
    form = forms.TakeBackForm()
    if form.is_sent_and_valid():
        people = closing.take_back(
            session(), actor(), offering_session, form.batch_id, reason=form.why
        )
        done = ngettext("Taken back for one person.", "Taken back for %(num)s people.", people)
        return see_other("attendance.history", uuid=uuid, done=done)
    entries = list_entries(session(), offering_session)
    register = next(iter(queries.read_register(session(), offering_session.id)), None)
    return page(
        "attendance/history.html",
        form=form,
        offering_session=offering_session,
        entries=entries,
        is_closed=register is not None and register.closed_at is not None,
        may_take_back=not offering_session.is_cancelled
        and any(entry.may_be_taken_back for entry in entries),
    )


@room.form("/registers/<uuid:uuid>/not-held", allow=Permission.RECORD_ATTENDANCE)
def not_held(uuid: UUID) -> Response:
    """It did not go on: why, a reason of the organisation's and never a person's."""
    offering_session = queries.get_register(session(), actor(), uuid)
    form = forms.NotHeldForm()
    if form.is_sent_and_valid():
        check_drawn_for(offering_session)
        told = closing.mark_not_held(session(), actor(), offering_session, form.reason.data)
        done = _("Noted: it did not go on.")
        if told:
            done = ngettext("Noted. One person is told.", "Noted. %(num)s people are told.", told)
        return see_other("attendance.register", uuid=uuid, done=done)
    is_to_come = offering_session.starts_at > clock.now()
    expected = len(list_on_register(session(), offering_session)) if is_to_come else 0
    return page(
        "attendance/not_held.html",
        form=form,
        offering_session=offering_session,
        is_to_come=is_to_come,
        expected=expected,
    )


@room.button("/registers/<uuid:uuid>/went-on", allow=Permission.RECORD_ATTENDANCE)
def went_on(uuid: UUID) -> Response:
    """It went on after all."""
    offering_session = queries.get_register(session(), actor(), uuid)
    closing.go_on_after_all(session(), actor(), offering_session)
    done = _("Good: it went on. Now write down who was there.")
    return see_other("attendance.register", uuid=uuid, done=done)


@room.form("/registers/<uuid:uuid>/walk-in", allow=Permission.RECORD_ATTENDANCE, known_by=("name",))
def walk_in(uuid: UUID) -> Response:
    """Put a known person, her card or a first name on the register, present."""
    at = queries.get_register(session(), actor(), uuid)
    form, found = forms.WalkInForm(), None
    if form.is_sent_and_valid():
        check_drawn_for(at)
        if form.way.data != "search":
            enrolment = _let_in(form, at)
            return see_other("attendance.register", uuid=uuid, done=_done(enrolment))
        found = list_known_to(session(), at.organisation_id, _part_of(form))
    register = next(iter(queries.read_register(session(), at.id)), None)
    return page(
        "attendance/walk_in.html",
        form=form,
        offering_session=at,
        found=found,
        seen=queries.last_change(session(), at.id),
        is_closed=register is not None and register.closed_at is not None,
    )


def _let_in(form: forms.WalkInForm, at: OfferingSession) -> Enrolment:
    who = (
        {"participant": _person(form, at)} if form.way.data != "name" else {"name": form.name.data}
    )
    enrolment = commands.walk_in(session(), actor(), at, **who)
    commands.record(
        session(), actor(), at, {enrolment.id: (rules.AttendanceStatus.PRESENT, None)},
        rules.RecordedHow.BY_HAND, reason=form.why, seen=seen_on_page(),
    )  # fmt: skip
    return enrolment


def _person(form: forms.WalkInForm, at: OfferingSession) -> Participant:
    """Somebody whom this organisation knows, or whoever shows her card."""
    if form.way.data == "card":
        card = find_key(session(), form.card_token) if form.card_token else None
        if card is None:
            raise RuleBroken("card", N_("We do not know this card. Write down her first name."))
        return holder_of(session(), card)
    key = read_uuid(form.person.data)
    if key is None:
        raise RuleBroken("", N_("Use one of the buttons."))
    return get_known_to(session(), at.organisation_id, key)


def _part_of(form: forms.WalkInForm) -> str:
    part = form.part.data or ""
    if len(part) < 2:
        raise RuleBroken("part", N_("Write at least two letters."))
    return part


def _done(enrolment: Enrolment) -> str:
    name = called(enrolment.participant)
    if enrolment.end_reason is EndReason.CAME_ONCE:
        return _("%(name)s is on the register, as a guest for this day.", name=name)
    return _("%(name)s is on the register.", name=name)


@room.button("/my/sessions/<uuid:uuid>/excuse", allow=Permission.OWN_PAGE)
def excuse(uuid: UUID) -> Response:
    """She does not come this time."""
    row = queries.get_session(session(), uuid)
    # When she read that it would be; an old page without it is believed.
    seen_at = request.form.get("at", type=datetime.fromisoformat)
    commands.excuse(session(), actor(), row, seen_at=seen_at)
    done = _("We know: you do not come on %(day)s.", day=day(row.starts_at))
    return see_other("home.times", done=done)


@room.button("/my/sessions/<uuid:uuid>/come", allow=Permission.OWN_PAGE)
def come(uuid: UUID) -> Response:
    """She comes after all."""
    row = queries.get_session(session(), uuid)
    commands.take_back_excuse(session(), actor(), row)
    done = _("Good: you come on %(day)s.", day=day(row.starts_at))
    return see_other("home.times", done=done)


@room.door("/registers/members", allow=Permission.RECORD_ATTENDANCE)
def members() -> Response:
    """Show per member what was logged, late and missing, over four weeks or one."""
    weeks = figures.first_days(clock.today())
    chosen = next((day for day in weeks if day.isoformat() == request.args.get("week")), None)
    four_weeks = figures.last_weeks(clock.today())
    first_on, last_on = (chosen, chosen + timedelta(days=6)) if chosen else four_weeks
    found = figures.list_of_members(session(), actor(), first_on, last_on)
    return page(
        "attendance/members.html",
        members=[member for member in found if member.may_log],
        silent=[member for member in found if not member.may_log],
        weeks=weeks,
        chosen=chosen,
        first_on=first_on,
        last_on=last_on,
        reminded_at=reminders.last_reminded(session(), actor()),
    )


@room.button("/registers/members/remind", allow=Permission.RECORD_ATTENDANCE)
def remind_members() -> Response:
    """One message to the teams of all members who are behind, once a day."""
    told = reminders.remind_members(session(), actor())
    if told is None:
        at = reminders.last_reminded(session(), actor()) or clock.now()
        done = _("They were reminded today at %(time)s.", time=clock_time(at))
    elif told:
        done = ngettext("%(num)s member is reminded.", "%(num)s members are reminded.", told)
    else:
        done = _("Nobody is behind. Nobody was reminded.")
    return see_other("attendance.members", done=done)


def check_drawn_for(offering_session: OfferingSession) -> None:
    """Refuse what was filled in while the session had another time."""
    with suppress(ValueError):
        rules.check_still_then(
            offering_session.starts_at,
            datetime.fromisoformat(request.form.get("starts_at", "")),
        )


def seen_on_page() -> int | None:
    """Read the last change that stood on the page; None where it says none."""
    text = request.form.get("seen", "")
    return int(text) if re.fullmatch("[0-9]{1,15}", text) else None


__all__ = ["moves", "room"]  # that one looks at everybody who leaves
