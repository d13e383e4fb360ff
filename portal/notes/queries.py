"""Reads of notes: those about somebody, and what is to be done."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from portal.core import asks_rows, one_or_not_found
from portal.notes.models import StaffNote
from portal.participants.models import Participant


def list_notes(session: Session, participant_id: int) -> Sequence[StaffNote]:
    """The notes about somebody that the reader may see, the newest first."""
    return session.scalars(
        select(StaffNote).filter_by(participant_id=participant_id).order_by(StaffNote.id.desc())
    ).all()


def get_note(session: Session, note_uuid: uuid.UUID) -> StaffNote:
    """A note that the reader may see; `NotFound` for any other."""
    query = select(StaffNote).join(StaffNote.participant).where(StaffNote.uuid == note_uuid)
    return one_or_not_found(session, query.options(contains_eager(StaffNote.participant)))


@asks_rows
def list_to_do() -> Select[date | None, str, int, str, uuid.UUID]:
    """The tasks that are not done at the reader's organisation, the first day first."""
    row, her = StaffNote, Participant
    return (
        select(row.due_on, row.body, row.participant_id, her.name, her.uuid)
        .join(StaffNote.participant)  # whom the organisation knows no more is left out
        .where(StaffNote.due_on.is_not(None), StaffNote.done_at.is_(None))
        .order_by(StaffNote.due_on, StaffNote.id)
    )
