"""Links that open one thing each, for whoever holds them, while they are of use.

A link's secret exists in the letter and nowhere else. A message that waits names what its link
will open; the worker makes the link when it hands the letter over, and keeps only a hash. So
neither the database nor the keys of this installation make one, whoever copies them.
"""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, String, Uuid, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.base import Base, Numbered, enum_column
from portal.core.tokens import hash_of, new_token

_HOUR, _YEAR = timedelta(hours=1), timedelta(days=365)


class Purpose(StrEnum):
    """What a link is for; a link for one thing is none for another."""

    ENROLMENT = "enrolment"  # the participant's answers about one enrolment
    REMINDERS = "reminders"  # no reminders any more
    RESET = "reset"  # a user's new password
    INVITATION = "invitation"  # to join a team
    SIGN_IN = "sign_in"  # a participant's own page
    SEARCH = "search"  # a search that is kept: yes, or no more
    PROFILE = "profile"  # to read what she shows of herself; she hands it over
    AFTERCARE = "aftercare"  # how it goes where she went on to
    WORK = "work"  # the same at work where she was introduced
    PEOPLE = "people"  # a list of whom one's organisation referred; for who made it alone
    KIOSK = "kiosk"  # a tablet that takes cards at one session; no message holds it


LASTS = {
    Purpose.ENROLMENT: _YEAR,
    Purpose.REMINDERS: _YEAR,
    Purpose.RESET: _HOUR,
    Purpose.INVITATION: _YEAR,
    Purpose.SIGN_IN: _HOUR / 4,
    Purpose.SEARCH: _YEAR,
    Purpose.PROFILE: timedelta(days=91),  # at most; what it shows says until when
    Purpose.AFTERCARE: timedelta(days=28),
    Purpose.WORK: timedelta(days=28),
    Purpose.PEOPLE: _HOUR,
    Purpose.KIOSK: timedelta(days=2),
}


class Link(Numbered, Base):
    """What a link that was handed out opens; the secret itself is kept nowhere.

    `contact_hash` says to which number or address it went, to whoever has the link.
    """

    __tablename__ = "link"
    __table_args__ = (Index("ix_link_purpose_row", "purpose", "row"),)

    purpose: Mapped[Purpose] = enum_column(Purpose)
    row: Mapped[uuid.UUID] = mapped_column(Uuid)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    contact_hash: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    def is_for(self, contact: str, token: str) -> bool:
        """Whether the link went to this contact, or to nobody in particular."""
        return self.contact_hash in ("", _contact_hash(contact, token))


def make(purpose: Purpose, row: uuid.UUID, contact: str = "") -> tuple[str, Link]:
    """Make a link, as (secret, what is kept), of use while `contact` reaches her."""
    token = new_token(16)  # 22 letters: nobody guesses them, and they fit in an SMS
    return token, Link(
        purpose=purpose,
        row=row,
        token_hash=hash_of(token),
        contact_hash=_contact_hash(contact, token) if contact else "",
        expires_at=clock.now() + LASTS[purpose],
    )


def find(session: Session, token: str, *purposes: Purpose, lock: bool = False) -> Link | None:
    """Find the link with this secret, for one of these, unused, in time."""
    query = select(Link).where(
        Link.token_hash == hash_of(token),
        Link.purpose.in_(purposes),
        Link.used_at.is_(None),
        Link.expires_at > clock.now(),
    )
    if lock:
        query = query.with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def end(session: Session, purpose: Purpose, row: uuid.UUID) -> None:
    """Let all links to this be used up, those that are under way too."""
    statement = update(Link).where(Link.purpose == purpose, Link.row == row, Link.used_at.is_(None))
    session.execute(statement.values(used_at=clock.now()))


def forget_old_links(session: Session) -> None:
    """Take out links whose time is over; a job of the worker."""
    session.execute(delete(Link).where(Link.expires_at < clock.now()))


def _contact_hash(contact: str, token: str) -> str:
    """With the secret in it, so that who has only the hash can't try all telephone numbers."""
    return hash_of(f"{token}|{contact}")
