"""Taking in what was tapped on a phone, perhaps without a signal: late, twice, in any order.

An event says by itself what it is about, so it can come alone, again, or with any others. Each is
answered for itself: one that can't be never harms the rest.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy import bindparam, select

from portal.attendance import queries, rules
from portal.attendance.commands import closing, walk_in
from portal.attendance.commands.marks import Tap, minutes_again, register_of, save
from portal.attendance.commands.moves import find_where_taken
from portal.attendance.models import AttendanceChange
from portal.attendance.queries.sheet import as_weighed, weighed
from portal.core import N_, NotAllowed, NotFound, RuleBroken, Session, as_house, clock, past_guard
from portal.core.actor import Actor, Permission
from portal.core.grouped import grouped
from portal.enrolments.queries import places_on_register
from portal.offerings.queries import lock_offering
from portal.phones.rules import Event, EventKind
from portal.schedule.models import OfferingSession

_NOT_YOURS = N_("This register is not yours to keep, or it is gone.")
_OTHER_TIME = N_("The time has changed. Look at the new time first.")
_NOT_ON_IT = N_("This person is not on this register.")
_BEFORE = N_("This was sent earlier for somebody else.")
_DISPUTED = N_("Somebody else wrote down something else. Both are kept: choose which one is right.")
_CLOSED = N_("This register was closed before. Both are kept: choose which one is right.")


class Became(StrEnum):
    """What became of an event; a phone may forget it, and shows a rejected one."""

    OK = "ok"
    DUPLICATE = "duplicate"
    STALE = "stale"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Result:
    """The answer to one event; the words are a msgid with places for its values."""

    status: Became
    message: str = ""
    values: dict[str, object] = field(default_factory=dict)


def take_in(
    session: Session,
    actor: Actor,
    events: Sequence[Event],
    sent_at: datetime | None = None,
    *,
    are_new: bool = False,
) -> list[Result]:
    """Keep events of one phone, in its order; what became of each.

    `sent_at` is when the phone thinks that it sends: by that its clock is put right. The sessions
    are locked in order of id, after the offerings of who walks in, so that no two phones wait for
    each other. `are_new` takes all of them to be sent for the first time, which is quicker:
    IntegrityError when one was not, and then nothing is kept.
    """
    if not actor.may(Permission.RECORD_ATTENDANCE):
        raise NotAllowed
    found = _lock(session, actor, events)
    results = [Result(Became.REJECTED, _NOT_YOURS)] * len(events)
    of_session = grouped((event.session, number) for number, event in enumerate(events))
    for locked in found:
        about = [(number, events[number]) for number in of_session[locked.uuid]]
        known = {} if are_new else _known(session, [event for _, event in about])
        for there, mine in _by_time(session, locked, about, known):
            taken = (
                _OneRegister(session, actor, there, sent_at, known).take([one for _, one in mine])
                if there
                else [Result(Became.REJECTED, _OTHER_TIME)] * len(mine)
            )
            for (number, _), result in zip(mine, taken, strict=True):
                results[number] = result
    return results


def _by_time(
    session: Session,
    locked: OfferingSession,
    about: Sequence[tuple[int, Event]],
    known: Mapping[uuid.UUID, tuple[int, int]],
) -> list[tuple[OfferingSession | None, list[tuple[int, Event]]]]:
    """The events by the session at whose time they were tapped: it may have moved meanwhile."""
    found: dict[int | None, tuple[OfferingSession | None, list[tuple[int, Event]]]] = {}
    for number, event in about:
        is_here = known.get(event.id, (None,))[0] == locked.id
        there = locked if is_here else find_where_taken(session, locked, event.starts_at)
        found.setdefault(there.id if there else None, (there, []))[1].append((number, event))
    return list(found.values())


def _lock(session: Session, actor: Actor, events: Iterable[Event]) -> Sequence[OfferingSession]:
    kept = list(actor.keeps_registers_of)
    walked_in = {event.session for event in events if event.kind is EventKind.WALK_IN}
    named = {event.session for event in events}
    with as_house(session):  # it says itself whose they are
        if walked_in:
            rows = session.scalars(_SESSIONS, {"keys": list(walked_in), "kept": kept})
            for offering_id in sorted({row.offering_id for row in rows}):
                lock_offering(session, offering_id)
        return session.scalars(_TO_LOCK, {"keys": list(named), "kept": kept}).all()


_SESSIONS = (
    select(OfferingSession)
    .where(
        OfferingSession.uuid.in_(bindparam("keys", expanding=True)),
        OfferingSession.organisation_id.in_(bindparam("kept", expanding=True)),
    )
    .order_by(OfferingSession.id)
)
_TO_LOCK = _SESSIONS.with_for_update().execution_options(populate_existing=True)


def _known(session: Session, events: Iterable[Event]) -> dict[uuid.UUID, tuple[int, int]]:
    """Of which session and enrolment the events are that were here before."""
    rows = past_guard(session).execute(
        select(
            AttendanceChange.event_id, AttendanceChange.session_id, AttendanceChange.enrolment_id
        ).where(AttendanceChange.event_id.in_([event.id for event in events]))
    )
    return {row.event_id: (row.session_id, row.enrolment_id) for row in rows}


class _OneRegister:
    """The events of one session, which is locked."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        locked: OfferingSession,
        sent_at: datetime | None,
        known: dict[uuid.UUID, tuple[int, int]],
    ) -> None:
        self.session, self.actor, self.locked, self.sent_at = session, actor, locked, sent_at
        self.results: list[Result] = []
        self.waiting: dict[int, Tap] = {}  # by the number of its event; saved together
        self.places: dict[uuid.UUID, tuple[int, int]] = {}
        self.known = known  # of which session and enrolment an event is that is here

    def take(self, events: Sequence[Event]) -> list[Result]:
        """Who walks in comes first: others may be about her."""
        try:
            locked, now = self.locked, clock.now()
            is_off = locked.is_cancelled and not locked.was_moved
            rules.check_register_open(locked.starts_at, is_off, now)
        except RuleBroken as broken:
            return [_refused(broken)] * len(events)
        self.results = [Result(Became.OK)] * len(events)
        if locked.was_moved and locked.starts_at <= now and any(map(_says_here, events)):
            closing.say_that_it_went_on(self.session, self.actor, locked)  # where somebody was
        for number, event in enumerate(events):
            if event.kind is EventKind.WALK_IN:
                self.results[number] = self._walk_in(event)
        self.places = places_on_register(self.session, locked)
        for number, event in enumerate(events):
            if event.kind is not EventKind.WALK_IN:
                self._take_one(number, event)
        self._save_waiting()
        return self.results

    def _take_one(self, number: int, event: Event) -> None:
        try:
            if event.kind is not EventKind.MARK:
                self._save_waiting()
            match event.kind:
                case EventKind.MARK:
                    self._wait(number, event)
                case EventKind.SETTLE:
                    self._settle(number, event)
                case EventKind.UNDO:
                    assert event.batch is not None  # reading.py asks for it
                    closing.take_back(
                        self.session, self.actor, self.locked, event.batch, reason=event.reason
                    )
                case EventKind.CLOSE:
                    closing.close(self.session, self.actor, self.locked)
                case EventKind.WALK_IN:
                    raise AssertionError("walk-ins were taken before the others")
                case never:
                    assert_never(never)
        except RuleBroken as broken:
            is_late = event.kind in (EventKind.CLOSE, EventKind.UNDO)
            self.results[number] = _refused(broken, Became.STALE if is_late else Became.REJECTED)

    def _wait(self, number: int, event: Event) -> None:
        whose = self._whose(event)
        if event.status is not None:
            rules.minutes_credited(event.status, self.locked.minutes, event.minutes)
        tap = Tap(
            *whose,
            event.status,
            event.minutes,
            event_id=event.id,
            replaces=event.replaces,
            tapped_at=self._tapped_at(event),
            batch_id=event.batch,
            reason=event.reason,
            how=rules.RecordedHow.ALL_AT_ONCE if event.batch else None,
        )
        self._keep(number, tap)

    def _keep(self, number: int, tap: Tap) -> None:
        """The first event of an id is the one that is kept."""
        if tap.event_id in self.known:
            self.results[number] = Result(Became.DUPLICATE)
        else:
            self.known[tap.event_id] = (self.locked.id, tap.enrolment_id)
            self.waiting[number] = tap

    def _settle(self, number: int, event: Event) -> None:
        """A tap that had seen both, and says the same as one of them."""
        enrolment_id, participant_id = self._whose(event)
        register = register_of(self.session, self.locked)
        rows = weighed(self.session, register, [enrolment_id]).get(enrolment_id, [])
        chosen = next((row for row in rows if row.event_id == event.chosen), None)
        if chosen is None:
            raise RuleBroken("", _NOT_ON_IT)
        is_here = any(row.event_id == event.id for row in rows)
        if register.closed_at is not None and not is_here:
            closing.check_disputed(register, rows)
        status, minutes = as_weighed(register, chosen).value or (None, 0)
        tap = Tap(
            enrolment_id,
            participant_id,
            status,
            minutes_again(self.locked, minutes),
            event_id=event.id,
            replaces=(*event.replaces, chosen.event_id) if event.replaces else None,
            tapped_at=self._tapped_at(event),
            reason=rules.CorrectionReason.SETTLED,
            how=rules.RecordedHow.SETTLED,
        )
        self._keep(number, tap)

    def _save_waiting(self) -> None:
        if not self.waiting:
            return
        session, locked, waiting = self.session, self.locked, self.waiting
        register = register_of(session, locked)
        taps, how = list(waiting.values()), rules.RecordedHow.BY_HAND
        stale = save(session, self.actor, locked, taps, how, register=register)
        words = _CLOSED if register.closed_at else _DISPUTED
        for number, tap in waiting.items():
            if tap.event_id in stale:
                self.results[number] = Result(Became.STALE, words)
        self.waiting = {}

    def _walk_in(self, event: Event) -> Result:
        """In a savepoint: of what can't be, nothing stays."""
        try:
            with self.session.begin_nested():
                walk_in(
                    self.session, self.actor, self.locked,
                    name=event.name, enrolment_uuid=event.person,
                )  # fmt: skip
        except RuleBroken as broken:
            return _refused(broken)
        except NotFound:
            return Result(Became.REJECTED, _BEFORE)
        return Result(Became.OK)

    def _whose(self, event: Event) -> tuple[int, int]:
        """The enrolment and the person that an event is about; it is about one, for good."""
        if event.person and event.person not in self.places:
            self.places |= queries.places_marked(self.session, self.locked.id)
        place = self.places.get(event.person) if event.person else None
        if place is None:
            raise RuleBroken("", _NOT_ON_IT)
        mine = (self.locked.id, place[0])
        if self.known.get(event.id, mine) != mine:
            raise RuleBroken("", _BEFORE)
        return place

    def _tapped_at(self, event: Event) -> datetime:
        now = clock.now()
        begins = rules.opens_at(self.locked.starts_at)
        return rules.moment_tapped(event.tapped_at or now, self.sent_at or now, begins, now)


def _says_here(event: Event) -> bool:
    is_present = event.kind is EventKind.MARK and event.status is rules.AttendanceStatus.PRESENT
    return is_present or event.kind is EventKind.WALK_IN


def _refused(broken: RuleBroken, status: Became = Became.REJECTED) -> Result:
    return Result(status, broken.message, broken.values)
