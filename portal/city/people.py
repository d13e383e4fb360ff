"""The city's participants: who there are, who is free to join a group, and their rows."""

from __future__ import annotations

import hashlib
import random
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from portal.city import texts
from portal.city.days import DEFAULT, Calendar
from portal.city.rows import Rows
from portal.core.tokens import hash_of
from portal.participants.models import Participant, Programme, ProgrammeTerm
from portal.participants.rules import ContactWay
from portal.schedule.rules import Pattern

if TYPE_CHECKING:
    from portal.city.groups import Group

_WITH_PHONE = (ContactWay.PHONE, ContactWay.CALL)
_TRIES = 60
_CHOICES = 6


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
    busy: list[tuple[date, date, Pattern]] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)  # each group is joined once
    id: int = 0
    card_hash: str | None = None

    def can_join(self, group: Group, first_on: date, last_on: date) -> bool:
        """Say whether she is here, new to the group and free, in two at most."""
        if group.key in self.groups or self.arrived_on > first_on:
            return False
        if self.left_on is not None and self.left_on < last_on:
            return False
        same_days = [t for a, b, t in self.busy if a <= last_on and first_on <= b]
        return len(same_days) < 2 and not any(t.clashes(group.times) for t in same_days)

    def join(self, group: Group, first_on: date, last_on: date) -> None:
        """Be busy from here on."""
        self.groups.add(group.key)
        self.busy.append((first_on, last_on, group.times))


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
        group: Group,
        first_on: date,
        last_on: date,
        *,
        is_needed: bool = False,
    ) -> Person | None:
        """Find who can join and keep her busy; somebody new to fill a place."""
        women_only = group.entry["women_only"]
        tried = (draw.choice(self.people) for _ in range(_TRIES))
        meant = (person for person in tried if person.is_woman or not women_only)
        can = (person for person in meant if person.can_join(group, first_on, last_on))
        if found := list(islice(can, _CHOICES)):
            chosen = min(found, key=lambda person: len(person.groups))
        elif is_needed:
            chosen = self._newcomer(first_on, women_only)
        else:
            return None
        chosen.join(group, first_on, last_on)
        return chosen

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
            language=language, is_woman=call_name in self._women, way=way,
            email=f"deelnemer{number}@post.example" if way is ContactWay.EMAIL else "",
            phone=f"+31600{number:06d}" if way in _WITH_PHONE else "",
            birth_year=calendar.today.year - draw.randint(19, 64) if draw.random() < 0.7 else None,
            arrived_on=arrived, is_there=min(0.97, max(0.55, draw.gauss(0.82, 0.1))),
        )  # fmt: skip
        self.people.append(person)
        return person


_IN_NO_PROGRAMME = 0.25
_WEEK = 7


def demo_card_token() -> str:
    """Make the cast's card: 128 bits, equal in all demo cities, so no secret."""
    digest = hashlib.sha256(f"warm-werkt-demo/card/{DEFAULT.seed}".encode()).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def cast_person(calendar: Calendar) -> Person:
    """The cast's participant, before she joins anything."""
    entry = texts.read("people")["cast_participant"]
    return Person(
        name=f"{entry['call_name']} {entry['initial']}.", language=entry["language"],
        is_woman=True, way=ContactWay.EMAIL, email=entry["email"], phone="",
        birth_year=calendar.today.year - 38, arrived_on=calendar.begins_on, is_there=0.9,
    )  # fmt: skip


def write_people(
    rows: Rows, people: list[Person], draw: random.Random, cast: Person | None
) -> None:
    """Write everybody. Nobody holds the card of a made-up person: its hash is no token's."""
    for person in people:
        issued = person.is_there and draw.random() < 0.92
        person.card_hash = f"{draw.getrandbits(256):064x}" if issued else None
        if person is cast:
            person.card_hash = hash_of(demo_card_token())
        person.id = rows.add(
            Participant, created_at=rows.calendar.start_of(person.arrived_on, 30),
            name=person.name, language=person.language, birth_year=person.birth_year,
        )  # fmt: skip


def write_programmes(rows: Rows) -> dict[str, tuple[int, texts.Entry]]:
    """Write the city's programmes; their ids and facts by key."""
    found = {}
    for entry in texts.read("people")["programmes"]:
        hours, total = entry.get("hours_per_week"), entry.get("hours_of_participation")
        programme_id = rows.add(
            Programme, created_at=rows.calendar.before(1000), name=entry["name"],
            valid_from=entry["starts_on"], valid_until=entry.get("ends_on"),
            weekly_minutes=hours * 60 if hours else None,
            total_minutes=total * 60 if total else None, source=entry["source"],
        )  # fmt: skip
        found[entry["key"]] = (programme_id, entry)
    return found


def write_terms(
    rows: Rows,
    people: list[Person],
    programmes: dict[str, tuple[int, texts.Entry]],
    draw: random.Random,
    cast: Person | None,
) -> None:
    """Write who is in which programme; the newer takes over at its start."""
    older, newer, lessons = (
        programmes[key] for key in ("prestatie010", "maatschappelijke-participatie", "z-route")
    )
    for person in people:
        chance = draw.random()
        from_on = person.arrived_on - timedelta(days=draw.randrange(4 * _WEEK, 60 * _WEEK))
        moves_on = draw.random() < 0.5
        if person is cast:
            chance, moves_on = 1.0, False
        if chance < _IN_NO_PROGRAMME:
            continue
        if person.language != "nl" and chance < 0.45:
            spells = [(lessons, date.max)]
        elif moves_on:
            spells = [(older, newer[1]["starts_on"] - timedelta(days=1)), (newer, date.max)]
        else:
            spells = [(older, date.max)]
        for (programme_id, entry), until_on in spells:
            begins_on = max(from_on, entry["starts_on"])
            last_on = min(until_on, entry.get("ends_on", date.max))
            if begins_on <= min(last_on, rows.calendar.today):
                rows.add(
                    ProgrammeTerm, created_at=rows.calendar.start_of(begins_on),
                    participant_id=person.id, programme_id=programme_id, from_on=begins_on,
                    until_on=last_on if last_on < rows.calendar.today else None,
                )  # fmt: skip
