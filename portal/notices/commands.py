"""Putting a message in the outbox, and marking what became of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core import clock
from portal.notices.models import Notice
from portal.notices.rules import Recipient


def tell(
    session: Session,
    to: Recipient,
    kind: str,
    *,
    organisation_id: int | None = None,
    is_own_action: bool = False,
    **data: str | int,
) -> Notice:
    """Put one message in the outbox, in the transaction of what it tells of.

    `organisation_id` is who has to call when there is no address. `data` fills the template
    `mail/<kind>.txt` and is emptied once the message was sent.
    """
    notice = Notice(
        kind=kind,
        channel=to.channel,
        address=to.address,
        name=to.name,
        language=to.language,
        data=data,
        participant_id=to.participant_id,
        organisation_id=organisation_id,
        is_own_action=is_own_action,
        not_before=clock.now(),
    )
    session.add(notice)
    return notice
