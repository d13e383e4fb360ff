"""One step of an enrolment, and the line that moves on; who calls holds `lock_offering`."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam, case, event, func, inspect, select
from sqlalchemy.orm import Session

from portal.core import HOUSE, N_, Actor, Conflict, Hook, NotFound, RuleBroken, audit, clock
from portal.core.guard import actor_of, as_house, past_guard
from portal.enrolments import queries, rules
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import titles_at_same_time
from portal.enrolments.rules import OPEN, TOOK_PART, DeclineReason, EndReason, EnrolmentStatus, Move
from portal.enrolments.rules.line import next_party
from portal.notices.commands import tell
from portal.notices.rules import Recipient
from portal.offerings.commands import change_places
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering
from portal.participants.commands import forget_acquaintance, make_acquainted, set_held_until
from portal.participants.models import Participant
from portal.participants.queries import list_links, recipient_at, recipient_of, recipients
from portal.participants.rules import HOLD, Contact
from portal.schedule.queries import list_sessions, next_sessions

Reason = TypeVar("Reason", EndReason, DeclineReason)

_S = EnrolmentStatus
_TOLD = {
    Move.ACCEPT: "enrolments/accepted",
    Move.WAIT: "enrolments/waiting",
    Move.OFFER: "enrolments/offered",
    Move.CONFIRM: "enrolments/confirmed",
    Move.RETURN: "enrolments/returned",
    Move.LAPSE: "enrolments/lapsed",
    Move.DECLINE: "enrolments/declined",
    Move.EXPIRE: "enrolments/expired",
    Move.WITHDRAW: "enrolments/withdrawn",
    Move.COMPLETE: "enrolments/completed",
    Move.END: "enrolments/ended",
}

# Somebody leaves: what is written of her after her last day (None: she never began) is seen to. It
# gives the last day that is to be written, and how much it took away, or refuses the day.
Leaving = Callable[[Session, Actor, Enrolment, date | None], tuple[date | None, int]]
when_leaving: Hook[Leaving] = Hook()


def lock(session: Session, enrolment: Enrolment) -> Offering:
    """Lock the offering, then the enrolment as it is by now, whoever's it became."""
    offering = lock_offering(session, enrolment.offering_id)
    session.refresh(enrolment)
    who = actor_of(session)
    if who.is_participant and who.participant_id != enrolment.participant_id:
        raise Conflict()
    return offering


def fill_line(session: Session, offering: Offering) -> None:
    """Offer free places to who is next.

    The caller holds the offering's lock. The next is found as the house: whoever leaves a place
    may not see who waits for it.
    """
    if not rules.fills_by_itself(offering.status, offering.waiting_line):
        return
    with as_house(session):
        while offering.places_free:
            turn = next_party(
                queries.line_of(session, offering.id), offering.places_free, offering.places
            )
            if not turn:
                break
            for enrolment in queries.list_as_now(session, Enrolment.id.in_(turn)):
                take_step(session, HOUSE, offering, enrolment, Move.OFFER)


def take_step(
    session: Session,
    actor: Actor,
    offering: Offering,
    enrolment: Enrolment,
    move: Move,
    end_reason: EndReason | None = None,
    decline_reason: DeclineReason | None = None,
    ended_on: date | None = None,
) -> None:
    """One step of somebody whose offering is locked and who was read since."""
    before = enrolment.status
    after = rules.next_status(before, move)
    change = rules.places_change(before, after)
    rules.check_not_over(after, offering.is_over)
    rules.check_free_place(change, offering.places_free)
    rules.check_not_begun(move, before, move is Move.WITHDRAW and has_begun(session, enrolment))
    last_on = _last_day(enrolment, ended_on) if move in rules.ENDINGS else None
    gone = 0
    for do in when_leaving if before is _S.ENROLLED else ():
        last_on, gone = do(session, actor, enrolment, last_on)
    _set_dates(enrolment, after, last_on)
    _set_offer(enrolment, after, offering.offer_hours)
    if move is Move.END:
        enrolment.end_reason = _given(end_reason, "end_reason", N_("Choose why she stops."))
    if after is _S.DECLINED:
        reason = rules.REASON_OF[move] if move in rules.BY_ITSELF else decline_reason
        enrolment.decline_reason = _given(reason, "decline_reason", N_("Choose a reason."))
    enrolment.status = after
    enrolment.status_since = clock.now()
    session.flush()
    if change:
        change_places(session, offering, change)
    about: dict[str, Any] = {"marks_gone": gone} if gone else {}
    if enrolment.offer_until:
        about["until"] = enrolment.offer_until.isoformat()
    audit.record(
        session, actor, f"enrolment.{after.value}", enrolment,
        before=before.value, move=move.value, **about,
    )  # fmt: skip
    never_told = move is Move.RETURN and actor.is_house
    kind = "enrolments/not_reached" if never_told else _TOLD[move]
    tell_her(session, enrolment, kind, is_own_action=actor.is_participant)
    about_both = enrolment.organisation_id, enrolment.participant_id
    if after in (_S.DECLINED, _S.WITHDRAWN) and not queries.is_tied(session, *about_both):
        forget_acquaintance(session, *about_both)  # one that led to nothing leaves no trace of her


def _given(reason: Reason | None, field: str, words: str) -> Reason:
    if reason is None:
        raise RuleBroken(field, words)
    return reason


def has_begun(session: Session, enrolment: Enrolment) -> bool:
    """Whether a session was held since she has her place."""
    if enrolment.started_on is None:
        return False
    since, _ = clock.day_bounds(enrolment.started_on, enrolment.started_on)
    held = list_sessions(session, enrolment.offering_id, since, clock.now())
    return any(not one.is_cancelled for one in held)


def check_has_her(session: Session, actor: Actor, enrolment: Enrolment) -> None:
    """Refuse what staff do for whom they don't have, or no more: `NotFound`. Read anew."""
    is_ours = enrolment.organisation_id == actor.organisation_id
    pair = enrolment.organisation_id, [enrolment.participant_id]
    if actor.is_staff and not (is_ours and list_links(session, *pair)):
        raise NotFound("participant")


def enter(
    session: Session,
    actor: Actor,
    offering: Offering,
    participant: Participant,
    status: EnrolmentStatus,
    told: str,
    *,
    event: str,
    about: Mapping[str, Any],
    is_own_action: bool,
    contact: Contact | None = None,
    **values: Any,
) -> Enrolment:
    """Let somebody in whose offering is locked: with her place, the trail and a message.

    `told` is the kind of message, "" for none; who has no address has just seen it, here or at the
    desk. `contact`: how the organisation reaches her, where it was just made to know her.
    """
    if contact is None:
        make_acquainted(session, actor, offering.organisation_id, participant.id)
    enrolment = Enrolment(
        offering=offering, organisation_id=offering.organisation_id, participant=participant,
        status=status, status_since=clock.now(), **values,
    )  # fmt: skip
    session.add(enrolment)
    session.flush()
    if status is _S.ENROLLED:
        change_places(session, offering, 1)
    audit.record(session, actor, event, enrolment, **about)
    to = (
        recipient_at(participant, contact)
        if contact
        else recipient_of(session, offering.organisation_id, participant)
    )
    if told and to.address:
        tell_her(session, enrolment, told, is_own_action=is_own_action, to=to)
    return enrolment


def _last_day(enrolment: Enrolment, ended_on: date | None) -> date:
    last_on = ended_on or clock.today()
    rules.check_last_day(enrolment.started_on, last_on, clock.today())
    return last_on


def _set_dates(enrolment: Enrolment, after: EnrolmentStatus, last_on: date | None) -> None:
    if after is _S.ENROLLED:
        enrolment.started_on = clock.today()
    if after is _S.WITHDRAWN:
        enrolment.started_on = None
    if last_on is not None:
        enrolment.ended_on = last_on


def _set_offer(enrolment: Enrolment, after: EnrolmentStatus, hours: int) -> None:
    """What was offered stays known, so that the house offers it once; its time ends with it."""
    enrolment.offer_until = None
    if after is _S.OFFERED:
        enrolment.offered_at = clock.now()
        enrolment.offer_until = rules.offer_deadline(clock.now(), hours)


def with_recipients(
    session: Session, rows: Collection[Enrolment]
) -> list[tuple[Enrolment, Recipient]]:
    """Each of these enrolments with where its organisation reaches her, asked at once."""
    found = recipients(session, {(row.participant_id, row.organisation_id) for row in rows})
    nowhere = Contact()
    return [
        (row, found.get((row.participant_id, row.organisation_id))
        or recipient_at(row.participant, nowhere))
        for row in rows
    ]  # fmt: skip


def tell_her(
    session: Session,
    enrolment: Enrolment,
    kind: str,
    *,
    is_own_action: bool,
    to: Recipient | None = None,
) -> None:
    """Put a message about her enrolment in the outbox; `to` where it is known."""
    offering = enrolment.offering
    first = next_sessions(session, [offering.id], clock.now()).get(offering.id)
    tell(
        session,
        to or recipient_of(session, enrolment.organisation_id, enrolment.participant),
        kind,
        organisation_id=enrolment.organisation_id,
        is_own_action=is_own_action,
        not_after=enrolment.offer_until,
        state_of=str(enrolment.uuid),
        enrolment=str(enrolment.uuid),
        title=offering.title,
        organisation=offering.organisation.name,
        phone=offering.organisation.phone,
        address=(first.place if first else "") or offering.address,
        starts_at=first.starts_at.isoformat() if first else "",
        reason=enrolment.decline_reason or enrolment.end_reason or "",
        until=_iso(enrolment.offer_until),
        due=_iso(enrolment.answer_due_at),
        number=queries.place_in_line(session, enrolment) if enrolment.status is _S.WAITING else 0,
        same_time=titles_at_same_time(session, enrolment)
        if enrolment.status in rules.HOLDS_PLACE
        else "",
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


_WHAT_COUNTS = ("status", "ended_on", "participant_id")


@event.listens_for(Session, "after_flush")
def _after_a_change(session: Session, _context: Any) -> None:
    rows = [
        row
        for row in (*session.new, *session.dirty, *session.deleted)
        if isinstance(row, Enrolment) and _counts(session, row)
    ]
    if rows:
        people = {row.participant_id for row in rows}
        renew(past_guard(session), {row.organisation_id for row in rows}, people)


def _counts(session: Session, row: Enrolment) -> bool:
    attributes = inspect(row).attrs
    return row not in session.dirty or any(
        attributes[name].history.has_changes() for name in _WHAT_COUNTS
    )


def renew(
    connection: Connection,
    organisation_ids: Collection[int] | None = None,
    participant_ids: Collection[int] | None = None,
) -> None:
    """Set until when these organisations have these people; None stands for all.

    While anything of hers is open they have her; then until `HOLD` after her last day. It is
    compared with the day when it is asked, so nothing has to run for it to end.
    """
    given = {"organisations": organisation_ids, "people": participant_ids}
    values = {name: list(ids) for name, ids in given.items() if ids is not None}
    rows = [
        {
            "organisation": row.organisation_id,
            "participant": row.participant_id,
            "until": None if row.is_open or row.last_on is None else row.last_on + HOLD,
        }
        for row in connection.execute(_last_of(*values), values)
    ]
    set_held_until(connection, rows)


@cache
def _last_of(*named: str) -> Select[*tuple[Any, ...]]:
    whose = {"organisations": Enrolment.organisation_id, "people": Enrolment.participant_id}
    is_open = func.max(case((Enrolment.status.in_(OPEN), 1), else_=0)).label("is_open")
    last_on = func.max(case((Enrolment.status.in_(TOOK_PART), Enrolment.ended_on)))
    return (
        select(*whose.values(), is_open, last_on.label("last_on"))
        .where(*(whose[name].in_(bindparam(name, expanding=True)) for name in named))
        .group_by(*whose.values())
    )
