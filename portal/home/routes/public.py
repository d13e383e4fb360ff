"""Pages for everybody: an organisation, what is true of this software, and whether it runs."""

from flask import Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import ServiceUnavailable

from portal.catalogue.pages.cards import draw_cards
from portal.catalogue.queries.finding import entries_of
from portal.config import MIGRATION_HEAD
from portal.core.database import check_writable
from portal.home import queries
from portal.home.routes.room import room
from portal.impact.pages import report_view
from portal.recognition.queries import list_recognised
from portal.web.view import ANYONE, page, session, settings


@room.door("/organisations/<slug>", allow=ANYONE)
def organisation(slug: str) -> Response:
    """A provider, what it offers, and what it was recognised for."""
    found = queries.get_public_organisation(session(), slug)
    reports = list_recognised(session(), found.id)
    return page(
        "home/organisation.html",
        organisation=found,
        cards=draw_cards(session(), entries_of(session(), found.id)),
        reports=reports,
        newest=report_view(reports[0].document) if reports else None,
    )


@room.door("/privacy", allow=ANYONE)
def privacy() -> Response:
    """What is kept about whom, and who sees it."""
    return page("home/privacy.html", small_count=settings().small_count)


@room.door("/accessibility", allow=ANYONE)
def accessibility() -> Response:
    """What works for whom, and what does not yet."""
    return page("home/accessibility.html")


@room.door("/healthz", allow=ANYONE)
def healthz() -> Response:
    """Alive."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@room.door("/readyz", allow=ANYONE)
def readyz() -> Response:
    """Answer 200 where the database is reached, migrated and can be written; else 503."""
    try:
        version = session().scalar(text("SELECT version_num FROM alembic_version"))
        check_writable(session())
    except (DBAPIError, OSError) as error:  # away, never migrated, full, or for reading only
        raise ServiceUnavailable from error
    if version != MIGRATION_HEAD.read_text(encoding="ascii").strip():
        raise ServiceUnavailable
    return Response("ready\n", content_type="text/plain; charset=utf-8")
