"""Series and the dated sessions that come from them."""

from datetime import date, datetime, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import Addressed, Base, FreeText, Numbered, clock, enum_column
from portal.offerings.models import Offering
from portal.schedule.rules import BY_THE_PORTAL, NotHeldReason, Pattern, SessionStatus


class Series(Numbered, Base):
    """Half-days that repeat by the week; times are Amsterdam's wall clock.

    Without `last_on` it goes on, and the worker adds sessions as the weeks pass; `planned_until`
    is the last day for which it has done so.
    """

    __tablename__ = "series"
    __table_args__ = (CheckConstraint("starts < ends", name="ends_after_start"),)

    offering_id: Mapped[int] = mapped_column(ForeignKey(Offering.id), index=True)
    weekdays: Mapped[list[int]] = mapped_column(JSON)  # Monday is 0
    starts: Mapped[time]
    ends: Mapped[time]
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    planned_until: Mapped[date | None]
    skips_school_holidays: Mapped[bool] = mapped_column(default=False)
    days_off: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO days without a session

    offering: Mapped[Offering] = relationship()

    @property
    def pattern(self) -> Pattern:
        """What it says, as the rules reckon with it."""
        return Pattern(
            weekdays=tuple(self.weekdays),
            starts=self.starts,
            ends=self.ends,
            first_on=self.first_on,
            last_on=self.last_on,
            skips_school_holidays=bool(self.skips_school_holidays),
            days_off=frozenset(map(date.fromisoformat, self.days_off or ())),
        )

    @pattern.setter
    def pattern(self, pattern: Pattern) -> None:
        self.weekdays = list(pattern.weekdays)
        self.starts, self.ends = pattern.starts, pattern.ends
        self.first_on, self.last_on = pattern.first_on, pattern.last_on
        self.skips_school_holidays = pattern.skips_school_holidays
        self.days_off = sorted(day.isoformat() for day in pattern.days_off)


class OfferingSession(Addressed, Base):
    """One half-day of an offering (bijeenkomst)."""

    __tablename__ = "offering_session"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        UniqueConstraint("offering_id", "starts_at"),
        Index("ix_offering_session_organisation_id_starts_at", "organisation_id", "starts_at"),
        Index("ix_offering_session_starts_at", "starts_at"),
    )

    offering_id: Mapped[int] = mapped_column(ForeignKey(Offering.id))
    organisation_id: Mapped[int]
    series_id: Mapped[int | None] = mapped_column(ForeignKey(Series.id))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[SessionStatus] = enum_column(SessionStatus, default=SessionStatus.PLANNED)
    place: Mapped[str] = mapped_column(FreeText(200), default="")  # only where it differs
    revision: Mapped[int] = mapped_column(default=0)  # the calendar's SEQUENCE
    not_held_reason: Mapped[NotHeldReason | None] = enum_column(NotHeldReason)  # when cancelled

    offering: Mapped[Offering] = relationship()

    @property
    def minutes(self) -> int:
        """How long it lasts, in whole minutes."""
        return clock.minutes_between(self.starts_at, self.ends_at)

    def overlaps(self, other: "OfferingSession") -> bool:
        """Whether it takes place while another one of another offering does."""
        is_then = self.starts_at < other.ends_at and other.starts_at < self.ends_at
        return is_then and self.offering_id != other.offering_id

    @property
    def is_cancelled(self) -> bool:
        return self.status is SessionStatus.CANCELLED

    @property
    def was_moved(self) -> bool:
        """Whether it takes place elsewhen, and this stayed at the old time."""
        return self.is_cancelled and self.not_held_reason is NotHeldReason.MOVED

    @property
    def may_have_gone_on(self) -> bool:
        """Whether it alone was called off, so people were not told ahead."""
        return self.not_held_reason not in {None, NotHeldReason.SERIES_CHANGED}

    @property
    def was_called_off(self) -> bool:
        """Whether somebody said that it does not take place."""
        return self.is_cancelled and self.not_held_reason not in BY_THE_PORTAL

    @property
    def may_come_back(self) -> bool:
        """Whether it is off by a change of days only: nobody called it off."""
        return self.is_cancelled and self.not_held_reason in BY_THE_PORTAL
