"""The cards as a table and a sheet of paper show them."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext

from portal.assessments.rules import Pick, code_of
from portal.catalogue.labels import paper_drawing
from portal.core.qr import qr_svg
from portal.offerings.rules.competences import Competence, competences
from portal.web.i18n import locale_code, text_direction
from portal.web.words import label


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
    return {
        "title": gettext("Cards: what can you do?"),
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
        "art": paper_drawing(one.key),
    }
