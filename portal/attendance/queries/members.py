"""The registers of a cooperative's members: which of them are behind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from portal.attendance import rules
from portal.attendance.models import AttendanceMark
from portal.attendance.queries.registers import LOOK_BACK, RegisterLine, list_registers
from portal.core import Actor, NotFound, Session, clock
from portal.core.grouped import grouped
from portal.organisations.models import Organisation
from portal.organisations.queries import list_members

_WEEK = timedelta(days=7)
_WEEKS_TO_CHOOSE = 12


@dataclass
class Member:
    """One member's registers of some weeks; nothing of them where it allows no logging."""

    organisation: Organisation
    may_log: bool
    lines: list[RegisterLine] = field(default_factory=list)
    last_logged_at: datetime | None = None

    @property
    def asking(self) -> list[RegisterLine]:
        """Those that still ask for something."""
        return [line for line in self.lines if line.state in rules.ASK_FOR_WORK]

    @property
    def late(self) -> int:
        """Those that still ask for something more than two days after the end."""
        before = clock.now() - rules.LATE_AFTER
        return sum(line.at.ends_at < before for line in self.asking)

    @property
    def missing(self) -> int:
        """How many people have no mark at sessions that are over."""
        return sum(line.people - line.marked for line in self.asking)

    def count(self, *states: str) -> int:
        """Count its registers in these states."""
        return sum(line.state in states for line in self.lines)


def first_days(today: date) -> list[date]:
    """The Mondays of the weeks that can be chosen, this week first."""
    return [clock.monday_of(today) - _WEEK * number for number in range(_WEEKS_TO_CHOOSE)]


def last_weeks(today: date) -> tuple[date, date]:
    """The four weeks up to today."""
    return today - LOOK_BACK + timedelta(days=1), today


def list_of_members(session: Session, actor: Actor, first_on: date, last_on: date) -> list[Member]:
    """The members of the actor's cooperative by name; to others there is no such page."""
    today = clock.today()
    ties = [
        tie
        for tie in list_members(session, actor, today)
        if clock.is_within(today, tie.from_on, tie.until_on)
    ]
    if not ties:
        raise NotFound("members")
    members = {tie.member_id: Member(tie.member, tie.member_id in actor.logs_for) for tie in ties}
    every = list_registers(session, actor, first_on, last_on)
    lines = grouped((line.at.organisation_id, line) for line in every)
    for key, at in _last_logged(session, every).items():
        if key in members:
            members[key].last_logged_at = at
    for key, member in members.items():
        member.lines = lines[key] if member.may_log else []
    return list(members.values())


def _last_logged(session: Session, lines: Sequence[RegisterLine]) -> dict[int, datetime]:
    rows = session.execute(
        select(AttendanceMark.organisation_id, func.max(AttendanceMark.recorded_at).label("at"))
        .where(AttendanceMark.session_id.in_([line.at.id for line in lines]))
        .group_by(AttendanceMark.organisation_id)
    )
    return {row.organisation_id: row.at for row in rows}
