"""How a work place's times, and a count of people, read."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext

from portal.core.areas import area_of
from portal.offerings.labels import competence_words
from portal.schedule.labels import WEEKDAYS
from portal.schedule.rules import DayPart
from portal.web.words import label
from portal.work_places.rules import TIMES, Fit, coarse


def times_in_words(times: Iterable[str]) -> str:
    """Say parts of days, day by day: `maandag 's ochtends, 's middags; vrijdag 's avonds`."""
    days: dict[str, list[str]] = {}
    for one in sorted(times, key=TIMES.index):
        day, part = one.split("-")
        days.setdefault(day, []).append(label(DayPart(part)))
    return "; ".join(f"{WEEKDAYS[int(day)]} {', '.join(parts)}" for day, parts in days.items())


def misfits(place: Any, fit: Fit) -> list[str]:
    """Say what of a work place does not fit, a line for each."""
    said = {
        gettext("They ask this from day one:"): [competence_words(key) for key in fit.lacks],
        gettext("The work is at other times too:"): [times_in_words(fit.not_then)]
        if fit.not_then
        else [],
        gettext("It is in another part of the city:"): [area_of(place.area_code).district]
        if fit.is_elsewhere
        else [],
        gettext("They ask more Dutch:"): [label(place.dutch_level)] if fit.asks_more_dutch else [],
    }
    return [f"{words} {', '.join(found)}" for words, found in said.items() if found]


def count_in_words(count: int, least: int) -> str:
    """Say how many people a place could fit, as far as an employer may know."""
    low, high = coarse(count, least) or (0, 0)
    if not low:
        return str(gettext("Too few people to name a number. Other times help most."))
    if high is None:
        return str(gettext("More than %(low)s people could fit.", low=low))
    return str(gettext("Between %(low)s and %(high)s people could fit.", low=low, high=high))
