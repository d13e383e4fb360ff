"""Writing down who was there, ahead and at the session; see `closing.py` for what comes after."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal.attendance import rules
from portal.attendance.commands.marks import Tap, on_behalf, register_of, save
from portal.attendance.queries import Mark, marks_of, places_marked, seen_before
from portal.core import N_, Actor, NotAllowed, NotFound, Permission, RuleBroken, clock, hold_row
from portal.core.visible import readable
from portal.enrolments.commands.entering import come_in, find_walked_in
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import keys_on_register
from portal.offerings.queries import lock_offering
from portal.participants.commands import register
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession

# How somebody was marked, and her minutes when they are not those of the whole session.
Marks = Mapping[int, tuple[rules.AttendanceStatus, int | None]]


def record(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    marks: Marks,
    how: rules.RecordedHow,
    *,
    reason: rules.CorrectionReason | None = None,
    seen: int | None = None,
) -> int:
    """Save marks by enrolment id; the number of people for whom something changed.

    What holds already is left alone, so a second send changes nothing. A broken rule names the
    field `minutes-<id>`, or `reason` where a closed register asks why. `seen` is the last change
    that stood on the page: what others saved after it is not replaced but disputed; None: all was.
    """
    locked = lock(session, actor, offering_session)
    on_register = keys_on_register(session, locked)
    if not marks.keys() <= on_register.keys():
        on_register |= dict(places_marked(session, locked.id).values())
    if not marks.keys() <= on_register.keys():
        raise NotFound("enrolment")
    before = marks_of(session, locked.id)
    batch_id = uuid.uuid4() if len(marks) > 1 else None
    had_seen: Mapping[int, tuple[uuid.UUID, ...]] = {}
    if seen is not None:
        had_seen = seen_before(session, locked.id, marks.keys(), seen, actor.user_id)
    taps = [
        Tap(
            key, on_register[key], status, minutes,
            batch_id=batch_id, reason=reason, replaces=had_seen.get(key),
        )
        for key, (status, minutes) in marks.items()
        if _changes(before.get(key), status, minutes)
    ]  # fmt: skip
    return _save(session, actor, locked, taps, how, before)


def record_everyone(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    reason: rules.CorrectionReason | None = None,
) -> int:
    """Mark as present whoever has no mark, as one batch; returns how many."""
    locked = lock(session, actor, offering_session)
    on_register = keys_on_register(session, locked)
    before = marks_of(session, locked.id)
    batch_id = uuid.uuid4()
    taps = [
        Tap(key, her, rules.AttendanceStatus.PRESENT, batch_id=batch_id, reason=reason)
        for key, her in on_register.items()
        if key not in before
    ]
    return _save(session, actor, locked, taps, rules.RecordedHow.ALL_AT_ONCE, before)


def excuse(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    seen_at: datetime | None = None,
) -> None:
    """Note that a participant does not come, never why; twice is once.

    Her place, her hours and the group's capacity stay as they are; a guide may still change it.
    """
    locked, hers = _lock_ahead(session, actor, offering_session)
    rules.check_still_then(locked.starts_at, seen_at)
    before = marks_of(session, locked.id)
    excused = rules.AttendanceStatus.EXCUSED
    taps = [
        Tap(key, her, excused)
        for key, her in hers.items()
        if _changes(before.get(key), excused, None)
    ]
    _save(session, actor, locked, taps, rules.RecordedHow.BY_HERSELF, before)


def take_back_excuse(session: Session, actor: Actor, offering_session: OfferingSession) -> None:
    """She comes after all: no mark is left, and the history says so."""
    locked, hers = _lock_ahead(session, actor, offering_session)
    before = marks_of(session, locked.id)
    taps = [Tap(key, her, None) for key, her in hers.items() if key in before]
    if any(before[tap.enrolment_id].how is not rules.RecordedHow.BY_HERSELF for tap in taps):
        raise RuleBroken("", N_("Your guide wrote this down. You can just come, or call."))
    _save(session, actor, locked, taps, rules.RecordedHow.TAKEN_BACK, before)


def lock(session: Session, actor: Actor, offering_session: OfferingSession) -> OfferingSession:
    """Lock the session as it is now, for who keeps its register."""
    check_keeps(actor, offering_session)
    locked = hold_row(session, OfferingSession, offering_session.id)
    rules.check_register_open(locked.starts_at, locked.is_cancelled, clock.now())
    return locked


def check_keeps(actor: Actor, offering_session: OfferingSession) -> None:
    """Only who keeps a register writes on it; to others it is not there."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        raise NotAllowed
    if not (actor.is_house or offering_session.organisation_id in actor.keeps_registers_of):
        raise NotFound("register")


def _lock_ahead(
    session: Session, actor: Actor, offering_session: OfferingSession
) -> tuple[OfferingSession, dict[int, int]]:
    """The session, and as whom a participant is expected there: enrolment to participant."""
    if not actor.is_participant:
        raise NotAllowed
    locked = hold_row(session, OfferingSession, offering_session.id)
    rules.check_may_excuse(locked.starts_at, locked.is_cancelled, clock.now())
    if locked.organisation_id not in actor.opens:
        raise NotFound("enrolment")
    on_register = keys_on_register(session, locked)
    hers = {key: her for key, her in on_register.items() if her == actor.participant_id}
    if not hers:
        raise NotFound("enrolment")
    return locked, hers


def _save(
    session: Session,
    actor: Actor,
    locked: OfferingSession,
    taps: list[Tap],
    how: rules.RecordedHow,
    before: Mapping[int, Mark],
) -> int:
    if not taps:
        return 0
    register = register_of(session, locked)
    rules.check_reason(register.closed_at is not None, any(tap.reason for tap in taps))
    save(session, actor, locked, taps, how, register=register, before=before)
    return len(taps)


def _changes(before: Mark | None, status: rules.AttendanceStatus, minutes: int | None) -> bool:
    """Whether it says something new; present once more keeps the minutes that were given her."""
    if before is None or before.is_disputed or status is not before.status:
        return True
    is_there = status is rules.AttendanceStatus.PRESENT
    return is_there and minutes is not None and minutes != before.minutes


_MOST_LETTERS = 80


def walk_in(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    name: str | None = None,
    participant: Participant | None = None,
    enrolment_uuid: uuid.UUID | None = None,
    language: str = "nl",
) -> Enrolment:
    """Put somebody unexpected on a register: a known person, or a first name.

    Who stands on it already keeps what she has, and the same `enrolment_uuid` again gives the same
    enrolment. It marks nobody: a tap does. A name that can't be one breaks a rule about `name`.
    The offering is locked first, then the session: call it before the session is locked.
    """
    check_keeps(actor, offering_session)
    offering = lock_offering(session, offering_session.offering_id)
    locked = lock(session, actor, offering_session)
    before = find_walked_in(session, offering, enrolment_uuid) if enrolment_uuid else None
    if before is not None:
        return before
    if participant is None:
        participant = _new(session, actor, name or "", language)
    on_register = {person: key for key, person in keys_on_register(session, locked).items()}
    if participant.id in on_register:
        return session.get_one(Enrolment, on_register[participant.id])
    return come_in(
        session, actor, offering, participant,
        day=clock.to_local(locked.starts_at).date(),
        key=enrolment_uuid,
        about={"session_id": locked.id, **on_behalf(actor, locked)},
    )  # fmt: skip


def _new(session: Session, actor: Actor, name: str, language: str) -> Participant:
    """A first name, and the rest later: staff see that it is still to be asked."""
    name = " ".join(readable(name).split())
    if not name:
        raise RuleBroken("name", N_("Write a name."))
    if len(name) > _MOST_LETTERS:
        raise RuleBroken("name", N_("A name has at most {most} letters."), most=_MOST_LETTERS)
    return register(session, actor, name=name, language=language, has_only_name=True)
