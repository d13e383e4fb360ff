"""Somebody comes who was not expected: she stands on the register, whoever she is."""

import uuid

from sqlalchemy.orm import Session

from portal.attendance.commands import check_keeps, lock
from portal.attendance.commands.marks import on_behalf
from portal.core import N_, Actor, RuleBroken, to_local
from portal.core.visible import readable
from portal.enrolments.commands.entering import come_in, find_walked_in
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import keys_on_register
from portal.offerings.queries import lock_offering
from portal.participants.commands import register
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession

_MOST_LETTERS = 80


def walk_in(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    name: str | None = None,
    participant: Participant | None = None,
    enrolment_uuid: uuid.UUID | None = None,
    language: str = "nl",
) -> Enrolment:
    """Put somebody unexpected on a register: a known person, or a first name.

    Who stands on it already keeps what she has, and the same `enrolment_uuid` again gives the same
    enrolment. It marks nobody: a tap does. A name that can't be one breaks a rule about `name`.
    The offering is locked first, then the session: call it before the session is locked.
    """
    check_keeps(actor, offering_session)
    offering = lock_offering(session, offering_session.offering_id)
    locked = lock(session, actor, offering_session)
    before = find_walked_in(session, offering, enrolment_uuid) if enrolment_uuid else None
    if before is not None:
        return before
    if participant is None:
        participant = _new(session, actor, name or "", language)
    on_register = {person: key for key, person in keys_on_register(session, locked).items()}
    if participant.id in on_register:
        return session.get_one(Enrolment, on_register[participant.id])
    return come_in(
        session, actor, offering, participant,
        day=to_local(locked.starts_at).date(),
        key=enrolment_uuid,
        about={"session_id": locked.id, **on_behalf(actor, locked)},
    )  # fmt: skip


def _new(session: Session, actor: Actor, name: str, language: str) -> Participant:
    """A first name, and the rest later: staff see that it is still to be asked."""
    name = " ".join(readable(name).split())
    if not name:
        raise RuleBroken("name", N_("Write a name."))
    if len(name) > _MOST_LETTERS:
        raise RuleBroken("name", N_("A name has at most {most} letters."), most=_MOST_LETTERS)
    return register(session, actor, name=name, language=language, has_only_name=True)
