"""Work places of the city's employers, what some people look for, and who is visible."""

from datetime import timedelta

from sqlalchemy import select

from portal.city import texts
from portal.city.houses import area_code
from portal.city.later import Later
from portal.offerings.rules import DutchLevel, OfferingStatus, WorkWord, slug_of
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.participants.models import ParticipantLink
from portal.work_places.models import Visibility, WorkPlace, WorkWish
from portal.work_places.queries import list_seen, seeks_of
from portal.work_places.rules import TIMES, Shown, WorkKind

_LOOK = 80  # people who look for work; most of them let employers count them
_TEXTS = (
    "title", "summary", "what", "needed", "learned", "times", "hours", "pay", "guidance", "licence",
)  # fmt: skip


def write_work(later: Later) -> None:
    """Let each employer post its work, and people look for some."""
    data, draw = texts.read("work"), later.draw
    for number, entry in enumerate(data["employers"]):
        house = later.houses.get(entry.get("key", ""))
        said = house.entry if house else entry
        of = house.id if house else _employer(later, entry, number)
        for name in entry["work"]:
            at, kind = later.calendar.before(draw.randrange(2, 80), 10), data["kinds"][name]
            later.session.add(
                WorkPlace(
                    created_at=at, published_at=at, organisation_id=of,
                    status=OfferingStatus.PUBLISHED, kind=WorkKind(kind["kind"]),
                    slug=f"{slug_of(kind['title'])}-{number + 1}", address=said["address"],
                    work_word=WorkWord(kind["word"]), dutch_level=draw.choice([*DutchLevel][:3]),
                    week_minutes=kind["week"] * 60, places=draw.randrange(1, 5),
                    area_code=area_code(said["area"]), is_open=draw.random() < 0.9,
                    **{key: kind[key] for key in _TEXTS if key in kind},
                )
            )  # fmt: skip
    _look(later)


def _employer(later: Later, entry: texts.Entry, number: int) -> int:
    slug = slug_of(entry["name"])
    row = Organisation(
        created_at=later.calendar.before(400, 9), verified_at=later.calendar.before(390, 9),
        status=OrganisationStatus.VERIFIED, kind=OrganisationKind.COMPANY, slug=slug,
        name=entry["name"], about=entry["about"], area_code=area_code(entry["area"]),
        address=entry["address"], phone=f"010 - 000 01 {number:02}", email=f"info@{slug}.example",
    )  # fmt: skip
    later.session.add(row)
    later.session.flush()
    return row.id


def _look(later: Later) -> None:
    """The first people, of whom the cast's is one, say what they look for."""
    links = select(ParticipantLink.participant_id, ParticipantLink.organisation_id)
    newest = later.session.execute(links.order_by(ParticipantLink.id.desc()))
    opens = {row.participant_id: row.organisation_id for row in newest}
    ids, draw = sorted(opens)[:_LOOK], later.draw
    seen = list_seen(later.session, ids)
    by_day = [one for one in TIMES[:15] if not one.endswith("evening")]
    for number, id_ in enumerate(ids):
        at = later.calendar.before(draw.randrange(1, 60), 11)
        wish = WorkWish(
            created_at=at, participant_id=id_, kinds=[], times=by_day, districts=[],
            dutch_level=draw.choice([None, DutchLevel.A1, DutchLevel.A2, DutchLevel.B1]),
            with_guide=not number or draw.random() < 0.5,
        )  # fmt: skip
        later.session.add(wish)
        if number and draw.random() < 0.8:
            until_on = later.calendar.today + timedelta(days=draw.randrange(10, 90))
            later.session.add(
                Visibility(
                    created_at=at, participant_id=id_, shown=[*Shown], opens=[opens[id_]],
                    seeks=seeks_of(wish, seen[id_]).shown([*Shown]), until_on=until_on,
                )
            )  # fmt: skip
