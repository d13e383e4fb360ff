"""Which person a row stands for and which session a column; what is sure, what is asked.

Only who or what leaves no doubt is matched by itself. What would be written is worked out from
that, beside what is there already, and nothing here writes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, time

from portal.attendance.rules import AttendanceStatus
from portal.core.names import folded
from portal.imports.rules.plans import (
    ASK,
    LEAVE,
    MAKE,
    NEW,
    Around,
    Choices,
    DayLine,
    DayNote,
    Known,
    PersonLine,
    Plan,
    SessionSlot,
    Value,
    Write,
)
from portal.imports.rules.sheets.shapes import CodeMeaning, FileDay, FileMark, Reading
from portal.schedule.rules import day_part, minutes_between, session_times

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
    for person, name, key in zip(reading.people, names, _counted(names), strict=True):
        options, guess = directory.find(person.name)
        if times[name] > 1:
            guess = ASK
        elif guess == NEW and not new:
            guess = LEAVE
        choice = _chosen(choices.people, key, guess, {*new, *(known.key for known in options)})
        lines.append(PersonLine(key, guess, choice, options, person.name, person.row, bool(new)))
    return lines


def _counted(names: Iterable[str]) -> Iterator[str]:
    """Each with how often it came."""
    times = Counter[str]()
    for name in names:
        times[name] += 1
        yield f"{name}#{times[name]}"


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
    on_day: dict[date, list[SessionSlot]] = defaultdict(list)
    for slot in around.slots:
        on_day[slot.day].append(slot)
    keys = _counted(f"{one.day}/{one.starts or one.part or ''}" for one in reading.days)
    return [
        _match_day(key, heading, on_day[heading.day], around, choices)
        for key, heading in zip(keys, reading.days, strict=True)
    ]


def _match_day(
    key: str, heading: FileDay, there: Sequence[SessionSlot], around: Around, choices: Choices
) -> DayLine:
    planned = tuple(slot for slot in there if not slot.is_cancelled)
    meant = _meant(heading, planned)
    starts, ends = _times(heading, around.slots, choices)
    begins = meant[0].starts_at if len(meant) == 1 else session_times(heading.day, starts, ends)[0]
    note = None
    if (len(meant) == 1 or not there) and begins > around.now:
        guess, note, planned = LEAVE, DayNote.FUTURE, ()
    elif len(meant) == 1:
        guess = meant[0].key
    elif planned:
        guess, note = ASK, DayNote.TWO_SESSIONS
    elif there:
        guess, note = LEAVE, DayNote.CANCELLED
    else:
        guess, note = MAKE, DayNote.TO_MAKE
    choice = _chosen(choices.days, key, guess, {guess, *(slot.key for slot in planned)})
    return DayLine(
        key, guess, choice, planned, heading.day, note, starts, ends, heading.is_guess
    )  # fmt: skip


def _chosen(choices: Mapping[str, str], key: str, guess: str, allowed: Collection[str]) -> str:
    """What was chosen, if it may be; leaving out may be always."""
    chosen = choices.get(key, "")
    return chosen if chosen == LEAVE or chosen in allowed else guess


def _meant(heading: FileDay, planned: Sequence[SessionSlot]) -> Sequence[SessionSlot]:
    """Which of a day's sessions a heading means: by its time, its half-day, or the only one."""
    if heading.starts:
        apart = [(abs(minutes_between(heading.starts, slot.starts)), slot) for slot in planned]
        near = sorted((each for each in apart if each[0] <= _NEAR), key=lambda each: each[0])
        return [slot for _, slot in near[:1]]
    if heading.part and len(planned) > 1:
        return [slot for slot in planned if day_part(slot.starts_at) == heading.part]
    return planned


def _times(heading: FileDay, slots: Sequence[SessionSlot], choices: Choices) -> tuple[time, time]:
    """From when until when a session that is made lasts: as was said, or as those beside it."""
    if heading.starts and heading.ends:
        return heading.starts, heading.ends
    if choices.starts and choices.ends:
        return choices.starts, choices.ends
    day = heading.day
    nearest = min(
        slots,
        key=lambda one: (one.day.weekday() != day.weekday(), abs((one.day - day).days)),
        default=None,
    )
    usual = (nearest.starts, nearest.ends) if nearest else _USUAL
    starts = heading.starts or usual[0]
    return (starts, usual[1]) if starts < usual[1] else usual


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
        value = value_of(cell.mark, day.begins, day.minutes)
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


def value_of(mark: FileMark, starts: time, session_minutes: int) -> Value | None:
    """What a cell is worth in this session, and never more; None for a time outside of it."""
    if not mark.is_here:
        return AttendanceStatus(mark.meaning), None
    minutes = mark.minutes
    if mark.meaning is CodeMeaning.HALF:
        minutes = session_minutes // 2
    elif mark.from_clock or mark.until_clock:
        first = minutes_between(starts, mark.from_clock) if mark.from_clock else 0
        last = minutes_between(starts, mark.until_clock) if mark.until_clock else session_minutes
        minutes = min(last, session_minutes) - max(first, 0)
    if minutes is not None and minutes <= 0:
        return None
    is_part = minutes is not None and minutes < session_minutes
    return AttendanceStatus.PRESENT, minutes if is_part else None


def says_the_same(here: tuple[AttendanceStatus, int], value: Value) -> bool:
    """Whether a mark says what is here already; present without a time leaves the minutes be."""
    return here[0] is value[0] and value[1] in (None, here[1])
