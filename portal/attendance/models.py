"""Registers, the marks on them, and the append-only history of each mark."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.attendance.rules import AttendanceStatus, CorrectionReason, RecordedHow
from portal.core import Actor, AppendOnly, Base, Guarded, Numbered, OwnedByOrganisation, enum_column
from portal.enrolments.models import Enrolment
from portal.schedule.models import OfferingSession


class Register(Numbered, Guarded, Base):
    """The register of one session, from the first mark on.

    `version` goes up with each save, so that who looks at it knows whether anything is new.
    `disputes` counts the people about whom two saved something else without seeing each other.
    Once it is closed, its marks count.
    """

    __tablename__ = "register"
    __table_args__ = (sa.Index("ix_register_organisation_id", "organisation_id"),)

    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey(OfferingSession.id, ondelete="CASCADE"), unique=True
    )
    organisation_id: Mapped[int]
    version: Mapped[int] = mapped_column(default=0)
    disputes: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None]

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.is_staff and actor.organisation_id is not None:
            return cls.organisation_id.in_(actor.keeps_registers_of)
        return sa.false()


class _OnRegister(OwnedByOrganisation):
    """What is written down of one person at one session, by whom, when and how."""

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(OfferingSession.id))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey(Enrolment.id))
    organisation_id: Mapped[int]
    participant_id: Mapped[int]
    status: Mapped[AttendanceStatus] = enum_column(AttendanceStatus)
    minutes: Mapped[int]
    recorded_at: Mapped[datetime]  # by the portal's clock, never a phone's
    recorded_by_id: Mapped[int | None]
    how: Mapped[RecordedHow] = enum_column(RecordedHow)

    @classmethod
    def visible_to(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.logs_for:
            return cls.organisation_id.in_(actor.keeps_registers_of)
        return super().visible_to(actor)


class AttendanceMark(Numbered, _OnRegister, Base):
    """What holds for one person at one session: her latest change, at hand.

    (`event_id` is always there. It has no NOT NULL, for which SQLite would copy the whole table.)
    """

    __tablename__ = "attendance_mark"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "enrolment_id"),
        sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        sa.Index("ix_attendance_mark_participant_id", "participant_id"),
        sa.Index("ix_attendance_mark_enrolment_id", "enrolment_id"),
    )

    event_id: Mapped[uuid.UUID] = mapped_column(nullable=True, default=uuid.uuid4)  # the change
    has_rivals: Mapped[bool] = mapped_column(default=False)  # others saved without seeing it
    is_disputed: Mapped[bool] = mapped_column(default=False)  # and what they saved is different
    is_counted: Mapped[bool] = mapped_column(default=False)  # its register was closed


class AttendanceChange(AppendOnly, _OnRegister, Base):
    """One recording, the first included: what it became, by whom, when and how.

    `event_id` is given where the tap was made, so that a second send is recognised. `replaces`
    names the changes that whoever tapped had seen; None: all that were here before.
    """

    __tablename__ = "attendance_change"
    __table_args__ = (sa.Index("ix_attendance_change_session_id", "session_id", "enrolment_id"),)

    event_id: Mapped[uuid.UUID] = mapped_column(
        index=True, unique=True, nullable=True, default=uuid.uuid4
    )
    replaces: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    tapped_at: Mapped[datetime | None]  # by the clock of the phone, put right; None: at once
    batch_id: Mapped[uuid.UUID | None]  # what was done together is taken back together
    reason: Mapped[CorrectionReason | None] = enum_column(CorrectionReason)
    is_cleared: Mapped[bool] = mapped_column(default=False)  # no mark is left
    cooperative_id: Mapped[int | None]  # whose staff wrote it for this organisation, a member
