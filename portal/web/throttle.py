"""How often somebody may try, or send in our name: counted in the database, for all workers."""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_network

from flask import Flask, g, request
from sqlalchemy import Insert, Select, String, bindparam, case, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import TooManyRequests

from portal.core import Base, asks_rows, clock, insert_into
from portal.extensions import db
from portal.web import known
from portal.web.current import actor, session
from portal.web.transaction import afterwards

_KEPT = timedelta(days=2)  # more than any limit looks back


class ThrottleCount(Base):
    """How often something happened since `since`; names are hashed, no address is kept."""

    __tablename__ = "throttle_count"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]


class Throttle:
    """At most `most` times in `within` for one name (an address, an e-mail)."""

    def __init__(self, what: str, most: int, within: timedelta) -> None:
        self.what = what
        self.most = most
        self.within = within

    def check(self, name: str) -> None:
        """Answer 429 when `name` has used up its tries."""
        if left := self.left(name):
            raise TooManyRequests(retry_after=int(left.total_seconds()) + 1)

    def left(self, name: str) -> timedelta | None:
        """Say how long `name`, who has used up its tries, waits; else None.

        What was counted in the future, when a clock was wrong, holds nobody up.
        """
        for since, count in _counted(session(), self._key(name)):
            passed = clock.now() - since
            if count >= self.most and -clock.CLOCKS_DIFFER <= passed < self.within:
                return self.within - passed
        return None

    def count(self, name: str) -> None:
        """Count one try, whatever becomes of this request."""
        afterwards(lambda session: self._count(session, name), joins=True)

    def forget(self, name: str) -> None:
        """Begin again at nothing, after a success."""
        session().execute(delete(ThrottleCount).where(ThrottleCount.key == self._key(name)))

    def _count(self, session: Session, name: str) -> None:
        """One statement, so that tries at the same moment are all counted."""
        now = clock.now()
        # Who asked a moment earlier may count a moment later: that is no clock that was wrong.
        over = {"before": now - self.within, "after": now + clock.CLOCKS_DIFFER}
        add = _adding(session.get_bind().dialect.name)
        session.connection().execute(add, {"name": self._key(name), "now": now, **over})

    def _key(self, name: str) -> str:
        return hashlib.sha256(f"{self.what}|{name.lower()}".encode()).hexdigest()


@asks_rows
def _counted(key: str) -> Select[datetime, int]:
    return select(ThrottleCount.since, ThrottleCount.count).where(ThrottleCount.key == key)


@cache
def _adding(_dialect: str) -> Insert:
    """Begin to count, or count on: made once for a database, as every form counts."""
    since, now = ThrottleCount.since, bindparam("now", type_=ThrottleCount.since.type)
    is_over = or_(since <= bindparam("before"), since > bindparam("after"))
    add = insert_into(session(), ThrottleCount)
    return add.values(key=bindparam("name"), since=now, count=1).on_conflict_do_update(
        index_elements=[ThrottleCount.key],
        set_={
            "since": case((is_over, now), else_=since),
            "count": case((is_over, 1), else_=ThrottleCount.count + 1),
        },
    )


class Guesses:
    """Wrong tries at what only one person knows: they slow down who guesses, never her.

    Where she signed in before, only the wrong tries made there count. Elsewhere they count for her
    name and the address together, and for the address. Against many addresses at once there is a
    last limit for the name: then she comes in where she did before, or by a link to her mailbox.
    """

    def __init__(self, what: str) -> None:
        quarter = timedelta(minutes=15)
        self._in_browser = Throttle(f"{what} browser", 10, quarter)
        self._for_name_here = Throttle(f"{what} pair", 10, quarter)
        self._from_address = Throttle(f"{what} address", 100, quarter)
        self._for_name = Throttle(f"{what} name", 300, timedelta(hours=1))

    def check(self, name: str) -> None:
        """Answer 429 when this browser, or whoever is at this address, guessed too often."""
        for throttle, of in self._counts(name):
            throttle.check(of)

    def count(self, name: str) -> None:
        """Count one wrong try, whatever becomes of this request."""
        for throttle, of in self._counts(name):
            throttle.count(of)

    def forget(self, name: str) -> None:
        """Begin again at nothing here, after a good one; what others tried elsewhere stays."""
        throttle, of = self._counts(name)[0]
        throttle.forget(of)

    def _counts(self, name: str) -> list[tuple[Throttle, str]]:
        browser = known.browser_of(name)
        if browser is not None:
            return [(self._in_browser, f"{browser}|{name}")]
        return [
            (self._for_name_here, f"{address()}|{name}"),
            (self._from_address, address()),
            (self._for_name, name),
        ]


def address() -> str:
    """Where this request comes from; one house's addresses are one (IPv6: /64)."""
    return _beside(32)


def address_range() -> str:
    """The addresses that one sender easily has: a /24, or a /64 of IPv6."""
    return _beside(24)


def _beside(bits: int) -> str:
    given = request.remote_addr or ""
    try:
        return str(ip_network((given, 64 if ":" in given else bits), strict=False))
    except ValueError:
        return given


def forget_old_counts(session: Session) -> None:
    """Take out counts that nobody looks at again; a job of the worker."""
    now, since = clock.now(), ThrottleCount.since
    session.execute(delete(ThrottleCount).where(or_(since < now - _KEPT, since > now + _KEPT)))


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_by_staff = Throttle("sends: staff", 600, _HOUR)
_by_participant = Throttle("sends: participant", 60, _HOUR)
_from_range = Throttle("sends: range", 2000, _HOUR)  # many telephones share one
_to_reader = Throttle("sends: reader", 20, _HOUR)


class Sending:
    """How often a day a sender (an organisation is one) may send to typed addresses.

    Besides, `notices.commands.tell` asks before it puts anything in the outbox, so no form can be
    left out: per sender, per reader and per range of addresses. Who takes part has a limit a day
    of her own (decision 20), which holds a message up and refuses nobody what she does.
    """

    def __init__(self, what: str, *, by_one: int, from_range: int, to_one: int = 0) -> None:
        self._by_one = Throttle(f"{what}: sender", by_one, _DAY)
        self._from_range = Throttle(f"{what}: range", from_range, _DAY)
        self._to_one = Throttle(f"{what}: reader", to_one, _DAY)

    def take(self, to: str = "") -> None:
        """Count one that goes `to` an address; 429 when there were enough."""
        who = actor()
        sender = str(who.organisation_id or who.participant_id or address_range())
        counts = [(self._by_one, sender), (self._from_range, address_range())]
        if to:
            counts.append((self._to_one, to))
        for throttle, name in counts:
            throttle.check(name)
        for throttle, name in counts:
            throttle.count(name)


def init_app(app: Flask) -> None:
    """Have each request's session ask before it tells anybody anything."""
    app.before_request(lambda: db.session().info.__setitem__("before_telling", _take))


def _take(participant_id: int | None, to: str) -> None:
    who = actor()
    counts = []
    if not g.get("is_sending"):  # one tap may tell a whole group, and is one
        g.is_sending = True
        if who.is_participant:
            counts.append((_by_participant, str(who.participant_id)))
        elif who.is_staff:
            counts.append((_by_staff, str(who.user_id)))
        counts.append((_from_range, address_range()))
    if participant_id is None:
        counts.append((_to_reader, to))
    with db.session().no_autoflush:  # what is told of may be half made
        for throttle, name in counts:
            throttle.check(name)
            throttle.count(name)
