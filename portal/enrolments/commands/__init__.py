"""Writes about enrolments: signing up, every move after it, and the line that moves on."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from portal.core import N_, Actor, RuleBroken, Session, audit, clock
from portal.enrolments import queries, rules
from portal.enrolments.commands import steps
from portal.enrolments.commands.steps import fill_line as fill_line
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus, Move
from portal.enrolments.rules.line import MOST_TOGETHER
from portal.notices.commands import tell
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering
from portal.participants.commands import make_known, register
from portal.participants.commands.keys import issue_card
from portal.participants.models import Participant
from portal.participants.rules import Contact, ContactWay
from portal.schedule import commands as schedule
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason

_S = EnrolmentStatus
_TOLD_AT_SIGN_UP = {
    _S.ENROLLED: "enrolments/enrolled",
    _S.APPLIED: "enrolments/applied",
    _S.WAITING: "enrolments/in_line",
}


def sign_up(
    session: Session,
    actor: Actor,
    *,
    offering_id: int,
    participant: Participant,
    together: uuid.UUID | None = None,
) -> Enrolment:
    """Sign a person up: a place, the waiting list, or an application that staff answer.

    Who has signed up here already keeps what she has. The offering stays locked until the end of
    the transaction, so that the last place is given once. `together` is the key of the people she
    comes with; who joins people in the line waits with them.
    """
    offering = lock_offering(session, offering_id)
    return _sign_up(session, actor, offering, participant, together)


def _sign_up(
    session: Session,
    actor: Actor,
    offering: Offering,
    participant: Participant,
    together: uuid.UUID | None,
    *,
    contact: Contact | None = None,
) -> Enrolment:
    """The same where the offering is locked; by `contact` she was just made known there."""
    party = _join(session, offering, together)
    before = None if contact else queries.find_open(session, offering.id, participant.id)
    if before is not None:
        if party and before.status in (_S.APPLIED, _S.WAITING) and before.together is None:
            before.together = party[0].together
            audit.record(session, actor, "enrolment.joined", before, together=str(before.together))
        return before
    rules.check_takes_people(offering.takes_people, is_verified=offering.organisation.is_verified)
    fill_line(session, offering)
    status = _first_status(session, offering, party)
    due = rules.answer_due(clock.now(), offering.answer_days) if status is _S.APPLIED else None
    friends = party[0].together if party else None
    enrolment = steps.enter(
        session, actor, offering, participant, status, _TOLD_AT_SIGN_UP[status],
        event=f"enrolment.{status.value}", about={"together": str(friends)} if friends else {},
        is_own_action=True, contact=contact,
        started_on=clock.today() if status is _S.ENROLLED else None,
        answer_due_at=due, together=friends,
    )  # fmt: skip
    if status is _S.WAITING:
        fill_line(session, offering)
    return enrolment


def _first_status(
    session: Session, offering: Offering, party: Sequence[Enrolment]
) -> EnrolmentStatus:
    """How a sign-up begins; a free place is for the line first, and she waits with her friends."""
    is_filled = rules.fills_by_itself(offering.status, offering.waiting_line)
    ahead = 0 if is_filled else queries.count_waiting(session, offering.id)
    status = rules.first_status(offering.status, offering.intake, offering.places_free, ahead)
    waits = status is _S.ENROLLED and any(row.status is _S.WAITING for row in party)
    return _S.WAITING if waits else status


class Newcomer(TypedDict):
    """Somebody new to the house, for what, and the card of her page."""

    offering_id: int
    card_token: str
    name: str
    contact_way: ContactWay
    phone: str
    email: str
    language: str


def sign_up_new(
    session: Session,
    actor: Actor,
    *,
    together: uuid.UUID | None = None,
    **who: Unpack[Newcomer],
) -> Enrolment:
    """Sign up somebody new with a card; one from staff opens their own organisation."""
    contact = Contact.of(who["contact_way"], who["phone"], who["email"])
    participant = register(session, actor, name=who["name"], language=who["language"])
    offering = lock_offering(session, who["offering_id"])
    organisation_id = offering.organisation_id
    from_id = actor.organisation_id
    make_known(session, organisation_id, participant.id, contact=contact, from_id=from_id)
    issue_card(session, actor, participant, who["card_token"], opens=[organisation_id])
    return _sign_up(session, actor, offering, participant, together, contact=contact)


def sign_up_again(session: Session, actor: Actor, enrolment: Enrolment) -> Enrolment:
    """Sign up anew who had left: a new turn, at the line's end."""
    return sign_up(
        session, actor, offering_id=enrolment.offering_id, participant=enrolment.participant
    )


def move(
    session: Session,
    actor: Actor,
    enrolment: Enrolment,
    move: Move,
    **said: Any,
) -> Enrolment:
    """Take one step of the table, with its place, dates and message.

    The offering's lock comes first, then the enrolment as it is by now: of two people who decide
    at once the second meets what the first did. A place that comes free is offered to the next in
    line in the same transaction.
    """
    rules.check_mover(move, is_participant=actor.is_participant, is_house=actor.is_house)
    offering = steps.lock(session, enrolment)
    steps.take_step(session, actor, offering, enrolment, move, **said)
    fill_line(session, offering)
    return enrolment


def take_place(session: Session, actor: Actor, enrolment: Enrolment) -> Enrolment:
    """Take the place that is offered; saying so twice changes nothing."""
    steps.lock(session, enrolment)
    if enrolment.status is _S.ENROLLED:
        return enrolment
    rules.check_offered(enrolment.status, enrolment.decline_reason)
    return move(session, actor, enrolment, Move.CONFIRM)


def leave(session: Session, actor: Actor, enrolment: Enrolment) -> Enrolment:
    """Leave the line, refuse the offer or give up the place; twice is once.

    Who was there already stops by her own choice; who was not takes her sign-up back.
    """
    steps.lock(session, enrolment)
    if enrolment.status not in rules.OPEN:
        return enrolment
    if enrolment.status is _S.ENROLLED and steps.has_begun(session, enrolment):
        return move(session, actor, enrolment, Move.END, end_reason=EndReason.OWN_CHOICE)
    return move(session, actor, enrolment, Move.WITHDRAW)


def moves_of(session: Session, enrolment: Enrolment) -> set[Move]:
    """What staff can do with an enrolment now."""
    found = set(rules.TRANSITIONS.open_from(enrolment.status))
    if enrolment.status is _S.ENROLLED and steps.has_begun(session, enrolment):
        found.discard(Move.WITHDRAW)
    return found


def offer_together(session: Session, actor: Actor, enrolment: Enrolment) -> None:
    """Offer somebody a place, and whoever comes with her."""
    rules.check_mover(Move.OFFER, is_participant=actor.is_participant)
    offering = steps.lock(session, enrolment)
    rules.next_status(
        enrolment.status, Move.OFFER
    )  # if she left, her friends are not asked for her
    party = queries.list_together(session, enrolment) or [enrolment]
    if 1 < len(party) > offering.places_free:
        raise RuleBroken(
            "", N_("{people} people come together. There is no place for all."), people=len(party)
        )
    for row in party:
        steps.take_step(session, actor, offering, row, Move.OFFER)


def close_for_good(session: Session, actor: Actor, offering: Offering) -> None:
    """Answer all who hope for a place in what stops."""
    lock_offering(session, offering.id)
    hoping = Enrolment.offering_id == offering.id, Enrolment.status.in_(queries.HOPING)
    for enrolment in queries.list_as_now(session, *hoping):
        steps.take_step(
            session, actor, offering, enrolment, Move.DECLINE,
            decline_reason=DeclineReason.OFFERING_STOPPED,
        )  # fmt: skip


def _join(session: Session, offering: Offering, key: uuid.UUID | None) -> Sequence[Enrolment]:
    """The people that somebody comes with, who share a key from now on.

    Nobody when the key is no one's here, or when more people than the group holds would share it.
    """
    if key is None:
        return []
    found = queries.list_party(session, offering.id, key)
    if found and found[0].together not in (None, key):  # the key of one of them, not of them all
        found = queries.list_party(session, offering.id, found[0].together or key)
    if not found or len(found) >= min(MOST_TOGETHER, offering.places):
        return []
    for row in found:
        row.together = row.together or row.uuid
    session.flush()
    return found


def move_session(
    session: Session, actor: Actor, offering_session: OfferingSession, **to: Any
) -> int:
    """Move a session and tell whom it concerns, then and now; returns how many."""
    schedule.lock_session(session, offering_session)
    before = offering_session.starts_at
    expected = {row.id: row for row in queries.list_on_register(session, offering_session)}
    revision = offering_session.revision
    moved = schedule.move_session(session, actor, offering_session, **to)
    if offering_session.revision == revision:
        return 0
    expected |= {row.id: row for row in queries.list_on_register(session, moved)}
    about = {
        "before": before.isoformat(),
        "ends_at": moved.ends_at.isoformat(),
        "place": moved.place or offering_session.offering.address,
    }
    until = min(before, moved.starts_at)
    return _tell_all(session, expected.values(), "enrolments/session_moved", moved, until, **about)


def cancel_session(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    reason: NotHeldReason | None = None,
) -> int:
    """Cancel a session and tell everybody who was expected; how many were told."""
    schedule.lock_session(session, offering_session)
    expected = queries.list_on_register(session, offering_session)
    schedule.cancel_session(session, actor, offering_session, reason)
    until = offering_session.starts_at
    return _tell_all(session, expected, "enrolments/session_cancelled", offering_session, until)


def hold_again(session: Session, actor: Actor, offering_session: OfferingSession) -> int:
    """Hold a session that was cancelled, and tell who is expected; how many were told."""
    schedule.hold_again(session, actor, offering_session)
    expected = queries.list_on_register(session, offering_session)
    until = offering_session.starts_at
    return _tell_all(session, expected, "enrolments/session_again", offering_session, until)


def _tell_all(
    session: Session,
    expected: Collection[Enrolment],
    kind: str,
    at: OfferingSession,
    until: datetime,
    **about: Any,
) -> int:
    """Tell these what became of a session, as long as it is news; how many."""
    for enrolment, to in steps.with_recipients(session, expected):
        tell(
            session,
            to,
            kind,
            organisation_id=enrolment.organisation_id,
            not_after=until,
            enrolment=str(enrolment.uuid),
            title=enrolment.offering.title,
            starts_at=at.starts_at.isoformat(),
            **about,
        )
    return len(expected)
