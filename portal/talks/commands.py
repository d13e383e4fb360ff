"""Writing to each other, and noting what was read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from portal.accounts.models import User
from portal.core import Actor, NotFound, Permission, Session, as_house, audit, clock
from portal.enrolments.commands.steps import check_has_her
from portal.enrolments.models import Enrolment
from portal.notices.commands import take_back, tell
from portal.notices.rules import CARRIED, Recipient
from portal.organisations.queries import list_recipients
from portal.participants.queries import recipient_of, recipients
from portal.talks import queries, rules
from portal.talks.models import Message


def write(session: Session, actor: Actor, enrolment: Enrolment, body: str) -> Message:
    """Write to the other side and tell it: her by machine, staff once until read."""
    check_has_her(session, actor, enrolment)
    rules.check_open(enrolment.status)
    if actor.is_participant:
        _tell_staff(session, enrolment)
    else:
        _tell_her(session, enrolment)
    message = _message(actor, enrolment, body)
    return audit.add(session, actor, "talk.written", message)


def write_to_all(
    session: Session, actor: Actor, enrolments: Sequence[Enrolment], body: str
) -> UUID:
    """Write the same to each of these people; returns the number they share.

    Each reads it on her page, too, and answers there. Whom no machine reaches, staff tell.
    """
    together = uuid4()
    to = recipients(session, {(row.participant_id, row.organisation_id) for row in enrolments})
    for row in enrolments:
        rules.check_open(row.status)
        if actor.organisation_id != row.organisation_id:
            raise NotFound("enrolment")
    notices = [
        tell(
            session,
            to[row.participant_id, row.organisation_id],
            rules.TOLD,
            organisation_id=row.organisation_id,
            state_of=str(together),
            **words_for(row, body),
        )
        for row in enrolments
    ]
    session.flush()  # so that each notice has its number
    messages = [
        _message(actor, row, body, together=together, notice_id=notice.id)
        for row, notice in zip(enrolments, notices, strict=True)
    ]
    session.add_all(messages)
    audit.record_all(session, actor, "talk.written", messages, together=str(together))
    return together


def _message(actor: Actor, enrolment: Enrolment, body: str, **about: Any) -> Message:
    return Message(**enrolment.whose, user_id=actor.user_id, name=actor.name, body=body, **about)


def words_for(enrolment: Enrolment, body: str) -> dict[str, Any]:
    """What fills the message that carries the words themselves."""
    name = enrolment.offering.organisation.name
    return {"body": body, "organisation": name, "enrolment": str(enrolment.uuid)}


def mark_read(session: Session, enrolment: Enrolment, *, by_her: bool) -> None:
    """Note that one side read the other's; no message is needed then."""
    new = Message.enrolment_id == enrolment.id, *queries.is_new(by_her=by_her)
    if by_her:
        told = session.scalars(select(Message.together).where(*new).distinct()).all()
        for subject in {_subject(enrolment), *(str(one) for one in told if one)}:
            take_back(session, enrolment.participant_id, subject)
    session.execute(update(Message).where(*new).values(read_at=clock.now()))


def _tell_her(session: Session, enrolment: Enrolment) -> None:
    to = recipient_of(session, enrolment.organisation_id, enrolment.participant)
    if to.channel in CARRIED:
        tell(
            session,
            to,
            "talks/written",
            organisation_id=enrolment.organisation_id,
            state_of=_subject(enrolment),
            organisation=enrolment.offering.organisation.name,
            enrolment=str(enrolment.uuid),
        )


def _tell_staff(session: Session, enrolment: Enrolment) -> None:
    """Whoever wrote to her last; before that, those who decide about places."""
    if queries.count_unread(session, [enrolment.id], by_her=False):
        return
    for to in _guides(session, enrolment):
        tell(session, to, "talks/asked", enrolment=str(enrolment.uuid))


def _guides(session: Session, enrolment: Enrolment) -> list[Recipient]:
    team = list_recipients(session, enrolment.organisation_id, Permission.RECORD_PROGRESS)
    with as_house(session):
        query = select(User.email).join(Message, Message.user_id == User.id)
        last = session.scalar(
            query.where(Message.enrolment_id == enrolment.id).order_by(Message.id.desc()).limit(1)
        )
    wrote = [to for to in team if to.address == last]
    deciding = Permission.DECIDE_ENROLMENTS
    return wrote or list_recipients(session, enrolment.organisation_id, deciding)


def _subject(enrolment: Enrolment) -> str:
    return f"talk {enrolment.uuid}"
