"""Handing letters to whoever carries them, side by side, and writing down what became of each."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from flask import current_app

from portal.core import HOUSE, Session, clock, set_actor
from portal.extensions import db
from portal.notices import commands
from portal.notices.jobs.transport import SmsTransport, Transport
from portal.notices.models import Notice
from portal.notices.pages import letter, text_message
from portal.notices.rules import LEASE, Channel, contact_of
from portal.notices.rules.outcome import NotNow, Refused
from portal.web.links import minting

_AWAY = 30.0  # seconds for which a carrier that is away is left alone
_LANES, _MOST = 8, 64  # letters under way that are quick, and in all
_SLOW = 5.0  # seconds after which a letter makes way for the next
_LASTS = {Channel.EMAIL: timedelta(minutes=45), Channel.SMS: LEASE}  # longer than any carrier may

Send = Callable[[], str]


@dataclass(frozen=True)
class Post:
    """The carriers of this house, and the address that its letters come from."""

    mail: Transport
    sms: SmsTransport
    sender: str

    def pack(self, session: Session, notices: list[Notice]) -> Send:
        """Make a letter with its links, within a request; returns what hands it over."""
        first = notices[0]
        minted = minting(contact_of(first.channel, first.address))
        if first.channel is Channel.SMS:
            send = partial(self.sms.send, first.address, text_message(notices), str(first.letter))
        else:
            send = partial(self._mail, letter(notices, self.sender))
        session.add_all(minted.links)
        return send

    def _mail(self, message: EmailMessage) -> str:
        self.mail.send(message)
        return ""


@dataclass
class _UnderWay:
    notices: list[Notice]
    since: float


class Delivery:
    """Letters that wait for their turn and letters under way; each fails alone.

    A carrier is spoken to in a thread of its own, everything else happens in ours: no transaction
    is open while one is slow. A slow one makes way, so that it holds up no other. Until a carrier
    took something, one letter at a time finds out whether it is there.
    """

    def __init__(self, post: Post, base_url: str) -> None:
        self._post = post
        self._base_url = base_url
        self._line: deque[list[Notice]] = deque()
        self._until = clock.now()
        self._under_way: dict[int, _UnderWay] = {}
        self._done: SimpleQueue[tuple[int, str, BaseException | None]] = SimpleQueue()
        self._is_there: set[Channel] = set()
        self._away_until: dict[Channel, float] = {}

    @property
    def is_empty(self) -> bool:
        return not self._line

    @property
    def is_idle(self) -> bool:
        return not self._line and not self._under_way

    def take_in(self, letters: list[list[Notice]]) -> None:
        """Letters that were claimed just now."""
        self._line.extend(letters)
        self._until = clock.now() + LEASE / 2

    def go_on(self, patience: float) -> int:
        """Start what has room and note what is done; returns how many started."""
        started = self._start_all()
        try:
            found = self._done.get(timeout=patience if self._under_way else 0)
            while True:
                self._note(*found)
                found = self._done.get_nowait()
        except Empty:
            return started

    def put_back(self) -> None:
        """Leave what was not started to a later round."""
        while self._line:
            self._put_back(self._line.popleft(), 0)

    def _start_all(self) -> int:
        started = 0
        for _ in range(len(self._line)):
            notices = self._line.popleft()
            channel = notices[0].channel
            left = self._away_until.get(channel, 0) - monotonic()
            if left > 0 or clock.now() > self._until:
                self._put_back(notices, max(left, 0))
            elif self._has_room(channel):
                self._start(notices)
                started += 1
            else:
                self._line.append(notices)
        return started

    def _has_room(self, channel: Channel) -> bool:
        young = [one for one in self._under_way.values() if one.since > monotonic() - _SLOW]
        hers = [one for one in young if one.notices[0].channel is channel]
        lanes = _LANES if channel in self._is_there else 1
        return len(hers) < lanes and len(self._under_way) < _MOST

    def _start(self, notices: list[Notice]) -> None:
        name = notices[0].id
        with _keeping(notices) as session:
            for notice in notices:
                notice.not_before = clock.now() + _LASTS[notice.channel]
            try:
                with current_app.test_request_context(base_url=self._base_url):
                    send = self._post.pack(session, notices)
            except Refused as error:
                commands.give_up(notices, str(error))
                return
            except Exception:
                current_app.logger.exception("a letter can't be made: %s", notices[0].kind)
                commands.note_failure(notices, "template")
                return
        self._under_way[name] = _UnderWay(notices, monotonic())
        Thread(target=self._carry, args=(name, send), daemon=True).start()

    def _carry(self, name: int, send: Send) -> None:
        try:
            self._done.put((name, send(), None))
        except BaseException as error:
            self._done.put((name, "", error))

    def _note(self, name: int, gateway_id: str, error: BaseException | None) -> None:
        """Write down what became of a letter; of an error only what holds no address."""
        notices = self._under_way.pop(name).notices
        channel = notices[0].channel
        if error is not None and not isinstance(error, Exception):
            raise error
        with _keeping(notices):
            match error:
                case None:
                    commands.confirm_sent(notices, gateway_id)
                case Refused():
                    commands.give_up(notices, str(error))
                case NotNow():
                    commands.note_failure(notices, error.reason, wait=error.wait)
                case _:
                    commands.note_failure(notices, type(error).__name__)
        if isinstance(error, NotNow) and error.is_away:
            self._is_there.discard(channel)
            self._away_until[channel] = monotonic() + max(error.wait, _AWAY)
        else:
            self._is_there.add(channel)

    def _put_back(self, notices: list[Notice], wait: float) -> None:
        with _keeping(notices):
            commands.put_back(notices, wait)


@contextmanager
def _keeping(notices: list[Notice]) -> Iterator[Session]:
    """Change notices in a short transaction; what was read of them stays known afterwards."""
    with Session(db.engine, expire_on_commit=False) as session:
        set_actor(session, HOUSE)
        session.add_all(notices)
        yield session
        session.commit()
