"""The cards as a table and a sheet of paper show them."""

import re
from collections.abc import Collection
from typing import Any

from flask_babel import gettext

from portal.assessments.rules import Pick, code_of
from portal.catalogue.labels import competence_drawing
from portal.core import clock
from portal.core.qr import qr_svg
from portal.offerings.rules.competences import Competence, competences
from portal.web.i18n import locale_code, text_direction
from portal.web.words import label

# The colours of paper, where no style sheet says them.
_INKS = {"--y": "#f4b740", "--w": "#b9441a", "--l": "#3f9b86", "--e": "#dccfb9"}
_STROKED = re.compile(r'<\w+ [^>]*\bstroke="[^>]*?(?=\s*/?>)')


def deal(laid: Collection[str], wanted: str) -> dict[str, Any]:
    """All cards, and which lies on top: the wanted one, else the first not laid."""
    known = competences()
    keys = list(known)
    top = wanted if wanted in known else next((key for key in keys if key not in laid), None)
    at = keys.index(top) if top else len(keys)
    return {
        "cards": list(known.values()),
        "top": top,
        "before": keys[at - 1] if at else None,
        "language": locale_code(),
    }


def cards_paper() -> dict[str, Any]:
    """What the sheets need, in the page's language: words and codes, and nobody's name."""
    today = clock.today()
    return {
        "day": [today.year, today.month, today.day],
        "title": gettext("Cards: what can you do?"),
        "language": locale_code(),
        "direction": text_direction(locale_code()),
        "scan": gettext("scan or type the code"),
        "foot": gettext("Cut along the lines. Lay the cards together. Nothing is right or wrong."),
        "picks": [label(pick) for pick in Pick],
        "cards": [_on_paper(one) for one in competences().values()],
    }


def _on_paper(one: Competence) -> dict[str, str]:
    code = code_of(one.key)
    return {
        "words": one.plain(locale_code()),
        "example": one.looks_like(locale_code()),
        "code": code,
        "qr": qr_svg(code),
        "art": _drawn(one.key),
    }


def _without_fill(tag: re.Match[str]) -> str:
    """A line is no surface; on a screen the style sheet says so."""
    return re.sub(r' fill="[^"]*"', "", tag[0]) + ' fill="none"'


def _drawn(key: str) -> str:
    parts = _STROKED.sub(_without_fill, str(competence_drawing(key)))
    for name, colour in _INKS.items():
        parts = parts.replace(f"var({name})", colour)
    parts = parts.replace("currentColor", "#211a14")
    line = 'stroke-width="7" stroke-linecap="round" stroke-linejoin="round"'
    box = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"'
    return f'<svg {box} fill="#211a14" {line}>{parts}</svg>'
