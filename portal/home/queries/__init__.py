"""What a day or an organisation shows: other rooms' reads, put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.models import AttendanceMark
from portal.attendance.queries import registers
from portal.attendance.queries.registers import RegisterLine, list_registers
from portal.core import Actor, Permission, clock, one_or_not_found
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationStatus
from portal.schedule.models import OfferingSession
from portal.schedule.rules import DayPart, day_part


@dataclass(frozen=True)
class RegistersOfDay:
    """The registers of a member of staff: today's, or the next ones."""

    today: Sequence[RegisterLine] = ()
    coming: Sequence[RegisterLine] = ()


def day_of(session: Session, actor: Actor) -> RegistersOfDay:
    """Which registers one member of staff keeps today, or else within a week."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        return RegistersOfDay()
    today = clock.today()
    if lines := registers.list_registers(session, actor, today, today):
        return RegistersOfDay(lines)
    first, last = today + timedelta(days=1), today + timedelta(days=7)
    return RegistersOfDay((), registers.list_registers(session, actor, first, last, 5))


def get_public_organisation(session: Session, slug: str) -> Organisation:
    """A verified organisation."""
    return one_or_not_found(
        session,
        select(Organisation).where(
            Organisation.slug == slug, Organisation.status == OrganisationStatus.VERIFIED
        ),
    )


_MINE_FOR = timedelta(weeks=8)


@dataclass(frozen=True)
class WeekDay:
    """One day of a week; its sessions by the part of day they begin."""

    on: date
    parts: Mapping[DayPart, Sequence[RegisterLine]]


def week_of(session: Session, actor: Actor, on: date, *, mine: bool = False) -> list[WeekDay]:
    """List the week of `on`; `mine` leaves out groups whose register others keep.

    A group is hers when she filled in a register of it lately: nobody is put in charge of one.
    """
    monday = clock.monday_of(on)
    lines = list_registers(session, actor, monday, monday + timedelta(days=6))
    if mine:
        hers = _kept_lately(session, actor)
        lines = [line for line in lines if line.offering_session.offering_id in hers]
    return [_day(monday + timedelta(days=number), lines) for number in range(7)]


def _day(on: date, lines: Sequence[RegisterLine]) -> WeekDay:
    parts: dict[DayPart, list[RegisterLine]] = {part: [] for part in DayPart}
    for line in lines:
        if line.day == on:
            parts[day_part(line.offering_session.starts_at)].append(line)
    return WeekDay(on, parts)


def _kept_lately(session: Session, actor: Actor) -> set[int]:
    since = clock.now() - _MINE_FOR
    return set(
        session.scalars(
            select(OfferingSession.offering_id)
            .join(AttendanceMark, AttendanceMark.session_id == OfferingSession.id)
            .where(
                AttendanceMark.recorded_by_id == actor.user_id, OfferingSession.starts_at >= since
            )
            .distinct()
        )
    )
