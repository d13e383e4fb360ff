"""A browser in which somebody is signed in: a row that ends, and that its cookie only points at."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, ColumnElement, Index, String, delete, false, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.actor import Actor
from portal.core.base import Addressed, Base
from portal.core.guard import Guarded
from portal.core.types import RowId

STAFF, CARD = "staff", "card"
# How long one lasts from the last look, and from its beginning.
IDLE = {STAFF: timedelta(hours=12), CARD: timedelta(days=60)}
LONGEST = {STAFF: timedelta(days=7), CARD: timedelta(days=365)}
SEEN_EVERY = timedelta(minutes=5)
_KEPT = timedelta(days=30)

_BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
    "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows",
    "CrOS": "ChromeOS", "Mac OS X": "Mac", "Linux": "Linux",
}  # fmt: skip


class BrowserSession(Addressed, Guarded, Base):
    """Who is signed in in one browser, since when, and with which keys.

    `subject_id` is a user or a participant, by `kind`. `keys` are a participant's, by id:
    what they open is asked of them each time. Of the cookie's token only the hash is kept.
    """

    __tablename__ = "browser_session"
    __table_args__ = (Index("ix_browser_session_subject", "kind", "subject_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[int] = mapped_column(RowId)
    version: Mapped[int]  # of her password or card; a newer one ends this
    keys: Mapped[list[int]] = mapped_column(JSON, default=list)
    organisation_id: Mapped[int | None]  # the one that she chose to work for
    device: Mapped[str] = mapped_column(String(40), default="")
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        """Nobody's: `signing_in` asks as the house, and says whose it wants."""
        return false()


def is_over(kind: str, begun_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session that nobody ended is over; one of the future is.

    A last look in the future comes from a clock that was wrong, and ends nothing.
    """
    return (
        begun_at > now + clock.CLOCKS_DIFFER
        or now - begun_at >= LONGEST[kind]
        or now - seen_at >= IDLE[kind]
    )


def device_of(user_agent: str) -> str:
    """A browser and a system in words, "Firefox, Windows"; "" when neither is known."""
    browser = next((name for part, name in _BROWSERS.items() if f"{part}/" in user_agent), "")
    system = next((name for part, name in _SYSTEMS.items() if part in user_agent), "")
    return ", ".join(filter(None, (browser, system)))


def forget_old_sessions(session: Session) -> None:
    """Take out what ended, or was last seen, long ago; a job of the worker."""
    row = BrowserSession
    before = clock.now() - _KEPT
    session.execute(
        delete(row).where(or_(row.ended_at < before, row.seen_at < before - max(IDLE.values())))
    )
