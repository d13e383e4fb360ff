"""The city's participants: who there are, and who is free to join a group."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from portal.city import texts
from portal.city.days import Calendar
from portal.participants.rules import ContactWay

_WITH_PHONE = (ContactWay.PHONE, ContactWay.CALL)
_TRIES = 60
_CHOICES = 6


@dataclass(frozen=True)
class Times:
    """The half-days of a group's week."""

    weekdays: frozenset[int]
    starts: time
    ends: time

    def clashes(self, other: Times) -> bool:
        """Whether nobody can be in both."""
        return (
            bool(self.weekdays & other.weekdays)
            and self.starts < other.ends
            and other.starts < self.ends
        )


@dataclass
class Person:
    """A participant, and when she is busy."""

    name: str
    language: str
    is_woman: bool
    way: ContactWay
    email: str
    phone: str
    birth_year: int | None
    arrived_on: date
    is_there: float  # how often she comes, from 0 to 1
    left_on: date | None = None
    busy: list[tuple[date, date, Times]] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)  # each group is joined once
    id: int = 0
    card_hash: str | None = None

    def can_join(self, group: str, first_on: date, last_on: date, times: Times) -> bool:
        """Say whether she is here, new to the group and free, in two at most."""
        if group in self.groups or self.arrived_on > first_on:
            return False
        if self.left_on is not None and self.left_on < last_on:
            return False
        same_days = [t for a, b, t in self.busy if a <= last_on and first_on <= b]
        return len(same_days) < 2 and not any(t.clashes(times) for t in same_days)

    def join(self, group: str, first_on: date, last_on: date, times: Times) -> None:
        """Be busy from here on."""
        self.groups.add(group)
        self.busy.append((first_on, last_on, times))


class Pool:
    """Everybody who may join a group."""

    def __init__(self, calendar: Calendar, seed: str, size: int, number: int) -> None:
        self._calendar = calendar
        self._random = random.Random(f"{seed}/people")
        self._number = number
        self._women = frozenset(texts.read("people")["women"]["names"])
        self.people: list[Person] = []
        for _ in range(size):
            self._add()

    def find(
        self,
        draw: random.Random,
        group: str,
        first_on: date,
        last_on: date,
        times: Times,
        *,
        women_only: bool,
        is_needed: bool = False,
    ) -> Person | None:
        """Find who can join and keep her busy; somebody new to fill a place."""
        found: list[Person] = []
        for _ in range(_TRIES):
            person = draw.choice(self.people)
            if women_only and not person.is_woman:
                continue
            if person.can_join(group, first_on, last_on, times):
                found.append(person)
                if len(found) == _CHOICES:
                    break
        if found:
            chosen = min(found, key=lambda person: len(person.groups))
        elif is_needed:
            chosen = self._newcomer(first_on, women_only)
        else:
            return None
        chosen.join(group, first_on, last_on, times)
        return chosen

    def unused(self) -> list[Person]:
        """Those who joined nothing."""
        return [person for person in self.people if not person.groups]

    def _newcomer(self, day: date, women_only: bool) -> Person:
        person = self._add()
        while women_only and not person.is_woman:
            self.people.pop()
            person = self._add()
        person.arrived_on = min(person.arrived_on, day)
        return person

    def _add(self) -> Person:
        draw, calendar = self._random, self._calendar
        number = len(self.people) + 1 + self._number * 10_000
        language = texts.choose(draw, "languages")
        call_name = draw.choice(texts.read("people")["call_names"][language])
        way = ContactWay(texts.choose(draw, "ways"))
        arrived = calendar.begins_on
        if draw.random() > 0.4:
            arrived += timedelta(days=draw.randrange((calendar.today - arrived).days - 14))
        person = Person(
            name=f"{call_name} {draw.choice(texts.read('people')['initials']['letters'])}.",
            language=language,
            is_woman=call_name in self._women,
            way=way,
            email=f"deelnemer{number}@post.example" if way is ContactWay.EMAIL else "",
            phone=f"+31600{number:06d}" if way in _WITH_PHONE else "",
            birth_year=calendar.today.year - draw.randint(19, 64) if draw.random() < 0.7 else None,
            arrived_on=arrived,
            is_there=min(0.97, max(0.55, draw.gauss(0.82, 0.1))),
        )
        self.people.append(person)
        return person
