"""Writing what was read: first people and sessions together, then the marks, a day at a time.

Each day is a transaction of its own where it is done in the background. It is harmless to begin
again: what holds already is left alone, and each mark's event is named by the import.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.commands import closing, lock
from portal.attendance.commands.marks import Tap, register_of, save
from portal.attendance.models import Register
from portal.attendance.queries import Mark, find_register, marks_of
from portal.attendance.rules import AttendanceStatus, CorrectionReason, RecordedHow
from portal.core import audit, clock
from portal.core.actor import Actor
from portal.core.errors import NotFound, RuleBroken
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import places_for_new
from portal.enrolments.rules import TOOK_PART, EndReason, EnrolmentStatus
from portal.imports.rules import still_comes
from portal.imports.rules.plans import NEW, Known, Plan, says_the_same
from portal.offerings.commands import change_places
from portal.offerings.models import Offering
from portal.participants.commands import make_all_known, register_all
from portal.schedule.models import OfferingSession
from portal.schedule.rules import check_times, session_times

Made = dict[str, Any]
Day = dict[str, Any]  # a session's id, and for each mark: enrolment, status, minutes
_LONGEST_NAME = 80


@dataclass
class Making:
    """The people, enrolments and sessions that a file needs, made under the offering's lock.

    `made` names each row, and each first day that was moved, so that it can be taken back.
    """

    session: Session
    actor: Actor
    offering: Offering
    plan: Plan
    known: Sequence[Known]
    made: Made = field(default_factory=lambda: nothing_made())
    _places: int | None = None  # free for who is new
    _new: list[Enrolment] = field(default_factory=list)
    _came_before: set[int] = field(default_factory=set)  # participants

    def run(self) -> list[Day]:
        """Make them, and say what is to be written on which register."""
        days_of: dict[str, set[date]] = defaultdict(set)
        for write in self.plan.writes:
            days_of[write.person.key].add(write.day.day)
        people = self._people(days_of)
        enrolments = self._enrolments(people, days_of)
        sessions = self._sessions()
        days: dict[int, Day] = {}
        for write in self.plan.writes:
            session_id = sessions[write.day.key]
            day = days.setdefault(session_id, {"session": session_id, "marks": []})
            status, minutes = write.value
            enrolment_id = enrolments[people[write.person.key], write.day.day]
            day["marks"].append([enrolment_id, status.value, minutes, write.here is not None])
        return [days[key] for key in sorted(days)]  # registers are locked in the order of their ids

    def _people(self, wanted: Collection[str]) -> dict[str, int]:
        ids = {known.key: known.id for known in self.known}
        lines = [line for line in self.plan.people if line.key in wanted]
        found = {line.key: ids[line.choice] for line in lines if line.choice != NEW}
        new = [line for line in lines if line.choice == NEW]
        names = [line.name[:_LONGEST_NAME] for line in new]
        made = [person.id for person in register_all(self.session, self.actor, names)]
        make_all_known(self.session, self.offering.organisation_id, made)
        self.made["participants"] += made
        return found | dict(zip((line.key for line in new), made, strict=True))

    def _enrolments(
        self, people: Mapping[str, int], days_of: Mapping[str, set[date]]
    ) -> dict[tuple[int, date], int]:
        """The enrolment for each person and day, with the days of hers that had none made so."""
        by_person: dict[int, set[date]] = defaultdict(set)
        for key, participant_id in people.items():
            by_person[participant_id] |= days_of[key]
        rows: dict[int, list[Enrolment]] = defaultdict(list)
        for row in self.session.scalars(
            select(Enrolment)
            .where(
                Enrolment.offering_id == self.offering.id,
                Enrolment.participant_id.in_(by_person),
            )
            .order_by(Enrolment.started_on, Enrolment.id)
        ):
            if row.status in TOOK_PART and row.started_on is not None:
                rows[row.participant_id].append(row)
            if row.end_reason is not EndReason.CAME_ONCE:
                self._came_before.add(row.participant_id)
        last_of_file = max((line.day for line in self.plan.days), default=clock.today())
        for participant_id, days in by_person.items():
            self._cover(participant_id, rows[participant_id], sorted(days), last_of_file)
        self._save_new()
        return {
            (participant_id, day): row.id
            for participant_id, days in by_person.items()
            for day in days
            for row in rows[participant_id]
            if _includes(row, day)
        }

    def _save_new(self) -> None:
        self.session.add_all(self._new)
        self.session.flush()
        by_status: dict[EnrolmentStatus, list[Enrolment]] = defaultdict(list)
        for row in self._new:
            by_status[row.status].append(row)
        for status, rows in by_status.items():
            audit.record_all(
                self.session, self.actor, "enrolment.imported", rows, status=status.value
            )
        change_places(self.session, self.offering, len(by_status[EnrolmentStatus.ENROLLED]))
        self.made["enrolments"] += [row.id for row in self._new]

    def _cover(
        self, participant_id: int, hers: list[Enrolment], days: list[date], last_of_file: date
    ) -> None:
        """Move the first day of what comes after, or add an enrolment where nothing does."""
        without = [day for day in days if not any(_includes(row, day) for row in hers)]
        for day in without:
            later = next((row for row in hers if (row.started_on or day) > day), None)
            if later is not None and not _includes(later, day):
                self._start_earlier(later, day)
        rest = [day for day in without if not any(_includes(row, day) for row in hers)]
        if rest:
            is_new = not hers
            hers.append(self._enrol(participant_id, rest, is_new, last_of_file))

    def _start_earlier(self, row: Enrolment, day: date) -> None:
        before = row.started_on.isoformat() if row.started_on else None
        self.made["started"].setdefault(str(row.id), [before, day.isoformat()])[1] = day.isoformat()
        row.started_on = day
        audit.record(
            self.session, self.actor, "enrolment.started_earlier", row,
            before=before, after=day.isoformat(),
        )  # fmt: skip

    def _enrol(
        self, participant_id: int, days: list[date], is_new: bool, last_of_file: date
    ) -> Enrolment:
        """She takes part now if she came lately and a place is free; else she took part then."""
        is_in = is_new and self._has_place(participant_id)
        is_in = is_in and still_comes(days[-1], last_of_file, clock.today())
        row = Enrolment(
            offering_id=self.offering.id,
            organisation_id=self.offering.organisation_id,
            participant_id=participant_id,
            status=EnrolmentStatus.ENROLLED if is_in else EnrolmentStatus.ENDED,
            started_on=days[0],
            ended_on=None if is_in else days[-1],
            end_reason=None if is_in else EndReason.UNKNOWN,
        )
        if is_in:
            self._places = (self._places or 1) - 1
        self._new.append(row)
        return row

    def _has_place(self, participant_id: int) -> bool:
        if not self.offering.takes_people:
            return False
        if participant_id in self._came_before:
            return False  # she is on her way in, or was
        if self._places is None:  # asked once: nobody else takes or frees one meanwhile
            self._places = places_for_new(self.session, self.offering)
        return self._places > 0

    def _sessions(self) -> dict[str, int]:
        """The session of each day; those that are made lie in the past, and nobody is told."""
        found = {line.key: line.slot.id for line in self.plan.days if line.slot}
        made: dict[str, OfferingSession] = {}
        for line in self.plan.new_days:
            check_times(line.starts, line.ends)
            starts_at, ends_at = session_times(line.day, line.starts, line.ends)
            row = OfferingSession(
                offering_id=self.offering.id,
                organisation_id=self.offering.organisation_id,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            made.setdefault(line.meant, row)
        rows = list(made.values())
        self.session.add_all(rows)
        audit.record_all(self.session, self.actor, "session.imported", rows)
        self.made["sessions"] += [row.id for row in rows]
        return found | {line.key: made[line.meant].id for line in self.plan.new_days}


def nothing_made() -> Made:
    """What an import made, before it made anything."""
    lists = ("participants", "enrolments", "sessions", "registers", "closed", "skipped", "stays")
    return {**{name: [] for name in lists}, "started": {}, "marks": 0}


def write_day(session: Session, actor: Actor, batch_id: uuid.UUID, day: Day, made: Made) -> None:
    """Write the marks of one day and close its register: that is what stood on paper.

    A session that was cancelled or taken away since is skipped.
    """
    row = session.get(OfferingSession, day["session"])
    try:
        if row is None:
            raise NotFound("session")
        locked = lock(session, actor, row)
    except (NotFound, RuleBroken):
        made["skipped"].append(day["session"])
        return
    had_register = find_register(session, locked.id) is not None
    before = marks_of(session, locked.id)
    taps = [
        _tap(batch_id, locked, *mark) for mark in day["marks"] if _is_to_write(before, locked, mark)
    ]
    if not taps:
        return
    register = register_of(session, locked)
    of_taps = Enrolment.id.in_([tap.enrolment_id for tap in taps])
    query = select(Enrolment.id, Enrolment.participant_id).where(of_taps)
    people = {row.id: row.participant_id for row in session.execute(query)}
    save(
        session, actor, locked, people, taps, RecordedHow.IMPORTED,
        register=register, before=before,
    )  # fmt: skip
    made["marks"] += len(taps)
    if not had_register:
        made["registers"].append(locked.id)
    _close(session, actor, locked, register, made)


def _is_to_write(before: Mapping[int, Mark], locked: OfferingSession, mark: list[Any]) -> bool:
    enrolment_id, status, minutes, takes_its_place = mark
    here = before.get(enrolment_id)
    if here is None:
        return True
    value = AttendanceStatus(status), minutes
    return takes_its_place and not says_the_same((here.status, here.minutes), value)


def _tap(
    batch_id: uuid.UUID, locked: OfferingSession, enrolment_id: int, status: str,
    minutes: int | None, _here: bool,
) -> Tap:  # fmt: skip
    return Tap(
        enrolment_id,
        AttendanceStatus(status),
        None if minutes is None or minutes >= locked.minutes else minutes,
        event_id=uuid.uuid5(batch_id, f"{locked.uuid}/{enrolment_id}"),
        batch_id=batch_id,
        reason=CorrectionReason.FROM_PAPER,
    )


def _close(
    session: Session, actor: Actor, locked: OfferingSession, register: Register, made: Made
) -> None:
    is_over = locked.ends_at <= clock.now()
    if register.closed_at is None and is_over and not register.disputes:
        closing.close(session, actor, locked)
        made["closed"].append(locked.id)


def _includes(row: Enrolment, day: date) -> bool:
    starts = row.started_on is not None and row.started_on <= day
    return starts and (row.ended_on is None or day <= row.ended_on)
