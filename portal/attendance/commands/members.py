"""What a cooperative sees of its members' registers: counts for each, and one reminder for all."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.attendance.models import AttendanceMark
from portal.attendance.queries.registers import LOOK_BACK, RegisterLine, list_registers
from portal.attendance.rules import ASK_FOR_WORK, LATE_AFTER, RegisterState
from portal.core import Actor, AuditEvent, NotAllowed, NotFound, Permission, audit, clock, hold_lock
from portal.notices.commands import tell
from portal.organisations.models import Organisation
from portal.organisations.queries import get_own, list_members, list_recipients
from portal.organisations.rules import tie_holds_on

REMINDED = "registers.reminded"
_WEEK = timedelta(days=7)
_WEEKS_TO_CHOOSE = 12
_OVER = ASK_FOR_WORK | {RegisterState.CLOSED}


@dataclass
class Member:
    """One member's registers of some weeks; nothing of them where it allows no logging."""

    organisation: Organisation
    may_log: bool
    lines: list[RegisterLine] = field(default_factory=list)
    last_logged_at: datetime | None = None

    def count(self, *states: RegisterState) -> int:
        return sum(line.state in states for line in self.lines)

    @property
    def sessions(self) -> int:
        """Those that are over and at which somebody was expected."""
        return self.count(*_OVER)

    @property
    def closed(self) -> int:
        return self.count(RegisterState.CLOSED)

    @property
    def to_close(self) -> int:
        return self.count(RegisterState.TO_CLOSE, RegisterState.TO_SETTLE)

    @property
    def incomplete(self) -> int:
        return self.count(RegisterState.INCOMPLETE)

    @property
    def never_logged(self) -> int:
        return self.count(RegisterState.NEVER_LOGGED)

    @property
    def late(self) -> int:
        """Those that still ask for something more than two days after the end."""
        before = clock.now() - LATE_AFTER
        asking = (line for line in self.lines if line.state in ASK_FOR_WORK)
        return sum(line.offering_session.ends_at < before for line in asking)

    @property
    def missing(self) -> int:
        """How many people have no mark at sessions that are over."""
        asking = (line for line in self.lines if line.state in ASK_FOR_WORK)
        return sum(line.people - line.marked for line in asking)


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
        if tie_holds_on(today, tie.from_on, tie.until_on)
    ]
    if not ties:
        raise NotFound("members")
    members = {tie.member_id: Member(tie.member, tie.member_id in actor.logs_for) for tie in ties}
    lines = defaultdict(list)
    for line in list_registers(session, actor, first_on, last_on):
        lines[line.offering_session.organisation_id].append(line)
    for key, at in _last_logged(
        session, [one for found in lines.values() for one in found]
    ).items():
        if key in members:
            members[key].last_logged_at = at
    for key, member in members.items():
        member.lines = lines[key] if member.may_log else []
    return list(members.values())


def _last_logged(session: Session, lines: Sequence[RegisterLine]) -> dict[int, datetime]:
    rows = session.execute(
        select(AttendanceMark.organisation_id, func.max(AttendanceMark.recorded_at).label("at"))
        .where(AttendanceMark.session_id.in_([line.offering_session.id for line in lines]))
        .group_by(AttendanceMark.organisation_id)
    )
    return {row.organisation_id: row.at for row in rows}


def last_reminded(session: Session, actor: Actor) -> datetime | None:
    """When somebody of the actor's cooperative reminded the members today."""
    today, _ = clock.day_bounds(clock.today(), clock.today())
    return session.scalar(
        select(func.max(AuditEvent.created_at)).where(
            AuditEvent.event == REMINDED,
            AuditEvent.organisation_id == actor.organisation_id,
            AuditEvent.created_at >= today,
        )
    )


def remind_members(session: Session, actor: Actor) -> int | None:
    """Tell late members' teams how many registers wait; returns how many, None when done today."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        raise NotAllowed
    cooperative = get_own(session, actor)
    hold_lock(session, f"{REMINDED}.{cooperative.id}")
    if last_reminded(session, actor) is not None:
        return None
    members = list_of_members(session, actor, *last_weeks(clock.today()))
    behind = [member for member in members if member.late]
    for member in behind:
        for to in list_recipients(session, member.organisation.id, Permission.RECORD_ATTENDANCE):
            tell(
                session,
                to,
                "attendance/logbook",
                organisation=member.organisation.name,
                cooperative=cooperative.name,
                late=member.late,
                never=member.never_logged,
            )
    if behind:
        ids = [member.organisation.id for member in behind]
        audit.record(
            session, actor, REMINDED, cooperative, organisation_id=cooperative.id, members=ids
        )
    return len(behind)
