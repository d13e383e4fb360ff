"""A reader who takes published figures apart: with sums, with subtraction, and with our own rule.

She knows the code. `found` gives every hidden number below the limit that she can name, or about
which she knows more than that it is below the limit, and how. Sums are solved as whole numbers by
HiGHS; the rule is replayed over worlds that fit what is shown.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from portal.progress.rules import SkillLevel, Voice
from tests.impact.attack.city import Reading, Seen
from tests.impact.attack.sums import MOST, Name, System

DAY = timedelta(days=1)
# The sums as a reader knows them, written down by hand and not taken from the code.
_VOICES = [f"observations_{voice.value}" for voice in Voice]
_BY_VOICES = ["competences_one", "competences_two", "competences_three"]
_BECAME = ("reached", "partly", "not_yet", "unknown")
_STOPPED = {
    "stopped_went_on": ["found_work", "education", "other_activity"],
    "stopped_otherwise": [
        "moved", "times_do_not_fit", "not_what_she_sought", "out_of_reach", "offering_stopped",
        "own_choice", "unknown",
    ],
}  # fmt: skip
_WENT_ON = {
    "outflow_to_work": ["paid_work", "paid_work_with_support"],
    "outflow_otherwise": ["education", "volunteer_work", "next_offering", "day_structure"],
}
SUMS: list[tuple[str, list[str]]] = [  # wholes before their parts
    ("people", [f"ladder_{way}" for way in ("rose", "held", "fell", "unknown")]),
    ("people", ["people_returned", "people_new"]),
    ("competences", _BY_VOICES),
    ("people_new", [f"new_waited_{wait}" for wait in ("week", "month", "longer", "unknown")]),
    *(("goals", [f"goals_{voice}_{what}" for what in _BECAME]) for voice in ("hers", "theirs")),
    ("visits", ["visits_present", "visits_excused", "visits_absent"]),
    ("ended", ["completed", "stopped"]),
    ("ended", ["rated", "rated_unknown"]),
    ("rated", ["rated_good", "rated_so_so", "rated_bad"]),
    ("stopped", list(_STOPPED)),
    *((kind, [f"stopped_{reason}" for reason in reasons]) for kind, reasons in _STOPPED.items()),
    ("outflow", list(_WENT_ON)),
    *((kind, [f"outflow_{step}" for step in steps]) for kind, steps in _WENT_ON.items()),
    *((voice, [f"{voice}_{level.value}" for level in SkillLevel]) for voice in _VOICES),
    *(("outflow", [f"still_{n}_{said}" for said in ("yes", "no", "unknown")]) for n in (3, 6)),
]
# Shown together or not at all, or only when the others are.
TOGETHER = [{"ended", "goals"}, {"competences", *_BY_VOICES, *_VOICES}]
# What a longer period has more than a shorter one is what happened on the days between.
NOT_ADDITIVE = {name for total, parts in SUMS[:3] for name in (total, *parts)} - {"people_new"}
COUNTED = {
    "started",
    "ongoing",
    "carried_over",
    *(name for total, parts in SUMS for name in (total, *parts)),
}
ADDITIVE = COUNTED - NOT_ADDITIVE

_STOCK = -1  # who had a place on a day, in no report
_REST = -100  # the days that no report is about, of each report of parts
Rule = Callable[[dict[str, int], int], dict[str, int | None]]  # of so many groups


@dataclass(frozen=True)
class Find:
    """A figure of a report (`where`), what is known of it, and by which way."""

    how: str
    where: int
    figure: str
    known: tuple[int, ...]

    @property
    def is_exact(self) -> bool:
        return len(self.known) == 1


def found(seen: Seen, rule: Rule, draw: random.Random) -> Iterator[Find]:
    """Everything that can be said of hidden numbers below the limit; true or it isn't a find.

    What takes longest comes last, for who wants to know whether there is anything.
    """
    yield from _by_months(seen.readings)
    yield from _by_subtraction(seen.readings)
    yield from _by_sums(seen)
    for number, reading in enumerate(seen.readings):
        yield from _by_replay(number, reading, rule, draw)


def _hidden(reading: Reading) -> list[str]:
    return [name for name, value in reading.figures.items() if value is None and name in COUNTED]


def _is_told(possible: Iterable[int], small_count: int) -> bool:
    """Whether a reader learns something of a number that may be below the limit."""
    small = set(range(small_count))
    return bool(small & set(possible)) and not small <= set(possible)


# --- sums -----------------------------------------------------------------------------------


def _by_sums(seen: Seen) -> Iterator[Find]:
    """What sums give away; that a group filled up, so that somebody began, the places say alone.

    What the parts of a report say of all of it together they say without that report.
    """
    told = dict(_told(seen))
    for is_composed in (False, True):
        names = {name for name in told if bool(seen.readings[name[0]].parts) == is_composed}
        blank = [
            replace(one, figures=dict.fromkeys(one.figures))
            if one.parts or not is_composed
            else one
            for one in seen.readings
        ]
        before = dict(_system_of(Seen(blank, seen.stock)).bounds_of(names)) if names else {}
        for number, figure in (name for name in told if name in names):
            low, high = told[number, figure]
            least, most = before.get((number, figure), (0, MOST))
            limit = seen.readings[number].small_count  # beyond it no number or bound is a secret
            is_news = (min(least, limit), min(most, limit)) != (min(low, limit), min(high, limit))
            if is_news or (low == high and not is_composed):
                yield Find("sums", number, figure, tuple(range(low, min(high, low + 9) + 1)))


def _told(seen: Seen) -> Iterator[tuple[Name, tuple[int, int]]]:
    """Each hidden figure of which sums say something, with the least and the most it can be."""
    least_of = {
        (number, name): reading.small_count
        for number, reading in enumerate(seen.readings)
        for name, value in reading.figures.items()
        if value is None
    }
    for name, (low, high) in _system_of(seen).bounds_of(least_of.keys(), least_of):
        if _is_told(range(low, high + 1), least_of[name]):
            yield name, (low, high)


def _system_of(seen: Seen) -> System:
    """All that is known of these reports."""
    system = System()
    for number, reading in enumerate(seen.readings):
        _write_down(system, number, reading, seen)
        if reading.parts:
            _write_down_parts(system, number, seen.readings)
    return system


def _write_down(system: System, number: int, reading: Reading, seen: Seen) -> None:
    """All that is known of one report, and of who had a place on the days around it."""
    names = set(reading.figures)
    for name, value in reading.figures.items():
        if value is not None and name in COUNTED:
            system.bound((number, name), value, value)
    for total, parts in SUMS:
        if {total, *parts} <= names:
            system.equal([(number, total)], [(number, part) for part in parts])
    _write_down_bounds(system, number, reading)
    sessions = reading.figures["sessions"]  # somebody was at each of them
    if sessions is not None:
        system.bound((number, "people"), int(sessions > 0), MOST if sessions else 0)
    if reading.is_replacement:
        return  # counted on another day: who was added since is in no feed of that day
    before, after = reading.period.from_on - DAY, reading.period.until_on
    begins, ends = (_STOCK, str(before)), (_STOCK, str(after))
    system.bound(begins, *seen.stock.get(before, (0, MOST)))
    system.bound(ends, *seen.stock.get(after, (0, MOST)))
    system.equal([begins, (number, "started")], [ends, (number, "ended")])
    if "ongoing" in names:
        system.equal([(number, "ongoing")], [ends])
        system.equal([(number, "carried_over")], [begins])


def _write_down_parts(system: System, number: int, readings: list[Reading]) -> None:
    """A report of parts: what adds up, and that nobody is in it without being in a part."""
    last_of = {reading.period: at for at, reading in enumerate(readings)}
    parts = [last_of.get(period, _REST - number) for period in readings[number].parts]
    for total, names in SUMS:
        if total in {"people", "outflow", "outflow_to_work", "outflow_otherwise", "competences"}:
            continue
        for name in (total, *names):
            system.equal([(number, name)], [(part, name) for part in parts])
        system.equal([(_REST - number, total)], [(_REST - number, name) for name in names])
    system.equal([(number, "people_new")], [(part, "people_new") for part in parts])
    for whole in ("people", "outflow"):
        system.bounded({(number, whole): 1}, {(part, whole): 1 for part in parts})
        for part in parts:
            system.bounded({(part, whole): 1}, {(number, whole): 1})
    for at, part in enumerate(parts):  # who was new later wasn't in this one
        news = {(later, "people_new"): 1 for later in parts[at + 1 :]}
        system.bounded({(part, "people"): 1, **news}, {(number, "people"): 1})
    for whole, names in SUMS:
        for name in names if whole.startswith(("people", "outflow")) else ():
            if not name.startswith(("people", "still")):  # somebody may answer later
                system.bounded({(parts[-1], name): 1}, {(number, name): 1})


def _write_down_bounds(system: System, number: int, reading: Reading) -> None:
    """What is no sum: at least an example for each voice, at most four goals for a place."""
    if "competences" not in reading.figures:
        return
    least: dict[str, int] = dict(zip(_BY_VOICES, (1, 2, 3), strict=True))
    system.at_most(number, least, dict.fromkeys(_VOICES, 1))
    system.at_most(number, {"goals": 1}, {"ended": 4})
    if reading.figures["goals"] is not None:  # of as many people, whose places ended
        system.bound((number, "ended"), reading.small_count, MOST)


def _by_months(readings: list[Reading]) -> Iterator[Find]:
    """The hours of one month that are hidden alone, beside all hours."""
    for number, reading in enumerate(readings):
        hours = {n: v for n, v in reading.figures.items() if n.startswith("minutes_")}
        hidden = [name for name, value in hours.items() if value is None]
        total = reading.figures["minutes"]
        if total is not None and len(hidden) == 1:
            rest = total - sum(value or 0 for value in hours.values())
            yield Find("sums", number, hidden[0], (rest,))


# --- subtraction ----------------------------------------------------------------------------


def _by_subtraction(readings: list[Reading]) -> Iterator[Find]:
    """Two reports that share days: what one has more than the other is about a few people."""
    for one, first in enumerate(readings):
        for other, second in enumerate(readings):
            is_longer = (
                first.period.from_on <= second.period.from_on
                and second.period.until_on <= first.period.until_on
                and (other, second.period) != (one, first.period)
            )
            if one == other or not is_longer:
                continue
            names = ADDITIVE if first.period != second.period else COUNTED
            for name in sorted(names & first.figures.keys() & second.figures.keys()):
                a, b = first.figures[name], second.figures[name]
                if a is not None and b is not None and 0 < a - b < first.small_count:
                    yield Find("subtraction", one, name, (a - b,))


# --- the rule replayed ----------------------------------------------------------------------


def _by_replay(
    number: int, reading: Reading, rule: Rule, draw: random.Random, tries: int = 300
) -> Iterator[Find]:
    """Which values a hidden number can have, if the rule has to give what was published."""
    published = {name: value for name, value in reading.figures.items() if name in COUNTED}
    hidden = set(_hidden(reading))
    for component in _components(published):
        possible: dict[str, set[int]] = {name: set() for name in component if name in hidden}
        as_published = {one: published[one] for one in component}
        for name in possible:
            for value in range(reading.small_count):
                for attempt in range(tries):
                    if value in possible[name]:
                        break
                    world = _world(published, component, draw, (name, value), attempt)
                    if world and rule(world, reading.groups) == as_published:
                        for one in possible.keys() & world.keys():
                            possible[one].add(world[one])
        for name, values in possible.items():
            if _is_told(values, reading.small_count):
                yield Find("replay", number, name, tuple(sorted(values)))


def _components(published: dict[str, int | None]) -> list[list[str]]:
    """Figures that hang together by sums."""
    parts: list[set[str]] = [{name} for name in published]
    for names in [{total, *names} for total, names in SUMS] + TOGETHER:
        touched = [part for part in parts if part & names]
        parts = [part for part in parts if not part & names]
        parts.append(set[str]().union(*touched))
    return [sorted(part) for part in parts]


def _world(
    published: dict[str, int | None],
    component: list[str],
    draw: random.Random,
    wanted: tuple[str, int],
    attempt: int,
) -> dict[str, int] | None:
    """Numbers that fit what is shown, one of them as wanted; None if the draw didn't work out."""
    world: dict[str, int] = {}
    sums = [(total, parts) for total, parts in SUMS if total in component and parts[0] in component]
    for name in sorted(set(component) - {part for _, parts in sums for part in parts}):
        shown = [sum(published[p] or 0 for p in parts) for total, parts in sums if total == name]
        drawn = max(shown, default=0) + draw.randint(0, 3 + attempt % 9)
        given = published[name]
        world[name] = wanted[1] if name == wanted[0] else drawn if given is None else given
    for total, parts in sums:
        free = [part for part in parts if published[part] is None]
        world |= {part: published[part] or 0 for part in parts}
        if wanted[0] in free:
            free.remove(wanted[0])
            world[wanted[0]] = wanted[1]
        rest = world[total] - sum(world[part] for part in parts)
        if rest < 0 or (rest and not free):
            return None
        world |= dict(zip(free, _composition(rest, len(free), draw), strict=True))
    return world


def _composition(total: int, number: int, draw: random.Random) -> list[int]:
    """`total` as a sum of so many numbers: even, or with most of it in one."""
    found = [0] * number
    if not number:
        return found
    weights = [draw.choice((0.05, 1, 20)) for _ in range(number)]
    for index in draw.choices(range(number), weights, k=total):
        found[index] += 1
    return found
