"""The cards of a list, each drawn once in a language until it, or what time makes of it, changes.

An index gives a changed offering a new entry, in the transaction that hears of the change. So a
card is good as long as its entry is the one that it was drawn for, and nothing has to be cleared.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.catalogue import labels
from portal.catalogue.index import Entry
from portal.catalogue.queries import cards_of
from portal.web.i18n import locale_code

_MOST = 1000  # of about a kilobyte
_drawn: dict[tuple[int, str, str], tuple[Entry, Markup]] = {}


def draw_cards(session: Session, entries: Sequence[Entry]) -> list[Markup]:
    """Draw the cards of these offerings, in this order; without those that are gone by now."""
    where = locale_code(), request.script_root
    found = {one.id: _drawn.get((one.id, *where), (None, Markup())) for one in entries}
    missing = {one.id: one for one in entries if found[one.id][0] is not one}
    if missing:
        found = {id_: one for id_, one in found.items() if id_ not in missing}
        for card in cards_of(session, {id_: one.next_at for id_, one in missing.items()}):
            id_ = card.offering.id
            html = Markup(render_template("catalogue/_card.html", card=card, words=labels))
            found[id_] = _drawn[id_, *where] = missing[id_], html
        while len(_drawn) > _MOST:
            _drawn.pop(next(iter(_drawn)), None)
    return [found[one.id][1] for one in entries if one.id in found]
