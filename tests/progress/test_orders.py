"""In which order it stands what was told of her: by the day that it is about, the latest first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal.core import clock
from portal.progress import queries
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.rules import OutflowKind, SkillLevel, Voice

AGO = (9, 2, 30, 2)  # days, in the order in which it was told
NEWEST_FIRST = [3, 1, 0, 2]


def test_the_latest_day_stands_first_and_of_one_day_what_was_told_last(session, cast):
    about = {
        "organisation_id": cast.enterprise.id, "participant_id": cast.participant.id,
        "enrolment_id": cast.enrolment.id,
    }  # fmt: skip
    days = [clock.today() - timedelta(days=ago) for ago in AGO]
    told: dict[Callable[..., Any], list[Any]] = {
        queries.list_observations: [
            Observation(
                competence="samenwerken", example="Zij hielp.", level=SkillLevel.ALONE,
                voice=Voice.GUIDE, observed_on=day, **about,
            )
            for day in days
        ],
        queries.list_steps: [
            LadderStep(step=4, voice=Voice.GUIDE, stated_on=day, **about) for day in days
        ],
        queries.list_outflow: [
            Outflow(kind=OutflowKind.PAID_WORK, started_on=day, **about) for day in days
        ],
    }  # fmt: skip
    for query, rows in told.items():
        for row in rows:
            session.add(row)
            session.flush()
        found = list(query(session, cast.participant.id))
        assert [rows.index(row) for row in found] == NEWEST_FIRST, query
