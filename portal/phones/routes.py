"""What a phone sends, asks and keeps: events, registers, and what opens them without a signal."""

import hmac
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask import jsonify, request, url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from portal.attendance.queries.registers import list_registers
from portal.core import Conflict, NotFound, Permission, RuleBroken, clock
from portal.core.canonical import parsed
from portal.phones.commands import Became, Result, take_in
from portal.phones.forms import MOST_EVENTS, event_of, moment_of
from portal.phones.queries import state_of
from portal.phones.rules import Event
from portal.web import home_screen
from portal.web.home_screen import whose_page
from portal.web.layout import static_url
from portal.web.transaction import writing
from portal.web.view import ANYONE, UUID, Response, Room, _, actor, page, session, settings

room = Room("phones", __name__)
_NAMES_STAY = timedelta(hours=24)  # on a phone
_DAY = timedelta(days=1)
_FILES = (
    "img/favicon.svg",
    "img/icons.svg",
    "css/tokens.css",
    "css/site.css",
    "css/work.css",
    "css/nlds-bridge.css",
    "js/app.js",
)


@room.button(
    "/registers/events", allow=Permission.RECORD_ATTENDANCE, is_json=True, reads_first=True
)
def take_events() -> Response:
    """Keep what was tapped; say what became of each, and how the registers are now."""
    sent = _body()
    if not hmac.compare_digest(str(sent.get("user")).encode(), whose_page().encode()):
        raise Conflict()
    raw = sent.get("events")
    if not isinstance(raw, list):
        raise BadRequest()
    if len(raw) > MOST_EVENTS:
        raise RequestEntityTooLarge()
    read = [_read(one) for one in raw]
    events = [one for one in read if isinstance(one, Event)]
    sent_at = moment_of(sent.get("sent_at"))  # without it a phone's clock can't be put right
    taken = iter(_take_in(events, sent_at) if events else ())
    results = [next(taken) if isinstance(one, Event) else one for one in read]
    return jsonify(
        results=[_answer(one, result) for one, result in zip(raw, results, strict=True)],
        registers=_states({event.session for event in events}),
    )


@room.door("/registers/<uuid:uuid>/state.json", allow=Permission.RECORD_ATTENDANCE, is_json=True)
def state(uuid: UUID) -> Response:
    """One register as it is; 304 for who has it already."""
    response = jsonify(state_of(session(), actor(), uuid))
    response.add_etag()
    return response.make_conditional(request)


@room.door("/registers/offline.json", allow=Permission.RECORD_ATTENDANCE, is_json=True)
def offline() -> Response:
    """What a phone keeps to go on without a signal: today's and tomorrow's registers."""
    today = clock.today()
    lines = list_registers(session(), actor(), today, today + _DAY)
    return jsonify(
        user=whose_page(),
        csrf=generate_csrf(),
        now=clock.now().isoformat(),
        until=(clock.now() + _NAMES_STAY).isoformat(),
        pages=[
            url_for("attendance.registers"),
            *(url_for("attendance.register", uuid=line.at.uuid) for line in lines),
        ],
        assets=[*map(static_url, _FILES), *filter(None, [settings().theme])],
    )


def _body() -> dict[str, Any]:
    try:
        body = parsed(request.get_data())
    except ValueError:
        raise BadRequest() from None
    if not isinstance(body, dict):
        raise BadRequest()
    return body


def _read(raw: object) -> Event | Result:
    try:
        return event_of(raw)
    except RuleBroken as broken:
        return Result(Became.REJECTED, broken.message, broken.values)


def _take_in(events: Sequence[Event], sent_at: datetime | None) -> list[Result]:
    """Again with more care, where one was sent before, or to another register at this moment."""
    for are_new in (True, False):
        with suppress(IntegrityError), writing() as own:
            return take_in(own, actor(), events, sent_at, are_new=are_new)
    with writing() as own:
        return take_in(own, actor(), events, sent_at)


def _answer(raw: object, result: Result) -> dict[str, Any]:
    sent_id = raw.get("id") if isinstance(raw, dict) else None
    answer = {"id": sent_id if isinstance(sent_id, str) else None, "status": result.status.value}
    if result.message:
        answer["message"] = _(result.message).format(**result.values)
    return answer


def _states(keys: set[UUID]) -> dict[str, Any]:
    found = {}
    for key in keys:
        with suppress(NotFound):
            found[str(key)] = state_of(session(), actor(), key)
    return found


@room.door("/registers/sw.js", allow=ANYONE)
def worker() -> Response:
    """The service worker."""
    return home_screen.worker_of("/registers", "register-sw.js")


@room.door("/registers/not-here", allow=ANYONE)
def not_here() -> Response:
    """Show, without a signal, what stands for a page not kept on the phone."""
    return page("phones/not_here.html")


@room.door("/registers/app.webmanifest", allow=ANYONE)
def app() -> Response:
    """How the registers stand on a home screen."""
    return home_screen.app_at("/registers", _("Registers, Warm Werkt"), _("Registers"))
