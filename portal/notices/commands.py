"""Putting a message in the outbox, and marking what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.actor import Actor
from portal.core.database import hold_lock
from portal.notices import queries
from portal.notices.models import Notice
from portal.notices.rules import LEASE, NoticeStatus, Recipient, next_attempt, next_morning


def tell(
    session: Session,
    to: Recipient,
    kind: str,
    *,
    organisation_id: int | None = None,
    is_own_action: bool = False,
    not_after: datetime | None = None,
    **data: str | int,
) -> Notice:
    """Put one message in the outbox, in the transaction of what it tells of.

    `organisation_id` is who has to call when there is no address. `not_after` is when the message
    is of no use any more (the session began, the deadline passed): it lapses then. `data` fills the
    template `mail/<kind>.txt` and is emptied once the message was sent.
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
        not_after=not_after,
    )
    session.add(notice)
    return notice


def claim_letters(session: Session) -> list[list[Notice]]:
    """Take what may be sent now; each inner list travels as one letter to one person.

    A participant gets at most one message a day that she didn't ask for: what is due together
    travels together, and what comes later that day waits for the next morning. A letter that is
    claimed and never confirmed (the worker died) comes free again after a while, so a message may
    come twice but is never lost.
    """
    now = clock.now()
    hold_lock(session, "notices.claim")
    letters: list[list[Notice]] = []
    together: dict[int, list[Notice]] = {}
    for notice in queries.list_due(session, now):
        person = notice.participant_id
        if person is None or notice.is_own_action or notice.attempts:
            letters.append([notice])
        elif person in together:
            together[person].append(notice)
        elif queries.had_message_today(session, person, now):
            notice.not_before = next_morning(now)
        else:
            together[person] = [notice]
            letters.append(together[person])
    for letter in letters:
        for notice in letter:
            notice.attempts += 1
            notice.not_before = now + LEASE
    session.flush()
    return letters


def confirm_sent(letter: list[Notice]) -> None:
    """Write down that a letter went out; what it said is no longer kept."""
    for notice in letter:
        notice.status = NoticeStatus.SENT
        notice.sent_at = clock.now()
        notice.data = {}
        notice.last_error = ""


def note_failure(letter: list[Notice], error: str) -> None:
    """Try again later, or give up after the last try; staff and the operator see it then."""
    for notice in letter:
        again = next_attempt(clock.now(), notice.attempts)
        notice.last_error = error[:200]
        if again is None:
            notice.status = NoticeStatus.FAILED
        else:
            notice.not_before = again


def mark_told(session: Session, actor: Actor, notice: Notice) -> None:
    """Staff called or told the person."""
    if notice.status is NoticeStatus.WAITING:
        confirm_sent([notice])
        audit.record(session, actor, "notice.told", notice)
