"""Links as a letter would hold them."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session, object_session

from portal.core import links
from portal.core.links import Purpose
from portal.core.tokens import hash_of
from portal.notices.models import Notice
from portal.notices.rules import contact_of

_ABOUT = {
    Purpose.RESET: "user", Purpose.INVITATION: "invitation", Purpose.ENROLMENT: "enrolment",
    Purpose.AFTERCARE: "aftercare", Purpose.WORK: "work",
}  # fmt: skip


def link_to(row: Any, purpose: Purpose, contact: str = "", token: str | None = None) -> str:
    """The secret of a new link to a row, tied to a contact if one is given; not committed."""
    made, link = links.make(purpose, row.uuid, contact)
    if token is not None:  # to be known beforehand; tied to nobody
        link.token_hash = hash_of(token)
    session = object_session(row)
    assert session
    session.add(link)
    session.flush()
    return token or made


def link_of(session: Session, notice: Notice, purpose: Purpose) -> str:
    """The secret that the worker would put into the letter of a notice that waits."""
    token, link = links.make(
        purpose, UUID(notice.data[_ABOUT[purpose]]), contact_of(notice.channel, notice.address)
    )
    session.add(link)
    session.flush()
    return token
