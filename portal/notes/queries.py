"""Reads of notes: those about somebody, and what is to be done."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from portal.core import asks_rare, one_or_not_found
from portal.notes.models import StaffNote


def list_notes(session: Session, participant_id: int) -> Sequence[StaffNote]:
    """The notes about somebody that the reader may see, the newest first."""
    return session.scalars(
        select(StaffNote).filter_by(participant_id=participant_id).order_by(StaffNote.id.desc())
    ).all()


def get_note(session: Session, note_uuid: uuid.UUID) -> StaffNote:
    """A note that the reader may see; `NotFound` for any other."""
    query = select(StaffNote).join(StaffNote.participant).where(StaffNote.uuid == note_uuid)
    return one_or_not_found(session, query.options(contains_eager(StaffNote.participant)))


@asks_rare
def list_to_do() -> Select[StaffNote]:
    """The tasks that are not done at the reader's organisation, the first day first."""
    return (
        select(StaffNote)
        .join(StaffNote.participant)  # whom the organisation knows no more is left out
        .where(StaffNote.due_on.is_not(None), StaffNote.done_at.is_(None))
        .order_by(StaffNote.due_on, StaffNote.id)
        .options(contains_eager(StaffNote.participant))
    )
