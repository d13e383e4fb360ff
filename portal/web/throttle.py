"""How often somebody may try: counted in the database, so that all workers count together."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import String, case, delete, literal
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import TooManyRequests

from portal.core import clock
from portal.core.base import Base
from portal.core.database import insert_into
from portal.web.current import session
from portal.web.transaction import afterwards


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
        row = session().get(ThrottleCount, self._key(name))
        if row is not None and row.count >= self.most and clock.now() < row.since + self.within:
            left = row.since + self.within - clock.now()
            raise TooManyRequests(retry_after=int(left.total_seconds()) + 1)

    def count(self, name: str) -> None:
        """Count one try, whatever becomes of this request."""
        afterwards(lambda session: self._count(session, name))

    def forget(self, name: str) -> None:
        """Begin again at nothing, after a success."""
        session().execute(delete(ThrottleCount).where(ThrottleCount.key == self._key(name)))

    def _count(self, session: Session, name: str) -> None:
        """One statement, so that tries at the same moment are all counted."""
        now = clock.now()
        is_over = ThrottleCount.since <= now - self.within
        begun = literal(now, ThrottleCount.since.type)
        session.execute(
            insert_into(session, ThrottleCount)
            .values(key=self._key(name), since=now, count=1)
            .on_conflict_do_update(
                index_elements=[ThrottleCount.key],
                set_={
                    "since": case((is_over, begun), else_=ThrottleCount.since),
                    "count": case((is_over, 1), else_=ThrottleCount.count + 1),
                },
            )
        )

    def _key(self, name: str) -> str:
        return hashlib.sha256(f"{self.what}|{name.lower()}".encode()).hexdigest()


def address() -> str:
    """Where this request comes from, as the outermost proxy of ours saw it."""
    return request.remote_addr or ""
