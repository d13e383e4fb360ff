"""Pages for everybody: an organisation, help by task, what is true of this software."""

import re

from flask_babel import force_locale, gettext
from markupsafe import Markup, escape
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import ServiceUnavailable

from portal.catalogue.pages.cards import draw_cards
from portal.config import MIGRATION_HEAD
from portal.core import NotFound, Permission
from portal.core.database import check_writable
from portal.finding.queries import entries_of
from portal.home import queries, rules
from portal.home.routes import room
from portal.impact.pages import report_view
from portal.recognition.queries import list_recognised
from portal.web.i18n import locale_code
from portal.web.view import ANYONE, Response, actor, page, request, session, settings


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


_BUTTON = re.compile(r"\{([^}]+)\}")


@room.door("/help", allow=Permission.SEE_DAY)
def handbook() -> Response:
    """The tasks of whoever works here."""
    hers = [task for task in rules.tasks().values() if actor().may(task.permission)]
    return page("home/handbook.html", tasks=hers, language=_language())


@room.door("/help/<name>", allow=Permission.SEE_DAY)
def handbook_task(name: str) -> Response:
    """How one task is done, step by step, with a picture of it."""
    task = rules.tasks().get(name)
    if task is None or not actor().may(task.permission):
        raise NotFound("page")
    language = _language()
    return page("home/handbook_task.html", task=task, words=task.words[language], language=language)


@room.app_template_global()
def help_here() -> tuple[rules.Task, str] | None:
    """Find the task that this page helps with, and its language for this reader."""
    task = rules.helps_at(request.endpoint or "")
    return (task, _language()) if task and actor().may(task.permission) else None


@room.app_template_filter()
def with_buttons(text: str, language: str) -> Markup:
    """Name the buttons in a line as they are on the screen."""
    with force_locale(language):
        words = _BUTTON.sub(lambda found: f"<b>{escape(gettext(found[1]))}</b>", str(escape(text)))
    return Markup(words)


def _language() -> str:
    """Dutch where one reads Dutch, English for all others."""
    return rules.LANGUAGES[0] if locale_code() == rules.LANGUAGES[0] else rules.LANGUAGES[1]
