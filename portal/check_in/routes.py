"""Doors of the check-in room: the screen that stands there, its kiosk, and the participant's."""

from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.attendance.queries import get_register, minutes_by_enrolment
from portal.check_in import commands, forms, queries, rules
from portal.core import NotFound, Permission, Purpose, clock, links, reading_as
from portal.core.qr import qr_svg
from portal.enrolments.queries import list_of_participant
from portal.participants.commands.keys import actor_by, find_key
from portal.schedule.models import OfferingSession
from portal.web.known import told_to_nobody
from portal.web.signing_in import forget_way_back, keep_way_back, sign_out, way_back
from portal.web.throttle import Throttle, address
from portal.web.view import ANYONE, UUID, Response, Room, actor, page, see_other, session, settings
from portal.web.words import clock_time, label, moment

room = Room("check_in", __name__)
_LONGEST_CARD = 500  # letters of what is scanned; a card's secret stands at its end

# Only wrong codes are counted. One in some hundred thousand guesses would be right, for one minute.
_wrong_of_her = Throttle("check-in person", 20, timedelta(minutes=15))
_wrong_from_address = Throttle("check-in address", 300, timedelta(minutes=15))


@room.door("/registers/<uuid:uuid>/code", allow=Permission.RECORD_ATTENDANCE)
def code(uuid: UUID) -> Response:
    """The code of this moment, big, for a screen of the guide's own."""
    row = get_register(session(), actor(), uuid)
    return told_to_nobody(page("check_in/code.html", offering_session=row, **_screen_of(row)))


@room.form("/registers/<uuid:uuid>/tablet", allow=Permission.RECORD_ATTENDANCE)
def tablet(uuid: UUID) -> Response:
    """Show how to put a tablet in the room: this one, or by link."""
    row = get_register(session(), actor(), uuid)
    link = None
    if request.method == "POST":
        token, made = links.make(Purpose.KIOSK, row.uuid)
        session().add(made)
        if request.form.get("do") != "link":
            sign_out()
            return told_to_nobody(see_other("check_in.kiosk", token=token))
        link = f"{settings().base_url}{url_for('check_in.kiosk', token=token)}"
    return told_to_nobody(
        page(
            "check_in/tablet.html",
            offering_session=row,
            link=link,
            qr=_qr(link) if link else None,
            opens=rules.opens_at(row.starts_at),
        )
    )


@room.form("/kiosk/<token>", allow=ANYONE, for_all=True)
def kiosk(token: str) -> Response:
    """Show the code and take cards on a tablet; it can do nothing else."""
    row = _session_of_kiosk(token)
    if row is None:
        return told_to_nobody(page("check_in/no_kiosk.html", status=404))
    form = forms.ScanForm()
    if form.is_sent_and_valid():
        return told_to_nobody(see_other("check_in.kiosk", token=token, said=_take_card(row, form)))
    said = request.args.get("said")
    response = page(
        "check_in/kiosk.html",
        form=form,
        offering_session=row,
        signs_out=actor().may(Permission.RECORD_ATTENDANCE)
        and row.offering.organisation_id in actor().keeps_registers_of,
        said=rules.CheckInOutcome(said) if said in set(rules.CheckInOutcome) else None,
        **_screen_of(row),
    )
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
    return told_to_nobody(response)


@room.form("/check-in", allow=ANYONE)
def type_code() -> Response:
    """She types the code that stands on the screen."""
    form = forms.CodeForm()
    if form.is_sent_and_valid():
        typed = form.code.data or ""
        judged = _judge(typed, clock.now())
        if judged.verdict is not rules.Verdict.ACCEPTED:
            form.code.errors = [_words_of(judged)]
        elif judged.about is None or not actor().is_participant:
            return see_other("check_in.show", code=rules.as_typed(typed))
        else:
            return _check_in(judged.about.uuid, clock.now())
    return told_to_nobody(page("check_in/type_code.html", form=form))


@room.form("/check-in/<code>", allow=ANYONE)
def show(code: str) -> Response:
    """What the QR code on the screen opens; one button says that she is here."""
    kept = way_back()  # when the code was good, if she had still to say who she is
    is_kept = kept is not None and kept[0] == request.path
    at = kept[1] if kept and is_kept else clock.now()
    judged = _judge(code, at)
    if judged.verdict is not rules.Verdict.ACCEPTED or judged.about is None:
        form = forms.CodeForm(formdata=None, data={"code": rules.as_typed(code)})
        form.code.errors = [_words_of(judged)]
        return told_to_nobody(page("check_in/type_code.html", form=form, status=404))
    if request.method == "POST" and actor().is_participant:
        return _check_in(judged.about.uuid, at)
    if not is_kept:
        keep_way_back(request.path)
    row = queries.get_session(session(), judged.about.uuid)
    return told_to_nobody(page("check_in/show.html", offering_session=row))


@room.door("/my/sessions/<uuid:uuid>/here", allow=Permission.OWN_PAGE)
def here(uuid: UUID) -> Response:
    """Show that she is on the list, for how long, and her hours so far."""
    row = queries.get_session(session(), uuid)
    found = queries.get_here(session(), actor(), row.id)
    hers = [one.id for one in list_of_participant(session(), actor().participant_id or 0)]
    minutes = minutes_by_enrolment(session(), hers)[found.enrolment_id]
    return page("check_in/here.html", offering_session=row, here=found, minutes=minutes)


def _screen_of(row: OfferingSession) -> dict[str, Any]:
    """What a screen shows: a number of people and no name."""
    now = clock.now()
    shown = rules.code_at(settings().secret_key.encode(), row.uuid, now)
    link = f"{settings().base_url}{url_for('check_in.show', code=shown)}"
    return {
        "is_open": rules.is_open(row.starts_at, row.ends_at, now) and not row.is_cancelled,
        "is_over": now > row.ends_at or row.is_cancelled,
        "opens": rules.opens_at(row.starts_at),
        "code": shown,
        "qr": _qr(link),
        "type_at": f"{settings().base_url}{url_for('check_in.type_code')}".partition("://")[2],
        "next_in": rules.next_code_in(now),
        "came": queries.count_checked_in(session(), row.id),
    }


def _session_of_kiosk(token: str) -> OfferingSession | None:
    found = links.find(session(), token, Purpose.KIOSK)
    if found is None:
        return None
    try:
        row = queries.get_session(session(), found.row)
        return queries.now_or_next(session(), row, clock.now())
    except NotFound:
        return None


def _take_card(row: OfferingSession, form: forms.ScanForm) -> rules.CheckInOutcome | None:
    """Write down whose card it is, if the kiosk is open; the page says if it isn't."""
    if not rules.is_open(row.starts_at, row.ends_at, clock.now()) or row.is_cancelled:
        return None
    for token in rules.card_tokens((form.card.data or "")[-_LONGEST_CARD:]):
        if key := find_key(session(), token):
            her = actor_by(session(), key)
            with reading_as(session(), her):
                return commands.check_in(session(), her, row)
    return rules.CheckInOutcome.UNKNOWN_CARD


def _check_in(session_uuid: UUID, at: datetime) -> Response:
    row = queries.get_session(session(), session_uuid)
    commands.check_in(session(), actor(), row, at=at)
    forget_way_back()
    return told_to_nobody(see_other("check_in.here", uuid=row.uuid))


def _judge(typed: str, at: datetime) -> rules.Judgement:
    """Look a code up; who tries too many wrong ones must wait."""
    throttle, name = _wrong_from_address, address()
    if actor().is_participant:  # nobody else in the room can use up her tries
        throttle, name = _wrong_of_her, str(actor().participant_id)
    throttle.check(name)
    judged = queries.judge_code(session(), actor(), settings().secret_key.encode(), typed, at)
    if judged.verdict is not rules.Verdict.ACCEPTED:
        throttle.count(name)
    return judged


def _words_of(judged: rules.Judgement) -> str:
    about = judged.about
    if judged.verdict is rules.Verdict.TOO_EARLY and about:
        time = clock_time(rules.opens_at(about.starts_at))
        return _("You are early. You can check in from %(time)s.", time=time)
    if judged.verdict is rules.Verdict.OVER and about:
        return _("This code is of %(moment)s. That is over.", moment=moment(about.starts_at))
    return label(judged.verdict)


def _qr(link: str) -> Markup:
    return Markup(qr_svg(link, border=3, light="#fff"))
