"""Work places of the city's employers, what some people look for, and who is visible."""

import random
import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.city import texts
from portal.city.days import Calendar
from portal.city.houses import House, area_code
from portal.offerings.rules import DutchLevel, OfferingStatus, WorkWord, slug_of
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.participants.models import ParticipantLink
from portal.work_places.models import Visibility, WorkPlace, WorkWish
from portal.work_places.queries import list_seen, seeks_of
from portal.work_places.rules import TIMES, Shown, WorkKind

_LOOK = 80  # people who look for work; most of them let employers count them


def write_work(
    session: Session, calendar: Calendar, houses: dict[str, House], draw: random.Random
) -> None:
    """Let each employer post its work, and people look for some."""
    data = texts.read("work")
    for number, entry in enumerate(data["employers"]):
        house = houses.get(entry.get("key", ""))
        area = area_code(house.entry["area"] if house else entry["area"])
        address = house.entry["address"] if house else entry["address"]
        for place, name in enumerate(entry["work"]):
            at = calendar.before(draw.randrange(2, 80), 10)
            kind = data["kinds"][name]
            if not place:
                of = house.id if house else _employer(session, calendar, entry, area, number, draw)
            session.add(
                WorkPlace(
                    uuid=uuid.UUID(int=draw.getrandbits(128), version=4), created_at=at,
                    organisation_id=of, status=OfferingStatus.PUBLISHED, published_at=at,
                    slug=f"{slug_of(kind['title'])}-{number + 1}", kind=WorkKind(kind["kind"]),
                    work_word=WorkWord(kind["word"]), dutch_level=draw.choice([*DutchLevel][:3]),
                    week_minutes=kind["week"] * 60, places=draw.randrange(1, 5), area_code=area,
                    address=address, is_open=draw.random() < 0.9,
                    **{key: kind[key] for key in _TEXTS if key in kind},
                )
            )  # fmt: skip
    _look(session, calendar, draw)


_TEXTS = (
    "title", "summary", "what", "needed", "learned", "times", "hours", "pay", "guidance", "licence",
)  # fmt: skip


def _employer(
    session: Session, calendar: Calendar, entry: texts.Entry, area: str, number: int,
    draw: random.Random,
) -> int:  # fmt: skip
    slug = slug_of(entry["name"])
    row = Organisation(
        uuid=uuid.UUID(int=draw.getrandbits(128), version=4), created_at=calendar.before(400, 9),
        name=entry["name"], slug=slug, kind=OrganisationKind.COMPANY, about=entry["about"],
        status=OrganisationStatus.VERIFIED, verified_at=calendar.before(390, 9), area_code=area,
        address=entry["address"], phone=f"010 - 000 01 {number:02}", email=f"info@{slug}.example",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _look(session: Session, calendar: Calendar, draw: random.Random) -> None:
    """The first people, of whom the cast's is one, say what they look for."""
    links = select(ParticipantLink.participant_id, ParticipantLink.organisation_id)
    newest = session.execute(links.order_by(ParticipantLink.id.desc()))
    opens = {row.participant_id: row.organisation_id for row in newest}
    ids = sorted(opens)[:_LOOK]
    seen = list_seen(session, ids)
    for number, id_ in enumerate(ids):
        at = calendar.before(draw.randrange(1, 60), 11)
        by_day = [one for one in TIMES[:15] if not one.endswith("evening")]
        wish = WorkWish(
            created_at=at, participant_id=id_, kinds=[], times=by_day, districts=[],
            dutch_level=draw.choice([None, DutchLevel.A1, DutchLevel.A2, DutchLevel.B1]),
            with_guide=not number or draw.random() < 0.5,
        )  # fmt: skip
        session.add(wish)
        if number and draw.random() < 0.8:
            session.add(
                Visibility(
                    created_at=at, participant_id=id_, shown=[*Shown], opens=[opens[id_]],
                    seeks=seeks_of(wish, seen[id_]).shown([*Shown]),
                    until_on=calendar.today + timedelta(days=draw.randrange(10, 90)),
                )
            )  # fmt: skip
