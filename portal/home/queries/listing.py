"""The people whom an organisation knows: found, sorted and paged, and some chosen of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.absences.queries import list_long_absent
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus
from portal.core import Actor, Page, Permission, clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.home.rules import PeopleSort, PlaceWanted, Seen, Wanted
from portal.offerings.models import Offering
from portal.offerings.rules import TAKES_APPLICATIONS
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import called, list_terms
from portal.progress.models import LadderStep
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One person in the list; `absent` in a row, where that is a signal."""

    link: ParticipantLink
    step: int | None
    seen_at: datetime | None
    groups: Sequence[str]
    absent: int
    programme: str

    @property
    def participant(self) -> Participant:
        return self.link.participant


def list_people(
    session: Session, actor: Actor, wanted: Wanted, number: int = 1
) -> tuple[Page[Line], int]:
    """List a page of those whom the actor's organisation knows, and count all."""
    number = max(1, min(number, 10_000))
    absent = _absent(session, actor)
    query = _query(actor, wanted, absent).limit(PAGE + 1).offset((number - 1) * PAGE)
    rows = session.execute(query).all()
    lines = _lines(session, actor, [link for link, _all in rows[:PAGE]], absent)
    return Page(lines, number, len(rows) > PAGE), rows[0][1] if rows else 0


def list_all(session: Session, actor: Actor, wanted: Wanted) -> list[Line]:
    """The same people, all of them: for a file."""
    absent = _absent(session, actor)
    rows = session.execute(_query(actor, wanted, absent))
    return _lines(session, actor, [link for link, _all in rows], absent)


def list_groups(
    session: Session, actor: Actor, *, to_join: bool = False, of: ColumnElement[bool] | None = None
) -> list[tuple[str, str]]:
    """Slug and title of our groups: with people, or with these, or that take people."""
    who = [] if of is None else [Enrolment.participant_id.in_(select(Participant.id).where(of))]
    with_people = [exists().where(Enrolment.offering_id == Offering.id, _TAKES_PART, *who)]
    open_ = [Offering.status.in_(TAKES_APPLICATIONS), Offering.goes_on(clock.now())]
    query = select(Offering.slug, Offering.title).where(
        Offering.organisation_id == actor.organisation_id, *(open_ if to_join else with_people)
    )
    rows = session.execute(query.order_by(Offering.title, Offering.id))
    return [(row.slug, row.title) for row in rows]


_TAKES_PART = Enrolment.status == EnrolmentStatus.ENROLLED
_WAITS = OPEN - {EnrolmentStatus.ENROLLED}


def _query(actor: Actor, wanted: Wanted, absent: dict[int, int]) -> Select[ParticipantLink, int]:
    """What nobody asks for is looked up afterwards, of those alone who stand on the page."""
    who = ParticipantLink.participant_id
    query = (
        select(ParticipantLink, func.count().over())
        .join(ParticipantLink.participant)
        .options(contains_eager(ParticipantLink.participant))
        .where(ParticipantLink.organisation_id == actor.organisation_id, *called(wanted.name))
    )
    if wanted.group or wanted.place:
        query = query.where(who.in_(_in_group(actor, wanted)))
    if wanted.signal:
        query = query.where(who.in_(absent))
    if wanted.step is not None or wanted.sort is PeopleSort.STEP:
        step = _steps(actor).where(LadderStep.participant_id == who).limit(1).scalar_subquery()
        query = query.where(step == wanted.step) if wanted.step is not None else query
        query = query.order_by(step.is_(None), step) if wanted.sort is PeopleSort.STEP else query
    if wanted.seen is not None or wanted.sort is PeopleSort.SEEN:
        seen = _seen(actor).subquery()
        query = query.outerjoin(seen, seen.c.participant_id == who)
        query = query.where(_was_seen(seen.c.at, wanted.seen)) if wanted.seen else query
        longest = [seen.c.at.is_not(None), seen.c.at] if wanted.sort is PeopleSort.SEEN else []
        query = query.order_by(*longest)
    return query.order_by(Participant.folded_name, Participant.id)


def _in_group(actor: Actor, wanted: Wanted) -> Select[Any]:
    group = [Offering.slug == wanted.group] if wanted.group else []
    waits = wanted.place is PlaceWanted.WAITS
    return (
        select(Enrolment.participant_id)
        .join(Enrolment.offering)
        .where(
            Enrolment.organisation_id == actor.organisation_id,
            Enrolment.status.in_(_WAITS) if waits else _TAKES_PART,
            *group,
        )
    )


def _steps(actor: Actor) -> Select[Any]:
    """The steps that were stated, the latest first."""
    return (
        select(LadderStep.step)
        .where(LadderStep.organisation_id == actor.organisation_id)
        .order_by(LadderStep.stated_on.desc(), LadderStep.id.desc())
    )


def _seen(actor: Actor) -> Select[int, datetime]:
    """When each was present last."""
    return (
        select(AttendanceMark.participant_id, func.max(OfferingSession.starts_at).label("at"))
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(
            AttendanceMark.organisation_id == actor.organisation_id,
            AttendanceMark.status == AttendanceStatus.PRESENT,
            OfferingSession.status != SessionStatus.CANCELLED,
        )
        .group_by(AttendanceMark.participant_id)
    )


def _was_seen(at: Any, when: Seen) -> ColumnElement[bool]:
    week, month = (clock.now() - timedelta(days=days) for days in (7, 31))
    found: dict[Seen, ColumnElement[bool]] = {
        Seen.WEEK: at >= week, Seen.MONTH: at >= month, Seen.LONGER: at < month,
        Seen.NEVER: at.is_(None),
    }  # fmt: skip
    return found[when]


def _absent(session: Session, actor: Actor) -> dict[int, int]:
    """How often in a row somebody was absent, for whom that asks to get in touch."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        return {}
    rows = list_long_absent(session, actor, clock.now())
    return {row.enrolment.participant_id: row.times for row in rows}


def _lines(
    session: Session, actor: Actor, links: Sequence[ParticipantLink], absent: dict[int, int]
) -> list[Line]:
    ids = [link.participant_id for link in links]
    groups: dict[int, list[str]] = {}
    for participant_id, title in session.execute(
        select(Enrolment.participant_id, Offering.title)
        .join(Enrolment.offering)
        .where(
            Enrolment.participant_id.in_(ids),
            Enrolment.organisation_id == actor.organisation_id,
            _TAKES_PART,
        )
        .order_by(Offering.title)
    ):
        groups.setdefault(participant_id, []).append(title)
    stated = _steps(actor).add_columns(LadderStep.participant_id)
    earlier_last = reversed(session.execute(stated.where(LadderStep.participant_id.in_(ids))).all())
    steps = {row.participant_id: row.step for row in earlier_last}
    seen = session.execute(_seen(actor).where(AttendanceMark.participant_id.in_(ids)))
    seen_at = {row.participant_id: row.at for row in seen}
    terms = [term for term in list_terms(session, ids) if term.runs_on(clock.today())]
    programmes = {term.participant_id: term.programme.name for term in terms}
    return [
        Line(
            link, steps.get(id_), seen_at.get(id_), groups.get(id_, ()), absent.get(id_, 0),
            programmes.get(id_, ""),
        )
        for id_, link in zip(ids, links, strict=True)
    ]  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """People by name, with each one's place: in one group, or the latest."""

    links: Sequence[ParticipantLink]
    places: Mapping[int, Enrolment]  # by the participant's id

    @property
    def enrolments(self) -> list[Enrolment]:
        """The places of those who have one, in the order of their names."""
        ids = [link.participant_id for link in self.links]
        return [self.places[id_] for id_ in ids if id_ in self.places]


def choose(
    session: Session,
    actor: Actor,
    whom: ColumnElement[bool],
    offering: Offering | None = None,
    *,
    also_waiting: bool = False,
) -> Chosen:
    """Those of the actor's organisation of whom this holds, with their places in this group.

    A place that she waits for counts where `also_waiting`, and after one that she has.
    """
    links = session.scalars(
        select(ParticipantLink)
        .join(ParticipantLink.participant)
        .where(ParticipantLink.organisation_id == actor.organisation_id, whom)
        .options(contains_eager(ParticipantLink.participant))
        .order_by(Participant.folded_name, Participant.id)
    ).all()
    query = select(Enrolment).where(
        Enrolment.participant_id.in_({link.participant_id for link in links}),
        Enrolment.organisation_id == actor.organisation_id,
        Enrolment.status.in_(OPEN) if also_waiting else _TAKES_PART,
        *([Enrolment.offering_id == offering.id] if offering else []),
    )
    places = session.scalars(
        query.order_by(_TAKES_PART, Enrolment.id).options(
            joinedload(Enrolment.participant),
            joinedload(Enrolment.offering).joinedload(Offering.organisation),
        )
    )
    return Chosen(links, {row.participant_id: row for row in places})
