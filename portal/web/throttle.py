"""How often somebody may try: counted in the database, so that all workers count together."""

import hashlib
from datetime import datetime, timedelta
from ipaddress import ip_network

from flask import request
from sqlalchemy import String, case, delete, literal, or_
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import TooManyRequests

from portal.core import Base, clock, insert_into
from portal.web import known
from portal.web.current import session
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
        row = session().get(ThrottleCount, self._key(name))
        passed = clock.now() - row.since if row is not None else self.within
        is_used_up = row is not None and row.count >= self.most
        is_held = is_used_up and -clock.CLOCKS_DIFFER <= passed < self.within
        return self.within - passed if is_held else None

    def count(self, name: str) -> None:
        """Count one try, whatever becomes of this request."""
        afterwards(lambda session: self._count(session, name), joins=True)

    def forget(self, name: str) -> None:
        """Begin again at nothing, after a success."""
        session().execute(delete(ThrottleCount).where(ThrottleCount.key == self._key(name)))

    def _count(self, session: Session, name: str) -> None:
        """One statement, so that tries at the same moment are all counted."""
        now, since = clock.now(), ThrottleCount.since
        # Who asked a moment earlier may count a moment later: that is no clock that was wrong.
        is_over = or_(since <= now - self.within, since > now + clock.CLOCKS_DIFFER)
        begun = literal(now, ThrottleCount.since.type)
        session.execute(
            insert_into(session, ThrottleCount)
            .values(key=self._key(name), since=now, count=1)
            .on_conflict_do_update(
                index_elements=[ThrottleCount.key],
                set_={
                    "since": case((is_over, begun), else_=since),
                    "count": case((is_over, 1), else_=ThrottleCount.count + 1),
                },
            )
        )

    def _key(self, name: str) -> str:
        return hashlib.sha256(f"{self.what}|{name.lower()}".encode()).hexdigest()


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
    given = request.remote_addr or ""
    try:
        return str(ip_network((given, 64), strict=False)) if ":" in given else given
    except ValueError:
        return given


def forget_old_counts(session: Session) -> None:
    """Take out counts that nobody looks at again; a job of the worker."""
    now, since = clock.now(), ThrottleCount.since
    session.execute(delete(ThrottleCount).where(or_(since < now - _KEPT, since > now + _KEPT)))
