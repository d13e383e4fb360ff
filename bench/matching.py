"""How long a page takes that compares 2,000 visible people with 500 work places, as a whole."""

import random
import statistics
from datetime import timedelta
from typing import Any

from bench.city import City
from bench.inside import get_times
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.areas import areas
from portal.core.guard import set_actor
from portal.extensions import db
from portal.offerings.rules import DutchLevel, OfferingStatus, WorkWord
from portal.offerings.rules.competences import competences
from portal.organisations.models import Organisation
from portal.participants.models import Participant
from portal.work_places.models import Visibility, WorkPlace
from portal.work_places.rules import TIMES, Seeks, Shown, WorkKind

_PEOPLE, _PLACES, _TRIES = 2_000, 500, 50


def measure(city: City) -> dict[str, Any]:
    """Medians in milliseconds: her list, and a page of an employer's with a count at each."""
    with city.app.app_context():
        session = db.session()
        set_actor(session, HOUSE)
        employer = session.query(Organisation).filter_by(slug="kadeklaar-logistiek").one()
        draw, words, codes = random.Random(1), list(competences()), list(areas())
        people = [Participant(name=f"Deelnemer {number}") for number in range(_PEOPLE)]
        session.add_all(people)
        session.flush()
        for one in people:
            seeks = Seeks.of("a2", can=draw.sample(words, 6), times=draw.sample(TIMES, 12))
            session.add(
                Visibility(
                    participant_id=one.id, shown=[*Shown], seeks=seeks.shown([*Shown]), opens=[],
                    until_on=clock.today() + timedelta(days=30),
                )
            )  # fmt: skip
        for number in range(_PLACES):
            session.add(
                WorkPlace(
                    organisation_id=employer.id, slug=f"werk-{number}", title=f"Werk {number}",
                    status=OfferingStatus.PUBLISHED, published_at=clock.now(), summary="Werk.",
                    what="Werk.", kind=WorkKind.JOB, work_word=WorkWord.MAKEN, places=2,
                    needed=draw.sample(words, 1), learned=draw.sample(words, 3),
                    times=draw.sample(TIMES, 3), week_minutes=960, dutch_level=DutchLevel.A1,
                    area_code=draw.choice(codes), address="Kade 1",
                )
            )  # fmt: skip
        session.commit()
    pages = {"matching_hers": ("/my/work", "participant"),
             "matching_employer": ("/work/work-places", "employer")}  # fmt: skip
    found = {}
    for name, (path, who) in pages.items():
        get_times(city.app, [path] * 5, city.cookies[who])
        times = get_times(city.app, [path] * _TRIES, city.cookies[who])
        found[f"{name}_ms_median"] = round(statistics.median(times), 1)
    return found
