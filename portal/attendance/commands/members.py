"""Who asks for a look: members that are behind, of a cooperative, and people who stayed away."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.accounts.models import User
from portal.attendance import rules
from portal.attendance.models import AbsenceFollowUp, AttendanceMark
from portal.attendance.queries.registers import LOOK_BACK, RegisterLine, list_registers
from portal.core import Actor, AuditEvent, NotAllowed, NotFound, Permission, audit, clock, hold_lock
from portal.core.asked import asks_rows
from portal.core.grouped import grouped
from portal.core.reading import is_any, one_or_not_found
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.commands import tell
from portal.notices.rules import Channel
from portal.offerings.models import Offering
from portal.organisations.models import Organisation
from portal.organisations.queries import get_own, list_members, list_recipients
from portal.participants.models import Participant
from portal.participants.queries import recipient_of
from portal.participants.rules import ContactWay
from portal.schedule.models import OfferingSession
from portal.schedule.queries import next_sessions
from portal.schedule.rules import SessionStatus

REMINDED = "registers.reminded"
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
        return sum(line.offering_session.ends_at < before for line in self.asking)

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
    lines = grouped((line.offering_session.organisation_id, line) for line in every)
    for key, at in _last_logged(session, every).items():
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
                never=member.count(rules.RegisterState.NEVER_LOGGED),
            )
    if behind:
        ids = [member.organisation.id for member in behind]
        audit.record(
            session, actor, REMINDED, cooperative, organisation_id=cooperative.id, members=ids
        )
    return len(behind)


_WITHIN = timedelta(weeks=13)


@dataclass(frozen=True)
class LongAbsent:
    """Somebody to get in touch with; `missed` is the last session that she missed."""

    enrolment: Enrolment
    missed: uuid.UUID
    times: int

    @property
    def takes_messages(self) -> bool:
        """Whether the house can send her one; else staff write to her themselves."""
        link = self.enrolment.link
        return link is None or link.contact_way is not ContactWay.CALL


@dataclass
class _Row:
    statuses: list[rules.AttendanceStatus]
    missed: int
    missed_at: datetime
    signal: int

    @property
    def times(self) -> int:
        return rules.absences_in_a_row(self.statuses)


def list_long_absent(session: Session, actor: Actor, now: datetime) -> list[LongAbsent]:
    """With whom somebody has to get in touch, by name: a signal for the day.

    Those who take part, who were absent as often in a row as the offering says (0: never), and
    after whose last absence nothing was done yet.
    """
    rows = {key: row for key, row in _rows(session, actor, now).items() if row.times >= row.signal}
    if not rows:
        return []
    done = _followed_until(session, rows)
    due = {key: row for key, row in rows.items() if key not in done or row.missed_at > done[key]}
    people = session.scalars(
        select(Enrolment)
        .join(Enrolment.participant)
        .join(Enrolment.offering)
        .where(Enrolment.id.in_(due))
        .options(
            contains_eager(Enrolment.participant),
            contains_eager(Enrolment.offering),
            joinedload(Enrolment.link),
        )
        .order_by(Participant.folded_name, Enrolment.id)
    )
    missed = session.execute(
        select(OfferingSession.id, OfferingSession.uuid).where(
            OfferingSession.id.in_({row.missed for row in due.values()})
        )
    )
    uuids = {row.id: row.uuid for row in missed}
    return [LongAbsent(one, uuids[due[one.id].missed], due[one.id].times) for one in people]


def follow_up(
    session: Session, actor: Actor, enrolment: Enrolment, missed: uuid.UUID, step: rules.FollowUp
) -> bool:
    """Note what is done about an absence; False when a colleague has just done something."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        raise NotAllowed
    at = one_or_not_found(
        session, select(OfferingSession).filter_by(uuid=missed, offering_id=enrolment.offering_id)
    )
    hold_lock(session, f"absence.{enrolment.id}")
    was_done = select(AbsenceFollowUp.id).filter_by(enrolment_id=enrolment.id, session_id=at.id)
    if is_any(session, was_done) or enrolment.status is not EnrolmentStatus.ENROLLED:
        return False
    done = AbsenceFollowUp(
        enrolment_id=enrolment.id,
        organisation_id=enrolment.organisation_id,
        participant_id=enrolment.participant_id,
        session_id=at.id,
        step=step,
        user_id=actor.user_id,
    )
    session.add(done)
    audit.record(session, actor, "absence.followed_up", done, step=step.value)
    if step is rules.FollowUp.MESSAGE:
        _send(session, enrolment)
    return True


def list_follow_ups(
    session: Session, participant_id: int, most: int = 5
) -> Sequence[Row[datetime, rules.FollowUp, str, str, str]]:
    """List what was done when a person stayed away, the latest first."""
    return session.execute(
        select(
            AbsenceFollowUp.created_at.label("at"),
            AbsenceFollowUp.step,
            User.name.label("by"),
            Offering.title,
            Offering.text_language,
        )
        .join(Enrolment, Enrolment.id == AbsenceFollowUp.enrolment_id)
        .join(Enrolment.offering)
        .outerjoin(User, User.id == AbsenceFollowUp.user_id)
        .where(AbsenceFollowUp.participant_id == participant_id)
        .order_by(AbsenceFollowUp.id.desc())
        .limit(most)
    ).all()


@asks_rows
def _marks(organisation_id: int | None, since: datetime) -> Select[*tuple[Any, ...]]:
    """The marks of who takes part and was absent where a signal is wanted, the latest first."""
    lately = (
        OfferingSession.organisation_id == organisation_id,
        OfferingSession.starts_at >= since,
        OfferingSession.status != SessionStatus.CANCELLED,  # nobody missed what did not go on
    )
    absent = (
        select(AttendanceMark.enrolment_id)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(AttendanceMark.status == rules.AttendanceStatus.ABSENT, *lately)
    )
    return (
        select(
            AttendanceMark.enrolment_id,
            AttendanceMark.status,
            OfferingSession.id,
            OfferingSession.starts_at,
            Offering.absences_signal,
        )
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
        .join(Enrolment.offering)
        .where(
            *lately,
            Offering.absences_signal > 0,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            Enrolment.id.in_(absent),
        )
        .order_by(OfferingSession.starts_at.desc(), AttendanceMark.id)
    )


def _rows(session: Session, actor: Actor, now: datetime) -> dict[int, _Row]:
    found: dict[int, _Row] = {}
    marks = _marks(session, actor.organisation_id, now - _WITHIN)
    for enrolment_id, status, missed, at, signal in marks:
        row = found.setdefault(enrolment_id, _Row([], missed, at, signal))
        if (
            status is rules.AttendanceStatus.ABSENT
            and rules.AttendanceStatus.ABSENT not in row.statuses
        ):
            row.missed, row.missed_at = missed, at
        row.statuses.append(status)
    return found


def _followed_until(session: Session, enrolment_ids: Collection[int]) -> dict[int, datetime]:
    rows = session.execute(
        select(AbsenceFollowUp.enrolment_id, func.max(OfferingSession.starts_at).label("until"))
        .join(OfferingSession, OfferingSession.id == AbsenceFollowUp.session_id)
        .where(AbsenceFollowUp.enrolment_id.in_(enrolment_ids))
        .group_by(AbsenceFollowUp.enrolment_id)
    )
    return {row.enrolment_id: row.until for row in rows}


def _send(session: Session, enrolment: Enrolment) -> None:
    """Ask her whether she comes; nobody is put on the list to call for it."""
    to = recipient_of(session, enrolment.organisation_id, enrolment.participant)
    if to.channel is Channel.CALL:
        return
    offering = enrolment.offering
    coming = next_sessions(session, [offering.id], clock.now()).get(offering.id)
    tell(
        session,
        to,
        "attendance/missed",
        organisation_id=enrolment.organisation_id,
        not_after=coming.starts_at if coming else None,
        enrolment=str(enrolment.uuid),
        title=offering.title,
        organisation=offering.organisation.name,
        phone=offering.organisation.phone,
        starts_at=coming.starts_at.isoformat() if coming else "",
    )
