"""What staff see first, a person whom they guide, and the messages that they look after."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from flask import request, url_for

from portal.absences.queries import list_follow_ups, list_long_absent
from portal.attendance.queries import list_coming
from portal.catalogue.pages.calendar import own_calendar_of
from portal.core import NotFound, Permission, clock, or_not_found, reading_as
from portal.enrolments.pages import will_call
from portal.home import forms, queries
from portal.home.queries import find_all, hers, list_ahead, steps_of, week_of
from portal.home.queries.company import company_of
from portal.home.routes import room
from portal.notices import commands, queries as notices_of
from portal.notices.labels import about
from portal.notices.models import Notice
from portal.notices.pages import language_of, letter_text, words_of
from portal.organisations.commands import issue_calendar
from portal.organisations.queries import find_calendar, own_membership
from portal.participants.commands import keys, note_view
from portal.participants.models import ParticipantLink
from portal.participants.queries import get_remembered, list_links
from portal.participants.rules import KeyKind
from portal.schedule.models import OfferingSession
from portal.web.address import read_day
from portal.web.documents import download
from portal.web.forms import ButtonsForm, OnOff
from portal.web.known import forget_to_show, keep_to_show, to_show, told_to_nobody
from portal.web.throttle import Throttle
from portal.web.transaction import afterwards
from portal.web.view import ANYONE, UUID, Response, _, actor, page, see_other, session, settings
from portal.web.waiting import list_waiting


@room.door("/work", allow=Permission.SEE_DAY)
def work() -> Response:
    """What waits for whoever works here, in the order of its deadline, and her registers."""
    waiting = list_waiting(session(), actor())
    will_call(row.who for row in waiting if row.who)
    return page(
        "home/work.html",
        waiting=waiting,
        day=queries.day_of(session(), actor()),
        beginning=steps_of(session(), actor()),
        company=company_of(session(), actor()),
        today=clock.today(),
    )


@room.door("/work/week", allow=Permission.RECORD_ATTENDANCE)
def week() -> Response:
    """A week of sessions; a day that can't be read is today."""
    on, mine = read_day(request.args.get("on")) or clock.today(), "mine" in request.args
    days = week_of(session(), actor(), on, mine=mine)
    return page(
        "home/week.html",
        days=days,
        mine="yes" if mine else None,
        today=clock.today(),
        number=on.isocalendar().week,
        before=days[0].on - timedelta(days=7),
        after=days[0].on + timedelta(days=7),
    )


@room.door("/participants/<uuid:uuid>", allow=Permission.SEE_PARTICIPANTS)
def person(uuid: UUID) -> Response:
    """A participant, for those who guide her."""
    participant = get_remembered(session(), actor(), uuid)
    viewer, participant_id = actor(), participant.id
    afterwards(lambda later: note_view(later, viewer, participant_id))
    return page(
        "home/person.html",
        person=hers.person(session(), participant),
        link=list_links(session(), viewer.organisation_id, [participant_id]).get(participant_id),
        earlier=hers.list_earlier(session(), viewer, participant),
        about=about,
        followed_up=list_follow_ups(session(), participant_id),
    )


@room.door("/work/calls", allow=Permission.RECORD_ATTENDANCE)
def calls() -> Response:
    """Whom to call: with news for her, or as she stayed away."""
    notices = notices_of.list_calls(session())
    return page(
        "home/calls.html",
        calls=notices,
        links=_links_of(notices),
        absent=list_long_absent(session(), actor(), clock.now()),
        words_of=words_of,
    )


@room.button("/work/calls/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE)
def told(uuid: UUID) -> Response:
    """Somebody was called or told, as no message reached her."""
    commands.mark_told(session(), actor(), notices_of.get_notice(session(), uuid))
    back = "home.messages" if "undelivered" in request.form else "home.calls"
    return see_other(back, done=_("Written down."))


@room.door("/operator/messages", allow=Permission.OPERATE)
def failed() -> Response:
    """What is amiss with messages, and never for whom they are."""
    return page("notices/failed.html", notices=notices_of.list_failed(session()))


@room.door("/work/messages", allow=Permission.RECORD_ATTENDANCE)
def messages() -> Response:
    """What participants were not told, and what to do about it."""
    notices = notices_of.list_undelivered(session())
    return page("notices/messages.html", notices=notices, links=_links_of(notices), about=about)


@room.button("/work/messages/<uuid:uuid>/again", allow=Permission.RECORD_ATTENDANCE)
def send_again(uuid: UUID) -> Response:
    """What was wrong is mended: send it once more."""
    commands.try_again(session(), actor(), notices_of.get_notice(session(), uuid))
    return see_other("home.messages", done=_("The message is sent again."))


@room.door("/work/letters", allow=Permission.RECORD_ATTENDANCE)
def letters() -> Response:
    """For whom a letter lies ready; each line is one person."""
    newest = {notice.participant_id: notice for notice in notices_of.list_letters(session())}
    return page("notices/letters.html", letters=list(newest.values()))


@room.form("/work/letters/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE)
def letter(uuid: UUID) -> Response:
    """One person's letter to print; sent, it was handed over."""
    last = notices_of.get_notice(session(), uuid)
    notices = list(notices_of.list_with(session(), last))
    if not notices:
        raise NotFound()
    if request.method == "POST":
        for notice in notices:
            commands.mark_told(session(), actor(), notice)
        return see_other("home.letters", done=_("Written down."))
    return page(
        "notices/letter.html",
        notice=last,
        text=letter_text(notices, on_paper=True),
        language=language_of(last),
    )


def _links_of(notices: Sequence[Notice]) -> dict[int, ParticipantLink]:
    ids = {one.participant_id or 0 for one in notices}
    return list_links(session(), actor().organisation_id, ids)


@room.form("/find", allow=Permission.SEE_DAY)
def find() -> Response:
    """Look for people, activities, registers and reports; a name stays out of the address."""
    form = forms.EverythingForm()
    found = None
    if form.is_sent_and_valid():
        found = find_all(session(), actor(), form.words.data or "")
    return page("home/find.html", form=form, found=found)


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
