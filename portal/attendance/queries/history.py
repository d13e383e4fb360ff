"""All that was ever written on a register, in words."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import User
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries.sheet import Said
from portal.attendance.rules import SAY_AGAIN, AttendanceStatus, CorrectionReason
from portal.core import Session, as_house
from portal.core.audit import AuditEvent, is_about
from portal.enrolments.queries.namesakes import Note, notes_among
from portal.organisations.models import Organisation
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession

_DEEDS = ("register.closed", "register.not_held", "register.went_on")


@dataclass(frozen=True)
class Recorded(Said):
    """One recording: of whom, what it became (`is_cleared`: no mark is left) and was before."""

    name: str
    note: Note | None
    is_cleared: bool
    before: tuple[AttendanceStatus, int] | None
    for_member_by: str | None
    reason: CorrectionReason | None
    batch_id: uuid.UUID | None
    holds: bool


@dataclass(frozen=True)
class HistoryEntry:
    """A line of the history: a change, a batch of them, or a deed."""

    at: datetime
    changes: tuple[Recorded, ...] = ()
    deed: str = ""
    by: str | None = None
    for_member_by: str | None = None

    @property
    def is_bulk(self) -> bool:
        return len(self.changes) > 1

    @property
    def may_be_taken_back(self) -> bool:
        """What was done together for several, as far as nobody did otherwise since."""
        return self.is_bulk and self.holding > 0 and self.changes[0].how not in SAY_AGAIN

    @property
    def holding(self) -> int:
        """For how many of those who were marked together it still holds."""
        return sum(change.holds for change in self.changes)


def list_entries(session: Session, offering_session: OfferingSession) -> list[HistoryEntry]:
    """All that happened on a register, the latest first; for somebody who keeps it."""
    entries: list[HistoryEntry] = []
    at_batch: dict[uuid.UUID, int] = {}
    for change in list_changes(session, offering_session.id):
        number = at_batch.get(change.batch_id) if change.batch_id else None
        if number is not None:
            entries[number] = replace(entries[number], changes=(*entries[number].changes, change))
            continue
        if change.batch_id:
            at_batch[change.batch_id] = len(entries)
        by = (change.by, change.for_member_by)
        entries.append(HistoryEntry(change.recorded_at, (change,), "", *by))
    entries += _deeds(session, offering_session)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def list_changes(session: Session, session_id: int) -> list[Recorded]:
    """Every recording on one register, the latest first."""
    rows = session.execute(
        select(AttendanceChange, Participant, User.name, Organisation.name, AttendanceMark.id)
        .join(Participant, Participant.id == AttendanceChange.participant_id)
        .outerjoin(User, User.id == AttendanceChange.recorded_by_id)
        .outerjoin(Organisation, Organisation.id == AttendanceChange.cooperative_id)
        .outerjoin(AttendanceMark, AttendanceMark.event_id == AttendanceChange.event_id)
        .where(AttendanceChange.session_id == session_id)
        .order_by(AttendanceChange.id)
    ).all()
    notes = notes_among(session, {person.id: person.folded_name for _, person, *_ in rows})
    before: dict[int, tuple[AttendanceStatus, int]] = {}
    changes = []
    for row, person, by, cooperative, mark_id in rows:
        earlier = before.pop(row.enrolment_id, None)
        if not row.is_cleared:
            before[row.enrolment_id] = (row.status, row.minutes)
        changes.append(
            Recorded(
                row.event_id, row.status, row.minutes, row.how, by, row.recorded_at, row.tapped_at,
                person.name, notes.get(person.id), row.is_cleared, earlier, cooperative,
                row.reason, row.batch_id, mark_id is not None,
            )
        )  # fmt: skip
    return changes[::-1]


def _deeds(session: Session, offering_session: OfferingSession) -> Sequence[HistoryEntry]:
    """What was done with the whole of it. A cooperative may know it of a member's register."""
    with as_house(session):
        rows = session.execute(
            select(AuditEvent, User.name)
            .outerjoin(User, User.id == AuditEvent.user_id)
            .where(is_about(offering_session.__tablename__, offering_session.id, *_DEEDS))
            .order_by(AuditEvent.id.desc())
        ).all()
        wanted = {event.data.get("on_behalf") for event, _ in rows} - {None}
        found = session.execute(
            select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
        )
        names = {row.id: row.name for row in found}
    return [
        HistoryEntry(
            event.created_at, (), event.event, by, names.get(event.data.get("on_behalf") or 0)
        )
        for event, by in rows
    ]
