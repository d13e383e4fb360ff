"""Writing the participants: who she is, her card, and the programme she is in."""

import hashlib
import random
from base64 import urlsafe_b64encode
from datetime import date, timedelta

from portal.city import texts
from portal.city.days import DEFAULT, Calendar
from portal.city.people import Person
from portal.city.rows import Rows
from portal.participants.models import Participant, Programme, ProgrammeTerm
from portal.participants.rules import ContactWay, card_hash

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
        name=f"{entry['call_name']} {entry['initial']}.",
        language=entry["language"],
        is_woman=True,
        way=ContactWay.EMAIL,
        email=entry["email"],
        phone="",
        birth_year=calendar.today.year - 38,
        arrived_on=calendar.begins_on,
        is_there=0.9,
    )


def write_people(
    rows: Rows, people: list[Person], draw: random.Random, cast: Person | None
) -> None:
    """Write everybody. Nobody holds the card of a made-up person: its hash is no token's."""
    for person in people:
        issued = person.is_there and draw.random() < 0.92
        person.card_hash = f"{draw.getrandbits(256):064x}" if issued else None
        if person is cast:
            person.card_hash = card_hash(demo_card_token())
        person.id = rows.add(
            Participant,
            created_at=rows.calendar.start_of(person.arrived_on, 30),
            name=person.name,
            language=person.language,
            birth_year=person.birth_year,
        )


def write_programmes(rows: Rows) -> dict[str, tuple[int, texts.Entry]]:
    """Write the city's programmes; their ids and facts by key."""
    found = {}
    for entry in texts.read("people")["programmes"]:
        hours, total = entry.get("hours_per_week"), entry.get("hours_of_participation")
        programme_id = rows.add(
            Programme,
            created_at=rows.calendar.before(1000),
            name=entry["name"],
            valid_from=entry["starts_on"],
            valid_until=entry.get("ends_on"),
            weekly_minutes=hours * 60 if hours else None,
            total_minutes=total * 60 if total else None,
            source=entry["source"],
        )
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
            _write_term(rows, person, lessons, from_on, None)
            continue
        takes_over: date = newer[1]["starts_on"]
        moves_on = moves_on and rows.calendar.today > takes_over
        if from_on >= takes_over and moves_on:
            _write_term(rows, person, newer, from_on, None)
        elif moves_on:
            until_on = takes_over - timedelta(days=1)
            _write_term(rows, person, older, from_on, until_on)
            _write_term(rows, person, newer, takes_over, None)
        else:
            _write_term(rows, person, older, from_on, None)


def _write_term(
    rows: Rows,
    person: Person,
    programme: tuple[int, texts.Entry],
    from_on: date,
    until_on: date | None,
) -> None:
    programme_id, entry = programme
    ends_on: date | None = entry.get("ends_on")
    if ends_on is not None and from_on > ends_on:
        return
    if until_on is None and ends_on is not None and ends_on < rows.calendar.today:
        until_on = ends_on
    rows.add(
        ProgrammeTerm,
        created_at=rows.calendar.start_of(from_on),
        participant_id=person.id,
        programme_id=programme_id,
        from_on=max(from_on, entry["starts_on"]),
        until_on=until_on,
    )
