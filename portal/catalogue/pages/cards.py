"""What of a list is drawn once in a language until it, or what time makes of it, changes.

An index gives a changed offering a new entry, in the transaction that hears of the change, and is
itself another one then.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from portal.catalogue import forms, labels, queries
from portal.catalogue.pages.structured import describe
from portal.core import NotFound, Permission, Session
from portal.core.plain import plain_values
from portal.finding.queries import Found
from portal.finding.rules import Filters
from portal.finding.rules.index import IndexEntry
from portal.offerings.labels import EXPLAINED, competence_words, language_note
from portal.offerings.rules import OfferingStatus
from portal.web.current import actor
from portal.web.i18n import SPOKEN
from portal.web.pagecache import Fragments

_cards = Fragments(most=1000)  # of about a kilobyte
_forms = Fragments(most=100)  # of about 20
_PARTS = ("title", "head", "main")
_pages = Fragments(most=600)  # three for each of about ten together


def asked_for() -> tuple[forms.FindForm, Filters]:
    """Read what this request's address asks: as a form, and as filters."""
    form = forms.FindForm(request.args)
    form.q.validate(form)
    return form, form.filters()


def draw_cards(session: Session, entries: Sequence[IndexEntry]) -> list[Markup]:
    """Draw the cards of these offerings in order, but for those gone."""
    found = {one.id: _cards.find(one.id, one) for one in entries}
    missing = {one.id: one for one in entries if found[one.id] is None}
    if missing:
        for card in queries.cards_of(session, {id_: one.next_at for id_, one in missing.items()}):
            html = render_template("catalogue/_card.html", card=card, words=labels)
            one = missing[card.offering.id]
            found[one.id] = _cards.keep(one.id, one, html)
    return [html for html in found.values() if html is not None]


def draw_form(form: forms.FindForm, found: Found, filters: Filters) -> Markup:
    """Draw the form of a search, with how many each choice would give."""
    asked = sorted(pair for pair in request.args.items(multi=True) if pair[0] in form and pair[1])
    name = actor().is_staff, *asked
    html = None if form.was_refused else _forms.find(name, found.index)
    if html is not None:
        return html
    form.show_counts(found.counts)
    form.offer_areas(found.areas)
    drawn = render_template(
        "catalogue/_form.html", form=form, found=found, filters=filters, words=labels,
        work_notes=EXPLAINED,
    )  # fmt: skip
    return Markup(drawn) if form.was_refused else _forms.keep(name, found.index, drawn)


def show_offering(session: Session, entry: IndexEntry) -> dict[str, Markup]:
    """Give an offering's title, head and main; who may refer sees a button more."""
    names = [(part, request.args.get("text")) for part in _PARTS]
    may_refer = actor().may(Permission.REFER)
    found = {name[0]: _pages.find((entry.id, *name), entry) for name in names}
    if not may_refer and all(html is not None for html in found.values()):
        return {part: html for part, html in found.items() if html is not None}
    cards = queries.cards_of(session, {entry.id: None})
    if not cards:  # it was deleted at this moment
        raise NotFound("offering")
    drawn, until = draw_offering(session, cards[0])
    if not may_refer:
        for name in names:
            _pages.keep((entry.id, *name), entry, drawn[name[0]], until)
    return drawn


def draw_offering(
    session: Session, card: queries.OfferingCard, **more: Any
) -> tuple[dict[str, Markup], datetime | None]:
    """Draw title, head and main of an offering's page, and when time makes them different."""
    offering, upcoming = card.offering, queries.list_upcoming(session, card.offering.id, 5)
    about = {
        "card": card,
        "offering": offering,
        "upcoming": upcoming,
        "structured": plain_values(describe(offering, upcoming)),
        "takes_applications": offering.takes_people or offering.status is OfferingStatus.DRAFT,
        "words": labels,
        "competence": competence_words,
        "note_on": language_note,
        "spoken": [(code, SPOKEN[code]) for code in offering.spoken if code in SPOKEN],
        **more,
    }
    drawn = {
        part: Markup(render_template(f"catalogue/_show_{part}.html", **about)) for part in _PARTS
    }
    return drawn, min((row.starts_at for row in upcoming), default=None)
