"""What a report counts, before hiding, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.attendance.rules import AttendanceStatus, Provenance
from portal.core.clock import day_bounds, to_local, today
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART, WHY_SHE_STOPS, EndReason, EnrolmentStatus
from portal.goals.models import Goal
from portal.goals.rules import GoalOutcome
from portal.impact import rules
from portal.impact.queries import list_entries, registers
from portal.impact.queries.held import was_here
from portal.impact.rules.documents import Counts
from portal.impact.rules.figures import check_method, figures_of, method, whole_of
from portal.impact.rules.investment import ADDED_UP, TYPED, invested, whole_months
from portal.impact.rules.suppression import Cell
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.queries import faces_by_stay, list_still_there
from portal.progress.rules import AftercareMoment, Face, OutflowKind, SkillLevel, Voice
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason, SessionStatus

# A session is as well written down as the weakest of its hours.
_KEPT_HOW = {
    Provenance.CHECKED_IN: "sessions_in_time",
    Provenance.WITHIN_TWO_DAYS: "sessions_in_time",
    Provenance.LATER: "sessions_later",
    Provenance.IMPORTED: "sessions_imported",
}


class _Tally:
    """Adds up figures about people: so many of this one, and of each whole that it is part of."""

    def __init__(self, session: Session, organisation_id: int, period: rules.Period) -> None:
        self.session, self.organisation_id, self.period = session, organisation_id, period
        self.figures = [*figures_of(period.from_on, period.until_on), *method().not_counted]
        self.whole_of = whole_of(self.figures)
        self.values: dict[str, Any] = dict.fromkeys(self.whole_of, 0)  # None: unknown
        self.people: dict[str, set[int]] = defaultdict(set)
        self.here: set[int] = set()  # who was present

    def add(self, name: str, person: int, value: int = 1) -> None:
        whole: str | None = name
        while whole:
            self.values[whole] += value
            self.people[whole].add(person)
            whole = self.whole_of[whole]

    def counts(self) -> Counts:
        return Counts(
            cells={
                figure.id: Cell(self.values[figure.id], frozenset(self.people[figure.id]))
                for figure in self.figures
                if figure.is_about_people
            },
            plain={f.id: self.values[f.id] for f in self.figures if not f.is_about_people},
        )


_Counter = Callable[[_Tally], None]
_COUNTERS: dict[str, tuple[frozenset[str], _Counter]] = {}  # in the order in which they run


def _counts(name: str, *ids: str) -> Callable[[_Counter], _Counter]:
    """Register a counter under the name in the method's table, with the measures that it counts."""

    def register(counter: _Counter) -> _Counter:
        _COUNTERS[name] = frozenset(ids), counter
        return counter

    return register


def count_period(session: Session, organisation_id: int, period: rules.Period) -> Counts:
    """Count one organisation's period; as many statements, however many people there are."""
    tally = _Tally(session, organisation_id, period)
    for _, counter in _COUNTERS.values():
        counter(tally)
    return tally.counts()


_SESSIONS = (
    "sessions", "sessions_without_register", "sessions_not_closed", "sessions_cancelled",
    "sessions_nobody_came", "weeks", "weeks_in_a_row",
)  # fmt: skip
_VISITS = {status: f"visits_{status.value}" for status in AttendanceStatus}


@_counts("registers", "minutes_not_counted", *_KEPT_HOW.values(), *_VISITS.values(), *_SESSIONS)
def _count_registers(tally: _Tally) -> None:
    """All that registers say: minutes, visits, sessions and how they were kept."""
    of = tally.session, tally.organisation_id, tally.period
    sessions = registers.read_sessions(*of)
    present = registers.read_present(*of, sessions)
    tally.here.update(present.visits)
    for person, times in present.visits.items():
        tally.add(_VISITS[AttendanceStatus.PRESENT], person, times)
    for (person, month), minutes in present.minutes.items():
        tally.add(month, person, minutes)
    for person, minutes in present.not_yet.items():
        tally.add("minutes_not_counted", person, minutes)
    for person, status, times in registers.count_others(*of):
        tally.add(_VISITS[status], person, times)
    kept = registers.read_kept(*of, sessions)
    for id_, row in sessions.items():
        if row.status is SessionStatus.CANCELLED:
            if row.not_held_reason is not NotHeldReason.MOVED:  # held elsewhen
                tally.values["sessions_cancelled"] += 1
        elif id_ in kept.weakest:
            tally.values["sessions"] += 1
            tally.values[_KEPT_HOW[kept.weakest[id_]]] += 1
        elif id_ in kept.closed:
            tally.values["sessions_nobody_came"] += 1
        else:
            how = "not_closed" if id_ in kept.written else "without_register"
            tally.values[f"sessions_{how}"] += 1
    days = (to_local(sessions[id_].starts_at).date() for id_ in kept.weakest)
    weeks = {(day.toordinal() - 1) // 7 for day in days}  # from Monday on
    tally.values |= {"weeks": len(weeks), "weeks_in_a_row": rules.longest_row(weeks)}


@_counts("newcomers", "people_returned", *(f"new_waited_{wait}" for wait in rules.WAITS))
def _count_newcomers(tally: _Tally) -> None:
    """Count everybody who was there once: there before too, or new by how long she waited."""
    starts, _ = day_bounds(tally.period.from_on, tally.period.until_on)
    of_ours = Enrolment.organisation_id == tally.organisation_id
    seen = select(Enrolment.participant_id).where(
        of_ours, was_here(OfferingSession.starts_at < starts)
    )
    before = set(tally.session.scalars(seen))
    columns = Enrolment.participant_id, Enrolment.created_at, Enrolment.started_on
    query = select(*columns).where(
        of_ours,
        Enrolment.status.in_(TOOK_PART),
        Enrolment.started_on <= tally.period.until_on,
    )
    stays = tally.session.execute(query.order_by(Enrolment.started_on.desc(), Enrolment.id.desc()))
    waited = {
        person: rules.how_long(to_local(created_at).date(), started_on)
        for person, created_at, started_on in stays
        if started_on
    }  # the first one holds
    for person in tally.here:
        is_new = f"new_waited_{waited.get(person, 'unknown')}"
        tally.add("people_returned" if person in before else is_new, person)


_IS_OVER = Enrolment.status.in_(TOOK_PART - {EnrolmentStatus.ENROLLED})


_STOPPED = (f"stopped_{reason.value}" for reason in WHY_SHE_STOPS)
_FACES = (f"rated_{face.value}" for face in Face)


@_counts("enrolments", "completed", *_STOPPED, *_FACES, "rated_unknown")
def _count_enrolments(tally: _Tally) -> None:
    """Those that ended, by how and why, and by how she found it."""
    faces = faces_by_stay(tally.session, tally.organisation_id)
    columns = Enrolment.id, Enrolment.participant_id, Enrolment.status, Enrolment.end_reason
    rows = tally.session.execute(
        select(*columns).where(
            Enrolment.organisation_id == tally.organisation_id,
            Enrolment.end_reason.is_distinct_from(EndReason.CAME_ONCE),  # a guest had no place
            _IS_OVER,
            Enrolment.ended_on.between(tally.period.from_on, tally.period.until_on),
        )
    )
    for id_, person, status, reason in rows:
        why = f"stopped_{(reason or EndReason.UNKNOWN).value}"
        tally.add("completed" if status is EnrolmentStatus.COMPLETED else why, person)
        tally.add(f"rated_{faces[id_].value if id_ in faces else 'unknown'}", person)


_BECAME = (*(outcome.value for outcome in GoalOutcome), "unknown")


@_counts("goals", *(f"goals_{voice}_{what}" for voice in ("hers", "theirs") for what in _BECAME))
def _count_goals(tally: _Tally) -> None:
    """The goals of places that ended, by what each voice says of them."""
    rows = tally.session.execute(
        select(Goal.participant_id, Goal.hers, Goal.theirs)
        .join(Enrolment, Enrolment.id == Goal.enrolment_id)
        .where(
            Goal.organisation_id == tally.organisation_id,
            _IS_OVER,
            Enrolment.ended_on.between(tally.period.from_on, tally.period.until_on),
        )
    )
    for person, *said in rows:
        for voice, outcome in zip(("hers", "theirs"), said, strict=True):
            tally.add(f"goals_{voice}_{outcome.value if outcome else 'unknown'}", person)


@_counts("ladder", *(f"ladder_{change}" for change in rules.LADDER_CHANGES))
def _count_ladder(tally: _Tally) -> None:
    """Everybody who was there once, by how her step changed."""
    stated = read_stated(tally.session, tally.organisation_id, tally.period.until_on)
    for person in tally.here:
        tally.add(f"ladder_{rules.ladder_change(stated.get(person, []))}", person)


def read_stated(
    session: Session, organisation_id: int, until_on: date
) -> dict[int, list[rules.Statement]]:
    """Read the steps stated of each person, in order of time."""
    rows = session.execute(
        select(LadderStep.participant_id, LadderStep.stated_on, LadderStep.voice, LadderStep.step)
        .where(LadderStep.organisation_id == organisation_id, LadderStep.stated_on <= until_on)
        .order_by(LadderStep.participant_id, LadderStep.stated_on, LadderStep.id)
    )
    return {
        person: [rules.Statement(on, voice, step) for _, on, voice, step in group]
        for person, group in groupby(rows, key=lambda row: row.participant_id)
    }


_BY_VOICES = {1: "competences_one", 2: "competences_two", 3: "competences_three"}
_EXAMPLES = (f"observations_{v.value}_{s.value}" for v in Voice for s in SkillLevel)


@_counts("observations", *_EXAMPLES, *_BY_VOICES.values())
def _count_observations(tally: _Tally) -> None:
    """Examples by voice and level, and what was shown by how many voices."""
    columns = (
        Observation.participant_id,
        Observation.competence,
        Observation.voice,
        Observation.level,
    )
    query = select(*columns, func.count()).where(
        Observation.organisation_id == tally.organisation_id,
        Observation.in_force(),
        Observation.unhidden(),
        Observation.observed_on.between(tally.period.from_on, tally.period.until_on),
    )
    rows = tally.session.execute(query.group_by(*columns))
    voices: dict[tuple[int, str], set[Voice]] = defaultdict(set)
    for person, competence, voice, level, count in rows:
        tally.add(f"observations_{voice.value}_{level.value}", person, count)
        voices[person, competence].add(voice)
    for (person, _), heard in voices.items():
        tally.add(_BY_VOICES[len(heard)], person)


_STILL = {AftercareMoment.MONTHS_3: "still_3", AftercareMoment.MONTHS_6: "still_6"}
_SAID = {True: "yes", False: "no", None: "unknown"}
_STILL_THERE = (f"{moment}_{said}" for moment in _STILL.values() for said in _SAID.values())
_STEPS = (f"outflow_{kind.value}" for kind in OutflowKind)


@_counts("outflow", "outflow_without_document", *_STEPS, *_STILL_THERE)
def _count_outflow(tally: _Tally) -> None:
    """The last step with a document per person, and those who have none with a document."""
    period = tally.period.from_on, tally.period.until_on
    query = select(
        Outflow.participant_id, Outflow.id, Outflow.kind, Outflow.document_seen_on
    ).where(Outflow.organisation_id == tally.organisation_id, Outflow.started_on.between(*period))
    rows = tally.session.execute(query.order_by(Outflow.started_on, Outflow.id))
    steps = list(rows)
    day = today()  # a report drawn as of an earlier day knows no document seen since
    seen = [row for row in steps if row.document_seen_on and row.document_seen_on <= day]
    last = {row.participant_id: row for row in seen}
    for person in {row.participant_id for row in steps} - last.keys():
        tally.add("outflow_without_document", person)
    there = list_still_there(tally.session, tally.organisation_id, *period)
    for person, row in last.items():
        tally.add(f"outflow_{row.kind.value}", person)
        for moment, name in _STILL.items():
            tally.add(f"{name}_{_SAID[there.get((row.id, moment))]}", person)


@_counts("filled_in", *TYPED, *ADDED_UP)
def _count_investment(tally: _Tally) -> None:
    """What was filled in by month; nothing of it is about people."""
    months = whole_months(tally.period)
    entries = list_entries(tally.session, tally.organisation_id, tally.period.until_on)
    tally.values |= invested(months, entries)


check_method({name: ids for name, (ids, _) in _COUNTERS.items()})
