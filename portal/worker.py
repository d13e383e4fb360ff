"""The worker: delivers letters and does the jobs that come due, until it is told to stop."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from portal.assessments import jobs as assessments
from portal.attendance.jobs import freshen, remind
from portal.calls.commands import forget_answers
from portal.core import HOUSE, clock, set_actor
from portal.core.browser_session import forget_old_sessions
from portal.core.database import learn_sizes
from portal.core.links import forget_old_links
from portal.duplicates.commands import forget, gather
from portal.enrolments import jobs as enrolments
from portal.extensions import db
from portal.feeds.commands import complete as complete_feeds, number_what_is_over
from portal.finding.commands import complete_index
from portal.impact.jobs import forget_sheets, forget_words
from portal.imports import jobs as imports
from portal.introductions.jobs import keep_going
from portal.notices import commands
from portal.notices.jobs.delivery import Delivery, Post
from portal.notices.jobs.transport import (
    SmsTransport,
    Transport,
    sender_for,
    sms_transport_for,
    transport_for,
)
from portal.participants.commands import forget_earlier_contacts
from portal.participants.commands.sign_in_links import forget_unused
from portal.participants.queries import recipients
from portal.progress.jobs import ask_how_it_goes
from portal.recognition.commands.log import keep as keep_log
from portal.recognition.jobs import print_reports
from portal.recognition.pages.files import draw_paper
from portal.referrals.jobs import follow
from portal.schedule.commands import extend_open_series
from portal.schedule.jobs import ask_to_confirm, publish_due
from portal.searches.commands import forget as forget_searches
from portal.searches.jobs import tell_of_new
from portal.web.current import settings
from portal.web.kept_form import forget_old_forms
from portal.web.once import forget_old_keys
from portal.web.signing import keys
from portal.web.throttle import forget_old_counts
from portal.work_places.jobs import ask_whether_work_is_there

_LEAP = 30  # seconds that the clock may be set at once, as time servers do
_STEADY = 300  # seconds to wait after a leap; who set it wrong sets it right
_PAUSE = 3  # seconds between looks at the outbox
_MOMENT = 0.5  # seconds to wait for letters under way before looking at other things
_GOODBYE = 5  # seconds for letters under way when asked to stop

_AT_ONCE, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Job:
    """What keeps the house in order, and how often; harmless to repeat."""

    every: timedelta
    do: Callable[[Session], object]

    def round(self, moment: datetime) -> int:
        """Which minute or hour a moment lies in, counted from the beginning."""
        return int(moment.timestamp() // self.every.total_seconds())


JOBS = (
    Job(_DAY, learn_sizes),
    Job(_MINUTE, lambda session: keep_log(session, keys, settings().base_url)),
    Job(_HOUR, lambda session: print_reports(session, keys, settings().base_url, draw_paper)),
    Job(_MINUTE, publish_due),
    Job(_HOUR, ask_to_confirm),
    Job(_HOUR, ask_whether_work_is_there),
    Job(_HOUR, lambda session: extend_open_series(session, HOUSE, clock.today())),
    Job(_HOUR, complete_index),
    Job(_HOUR, complete_feeds),
    Job(_MINUTE, number_what_is_over),
    Job(_HOUR, forget_old_keys),
    Job(_DAY, forget_answers),
    Job(_HOUR, forget_old_links),
    Job(_HOUR, forget_unused),
    Job(_HOUR, forget_old_sessions),
    Job(_HOUR, forget_old_forms),
    Job(_HOUR, forget_old_counts),
    Job(_MINUTE, commands.lapse_overdue),
    Job(_HOUR, remind),
    Job(_HOUR, assessments.remind),
    Job(_HOUR, ask_how_it_goes),
    Job(_HOUR, keep_going),
    Job(_HOUR, forget_earlier_contacts),
    Job(_HOUR, commands.forget_words),
    Job(_HOUR, commands.forget_people),
    Job(_MINUTE, enrolments.lapse_offers),
    Job(_MINUTE, enrolments.fill_lines),
    Job(_MINUTE, enrolments.answer_where_it_stopped),
    Job(_HOUR, enrolments.keep_promises),
    Job(_MINUTE, follow),
    Job(_HOUR, gather),
    Job(_HOUR, forget),
    Job(_HOUR, tell_of_new),
    Job(_HOUR, forget_searches),
    Job(_AT_ONCE, imports.carry_on),  # somebody looks at how far it is
    Job(_HOUR, imports.forget),
    Job(_HOUR, forget_sheets),
    Job(_HOUR, forget_words),
)


class TrustedClock:
    """Says whether the clock may decide deadlines: not just after a leap.

    A clock that is wrong for a minute would send reminders, take back places and forget what is
    kept, and none of that can be undone. The machine's own count of seconds never leaps.
    """

    def __init__(self) -> None:
        self._apart = self._now_apart()
        self._steady_at = 0.0

    def look(self) -> bool:
        """Compare the two, as often as the outbox; report a leap."""
        apart = self._now_apart()
        leapt, self._apart = apart - self._apart, apart
        if abs(leapt) > _LEAP:
            self._steady_at = time.monotonic() + _STEADY
            current_app.logger.error(
                "the clock leapt %+.0f s: nothing is sent or decided for %d s", leapt, _STEADY
            )
        return time.monotonic() >= self._steady_at

    @staticmethod
    def _now_apart() -> float:
        return clock.now().timestamp() - time.monotonic()


def run(*, once: bool) -> None:
    """Work until SIGTERM or Ctrl-C, or only what is due now."""
    if once:
        do_jobs()
        deliver_due()
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    delivery = _delivery()
    last_jobs = datetime.fromtimestamp(0, UTC)
    trusted = TrustedClock()
    while not stop.is_set():
        if not trusted.look():
            stop.wait(_PAUSE)
            continue
        try:
            before, last_jobs = last_jobs, clock.now()
            do_jobs(before)
            claim(delivery)
            while delivery.go_on(_MOMENT) and not stop.is_set():
                claim(delivery)
        except Exception:  # a database that is away for a moment must not end the worker
            current_app.logger.exception("the worker stumbled and tries again")
            db.session.remove()
            stop.wait(_PAUSE * 5)
        stop.wait(_PAUSE if delivery.is_empty else 0)
    delivery.put_back()
    delivery.go_on(_GOODBYE)


def do_jobs(last: datetime | None = None) -> None:
    """Do jobs begun since `last`, or all, each in its transaction, failing alone."""
    now = clock.now()
    for job in JOBS:
        if last is not None and job.round(last) == job.round(now):
            continue
        try:
            job.do(_session())
            db.session.commit()
        except Exception:
            current_app.logger.exception("a job failed and is tried again next time")
            db.session.remove()


def deliver_due(transport: Transport | None = None, sms: SmsTransport | None = None) -> int:
    """Send a round's due letters, to the end; returns how many were tried."""
    delivery = _delivery(transport, sms)
    claim(delivery)
    tried = 0
    while not delivery.is_idle:
        tried += delivery.go_on(_MOMENT)
    return tried


def claim(delivery: Delivery) -> None:
    """Take letters that are due, when none wait for their turn any more."""
    if not delivery.is_empty:
        return
    with Session(db.engine, expire_on_commit=False) as session:
        set_actor(session, HOUSE)
        letters = commands.claim_letters(session, recipients, freshen)
        session.commit()
    delivery.take_in(letters)


def _delivery(transport: Transport | None = None, sms: SmsTransport | None = None) -> Delivery:
    chosen = settings()
    post = Post(
        mail=transport or transport_for(chosen.mail_url, chosen.outbox),
        sms=sms or sms_transport_for(chosen.sms_url, chosen.outbox),
        sender=sender_for(chosen.mail_url, chosen.base_url),
    )
    return Delivery(post, chosen.base_url)


def _session() -> Session:
    session = db.session()
    session.info["read_only"] = False
    set_actor(session, HOUSE)
    return session
