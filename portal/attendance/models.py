"""Marks on a register, and the append-only history of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core.actor import Actor
from portal.core.base import AppendOnly, Base, Numbered, enum_column
from portal.core.guard import OwnedByOrganisation
from portal.enrolments.models import Enrolment
from portal.schedule.models import OfferingSession


class _OnRegister(OwnedByOrganisation):
    """What is written down of one person at one session, by whom, when and how."""

    session_id: Mapped[int] = mapped_column(ForeignKey(OfferingSession.id))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    organisation_id: Mapped[int]
    participant_id: Mapped[int]
    status: Mapped[AttendanceStatus] = enum_column(AttendanceStatus)
    minutes: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]
    how: Mapped[RecordedHow] = enum_column(RecordedHow)

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.logs_for:
            return cls.organisation_id.in_({actor.organisation_id, *actor.logs_for})
        return super().visible_to(actor)


class AttendanceMark(Numbered, _OnRegister, Base):
    """What holds now for one person at one session."""

    __tablename__ = "attendance_mark"
    __table_args__ = (
        UniqueConstraint("session_id", "enrolment_id"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        Index("ix_attendance_mark_participant_id", "participant_id"),
        Index("ix_attendance_mark_enrolment_id", "enrolment_id"),
    )


class AttendanceChange(AppendOnly, _OnRegister, Base):
    """One recording, the first included: what it became, by whom, when and how."""

    __tablename__ = "attendance_change"
    __table_args__ = (Index("ix_attendance_change_session_id", "session_id", "enrolment_id"),)
