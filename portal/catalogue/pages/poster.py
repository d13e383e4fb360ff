"""What stands on the poster of an offering, for the wall of a community centre."""

import re
from typing import Any

from flask_babel import gettext

from portal.catalogue import labels, queries
from portal.core.areas import area_of
from portal.core.qr import qr_svg
from portal.offerings.models import OfferingPicture
from portal.offerings.queries.texts import Part, Texts
from portal.offerings.rules.pictures import as_jpeg
from portal.web.layout import HELP_PHONE
from portal.web.words import label, phone

_MOST_LINES = 4  # of times; the rest is a scan away
_LONG_WORD = re.compile(r"\S{22}(?=\S)")


def poster_of(card: queries.OfferingCard, texts: Texts, url: str) -> dict[str, Any]:
    """Make a poster: what, when, where, what it costs, and a code to scan."""
    offering = card.offering
    times = labels.times_in_words(card.series, card.next_at)[:_MOST_LINES]
    area = area_of(offering.area_code).in_district
    number = phone(offering.organisation.phone) if offering.organisation.phone else HELP_PHONE
    return {
        "title": _said(texts.title),
        "summary": _said(texts.summary),
        "kind": labels.kind_in_words(offering, card.weeks),
        "picture": _drawn(offering.picture),
        "facts": [
            [gettext("When"), times or [gettext("The dates will follow.")]],
            [gettext("Where"), [_breakable(offering.address), area]],
            [gettext("What it costs"), [labels.costs_in_words(offering)]],
            [gettext("Your Dutch"), [label(offering.dutch_level)]],
            [gettext("With"), [_breakable(offering.organisation.name)]],
        ],
        "join": gettext("Will you join in?"),
        "scan": gettext("Scan this with your phone."),
        # on one line, and from left to right among Arabic too
        "call": gettext("Or call %(phone)s.", phone=number.replace(" ", "\u00a0")),
        "qr": qr_svg(url),
        "qr_says": gettext("A code to scan. It opens %(address)s", address=url),
        "address": url.partition("://")[2],
    }


def _said(part: Part) -> dict[str, str]:
    return {"text": _breakable(part.text), "language": part.language}


def _breakable(text: str) -> str:
    """With places where a word may be broken that no line can hold."""
    return _LONG_WORD.sub("\\g<0>\u200b", text)


def _drawn(picture: OfferingPicture | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    return {"jpeg": list(as_jpeg(picture.webp)), "alt": picture.alt}
