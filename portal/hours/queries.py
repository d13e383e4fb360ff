"""Reads of hours: what was written down of one person, by programme, and overviews made of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, provenance
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.guard import as_house
from portal.hours.models import HoursOverview
from portal.hours.rules import Standing, Tally, Visit, monday_of, tally
from portal.offerings.models import Offering
from portal.organisations.models import Organisation
from portal.participants.models import Participant, ProgrammeTerm
from portal.participants.queries import list_terms
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus


@dataclass(frozen=True)
class InTerm:
    """Her hours in one programme, against what it asks."""

    term: ProgrammeTerm
    tally: Tally


@dataclass(frozen=True)
class Hours:
    """One person's hours as the reader may see them: all, this week, and by programme."""

    all: Tally
    week: Tally
    terms: Sequence[InTerm]  # the newest first

    @property
    def now(self) -> InTerm | None:
        """The programme that she is in today."""
        today = clock.today()
        running = (i for i in self.terms if i.term.until_on is None or i.term.until_on >= today)
        return next(running, None)


def hours_of(session: Session, participant_id: int) -> Hours:
    """Count one person's hours: two questions, however many there are."""
    visits = list_visits(session, participant_id)
    today = clock.today()
    first = min((visit.day for visit in visits), default=today)
    terms = list_terms(session, [participant_id])
    return Hours(
        all=tally(visits, first, today),
        week=tally(visits, monday_of(today), today),
        terms=[
            InTerm(term, tally(visits, term.from_on, min(term.until_on or today, today)))
            for term in terms
            if term.from_on <= today
        ],
    )


def list_visits(session: Session, participant_id: int) -> list[Visit]:
    """Each mark of hers that the reader may see, at a session that began and went on."""
    rows = session.execute(
        select(AttendanceMark, OfferingSession, Offering.title, Offering.text_language)
        .add_columns(Organisation.name)
        .select_from(AttendanceMark)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .join(Offering, Offering.id == OfferingSession.offering_id)
        .join(Organisation, Organisation.id == AttendanceMark.organisation_id)
        .where(
            AttendanceMark.participant_id == participant_id,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at <= clock.now(),
        )
        .order_by(OfferingSession.starts_at, AttendanceMark.id)
    )
    return [
        Visit(
            starts_at=at.starts_at,
            ends_at=at.ends_at,
            minutes=mark.minutes,
            provenance=provenance(mark.how, mark.recorded_at, at.ends_at),
            standing=_standing(mark),
            organisation=organisation,
            title=title,
            text_language=language,
            is_excused=mark.status is AttendanceStatus.EXCUSED,
        )
        for mark, at, title, language, organisation in rows
    ]


def _standing(mark: AttendanceMark) -> Standing:
    if mark.is_disputed:
        return Standing.DISPUTED
    return Standing.COUNTS if mark.is_counted else Standing.OPEN


def get_person(session: Session, participant_uuid: uuid.UUID) -> Participant:
    """Somebody whom the reader's organisation knows, or a member for which it logs."""
    found = session.scalar(select(Participant).where(Participant.uuid == participant_uuid))
    if found is None:
        raise NotFound("participant")
    return found


def list_overviews(session: Session, participant_id: int) -> Sequence[HoursOverview]:
    """The overviews of one person's hours that the reader may see, the newest first."""
    return session.scalars(
        select(HoursOverview)
        .where(HoursOverview.participant_id == participant_id)
        .order_by(HoursOverview.id.desc())
    ).all()


def get_overview(session: Session, participant_id: int, number: str) -> HoursOverview:
    """One of them."""
    found = session.scalar(
        select(HoursOverview).where(
            HoursOverview.participant_id == participant_id, HoursOverview.number == number
        )
    )
    if found is None:
        raise NotFound("overview")
    return found


def get_public(session: Session, number: str) -> HoursOverview:
    """An overview by its number, for whoever holds it: its figures name nobody."""
    with as_house(session):
        found = session.scalar(select(HoursOverview).where(HoursOverview.number == number))
    if found is None:
        raise NotFound("overview")
    return found


def find_successor(session: Session, overview: HoursOverview) -> HoursOverview | None:
    """The latest overview of the same hours over the same days, made after this one."""
    with as_house(session):
        return session.scalar(
            select(HoursOverview)
            .where(
                HoursOverview.participant_id == overview.participant_id,
                HoursOverview.organisation_id.is_not_distinct_from(overview.organisation_id),
                HoursOverview.from_on == overview.from_on,
                HoursOverview.until_on == overview.until_on,
                HoursOverview.id > overview.id,
                HoursOverview.withdrawn_at.is_(None),
            )
            .order_by(HoursOverview.id.desc())
            .limit(1)
        )


def get_term(session: Session, participant_id: int, term_id: int) -> ProgrammeTerm:
    """Her time in a programme."""
    for term in list_terms(session, [participant_id]):
        if term.id == term_id:
            return term
    raise NotFound("term")


def last_day(term: ProgrammeTerm) -> date:
    """Until when her time in a programme can be counted now."""
    today = clock.today()
    return min(term.until_on or today, today)
