"""Calendars that read along by a private address: her times, and the week of who works here."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from flask import request, url_for
from flask_babel import gettext as _

from portal.attendance.queries import list_coming
from portal.catalogue.pages.calendar import own_calendar_of
from portal.core import NotFound, Permission, clock, or_not_found, reading_as
from portal.home.queries import list_ahead
from portal.home.routes import room
from portal.organisations.commands import issue_calendar
from portal.organisations.queries import find_calendar, own_membership
from portal.participants.commands import keys
from portal.participants.rules import KeyKind
from portal.schedule.models import OfferingSession
from portal.web.documents import download
from portal.web.forms import ButtonsForm, OnOff
from portal.web.known import forget_to_show, keep_to_show, to_show, told_to_nobody
from portal.web.throttle import Throttle
from portal.web.view import ANYONE, Response, actor, page, see_other, session, settings

_TO_SHOW = "calendar_to_show"
_MOST_EVENTS = 300
# A calendar asks a few times a day, and somebody may have it on three devices.
_fetches = Throttle("calendar", 120, timedelta(hours=1))


@room.form("/my/calendar", allow=Permission.OWN_PAGE)
def own_calendar() -> Response:
    """The private address of her calendar: made, made anew, or stopped; shown once."""
    has_one = bool(keys.list_own(session(), actor(), KeyKind.CALENDAR))
    return _page("home.calendar", keys.issue_calendar, has_one=has_one)


@room.form("/work/week/calendar", allow=Permission.RECORD_ATTENDANCE)
def week_calendar() -> Response:
    """The same for the weeks of who works here, one for each organisation."""
    has_one = bool(own_membership(session(), actor()).calendar_hash)
    return _page("home.calendar_of_weeks", issue_calendar, has_one=has_one)


@room.door("/calendar/<token>.ics", allow=ANYONE)
def calendar(token: str) -> Response:
    """Somebody's coming sessions, for a calendar that knows her private address."""
    key = or_not_found(keys.find_key(session(), token, KeyKind.CALENDAR), "calendar")
    her = keys.actor_by(session(), key)
    with reading_as(session(), her):
        coming = list_coming(
            session(), her.participant_id or 0, clock.now(), with_cancelled=True, most=_MOST_EVENTS
        )
        rows = [row.offering_session for row in coming if not row.is_excused]
    return _file(str(key.uuid), rows)


@room.door("/calendar/week/<token>.ics", allow=ANYONE)
def calendar_of_weeks(token: str) -> Response:
    """An organisation's sessions, or those of one's own groups, and no person."""
    who = find_calendar(session(), token)
    if who is None or not who.may(Permission.RECORD_ATTENDANCE):
        raise NotFound("calendar")
    with reading_as(session(), who):
        rows = list_ahead(session(), who, mine="mine" in request.args, most=_MOST_EVENTS)
    return _file(f"{who.user_id}/{who.organisation_id}", rows)


def _file(whose: str, rows: Sequence[OfferingSession]) -> Response:
    _fetches.check(whose)
    _fetches.count(whose)
    body = own_calendar_of(rows, host=urlsplit(settings().base_url).hostname or "localhost")
    response = download(body, "text/calendar; charset=utf-8", "warm-werkt.ics", inline=True)
    told_to_nobody(response)
    if actor().is_visitor:  # as a calendar is; a browser on a shared computer keeps nothing
        response.headers["Cache-Control"] = "private, max-age=3600"
    response.add_etag()
    return response.make_conditional(request)


def _page(endpoint: str, issue: Callable[..., str], *, has_one: bool) -> Response:
    form = ButtonsForm()
    if form.is_sent_and_valid():
        token = issue(session(), actor(), goes_on=form.pressed(OnOff) is OnOff.ON)
        forget_to_show(_TO_SHOW)
        if token:
            keep_to_show(_TO_SHOW, token)
        done = None if token else _("Your calendar has stopped.")
        return see_other(str(request.endpoint), done=done)
    token = to_show(_TO_SHOW)
    address = token and settings().base_url + url_for(endpoint, token=token)
    return told_to_nobody(
        page("home/calendar.html", form=form, has_one=has_one, address=address or "")
    )
