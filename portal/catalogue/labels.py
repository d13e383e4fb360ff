"""Words and pictures of the public pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext, ngettext

from portal.offerings.labels import explanation
from portal.offerings.models import Offering
from portal.offerings.rules import OfferingStatus, WorkWord
from portal.schedule.labels import series_in_words
from portal.schedule.models import Series
from portal.web.words import euros, label, moment

# Icons in static/img/icons.svg.
WORK_ICONS = {
    WorkWord.AANPAKKEN: "sprout",
    WorkWord.HELPEN: "heart-handshake",
    WorkWord.MAKEN: "hammer",
    WorkWord.VERKOPEN: "shopping-bag",
    WorkWord.VERVOEREN: "truck",
}
_FEW = 3


def places_in_words(offering: Offering) -> tuple[str, str]:
    """What is free, and how to colour it."""
    if offering.status is OfferingStatus.CLOSED:
        return gettext("Takes no new people now"), ""
    free = offering.places_free
    if offering.status is OfferingStatus.FULL or free <= 0:
        return gettext("Full: waiting list"), "info"
    words = ngettext("%(num)s place left", "%(num)s places left", free)
    return words, "warn" if free <= _FEW else "ok"


def times_in_words(series: Sequence[Series], next_at: datetime | None = None) -> list[str]:
    """Each weekly time as a line; the next session when there is none."""
    if series:
        # Two groups after one another often keep the same times: said once.
        return list(dict.fromkeys(series_in_words(one) for one in series))
    return [moment(next_at)] if next_at else []


def kind_in_words(offering: Offering, weeks: int | None) -> str:
    """`Voortraject, 10 weken: leren en oefenen voor werk`: a hard word never stands alone."""
    values = {"kind": label(offering.kind), "means": explanation(offering.kind)}
    words = gettext("%(kind)s: %(means)s", **values)
    if weeks:
        weeks_in_words = ngettext("%(num)s week", "%(num)s weeks", weeks)
        words = gettext("%(kind)s, %(weeks)s: %(means)s", weeks=weeks_in_words, **values)
    return f"{words[:1].upper()}{words[1:]}"


def costs_in_words(offering: Offering) -> str:
    """Free, or what one time costs."""
    if not offering.costs_cents:
        return str(gettext("Free"))
    return str(gettext("%(amount)s each time", amount=euros(offering.costs_cents)))
