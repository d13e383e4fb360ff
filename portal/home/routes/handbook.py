"""The handbook, by task."""

import re

from flask import request
from flask_babel import force_locale, gettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from portal.core import NotFound, Permission
from portal.home.routes.room import room
from portal.home.rules.handbook import LANGUAGES, Task, helps_at, tasks
from portal.web.i18n import locale_code
from portal.web.view import actor, page

_BUTTON = re.compile(r"\{([^}]+)\}")


@room.door("/help", allow=Permission.SEE_DAY)
def handbook() -> Response:
    """The tasks of whoever works here."""
    hers = [task for task in tasks().values() if actor().may(task.permission)]
    return page("home/handbook.html", tasks=hers, language=_language())


@room.door("/help/<name>", allow=Permission.SEE_DAY)
def handbook_task(name: str) -> Response:
    """How one task is done, step by step, with a picture of it."""
    task = tasks().get(name)
    if task is None or not actor().may(task.permission):
        raise NotFound("page")
    language = _language()
    return page("home/handbook_task.html", task=task, words=task.words[language], language=language)


@room.app_template_global()
def help_here() -> tuple[Task, str] | None:
    """Find the task that this page helps with, and its language for this reader."""
    task = helps_at(request.endpoint or "")
    return (task, _language()) if task and actor().may(task.permission) else None


@room.app_template_filter()
def with_buttons(text: str, language: str) -> Markup:
    """Name the buttons in a line as they are on the screen."""
    with force_locale(language):
        words = _BUTTON.sub(lambda found: f"<b>{escape(gettext(found[1]))}</b>", str(escape(text)))
    return Markup(words)


def _language() -> str:
    """Dutch where one reads Dutch, English for all others."""
    return LANGUAGES[0] if locale_code() == LANGUAGES[0] else LANGUAGES[1]
