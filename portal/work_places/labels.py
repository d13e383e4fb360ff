"""How a work place's times, and a count of people, read."""

from collections.abc import Iterable

from flask_babel import gettext

from portal.schedule.labels import WEEKDAYS
from portal.schedule.rules import DayPart
from portal.web.words import label
from portal.work_places.rules import coarse


def times_in_words(times: Iterable[str]) -> str:
    """Parts of days, after each other: `vrijdag 's avonds`."""
    pairs = (one.split("-") for one in times)
    return ", ".join(f"{WEEKDAYS[int(day)]} {label(DayPart(part))}" for day, part in pairs)


def count_in_words(count: int, least: int) -> str:
    """Say how many people a place could fit, as far as an employer may know."""
    low, high = coarse(count, least) or (0, 0)
    if not low:
        return str(gettext("Too few people to name a number. Other times help most."))
    if high is None:
        return str(gettext("More than %(low)s people could fit.", low=low))
    return str(gettext("Between %(low)s and %(high)s people could fit.", low=low, high=high))
