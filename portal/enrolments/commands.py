"""Writes about enrolments: signing up, and every move after it."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.actor import Actor
from portal.core.errors import N_, RuleBroken
from portal.enrolments import queries, rules
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus, Move
from portal.notices.commands import tell
from portal.offerings.commands import change_places
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering
from portal.participants.commands import issue_card, make_known, make_unknown, register
from portal.participants.models import Participant
from portal.participants.queries import recipient_of
from portal.participants.rules import ContactWay
from portal.schedule import commands as schedule
from portal.schedule.models import OfferingSession
from portal.schedule.queries import next_sessions

_S = EnrolmentStatus
_TOLD_AT_SIGN_UP = {
    _S.ENROLLED: "enrolments/enrolled",
    _S.APPLIED: "enrolments/applied",
    _S.WAITING: "enrolments/in_line",
}
_TOLD = {
    Move.ACCEPT: "enrolments/accepted",
    Move.WAIT: "enrolments/waiting",
    Move.OFFER: "enrolments/offered",
    Move.CONFIRM: "enrolments/confirmed",
    Move.RETURN: "enrolments/returned",
    Move.DECLINE: "enrolments/declined",
    Move.WITHDRAW: "enrolments/withdrawn",
    Move.COMPLETE: "enrolments/completed",
    Move.END: "enrolments/ended",
}


def sign_up(
    session: Session, actor: Actor, *, offering_id: int, participant: Participant
) -> Enrolment:
    """Sign a person up: a place, the waiting list, or an application that staff answer.

    Who has signed up here already keeps what she has. The offering stays locked until the end of
    the transaction, so that the last place is given once.
    """
    offering = lock_offering(session, offering_id)
    before = queries.find_open(session, offering.id, participant.id)
    if before is not None:
        return before
    waiting = queries.count_waiting(session, offering.id)
    status = rules.first_status(offering.status, offering.intake, offering.places_free, waiting)
    enrolment = Enrolment(
        offering=offering,
        organisation_id=offering.organisation_id,
        participant=participant,
        status=status,
        status_since=clock.now(),
        started_on=clock.today() if status is _S.ENROLLED else None,
    )
    session.add(enrolment)
    session.flush()
    _change_places(session, offering, rules.places_change(None, status))
    make_known(session, offering.organisation_id, participant.id)
    audit.record(session, actor, f"enrolment.{status.value}", enrolment)
    if recipient_of(participant).address:  # who has none has just seen it, here or at the desk
        _tell(session, enrolment, _TOLD_AT_SIGN_UP[status], is_own_action=True)
    return enrolment


def sign_up_new(
    session: Session,
    actor: Actor,
    *,
    offering_id: int,
    card_token: str,
    name: str,
    contact_way: ContactWay,
    phone: str,
    email: str,
    language: str,
) -> Enrolment:
    """Sign up somebody whom the house does not know yet, with a card that opens her page."""
    participant = register(
        session, actor, name=name, contact_way=contact_way, phone=phone, email=email,
        language=language,
    )  # fmt: skip
    issue_card(session, actor, participant, card_token)
    return sign_up(session, actor, offering_id=offering_id, participant=participant)


def move(
    session: Session,
    actor: Actor,
    enrolment: Enrolment,
    move: Move,
    *,
    end_reason: EndReason | None = None,
    decline_reason: DeclineReason | None = None,
    ended_on: date | None = None,
) -> Enrolment:
    """Take one step of the transition table, with the place, the dates and the message it brings.

    The offering's lock comes first, then the enrolment as it is by now: of two people who decide
    at once the second meets what the first did.
    """
    rules.check_mover(move, actor.is_participant)
    offering = lock_offering(session, enrolment.offering_id)
    session.refresh(enrolment)
    before = enrolment.status
    after = rules.next_status(before, move)
    change = rules.places_change(before, after)
    rules.check_free_place(change, offering.places_free)
    _set_dates(enrolment, move, after, ended_on or clock.today())
    if move is Move.END:
        if end_reason is None:
            raise RuleBroken("end_reason", N_("Choose why she stops."))
        enrolment.end_reason = end_reason
    if move is Move.DECLINE:
        if decline_reason is None:
            raise RuleBroken("decline_reason", N_("Choose a reason."))
        enrolment.decline_reason = decline_reason
    enrolment.status = after
    enrolment.status_since = clock.now()
    session.flush()
    _change_places(session, offering, change)
    audit.record(
        session, actor, f"enrolment.{after.value}", enrolment, before=before.value, move=move.value
    )
    _tell(session, enrolment, _TOLD[move], is_own_action=actor.is_participant)
    if after in (_S.DECLINED, _S.WITHDRAWN):
        _forget_if_nothing_else(session, enrolment)
    return enrolment


def move_session(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    day: date,
    starts: time,
    ends: time,
    place: str,
) -> int:
    """Move a session and tell everybody who was or is now expected; how many were told."""
    before = offering_session.starts_at
    expected = {row.id: row for row in queries.list_on_register(session, offering_session)}
    revision = offering_session.revision
    schedule.move_session(
        session, actor, offering_session, day=day, starts=starts, ends=ends, place=place
    )
    if offering_session.revision == revision:
        return 0
    expected |= {row.id: row for row in queries.list_on_register(session, offering_session)}
    for enrolment in expected.values():
        tell(
            session,
            recipient_of(enrolment.participant),
            "enrolments/session_moved",
            organisation_id=enrolment.organisation_id,
            not_after=min(before, offering_session.starts_at),
            enrolment=str(enrolment.uuid),
            title=offering_session.offering.title,
            before=before.isoformat(),
            starts_at=offering_session.starts_at.isoformat(),
            ends_at=offering_session.ends_at.isoformat(),
            place=offering_session.place or offering_session.offering.address,
        )
    return len(expected)


def cancel_session(session: Session, actor: Actor, offering_session: OfferingSession) -> int:
    """Cancel a session and tell everybody who was expected; how many were told."""
    expected = queries.list_on_register(session, offering_session)
    schedule.cancel_session(session, actor, offering_session)
    for enrolment in expected:
        tell(
            session,
            recipient_of(enrolment.participant),
            "enrolments/session_cancelled",
            organisation_id=enrolment.organisation_id,
            not_after=offering_session.starts_at,
            enrolment=str(enrolment.uuid),
            title=offering_session.offering.title,
            starts_at=offering_session.starts_at.isoformat(),
        )
    return len(expected)


def _set_dates(enrolment: Enrolment, move: Move, after: EnrolmentStatus, last_on: date) -> None:
    if after is _S.ENROLLED:
        enrolment.started_on = clock.today()
    if move in rules.ENDINGS:
        rules.check_last_day(enrolment.started_on, last_on, clock.today())
        enrolment.ended_on = last_on


def _change_places(session: Session, offering: Offering, change: int) -> None:
    if change:
        change_places(session, offering, change)


def _forget_if_nothing_else(session: Session, enrolment: Enrolment) -> None:
    """An application that led to nothing leaves no trace of the person with the organisation."""
    if not queries.is_tied(session, enrolment.organisation_id, enrolment.participant_id):
        make_unknown(session, enrolment.organisation_id, enrolment.participant_id)


def _tell(session: Session, enrolment: Enrolment, kind: str, *, is_own_action: bool) -> None:
    offering = enrolment.offering
    first = next_sessions(session, [offering.id], clock.now()).get(offering.id)
    tell(
        session,
        recipient_of(enrolment.participant),
        kind,
        organisation_id=enrolment.organisation_id,
        is_own_action=is_own_action,
        enrolment=str(enrolment.uuid),
        title=offering.title,
        organisation=offering.organisation.name,
        phone=offering.organisation.phone,
        address=(first.place if first else "") or offering.address,
        starts_at=first.starts_at.isoformat() if first else "",
        reason=enrolment.decline_reason.value if enrolment.decline_reason else "",
    )
