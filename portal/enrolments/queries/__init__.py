"""Reads about enrolments: applications, registers, the waiting list, a person's own."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from portal.core import NotFound, actor_of, as_house, asks_rare, clock, is_any, one_or_not_found
from portal.core.actor import Actor
from portal.core.asked import asks_all, asks_rows
from portal.enrolments import rules
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.enrolments.rules.line import InLine, left_for_new, number_in_line, parties
from portal.offerings.models import Offering
from portal.offerings.rules import PUBLIC, WaitingLine
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

Places = dict[uuid.UUID, tuple[int, int]]  # an enrolment and its participant, by its address

_MOST_FORMER = 50
HOPING = rules.OPEN - {rules.EnrolmentStatus.ENROLLED}


def get_offering(session: Session, slug: str) -> Offering:
    """Read a verified organisation's offering; she sees public ones, or hers."""
    if "\x00" in slug:  # it may come from a query; PostgreSQL refuses to look for it
        raise NotFound()
    query = select(Offering).where(Offering.slug == slug).options(joinedload(Offering.organisation))
    reader = actor_of(session)
    if reader.is_participant:
        of = Enrolment.offering_id == Offering.id
        is_hers = exists().where(of, Enrolment.participant_id == reader.participant_id)
        query = query.where(or_(Offering.status.in_(PUBLIC), is_hers))
    found = session.scalar(query)
    if found is None or not found.organisation.is_verified:
        raise NotFound()
    return found


def get_enrolment(session: Session, actor: Actor, enrolment_uuid: uuid.UUID) -> Enrolment:
    """One enrolment: of the actor's own organisation, or the participant's own."""
    of_her = Enrolment.participant_id == actor.participant_id
    of_ours = Enrolment.organisation_id == actor.organisation_id
    whose = of_her if actor.is_participant else of_ours
    return one_or_not_found(session, _people(Enrolment.uuid == enrolment_uuid, whose))


def find_open(session: Session, offering_id: int, participant_id: int) -> Enrolment | None:
    """Find a person's open enrolment in an offering, at most one."""
    hers = select(Enrolment).filter_by(offering_id=offering_id, participant_id=participant_id)
    with as_house(session):  # asked on behalf of whoever signs up, before she is anybody
        return session.scalar(hers.where(Enrolment.status.in_(rules.OPEN)))


def find_latest(session: Session, offering_id: int, participant_id: int) -> Enrolment | None:
    """Find a person's last enrolment in an offering, but none as a guest."""
    hers = select(Enrolment).filter_by(offering_id=offering_id, participant_id=participant_id)
    stays = Enrolment.end_reason.is_distinct_from(rules.EndReason.CAME_ONCE)
    return session.scalar(hers.where(stays).order_by(Enrolment.id.desc()).limit(1))


def count_waiting(session: Session, offering_id: int) -> int:
    """How many wait for a place."""
    query = select(func.count()).where(
        Enrolment.offering_id == offering_id, Enrolment.status == rules.EnrolmentStatus.WAITING
    )
    with as_house(session):  # a number only, whoever asks
        return session.scalar(query) or 0


def line_of(session: Session, offering_id: int) -> list[InLine]:
    """Read who waits for a place, as the line's rules see it."""
    rows = _line(session, offering_id)
    return [InLine(id_, together, offered_at is not None) for id_, together, offered_at in rows]


@asks_rows
def _line(offering_id: int) -> Select[int, uuid.UUID | None, datetime | None]:
    return select(Enrolment.id, Enrolment.together, Enrolment.offered_at).where(
        Enrolment.offering_id == offering_id, Enrolment.status == rules.EnrolmentStatus.WAITING
    )


def place_in_line(session: Session, enrolment: Enrolment) -> int:
    """Somebody's number in the line; 0 when she isn't in it."""
    with as_house(session):  # a number only, whoever asks
        waiting = line_of(session, enrolment.offering_id)
        places = enrolment.offering.places
    return number_in_line(waiting, enrolment.id, places)


def places_for_new(session: Session, offering: Offering) -> int:
    """Count the free places for who signs up now, after the line's."""
    with as_house(session):  # a number only, whoever asks
        waiting = line_of(session, offering.id)
    if rules.fills_by_itself(offering.status, offering.waiting_line):
        return left_for_new(waiting, offering.places_free, offering.places)
    return max(offering.places_free - len(waiting), 0)


def in_turns(
    rows: Sequence[Enrolment], offering: Offering
) -> list[tuple[int, Sequence[Enrolment]]]:
    """Who waits, by parties in the order of their turns: number and people."""
    by_id = {row.id: row for row in rows}
    turns = parties([InLine(row.id, row.together) for row in rows], offering.places)
    found: list[tuple[int, Sequence[Enrolment]]] = []
    number = 1
    for party in turns:
        found.append((number, [by_id[one.id] for one in party]))
        number += len(party)
    return found


def list_as_now(session: Session, *which: ColumnElement[bool]) -> Sequence[Enrolment]:
    """List enrolments as they are by now, in the order they came."""
    return session.scalars(_people(*which).execution_options(populate_existing=True)).all()


def list_ids_to_fill(session: Session) -> Sequence[int]:
    """Offerings with a free place for a line that fills by itself."""
    waits = select(Enrolment.offering_id).where(
        Enrolment.status == rules.EnrolmentStatus.WAITING, Enrolment.offered_at.is_(None)
    )
    query = select(Offering.id).where(
        Offering.waiting_line == WaitingLine.FIRST_COME,
        Offering.status.in_(PUBLIC),
        Offering.places_taken < Offering.places,
        Offering.goes_on(clock.now()),
        Offering.id.in_(waits),
    )
    return session.scalars(query.order_by(Offering.id)).all()


def list_ids_to_close(session: Session) -> Sequence[int]:
    """Offerings that stopped while somebody still hopes for a place in them."""
    return session.scalars(
        select(Enrolment.offering_id)
        .join(Enrolment.offering)
        .where(Enrolment.status.in_(HOPING), Offering.status.in_(rules.STOPPED))
        .order_by(Enrolment.offering_id)
        .distinct()
    ).all()


def list_ids_due(session: Session, status: rules.EnrolmentStatus, until: Any) -> Sequence[int]:
    """List enrolments whose time in a status is over."""
    query = select(Enrolment.id).where(Enrolment.status == status, until <= clock.now())
    return session.scalars(query.order_by(Enrolment.id)).all()


def list_together(session: Session, enrolment: Enrolment) -> Sequence[Enrolment]:
    """Who waits together with somebody, herself included."""
    friends = and_(Enrolment.together.is_not(None), Enrolment.together == enrolment.together)
    query = _people(
        Enrolment.offering_id == enrolment.offering_id,
        Enrolment.status == rules.EnrolmentStatus.WAITING,
        or_(Enrolment.id == enrolment.id, friends),
    )
    return session.scalars(query).all()


def list_to_join(session: Session, offering: Offering) -> Sequence[Enrolment]:
    """List who waits, by name, for somebody to come together with."""
    hopes = Enrolment.status.in_([rules.EnrolmentStatus.APPLIED, rules.EnrolmentStatus.WAITING])
    return list_by_name(session, Enrolment.offering_id == offering.id, hopes)


def list_party(session: Session, offering_id: int, key: uuid.UUID) -> Sequence[Enrolment]:
    """List who signed up under a shared key: her uuid, then `together`."""
    with as_house(session):  # asked on behalf of whoever comes with them
        query = select(Enrolment).where(
            Enrolment.offering_id == offering_id,
            Enrolment.status.in_(rules.OPEN),
            or_(Enrolment.uuid == key, Enrolment.together == key),
        )
        return session.scalars(query.order_by(Enrolment.id)).all()


def list_on_register(session: Session, offering_session: OfferingSession) -> Sequence[Enrolment]:
    """Who is expected at a session, by name: those whose days include it."""
    day = _day_of(offering_session)
    return list_by_name(session, *expected_at(offering_session.offering_id, day))


def list_by_name(session: Session, *which: ColumnElement[bool]) -> Sequence[Enrolment]:
    """List enrolments by the person's name, each with how she is reached."""
    return session.scalars(_people(*which, order_by=(Participant.folded_name, Enrolment.id))).all()


def keys_on_register(session: Session, offering_session: OfferingSession) -> dict[int, int]:
    """Map enrolment to participant for a register, as ids for a quick save."""
    return dict(places_on_register(session, offering_session).values())


def places_on_register(session: Session, offering_session: OfferingSession) -> Places:
    """Map addresses of enrolments to ids for a register; the caller says whose it is."""
    about = offering_session.offering_id, _day_of(offering_session)
    with as_house(session):
        return {uuid: (id_, her_id) for uuid, id_, her_id in _places(session, *about)}


@asks_rows
def _places(offering_id: int, day: date) -> Select[uuid.UUID, int, int]:
    row = Enrolment
    return select(row.uuid, row.id, row.participant_id).where(*expected_at(offering_id, day))


def expected_at(offering_id: Any, day: Any) -> tuple[ColumnElement[bool], ...]:
    """Who is expected at an offering's session on a day: those whose days include it."""
    return (
        Enrolment.offering_id == offering_id,
        Enrolment.status.in_(rules.TOOK_PART),
        Enrolment.started_on <= day,
        or_(Enrolment.ended_on.is_(None), Enrolment.ended_on >= day),
    )


def _day_of(offering_session: OfferingSession) -> date:
    return clock.to_local(offering_session.starts_at).date()


@asks_all
def list_of_participant(participant_id: int) -> Select[Enrolment]:
    """A person's enrolments that the reader may see, newest first, with their offerings."""
    return (
        select(Enrolment)
        .where(Enrolment.participant_id == participant_id)
        .order_by(Enrolment.id.desc())
        .options(
            joinedload(Enrolment.offering).options(
                joinedload(Offering.organisation), selectinload(Offering.texts)
            )
        )
    )


@asks_all
def list_applications(organisation_id: int | None) -> Select[Enrolment]:
    """Sign-ups of an organisation that wait for an answer, oldest first."""
    query = _people(
        Enrolment.organisation_id == organisation_id,
        Enrolment.status == rules.EnrolmentStatus.APPLIED,
    )
    return query.options(joinedload(Enrolment.offering))


@asks_rows
def list_with_room(organisation_id: int | None, now: datetime) -> Select[Offering, int]:
    """List an organisation's offerings with a free place and a line, and its length."""
    waiting = (
        select(Enrolment.offering_id, func.count().label("waiting"))
        .filter_by(organisation_id=organisation_id, status=rules.EnrolmentStatus.WAITING)
        .group_by(Enrolment.offering_id)
        .subquery()
    )
    return (
        select(Offering, waiting.c.waiting)
        .join(waiting, waiting.c.offering_id == Offering.id)
        .where(Offering.places_taken < Offering.places, Offering.goes_on(now))
        .order_by(Offering.title, Offering.id)
    )


def list_open(session: Session, offering: Offering) -> Sequence[Enrolment]:
    """List all in an offering or on the way to it, as they came."""
    here, is_open = Enrolment.offering_id == offering.id, Enrolment.status.in_(rules.OPEN)
    return session.scalars(_people(here, is_open)).all()


def list_former(session: Session, offering: Offering) -> Sequence[Enrolment]:
    """Who took part before, the last to leave first, as many as a page holds."""
    query = _people(
        Enrolment.offering_id == offering.id,
        Enrolment.status.in_(rules.TOOK_PART - rules.OPEN),
        order_by=(Enrolment.ended_on.desc(), Enrolment.id.desc()),
    )
    return session.scalars(query.limit(_MOST_FORMER)).all()


def is_tied(session: Session, organisation_id: int, participant_id: int) -> bool:
    """Whether a person takes part, took part or may still do so with an organisation."""
    pair = {"organisation_id": organisation_id, "participant_id": participant_id}
    is_tied = Enrolment.status.in_(rules.OPEN | rules.TOOK_PART)
    with as_house(session):
        return is_any(session, select(Enrolment.id).filter_by(**pair).where(is_tied))


def _people(*which: ColumnElement[bool], order_by: Any = (Enrolment.id,)) -> Select[Enrolment]:
    query = select(Enrolment).join(Enrolment.participant).where(*which).order_by(*order_by)
    return query.options(contains_eager(Enrolment.participant), joinedload(Enrolment.link))


@asks_rare
def list_same_time(participant_id: int, offering_id: int, now: datetime) -> Select[Offering]:
    """List her other places at this offering's times to come, as the reader sees them."""
    this, other = aliased(OfferingSession), aliased(OfferingSession)
    overlaps = exists().where(
        this.offering_id == offering_id,
        this.starts_at > now,
        this.status == SessionStatus.PLANNED,
        other.offering_id == Offering.id,
        other.status == SessionStatus.PLANNED,
        other.starts_at < this.ends_at,
        this.starts_at < other.ends_at,
    )
    return (
        select(Offering)
        .join(Enrolment, Enrolment.offering_id == Offering.id)
        .where(
            Enrolment.participant_id == participant_id,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            Offering.id != offering_id,
            overlaps,
        )
        .options(selectinload(Offering.texts))
        .order_by(Offering.title, Offering.id)
    )


def titles_at_same_time(session: Session, enrolment: Enrolment) -> str:
    """The same for a message: those of its own organisation, whose staff may read it."""
    with as_house(session):  # whoever sends it
        found = list_same_time(
            session, enrolment.participant_id, enrolment.offering_id, clock.now()
        )
    own = (one.title for one in found if one.organisation_id == enrolment.organisation_id)
    return ", ".join(own)
