"""Writing a note, doing what it asks, and taking it out."""

from datetime import date

from portal.core import N_, Actor, RuleBroken, Session, audit, clock
from portal.notes.models import StaffNote
from portal.participants.models import Participant


def write(
    session: Session, actor: Actor, about: Participant, body: str, due_on: date | None
) -> None:
    """Write down something of a person for colleagues; with a day it is a task."""
    if due_on and due_on < clock.today():
        raise RuleBroken("due_on", N_("Choose today or a later day."))
    note = StaffNote(
        organisation_id=actor.organisation_id,
        participant_id=about.id,
        user_id=actor.user_id,
        name=actor.name,
        body=body,
        due_on=due_on,
    )
    audit.add(session, actor, "note.written", note)


def finish(session: Session, actor: Actor, note: StaffNote) -> None:
    """Say that a task is done; done twice it stays as it was."""
    if note.due_on and note.done_at is None:
        note.done_at = clock.now()
        audit.record(session, actor, "note.done", note)


def remove(session: Session, actor: Actor, note: StaffNote) -> None:
    """Take a note out, for who wrote it: what is not right must not stay."""
    if note.user_id != actor.user_id:
        raise RuleBroken("", N_("Only who wrote this can remove it."))
    audit.record(session, actor, "note.removed", note)
    session.delete(note)
