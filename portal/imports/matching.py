"""Which person a row stands for and which session a column; what is sure, what is asked.

Only who or what leaves no doubt is matched by itself. What would be written is worked out from
that, beside what is there already, and nothing here writes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time

from portal.attendance.rules import AttendanceStatus
from portal.core.clock import to_local
from portal.core.names import folded
from portal.imports.plans import (
    ASK,
    LEAVE,
    MAKE,
    NEW,
    Around,
    Choices,
    DayLine,
    Known,
    Note,
    PersonLine,
    Plan,
    Slot,
    Value,
    Write,
)
from portal.imports.sheets.shapes import Day, Mark, Meaning, Reading
from portal.schedule.rules import DayPart, day_part, session_times

_ALIKE, _MOST_OPTIONS = 0.9, 6
_NEAR = 90  # minutes between a time in a heading and the session that is meant
_USUAL = (time(9, 30), time(12))


def plan(reading: Reading, around: Around, choices: Choices) -> Plan:
    """Work out what a file would do here."""
    people = _match_people(reading, around, choices)
    days = _match_days(reading, around, choices)
    return _weigh(reading, people, days, around, choices.takes_file)


def _match_people(reading: Reading, around: Around, choices: Choices) -> list[PersonLine]:
    """Who each person of the file is; of one name that stands there twice, it is asked."""
    names = [folded(person.name) for person in reading.people]
    times = Counter(names)
    directory = _Directory(around.known)
    new = {NEW} if around.may_make_people else set()
    lines = []
    for at, person in enumerate(reading.people):
        key = f"{names[at]}#{names[: at + 1].count(names[at])}"
        options, guess = directory.find(person.name)
        if times[names[at]] > 1:
            guess = ASK
        elif guess == NEW and not new:
            guess = LEAVE
        choice = _chosen(choices.people, key, guess, {*new, *(known.key for known in options)})
        lines.append(PersonLine(key, guess, choice, options, person.name, person.row, bool(new)))
    return lines


class _Directory:
    """Whom the organisation knows, to be looked through by name."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        for one in known:
            self._by_name[folded(one.name)].append(one)
        self._names = list(self._by_name)

    def find(self, name: str) -> tuple[tuple[Known, ...], str]:
        """Who it may be, the likeliest first, and the guess: one, new, or to be asked."""
        wanted = folded(name)
        same = self._by_name.get(wanted, [])
        here = [one for one in same if one.is_here]
        close = self._close(wanted)
        found = sorted([*same, *close], key=lambda one: not one.is_here)
        options = tuple(dict.fromkeys([*here, *found]))[:_MOST_OPTIONS]
        if len(here) == 1:
            return options, here[0].key
        return options, ASK if same or any(one.is_here for one in close) else NEW

    def _close(self, wanted: str) -> list[Known]:
        from rapidfuzz import process
        from rapidfuzz.distance import JaroWinkler

        alike = process.extract(
            wanted, self._names, scorer=JaroWinkler.similarity, score_cutoff=_ALIKE,
            limit=_MOST_OPTIONS,
        )  # fmt: skip
        names = [name for name, *_ in alike if name != wanted]
        names += [name for name in self._names if name not in names and _shortens(wanted, name)]
        return [one for name in names if name != wanted for one in self._by_name[name]]


def _shortens(one: str, other: str) -> bool:
    """Whether one of two names is the other one, shortened: `fatma a` and `fatma aydin`."""
    here, there = one.split(), other.split()
    if not here or not there or here[0] != there[0]:
        return False
    return all(
        a.startswith(b) or b.startswith(a) for a, b in zip(here[1:], there[1:], strict=False)
    )


def _match_days(reading: Reading, around: Around, choices: Choices) -> list[DayLine]:
    times: Counter[str] = Counter()
    on_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in around.slots:
        on_day[to_local(slot.starts_at).date()].append(slot)
    lines = []
    for heading in reading.days:
        when = f"{heading.day.isoformat()}/{heading.starts or heading.part or ''}"
        times[when] += 1
        key = f"{when}#{times[when]}"
        lines.append(_match_day(key, heading, on_day[heading.day], around, choices))
    return lines


def _match_day(
    key: str, heading: Day, there: Sequence[Slot], around: Around, choices: Choices
) -> DayLine:
    planned = [slot for slot in there if not slot.is_cancelled]
    meant = _meant(heading, planned)
    starts, ends = _times(heading, around.slots, choices)
    options: tuple[Slot, ...] = tuple(planned)
    note = None
    if len(meant) == 1:
        guess = meant[0].key
    elif planned:
        guess, note = ASK, Note.TWO_SESSIONS
    elif there:
        guess, note = LEAVE, Note.CANCELLED
    elif session_times(heading.day, starts, ends)[0] > around.now:
        guess, note = LEAVE, Note.FUTURE
    else:
        guess, note = MAKE, Note.TO_MAKE
    if len(meant) == 1 and meant[0].starts_at > around.now:
        guess, note, options = LEAVE, Note.FUTURE, ()
    choice = _chosen(choices.days, key, guess, {guess, *(slot.key for slot in options)})
    return DayLine(
        key, guess, choice, options, heading.day, note, starts, ends, heading.is_guess
    )  # fmt: skip


def _chosen(choices: Mapping[str, str], key: str, guess: str, allowed: Collection[str]) -> str:
    """What was chosen, if it may be; leaving out may be always."""
    chosen = choices.get(key, "")
    return chosen if chosen == LEAVE or chosen in allowed else guess


def _meant(heading: Day, planned: list[Slot]) -> list[Slot]:
    """Which of a day's sessions a heading means: by its time, its half-day, or the only one."""
    if heading.starts:
        at = _minute(heading.starts)
        near = [s for s in planned if abs(_minute(_start(s)) - at) <= _NEAR]
        return sorted(near, key=lambda slot: abs(_minute(_start(slot)) - at))[:1]
    if heading.part and len(planned) > 1:
        part = DayPart(heading.part.value)
        return [slot for slot in planned if day_part(slot.starts_at) is part]
    return planned


def _times(heading: Day, slots: Sequence[Slot], choices: Choices) -> tuple[time, time]:
    """From when until when a session that is made lasts: as was said, or as those beside it."""
    if heading.starts and heading.ends:
        return heading.starts, heading.ends
    if choices.starts and choices.ends:
        return choices.starts, choices.ends
    usual = _USUAL
    if slots:
        nearest = min(slots, key=lambda slot: _distance(slot, heading.day))
        usual = _start(nearest), to_local(nearest.ends_at).time()
    starts = heading.starts or usual[0]
    return (starts, usual[1]) if starts < usual[1] else usual


def _distance(slot: Slot, day: date) -> tuple[bool, int]:
    other = to_local(slot.starts_at).date()
    return other.weekday() != day.weekday(), abs((other - day).days)


def _weigh(
    reading: Reading,
    people: list[PersonLine],
    days: list[DayLine],
    around: Around,
    takes_file: bool,
) -> Plan:
    ids = {known.key: known.id for known in around.known}
    writes, conflicts = [], []
    twice, odd = [], []
    same = left_out = cut = 0
    seen: set[tuple[str, str]] = set()
    for cell in reading.cells:
        person, day = people[cell.person], days[cell.day]
        if person.choice in (LEAVE, ASK) or day.choice in (LEAVE, ASK):
            left_out += 1
            continue
        whose = (person.key if person.choice == NEW else person.choice, day.meant)
        if whose in seen:
            twice.append(cell.address)
            continue
        seen.add(whose)
        value = value_of(cell.mark, _start_of(day), day.minutes)
        if value is None:
            odd.append(cell.address)
            continue
        cut += (cell.mark.minutes or 0) > day.minutes
        here = None
        if day.slot and person.choice != NEW:
            here = around.marks.get((day.slot.id, ids[person.choice]))
        write = Write(person, day, cell.address, value, here)
        if here is None:
            writes.append(write)
        elif says_the_same(here, value):
            same += 1
        else:
            conflicts.append(write)
            if takes_file:
                writes.append(write)
    in_order = sorted(days, key=lambda line: (line.day, line.key))
    return Plan(people, in_order, writes, conflicts, same, left_out, cut, twice, odd)


def value_of(mark: Mark, starts: time, session_minutes: int) -> Value | None:
    """What a cell is worth in this session, and never more; None for a time outside of it."""
    if not mark.is_here:
        return AttendanceStatus(mark.meaning), None
    minutes = mark.minutes
    if mark.meaning is Meaning.HALF:
        minutes = session_minutes // 2
    elif mark.from_clock or mark.until_clock:
        begin = _minute(starts)
        first = _minute(mark.from_clock) - begin if mark.from_clock else 0
        last = _minute(mark.until_clock) - begin if mark.until_clock else session_minutes
        minutes = min(last, session_minutes) - max(first, 0)
    if minutes is not None and minutes <= 0:
        return None
    is_part = minutes is not None and minutes < session_minutes
    return AttendanceStatus.PRESENT, minutes if is_part else None


def says_the_same(here: tuple[AttendanceStatus, int], value: Value) -> bool:
    """Whether a mark says what is here already; present without a time leaves the minutes be."""
    return here[0] is value[0] and value[1] in (None, here[1])


def _start(slot: Slot) -> time:
    return to_local(slot.starts_at).time()


def _start_of(day: DayLine) -> time:
    return _start(day.slot) if day.slot else day.starts


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
