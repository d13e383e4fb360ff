"""What a day, an organisation that begins, and a search over everything show, from other rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, contains_eager

from portal.attendance.models import AttendanceMark, Register
from portal.attendance.queries import registers
from portal.attendance.queries.registers import RegisterLine, list_registers
from portal.core import Actor, Permission, clock, folded, one_or_not_found
from portal.impact.models import ImpactReport
from portal.impact.queries import list_reports
from portal.offerings.models import Offering
from portal.organisations.models import Membership, Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.participants.models import ParticipantLink
from portal.participants.queries import list_known_to
from portal.recognition.queries import list_sent_here
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
        session, select(Organisation).filter_by(slug=slug, status=OrganisationStatus.VERIFIED)
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
        lines = [line for line in lines if line.at.offering_id in hers]
    return [_day(monday + timedelta(days=number), lines) for number in range(7)]


def _day(on: date, lines: Sequence[RegisterLine]) -> WeekDay:
    parts: dict[DayPart, list[RegisterLine]] = {part: [] for part in DayPart}
    for line in lines:
        if line.day == on:
            parts[day_part(line.at.starts_at)].append(line)
    return WeekDay(on, parts)


def list_ahead(
    session: Session, actor: Actor, *, mine: bool, most: int
) -> Sequence[OfferingSession]:
    """List the sessions from this week on whose register the actor keeps, cancelled ones too."""
    monday = clock.monday_of(clock.today())
    query = (
        select(OfferingSession)
        .join(OfferingSession.offering)
        .where(
            OfferingSession.organisation_id.in_(actor.keeps_registers_of),
            OfferingSession.starts_at >= clock.day_bounds(monday, monday)[0],
        )
        .options(contains_eager(OfferingSession.offering))
        .order_by(OfferingSession.starts_at, OfferingSession.id)
        .limit(most)
    )
    if mine:
        query = query.where(OfferingSession.offering_id.in_(_kept_lately(session, actor)))
    return session.scalars(query).all()


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


MOST = 10  # of each kind; who wants more goes to its own list
_BACK, _AHEAD = timedelta(days=14), timedelta(days=7)  # registers that one looks for


@dataclass
class Everything:
    """What was found, by kind."""

    people: Sequence[ParticipantLink] = field(default_factory=list)
    offerings: Sequence[Offering] = field(default_factory=list)
    registers: Sequence[RegisterLine] = field(default_factory=list)
    reports: Sequence[ImpactReport] = field(default_factory=list)
    organisations: Sequence[Organisation] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How much there is."""
        return sum(len(rows) for rows in vars(self).values())


def find_all(session: Session, actor: Actor, q: str) -> Everything:
    """Find what has each of these words in its name, by kind."""
    found = Everything()
    if not folded(q):
        return found
    ours, today = actor.organisation_id, clock.today()
    if actor.may(Permission.SEE_PARTICIPANTS) and ours:
        found.people = list_known_to(session, ours, q, MOST)
    if ours:
        own = select(Offering).where(Offering.organisation_id == ours).order_by(Offering.title)
        found.offerings = [row for row in session.scalars(own) if _has(q, row.title)][:MOST]
    if actor.may(Permission.RECORD_ATTENDANCE):
        lines = list_registers(session, actor, today - _BACK, today + _AHEAD)
        near = sorted(lines, key=lambda line: abs(line.day - today))
        found.registers = [line for line in near if _has(q, f"{line.at.title} {line.day}")][:MOST]
    reports = list_reports(session, actor) if actor.may(Permission.SEE_FIGURES) else ()
    handed_in = list_sent_here(session, actor) if actor.may(Permission.RECOGNISE) else ()
    said = {
        row: f"{row.number or ''} {row.organisation.name} {row.from_on} {row.until_on}"
        for row in (*reports, *handed_in)
    }
    found.reports = [row for row, text in said.items() if _has(q, text)][:MOST]
    if actor.may(Permission.OPERATE):
        every = session.scalars(select(Organisation).order_by(Organisation.name))
        found.organisations = [row for row in every if _has(q, row.name)][:MOST]
    return found


def _has(q: str, text: str) -> bool:
    """Whether a text has each word in it, however either is spelled."""
    within = folded(text)
    return all(word in within for word in folded(q).split())


class Beginning(StrEnum):
    """A step of a new organisation, in the order in which they can be taken."""

    ABOUT = "about"  # who we are, and how to reach us
    VERIFIED = "verified"  # done by an operator
    TEAM = "team"
    ACTIVITY = "activity"
    REGISTER = "register"


def steps_of(session: Session, actor: Actor) -> dict[Beginning, bool]:
    """Which steps are done, for who runs a social enterprise; nothing once all five are."""
    if not actor.may(Permission.EDIT_ORGANISATION):
        return {}
    own = actor.organisation_id
    team = select(func.count()).where(Membership.organisation_id == own).scalar_subquery()
    published = exists().where(Offering.organisation_id == own, Offering.published_at.is_not(None))
    closed = exists().where(
        Register.session_id == OfferingSession.id,
        OfferingSession.organisation_id == own,
        Register.closed_at.is_not(None),
    )
    row = session.execute(
        select(Organisation, team, published, closed).where(
            Organisation.id == own, Organisation.kind == OrganisationKind.SOCIAL_ENTERPRISE
        )
    ).one_or_none()
    if row is None:
        return {}
    organisation, members, has_activity, has_register = row
    done = {
        Beginning.ABOUT: bool(organisation.about and organisation.address and organisation.phone),
        Beginning.VERIFIED: organisation.is_verified,
        Beginning.TEAM: members > 1,
        Beginning.ACTIVITY: bool(has_activity),
        Beginning.REGISTER: bool(has_register),
    }
    return {} if all(done.values()) else done
