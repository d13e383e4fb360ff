"""Words and pictures of the public pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext as _l, ngettext
from markupsafe import Markup

from portal.catalogue.rules import art_of, parts
from portal.core.areas import area_of, districts
from portal.core.clock import now, to_local
from portal.finding.rules import Filters, Weekday, Wish
from portal.offerings.labels import explanation
from portal.offerings.models import Offering
from portal.offerings.rules import DutchLevel, OfferingKind, OfferingStatus, Vacancy, WorkWord
from portal.offerings.rules.competences import all_competences
from portal.schedule.labels import WEEKDAYS, series_in_words
from portal.schedule.models import Series
from portal.schedule.rules import DayPart
from portal.web.i18n import SPOKEN
from portal.web.words import euros, label, moment

# Icons in static/img/icons.svg.
WORK_ICONS = {
    WorkWord.AANPAKKEN: "sprout",
    WorkWord.HELPEN: "heart-handshake",
    WorkWord.MAKEN: "hammer",
    WorkWord.VERKOPEN: "shopping-bag",
    WorkWord.VERVOEREN: "truck",
}
WISHES = [
    (Wish.SCHOOL, _l("While the children are at school")),
    (Wish.FREE, _l("There is a place for me")),
    (Wish.NO_COSTS, _l("It costs nothing")),
]
WISHES_EXPLAINED = {
    Wish.SCHOOL: _l("Between 8.45 and 14.30, on Wednesday until 12.30. Not in the holidays."),
}
# What a search without one of its wishes leaves aside.
_LEFT_OUT = {
    "q": _l("Without the word that you typed"),
    "kind": _l("All kinds"),
    "work": _l("Every kind of work"),
    "area": _l("In the whole city"),
    "day": _l("On every day"),
    "part": _l("At every time of the day"),
    "language": _l("Whatever language they speak"),
    "level": _l("However much Dutch you need"),
    Wish.SCHOOL: _l("Also after school hours"),
    Wish.FREE: _l("Also with a waiting list"),
    Wish.NO_COSTS: _l("Also if it costs something"),
    Wish.NEAR: _l("Also in the areas around it"),
}
_INKS = {"y": "#f6b73c", "w": "#c8501e", "l": "#3f9c86", "e": "#ead9c5"}
_COLOURS = {Vacancy.FULL: "info", Vacancy.FEW: "warn", Vacancy.ROOM: "ok"}


def drawing(offering: Offering, next_at: datetime | None) -> Markup:
    """Draw what stands for a missing picture, in the season of its next time."""
    day = to_local(next_at or now()).date()
    chosen = art_of(offering.title, offering.work_word, offering.area_code, day)
    return Markup("").join(Markup(parts()[name]) for name in chosen)


def competence_drawing(key: str) -> Markup:
    """Draw what stands for a competence; empty for one that is not known any more."""
    found = all_competences().get(key)
    return Markup(parts()["ground"] + parts()[found.art]) if found else Markup("")


def paper_drawing(key: str) -> str:
    """Draw a competence for paper, where no style sheet gives the colours."""
    drawn = str(competence_drawing(key))
    for name, colour in _INKS.items():
        drawn = drawn.replace(f"var(--{name})", colour)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" color="#0b4b44" '
        'fill="#0b4b44" stroke-width="7" stroke-linecap="round" stroke-linejoin="round">'
        f"<style>[stroke]{{fill:none}}</style>{drawn}</svg>"
    )


def places_in_words(offering: Offering) -> tuple[str, str]:
    """What is free, and how to colour it."""
    if offering.status is OfferingStatus.CLOSED or offering.is_over:
        return gettext("Takes no new people now"), ""
    return label(offering.vacancy), _COLOURS[offering.vacancy]


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


def with_count(choice: Any, counts: Mapping[str, int]) -> str:
    """`Helpen (12)`; the choice that asks nothing has no number."""
    if not choice.value:
        return str(choice.label)
    return f"{choice.label} ({counts.get(str(choice.value), 0)})"


def asked_in_words(filters: Filters) -> list[tuple[str, str, str]]:
    """Each thing that is asked, as it stands in an address and in words."""
    wishes = dict(WISHES)
    read: dict[str, Callable[[str], object]] = {
        "q": lambda word: f"“{word}”",
        "area": lambda code: area_of(code).name or districts().get(code, code),
        "day": lambda day: WEEKDAYS[list(Weekday).index(Weekday(day))],
        "language": lambda code: SPOKEN.get(code, code),
        "also": lambda wish: wishes.get(Wish(wish), _LEFT_OUT[Wish.NEAR]),
    }
    of = {"kind": OfferingKind, "work": WorkWord, "part": DayPart, "level": DutchLevel}
    return [
        (name, value, str(read[name](value) if name in read else label(of[name](value))))
        for name, value in filters.pairs()
    ]


def left_out(names: Iterable[str]) -> str:
    """What a search does that leaves some wishes out."""
    return " + ".join(str(_LEFT_OUT[name]) for name in names)
