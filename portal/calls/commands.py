"""Writes of calls: writing one, its way to the public, and answering."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.calls.models import Call, CallAnswer
from portal.calls.queries import count_answers
from portal.calls.rules import ANSWER_KEPT, BY_OPERATOR, CALL, MOST_ANSWERS, CallKind, CallMove
from portal.core import N_, Actor, NotAllowed, Permission, RuleBroken, as_house, audit, clock
from portal.core.database import hold_lock
from portal.core.reading import hold_row
from portal.notices.commands import tell
from portal.organisations.queries import get_own, list_recipients


def write(session: Session, actor: Actor, call: Call | None, move: CallMove, **values: Any) -> Call:
    """Write a call or change a draft; hand it in where `move` says so."""
    if values["kind"] is CallKind.STORY and not (values["agreed_by"] and values["until_on"]):
        raise RuleBroken("agreed_by", N_("Say who read it and agreed, and until when."))
    if not get_own(session, actor).is_verified:
        raise RuleBroken("", N_("Your organisation isn't checked yet."))
    if call is None:
        call = Call(organisation_id=actor.organisation_id, **values)
        session.add(call)
        session.flush()
    for name, value in values.items():
        setattr(call, name, value)
    move_on(session, actor, call, move)
    return call


def move_on(session: Session, actor: Actor, call: Call, move: CallMove) -> None:
    """Move a call on: its organisation hands it in, an operator publishes it."""
    call = hold_row(session, Call, call.id)
    is_own = call.organisation_id == actor.organisation_id
    if not (actor.is_operator if move in BY_OPERATOR else is_own):
        raise NotAllowed
    call.status = CALL.next(call.status, move)
    if move is CallMove.PUBLISH:
        call.published_at = clock.now()
    audit.record(session, actor, f"network_call.{move.value}", call)


def answer(session: Session, call: Call, **values: Any) -> CallAnswer:
    """Answer a call, so often at most; who asked is told."""
    if not (values["email"] or values["phone"]):
        raise RuleBroken("email", N_("Fill in an e-mail address or a phone number."))
    hold_lock(session, f"call.{call.id}")
    if call.kind is not CallKind.NEED or count_answers(session, call) >= MOST_ANSWERS:
        raise RuleBroken("", N_("Enough people answered. Thank you."))
    row = CallAnswer(call_id=call.id, organisation_id=call.organisation_id, **values)
    session.add(row)
    for to in list_recipients(session, call.organisation_id, Permission.MANAGE_OFFERINGS):
        tell(session, to, "calls/answered", title=call.title, name=row.name, call=str(call.uuid))
    return row


def forget_answers(session: Session) -> None:
    """Take out answers that were kept long enough; a job of the worker."""
    with as_house(session):
        session.execute(delete(CallAnswer).where(CallAnswer.created_at < clock.now() - ANSWER_KEPT))
