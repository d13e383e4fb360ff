"""Reads of hours: what was written down of one person, by programme, and overviews made of it."""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, or_, select, true
from sqlalchemy.orm import selectinload

from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.rules import AttendanceStatus, Provenance, conflicts, provenance
from portal.core import Actor, Session, as_house, asks_rows, clock, one_or_not_found
from portal.hours import rules
from portal.hours.models import HoursOverview
from portal.hours.rules import milestones, tally
from portal.offerings.models import Offering
from portal.organisations.models import CooperativeTie, Organisation
from portal.participants.models import Participant, ProgrammeTerm
from portal.participants.queries import list_terms, people_by_id
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

_LOOK_BACK = timedelta(weeks=4)
_MOST_SHOWN = 20


@dataclass(frozen=True)
class InTerm:
    """Her hours in one programme, against what it asks."""

    term: ProgrammeTerm
    tally: rules.Tally


@dataclass(frozen=True)
class Hours:
    """One person's hours as the reader may see them: all, this week, and by programme."""

    all: rules.Tally
    week: rules.Tally
    terms: Sequence[InTerm]  # the newest first
    latest: Sequence[rules.MarkedTime]  # what was written down of her last, the latest first

    @property
    def now(self) -> InTerm | None:
        """The programme that she is in today."""
        today = clock.today()
        return next((one for one in self.terms if one.term.runs_on(today)), None)


@dataclass(frozen=True)
class Lately:
    """One person's hours as a small picture: all, this week's, each week's."""

    hours: Hours
    weeks: Sequence[rules.WeekDone]  # the oldest first
    milestones: Sequence[rules.Milestone]  # the newest first

    @property
    def most(self) -> int:
        """The minutes of the longest week."""
        return max(sum(minutes for _, minutes in week.visits) for week in self.weeks)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The language of each title in the picture, the one that she did most first."""
        named = [(row.title, row.text_language) for week in self.weeks for row, _ in week.visits]
        return dict(pair for pair, _ in Counter(named).most_common())


@dataclass(frozen=True)
class Overlap:
    """Somebody in two sessions at once."""

    person: Participant
    one: str
    other: str
    starts_at: datetime


def hours_of(
    session: Session, participant_id: int, terms: Sequence[ProgrammeTerm] | None = None
) -> Hours:
    """Count one person's hours: two questions, or one where her `terms` are known."""
    terms = list_terms(session, [participant_id]) if terms is None else terms
    return _counted(list_visits(session, participant_id), terms)


def lately(session: Session, participant_id: int) -> Lately:
    """Count one person's hours, and draw the last twelve weeks of them: one question."""
    visits = list_visits(session, participant_id)
    return Lately(_counted(visits, ()), rules.last_weeks(visits, clock.today()), milestones(visits))


def _counted(visits: Sequence[rules.MarkedTime], terms: Sequence[ProgrammeTerm]) -> Hours:
    today = clock.today()
    first = min((visit.day for visit in visits), default=today)
    return Hours(
        all=tally(visits, first, today),
        week=tally(visits, clock.monday_of(today), today),
        terms=[
            InTerm(term, tally(visits, term.from_on, min(term.until_on or today, today)))
            for term in terms
            if term.from_on <= today
        ],
        latest=visits[: -_MOST_SHOWN - 1 : -1],
    )


@dataclass(frozen=True)
class Correction:
    """What an overview would say now, and since when it differs (None: unknown)."""

    minutes: int
    on: date | None


def list_visits(
    session: Session, participant_id: int, organisations: Collection[int] | None = None
) -> list[rules.MarkedTime]:
    """List her marks that the reader may see, of sessions that began and went on."""
    return [
        rules.MarkedTime(
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            minutes=row.minutes,
            provenance=provenance(row.how, row.recorded_at, row.ends_at),
            standing=_standing(row),
            organisation=row.name,
            title=row.title,
            text_language=row.text_language,
            is_excused=row.status is AttendanceStatus.EXCUSED,
        )
        for row in _marked(session, participant_id, clock.now())
        if organisations is None or row.organisation_id in organisations
    ]


@asks_rows
def _marked(participant_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AttendanceMark.minutes,
            AttendanceMark.how,
            AttendanceMark.status,
            AttendanceMark.recorded_at,
            AttendanceMark.is_disputed,
            AttendanceMark.is_counted,
            AttendanceMark.organisation_id,
            OfferingSession.starts_at,
            OfferingSession.ends_at,
            Offering.title,
            Offering.text_language,
            Organisation.name,
        )
        .select_from(AttendanceMark)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .join(Offering, Offering.id == OfferingSession.offering_id)
        .join(Organisation, Organisation.id == AttendanceMark.organisation_id)
        .where(
            AttendanceMark.participant_id == participant_id,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at <= now,
        )
        .order_by(OfferingSession.starts_at, AttendanceMark.id)
    )


def _standing(mark: Any) -> rules.CountStatus:
    if mark.is_disputed:
        return rules.CountStatus.DISPUTED
    return rules.CountStatus.COUNTS if mark.is_counted else rules.CountStatus.OPEN


def list_conflicts(session: Session, actor: Actor, now: datetime) -> list[Overlap]:
    """List who is present in two of the actor's sessions at one time."""
    rows = _present(session, actor.keeps_registers_of, now - _LOOK_BACK, now)
    found = []
    for person, group in groupby(rows, key=lambda row: row.participant_id):
        marks = list(group)
        found += [(person, marks[one], marks[other]) for one, other in conflicts(marks)]
    if not found:
        return []
    people = people_by_id(session, {person for person, _, _ in found})
    keys = {mark.offering_id for _, one, other in found for mark in (one, other)}
    names = session.execute(select(Offering.id, Offering.title).where(Offering.id.in_(keys)))
    titles = {row.id: row.title for row in names}
    return [
        Overlap(
            people[person],
            titles[one.offering_id],
            titles[other.offering_id],
            one.starts_at,
        )
        for person, one, other in found
        if person in people
    ]


@asks_rows
def _present(
    organisations: Collection[int], since: datetime, now: datetime
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AttendanceMark.participant_id,
            AttendanceMark.minutes,
            OfferingSession.starts_at,
            OfferingSession.ends_at,
            OfferingSession.offering_id,
        )
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(
            OfferingSession.organisation_id.in_(organisations),
            OfferingSession.starts_at.between(since, now),
            OfferingSession.status != SessionStatus.CANCELLED,
            AttendanceMark.status == AttendanceStatus.PRESENT,
        )
        .order_by(AttendanceMark.participant_id, OfferingSession.starts_at, AttendanceMark.id)
    )


def get_person(session: Session, participant_uuid: uuid.UUID) -> Participant:
    """Somebody whom the reader's organisation knows, or a member for which it logs."""
    return one_or_not_found(session, select(Participant).filter_by(uuid=participant_uuid))


def list_overviews(session: Session, participant_id: int) -> Sequence[HoursOverview]:
    """The overviews of one person's hours that the reader may see, the newest first."""
    hers = select(HoursOverview).filter_by(participant_id=participant_id)
    return session.scalars(hers.order_by(HoursOverview.id.desc())).all()


def find_successor(session: Session, overview: HoursOverview) -> HoursOverview | None:
    """The latest overview of the same hours over the same days, made after this one.

    One that has hours of other organisations too is another one: who holds the number of the first
    does not hear of it.
    """
    with as_house(session):
        query = select(HoursOverview).where(
            HoursOverview.participant_id == overview.participant_id,
            HoursOverview.organisation_id.is_not_distinct_from(overview.organisation_id),
            HoursOverview.from_on == overview.from_on,
            HoursOverview.until_on == overview.until_on,
            HoursOverview.id > overview.id,
            HoursOverview.withdrawn_at.is_(None),
        )
        newest = query.order_by(HoursOverview.id.desc())
        later = session.scalars(newest.options(selectinload(HoursOverview.parts))).all()
        same = (row for row in later if row.organisations == overview.organisations)
        return next(same, None)


def organisations_of(session: Session, participant_id: int) -> Sequence[int]:
    """The organisations that wrote down hours of one person which the reader may see."""
    query = select(AttendanceMark.organisation_id).where(
        AttendanceMark.participant_id == participant_id
    )
    return session.scalars(query.distinct().order_by(AttendanceMark.organisation_id)).all()


def find_correction(session: Session, overview: HoursOverview) -> Correction | None:
    """Find what was corrected since of what counts, of the same hours; else None."""
    with as_house(session):
        whose = _organisations_of(session, overview)
        visits = list_visits(session, overview.participant_id, whose)
        now = tally(visits, overview.from_on, overview.until_on)
        then = overview.data
        weeks = {week["from"]: week["minutes"] for week in then["weeks"] if week["minutes"]}
        weeks_now = {w.from_on.isoformat(): w.minutes for w in now.weeks if w.minutes}
        parts_now = {kind.value: now.by[kind] for kind in Provenance}
        if (weeks, then["by_provenance"]) == (weeks_now, parts_now):
            return None
        starts, ends = clock.day_bounds(overview.from_on, overview.until_on)
        changed = session.execute(
            select(func.max(AttendanceChange.recorded_at), func.max(Register.closed_at))
            .join(OfferingSession, OfferingSession.id == AttendanceChange.session_id)
            .outerjoin(Register, Register.session_id == OfferingSession.id)
            .where(
                AttendanceChange.participant_id == overview.participant_id,
                true() if whose is None else AttendanceChange.organisation_id.in_(whose),
                OfferingSession.starts_at >= starts,
                OfferingSession.starts_at < ends,
            )
        ).one()
    last = max((at for at in changed if at and at > overview.created_at), default=None)
    return Correction(now.minutes, clock.to_local(last).date() if last else None)


def _organisations_of(session: Session, overview: HoursOverview) -> set[int] | None:
    """Whose hours an overview is of, None: of all; a cooperative logs for members too."""
    if overview.organisation_id is None:
        return None
    made_on = clock.to_local(overview.created_at).date()
    members = select(CooperativeTie.member_id).where(
        CooperativeTie.cooperative_id == overview.organisation_id,
        CooperativeTie.may_log_attendance,
        CooperativeTie.from_on <= made_on,
        or_(CooperativeTie.until_on.is_(None), CooperativeTie.until_on >= made_on),
    )
    return {overview.organisation_id, *session.scalars(members)}
