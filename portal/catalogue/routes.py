"""Doors of the catalogue: what everybody may see."""

from dataclasses import replace
from urllib.parse import urlsplit

from flask import Response, request, url_for

from portal.catalogue import labels, queries
from portal.catalogue.pages import cards
from portal.catalogue.pages.calendar import calendar_of
from portal.catalogue.pages.poster import poster_of
from portal.finding import commands, queries as finding
from portal.offerings.queries import get_own, list_missing
from portal.offerings.queries.texts import texts_in
from portal.offerings.rules.competences import competences, list_version
from portal.web.documents import download, pdf_response
from portal.web.i18n import locale_code
from portal.web.pagecache import PageCache
from portal.web.view import ANYONE, Permission, Room, _, actor, page, session, settings

room = Room("catalogue", __name__)
room.app_template_global("drawing_of")(labels.drawing)
room.app_template_filter("competence_drawing")(labels.competence_drawing)
kept = PageCache(version=lambda: finding.find_version(session()))


@room.door("/", allow=ANYONE)
@room.door("/offerings", allow=ANYONE)
@kept
def find() -> Response:
    """What there is to do, and what of it suits you."""
    form, filters = cards.asked_for()
    found = finding.find(session(), filters, request.args.get("page", 1, type=int))
    return page(
        "catalogue/find.html",
        form=form,
        found=found,
        cards=cards.draw_cards(session(), found.page.rows),
        near=cards.draw_cards(session(), found.near),
        search=cards.draw_form(form, found, filters),
        filters=filters,
        words=labels,
    )


@room.door("/offerings/<slug>", allow=ANYONE)
@kept
def show(slug: str) -> Response:
    """One offering: what, when, where, and the way in."""
    entry = finding.get_entry(session(), slug)
    return page("catalogue/show.html", drawn=cards.show_offering(session(), entry))


@room.door("/competences", allow=ANYONE)
def list_competences() -> Response:
    """The words for what somebody can do, for everybody."""
    groups = {
        heading: [one for one in competences().values() if one.is_practical is is_practical]
        for heading, is_practical in ((_("In every job"), False), (_("With your hands"), True))
    }
    return page(
        "catalogue/competences.html",
        groups=groups, language=locale_code(), version=list_version(),
    )  # fmt: skip


@room.door("/work/offerings/<slug>/preview", allow=Permission.MANAGE_OFFERINGS)
def preview(slug: str) -> Response:
    """The same page before the public sees it, with the buttons to publish above it."""
    offering = get_own(session(), actor(), slug)
    coming = [row for row in queries.list_upcoming(session(), offering.id) if not row.is_cancelled]
    missing = list_missing(offering, has_session_to_come=bool(coming))
    card = queries.card_of(session(), offering)
    drawn, _ = cards.draw_offering(session(), card, preview={"coming": coming, "missing": missing})
    return page("catalogue/show.html", drawn=drawn)


@room.door("/offerings/<slug>/poster.pdf", allow=ANYONE)
@kept
def poster(slug: str) -> Response:
    """A sheet for the wall of a community centre."""
    card = queries.get_card(session(), slug)
    if not card.series:
        coming = queries.list_upcoming(session(), card.offering.id, 1)
        card = replace(card, next_at=coming[-1].starts_at if coming else None)
    url = settings().base_url + url_for("catalogue.show", slug=slug)
    texts = texts_in(card.offering, locale_code())
    return pdf_response("catalogue/poster", poster_of(card, texts, url), "poster.pdf")


@room.door("/offerings/<slug>.ics", allow=ANYONE)
def calendar(slug: str) -> Response:
    """The same dates, for a calendar."""
    offering = queries.get_card(session(), slug).offering
    base = settings().base_url
    body = calendar_of(
        offering,
        queries.list_for_calendar(session(), offering.id),
        host=urlsplit(base).hostname or "localhost",
        url=base + url_for("catalogue.show", slug=slug),
    )
    return download(body, "text/calendar; charset=utf-8", f"{slug}.ics")


__all__ = ["commands", "room"]  # importing the commands keeps the catalogue's stamp
