"""Ten thousand offerings with their weeks and sessions, and what visitors might ask of them."""

import random
import uuid
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import insert
from sqlalchemy.orm import Session
from wordfreq import top_n_list

from portal.city.texts import offerings
from portal.core import clock
from portal.core.areas import areas
from portal.core.base import Base
from portal.core.database import set_counters
from portal.finding.commands import bump
from portal.finding.rules import Weekday
from portal.offerings.models import Offering
from portal.offerings.rules import (
    Domain,
    DutchLevel,
    Intake,
    OfferingKind,
    OfferingStatus,
    WorkWord,
)
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.schedule import commands as schedule
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import DayPart, SessionStatus, session_days, session_times

COUNT = 10_000
_ORGANISATIONS = 200
_STARTS = (time(9), time(9, 30), time(10), time(13), time(13, 30), time(18, 30), time(19))
_SPOKEN = ("nl", "ar", "tr", "en", "pl", "ti", "uk", "es")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def fill(session: Session, count: int = COUNT, weeks: int = 12) -> None:
    """Write them; the texts are the demo city's with common Dutch words strewn in."""
    draw = random.Random(2026)
    words = [word for word in top_n_list("nl", 20_000) if word.isalpha() and len(word) > 2]
    texts = offerings(clock.today().weekday())
    rows: dict[type[Any], list[dict[str, Any]]] = {
        Organisation: [_organisation(number) for number in range(1, _ORGANISATIONS + 1)],
        Offering: [_offering(number, draw, texts, words) for number in range(1, count + 1)],
        Series: [_series(number, draw) for number in range(1, count + 1)],
    }
    rows[OfferingSession] = [
        one for series in rows[Series] for one in _sessions(series, rows[Offering], weeks)
    ]
    for model, values in rows.items():
        session.connection().execute(insert(model.__table__), values)
    schedule.renew(session.connection())
    set_counters(session.connection(), Base.metadata)
    bump(session)
    session.commit()


def addresses(count: int) -> Iterator[str]:
    """So many searches, no two alike: words, words mistyped, and all sorts of wishes."""
    draw = random.Random(7)
    texts = offerings(0)
    words = [word for text in texts for word in f"{text['title']} {text['what']}".split()]
    words += [word for word in top_n_list("nl", 5_000) if word.isalpha()]
    codes = sorted({area.district_code for area in areas().values()} | set(areas()))
    seen: set[str] = set()
    while len(seen) < count:
        asked: list[tuple[str, str]] = []
        if draw.random() < 0.8:
            typed = [_typed(draw, words) for _ in range(draw.choice((1, 1, 1, 2, 2, 3)))]
            asked.append(("q", " ".join(typed)))
        for name, values, chance in (
            ("work", list(WorkWord), 0.2),
            ("area", codes, 0.2),
            ("day", list(Weekday), 0.2),
            ("part", list(DayPart), 0.15),
            ("level", list(DutchLevel), 0.1),
            ("language", _SPOKEN, 0.1),
            ("also", ("school", "free", "gratis", "near"), 0.3),
            ("page", [str(number) for number in range(2, 9)], 0.1),
        ):
            if draw.random() < chance:
                asked.append((name, str(draw.choice(values))))
        address = f"/offerings?{urlencode(asked)}"
        if asked and address not in seen:
            seen.add(address)
            yield address


def _typed(draw: random.Random, words: list[str]) -> str:
    """A word, one time in four with a letter wrong."""
    word = draw.choice(words).strip(".,!?'")
    at = draw.randrange(len(word)) if word else 0
    return word if draw.random() > 0.25 else word[:at] + draw.choice(_LETTERS) + word[at + 1 :]


def _uuid(draw: random.Random) -> uuid.UUID:
    return uuid.UUID(int=draw.getrandbits(128), version=4)


def _organisation(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "uuid": uuid.uuid4(),
        "name": f"Werkplaats {number}",
        "slug": f"werkplaats-{number}",
        "kind": OrganisationKind.SOCIAL_ENTERPRISE,
        "status": OrganisationStatus.VERIFIED,
    }


def _offering(number: int, draw: random.Random, texts: Any, words: list[str]) -> dict[str, Any]:
    text = draw.choice(texts)

    def strewn(some: str, more: int) -> str:
        return " ".join((some, *(draw.choice(words) for _ in range(more))))

    return {
        "id": number,
        "uuid": _uuid(draw),
        "organisation_id": draw.randint(1, _ORGANISATIONS),
        "kind": OfferingKind(text["kind"]),
        "status": draw.choices(
            (OfferingStatus.PUBLISHED, OfferingStatus.FULL, OfferingStatus.CLOSED), (8, 1, 1)
        )[0],
        "slug": f"aanbod-{number}",
        "title": strewn(text["title"], 1)[:80],
        "summary": text["summary"],
        "what": strewn(text["what"], 12),
        "for_whom": text["for_whom"],
        "first_time": text["first_time"],
        "work_word": draw.choice(list(WorkWord)),
        "domain": Domain.WELFARE,
        "competences": text["competences"],
        "dutch_level": draw.choice(list(DutchLevel)),
        "spoken": draw.sample(_SPOKEN, 3),
        "area_code": draw.choice(list(areas())),
        "address": text["address"],
        "costs_cents": draw.choice((0, 0, 0, 250)),
        "places": 12,
        "places_taken": draw.randint(0, 12),
        "intake": Intake.DIRECT,
        "replaces_no_paid_work": True,
        "published_at": clock.now(),
    }


def _series(number: int, draw: random.Random) -> dict[str, Any]:
    starts = draw.choice(_STARTS)
    last_on = clock.today() + timedelta(weeks=draw.randint(1, 60))
    return {
        "id": number,
        "offering_id": number,
        "weekdays": sorted(draw.sample(range(7), draw.randint(1, 2))),
        "starts": starts,
        "ends": starts.replace(hour=starts.hour + 2),
        "first_on": clock.today() - timedelta(weeks=8),
        "last_on": last_on if number % 2 else None,
        "planned_until": None,
    }


def _sessions(
    series: dict[str, Any], owners: list[dict[str, Any]], weeks: int
) -> Iterator[dict[str, Any]]:
    last = clock.today() + timedelta(weeks=weeks)
    until = min(series["last_on"] or last, last)
    for day in session_days(clock.today(), until, series["weekdays"]):
        begins, ends = session_times(day, series["starts"], series["ends"])
        yield {
            "uuid": uuid.uuid4(),
            "offering_id": series["offering_id"],
            "organisation_id": owners[series["offering_id"] - 1]["organisation_id"],
            "series_id": series["id"],
            "starts_at": begins,
            "ends_at": ends,
            "status": SessionStatus.PLANNED,
        }
