"""Writing what was read, first people and sessions and then marks, and taking it back whole.

Each day is a transaction of its own where it is done in the background. It is harmless to begin
again: what holds already is left alone, and each mark's event is named by the import. What somebody
else built on since it was written stays, and it is said what.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, union

from portal.attendance.commands import closing, lock
from portal.attendance.commands.closing import give_back
from portal.attendance.commands.marks import Tap, register_of, save
from portal.attendance.models import AttendanceMark
from portal.attendance.queries import find_register, marks_of
from portal.attendance.rules import AttendanceStatus, CorrectionReason, RecordedHow
from portal.core import (
    Actor,
    Base,
    NotFound,
    RuleBroken,
    Session,
    audit,
    clock,
    past_guard,
    to_local,
)
from portal.core.grouped import grouped
from portal.enrolments.commands.entering import add_all
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import places_for_new
from portal.enrolments.rules import HOLDS_PLACE, TOOK_PART, EndReason, EnrolmentStatus
from portal.enrolments.rules.entering import LONGEST_NAME
from portal.imports.rules import still_comes
from portal.imports.rules.plans import NEW, Known, Plan, says_the_same
from portal.offerings.commands import change_places
from portal.offerings.models import Offering
from portal.participants.commands import register_all
from portal.participants.models import Participant, ParticipantLink
from portal.schedule.models import OfferingSession
from portal.schedule.rules import check_times, session_times

Made = dict[str, Any]
Day = dict[str, Any]  # a session's id, and for each mark: enrolment, status, minutes


class Making:
    """The people, enrolments and sessions that a file needs, made under the offering's lock.

    `made` names each row, and each first day that was moved, so that it can be taken back.
    """

    def __init__(
        self, session: Session, actor: Actor, offering: Offering, plan: Plan, known: Sequence[Known]
    ) -> None:
        self.session, self.actor, self.offering, self.plan = session, actor, offering, plan
        self.known = {one.key: one.id for one in known}
        self.made = nothing_made()

    def run(self) -> list[Day]:
        """Make them, and say what is to be written on which register."""
        people = self._people()
        days_of: dict[int, set[date]] = defaultdict(set)
        for write in self.plan.writes:
            days_of[people[write.person.key]].add(write.day.day)
        rows = self._enrolments(days_of)
        sessions = self._sessions()
        days: dict[int, Day] = {}
        for write in self.plan.writes:
            session_id = sessions[write.day.key]
            day = days.setdefault(session_id, {"session": session_id, "marks": []})
            status, minutes = write.value
            hers = rows[people[write.person.key]]
            enrolment = next(row for row in hers if _includes(row, write.day.day))
            day["marks"].append([enrolment.id, status.value, minutes, write.here is not None])
        return [days[key] for key in sorted(days)]  # registers are locked in the order of their ids

    def _people(self) -> dict[str, int]:
        keys = {write.person.key for write in self.plan.writes}
        wanted = {line.key: line for line in self.plan.people if line.key in keys}
        new = {key: line.name[:LONGEST_NAME] for key, line in wanted.items() if line.choice == NEW}
        made = register_all(
            self.session, self.actor, self.offering.organisation_id, list(new.values())
        )
        self.made["participants"] += made
        ids = dict(zip(new, made, strict=True))
        return {key: ids.get(key) or self.known[line.choice] for key, line in wanted.items()}

    def _enrolments(self, days_of: Mapping[int, Collection[date]]) -> dict[int, list[Enrolment]]:
        """The enrolments of each person; for days of hers that had none one is made."""
        found = self.session.scalars(
            select(Enrolment)
            .where(Enrolment.offering_id == self.offering.id, Enrolment.participant_id.in_(days_of))
            .order_by(Enrolment.started_on, Enrolment.id)
        ).all()
        # Who is on her way in, or was, gets no place by a file.
        before = {row.participant_id for row in found if row.end_reason is not EndReason.CAME_ONCE}
        took_part = (row for row in found if row.status in TOOK_PART and row.started_on)
        rows = grouped((row.participant_id, row) for row in took_part)
        takes = self.offering.takes_people
        free = places_for_new(self.session, self.offering) if takes else 0
        last_of_file = max((line.day for line in self.plan.days), default=clock.today())
        new = []
        for participant_id, days in days_of.items():
            hers = rows[participant_id]
            rest = [day for day in sorted(days) if not self._is_covered(hers, day)]
            if not rest:
                continue
            is_in = free > 0 and not hers and participant_id not in before
            is_in = is_in and still_comes(rest[-1], last_of_file, clock.today())
            free -= is_in
            last_on = None if is_in else rest[-1]  # with a last day she took part until then
            row = Enrolment(
                offering_id=self.offering.id,
                organisation_id=self.offering.organisation_id,
                participant_id=participant_id,
                status=EnrolmentStatus.ENDED if last_on else EnrolmentStatus.ENROLLED,
                started_on=rest[0],
                ended_on=last_on,
                end_reason=EndReason.UNKNOWN if last_on else None,
            )
            hers.append(row)
            new.append(row)
        for status in sorted({row.status for row in new}):
            some = [row for row in new if row.status is status]
            about = {"event": "enrolment.imported", "status": status.value}
            add_all(self.session, self.actor, self.offering, some, **about)
        self.made["enrolments"] += [row.id for row in new]
        return rows

    def _is_covered(self, hers: Sequence[Enrolment], day: date) -> bool:
        """Whether she takes part on a day; the first day of what comes after it is moved to it."""
        if any(_includes(row, day) for row in hers):
            return True
        later = next((row for row in hers if row.started_on and row.started_on > day), None)
        if later is None or later.started_on is None:
            return False
        before, after = later.started_on.isoformat(), day.isoformat()
        self.made["started"].setdefault(str(later.id), [before, after])[1] = after
        later.started_on = day
        audit.record(
            self.session, self.actor, "enrolment.started_earlier", later, before=before, after=after
        )
        return True

    def _sessions(self) -> dict[str, int]:
        """The session of each day; those that are made lie in the past, and nobody is told."""
        made: dict[str, OfferingSession] = {}
        for line in self.plan.new_days:
            check_times(line.starts, line.ends)
            starts_at, ends_at = session_times(line.day, line.starts, line.ends)
            made[line.meant] = OfferingSession(
                offering_id=self.offering.id,
                organisation_id=self.offering.organisation_id,
                starts_at=starts_at,
                ends_at=ends_at,
            )
        rows = list(made.values())
        self.session.add_all(rows)
        audit.record_all(self.session, self.actor, "session.imported", rows)
        self.made["sessions"] += [row.id for row in rows]
        found = {line.key: line.slot.id for line in self.plan.days if line.slot}
        return found | {line.key: made[line.meant].id for line in self.plan.new_days}


def nothing_made() -> Made:
    """What an import made, before it made anything."""
    lists = ("participants", "enrolments", "sessions", "registers", "closed", "skipped", "stays")
    return {**{name: [] for name in lists}, "started": {}, "marks": 0}


def write_day(session: Session, actor: Actor, batch_id: uuid.UUID, day: Day, made: Made) -> None:
    """Write the marks of one day and close its register, as on paper.

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
    of_these = Enrolment.id.in_([key for key, *_ in day["marks"]])
    query = select(Enrolment.id, Enrolment.participant_id).where(of_these)
    people = {row.id: row.participant_id for row in session.execute(query)}
    taps = []
    for enrolment_id, status, minutes, takes_its_place in day["marks"]:
        here, value = before.get(enrolment_id), (AttendanceStatus(status), minutes)
        if here and not (takes_its_place and not says_the_same((here.status, here.minutes), value)):
            continue
        is_part = minutes is not None and minutes < locked.minutes
        taps.append(
            Tap(
                enrolment_id,
                people[enrolment_id],
                value[0],
                minutes if is_part else None,
                event_id=uuid.uuid5(batch_id, f"{locked.uuid}/{enrolment_id}"),
                batch_id=batch_id,
                reason=CorrectionReason.FROM_PAPER,
            )
        )
    if not taps:
        return
    register = register_of(session, locked)
    save(session, actor, locked, taps, RecordedHow.IMPORTED, register=register, before=before)
    made["marks"] += len(taps)
    if not had_register:
        made["registers"].append(locked.id)
    is_over = locked.ends_at <= clock.now()
    if register.closed_at is None and is_over and not register.disputes:
        closing.close(session, actor, locked)
        made["closed"].append(locked.id)


def _includes(row: Enrolment, day: date) -> bool:
    return row.started_on is not None and clock.is_within(day, row.started_on, row.ended_on)


_SAID = {OfferingSession: "session", Enrolment: "enrolment", Participant: "participant"}


def take_back_day(
    session: Session, actor: Actor, batch_id: uuid.UUID, session_id: int, made: Made
) -> None:
    """Take a day's marks back, and open a register that only the import closed."""
    row = session.get(OfferingSession, session_id)
    if row is None:
        return
    try:
        give_back(
            session, actor, row, batch_id,
            only_its=None if session_id in made["sessions"] else made["enrolments"],
            closed_it=session_id in made["closed"],
            began_it=session_id in made["registers"],
        )  # fmt: skip
    except RuleBroken:  # it was cancelled since: what was written stays
        made["stays"].append(f"session:{session_id}")


def take_back_rows(session: Session, actor: Actor, offering: Offering, made: Made) -> None:
    """Take out the sessions, enrolments and people it made, and put first days back.

    The caller holds the offering's lock.
    """
    _drop(session, OfferingSession, made["sessions"], made, but=("register",))
    enrolments = _drop(session, Enrolment, made["enrolments"], made)
    change_places(session, offering, -sum(row.status in HOLDS_PLACE for row in enrolments))
    for key, (before, after) in made["started"].items():
        _start_as_before(session, actor, int(key), before, after, made)
    elsewhere = select(ParticipantLink.participant_id).where(
        ParticipantLink.participant_id.in_(made["participants"]),
        ParticipantLink.organisation_id != offering.organisation_id,
        ParticipantLink.knows_her,
    )
    but = ("participant_link", "audit_event")  # she goes when no other row names her any more
    known_elsewhere = set(session.scalars(elsewhere))
    _drop(session, Participant, made["participants"], made, but=but, stay=known_elsewhere)


def _start_as_before(
    session: Session, actor: Actor, enrolment_id: int, before: str, after: str, made: Made
) -> None:
    """Her first day again, unless it was changed since or she has marks from before it."""
    row = session.get(Enrolment, enrolment_id)
    if row is None or row.started_on != date.fromisoformat(after):
        return
    first = session.scalar(
        select(func.min(OfferingSession.starts_at))
        .join(AttendanceMark, AttendanceMark.session_id == OfferingSession.id)
        .where(AttendanceMark.enrolment_id == enrolment_id)
    )
    if first is not None and to_local(first).date() < date.fromisoformat(before):
        made["stays"].append(f"started:{enrolment_id}")
        return
    row.started_on = date.fromisoformat(before)
    audit.record(
        session, actor, "enrolment.started_later_again", row, before=after, after=before
    )  # fmt: skip


def _drop(
    session: Session,
    model: Any,
    ids: Collection[int],
    made: Made,
    *,
    but: Collection[str] = (),
    stay: Collection[int] = (),
) -> list[Any]:
    """Take out the rows on which nothing hangs, and say which stay; those that went."""
    session.flush()
    rows = session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id)).all()
    named = _named(session, model, ids, but).union(stay)
    kind = _SAID[model]
    made["stays"] += [f"{kind}:{row.id}" for row in rows if row.id in named]
    gone = [row for row in rows if row.id not in named]
    for row in gone:
        session.delete(row)
    session.flush()
    return gone


def _named(session: Session, model: Any, ids: Collection[int], but: Collection[str]) -> set[int]:
    """Which of these rows any table of the house has a row about."""
    own = model.__table__
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if table.name not in but
        and (
            any(key.column.table is own for key in column.foreign_keys)
            or (own.name == "participant" and column.name in ("participant_id", "merged_into_id"))
        )
    ]
    asked = union(*(select(column).where(column.in_(ids)) for column in columns))
    return set(past_guard(session).scalars(asked))
