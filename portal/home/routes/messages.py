"""Messages that staff look after: whom to call, letters to print, and what did not arrive."""

import uuid as uuids
from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.attendance.commands.signals import list_long_absent
from portal.core import NotFound, Permission, clock
from portal.home.routes.room import BOTH, room
from portal.notices import commands, queries
from portal.notices.labels import about
from portal.notices.models import Notice
from portal.notices.pages import language_of, letter_text, words_of
from portal.participants.models import ParticipantLink
from portal.participants.queries import list_links
from portal.web.view import actor, page, see_other, session


@room.door("/work/calls", allow=Permission.RECORD_ATTENDANCE)
def calls() -> Response:
    """Whom to call: with news for her, or as she stayed away."""
    notices = queries.list_calls(session())
    return page(
        "home/calls.html",
        calls=notices,
        links=_links_of(notices),
        absent=list_long_absent(session(), actor(), clock.now()),
        words_of=words_of,
    )


@room.door("/work/calls/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE, methods=["POST"])
def told(uuid: uuids.UUID) -> Response:
    """Somebody without e-mail was called or told."""
    commands.mark_told(session(), actor(), queries.get_notice(session(), uuid))
    return see_other("home.calls", done=_("Written down."))


@room.door("/operator/messages", allow=Permission.OPERATE)
def failed() -> Response:
    """What is amiss with messages, and never for whom they are."""
    return page("notices/failed.html", notices=queries.list_failed(session()))


@room.door("/work/messages", allow=Permission.RECORD_ATTENDANCE)
def messages() -> Response:
    """What participants were not told, and what to do about it."""
    notices = queries.list_undelivered(session())
    return page(
        "notices/messages.html",
        notices=notices,
        links=_links_of(notices),
        about=about,
    )


@room.door("/work/messages/<uuid:uuid>/again", allow=Permission.RECORD_ATTENDANCE, methods=["POST"])
def send_again(uuid: uuids.UUID) -> Response:
    """What was wrong is mended: send it once more."""
    commands.try_again(session(), actor(), queries.get_notice(session(), uuid))
    return see_other("home.messages", done=_("The message is sent again."))


@room.door("/work/messages/<uuid:uuid>/told", allow=Permission.RECORD_ATTENDANCE, methods=["POST"])
def told_after_all(uuid: uuids.UUID) -> Response:
    """Somebody called her about it."""
    commands.mark_told(session(), actor(), queries.get_notice(session(), uuid))
    return see_other("home.messages", done=_("Written down."))


@room.door("/work/letters", allow=Permission.RECORD_ATTENDANCE)
def letters() -> Response:
    """For whom a letter lies ready; each line is one person."""
    newest = {notice.participant_id: notice for notice in queries.list_letters(session())}
    return page("notices/letters.html", letters=list(newest.values()))


@room.door("/work/letters/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE, methods=BOTH)
def letter(uuid: uuids.UUID) -> Response:
    """One person's letter to print; sent, it was handed over."""
    last = queries.get_notice(session(), uuid)
    notices = list(queries.list_with(session(), last))
    if not notices:
        raise NotFound()
    if request.method == "POST":
        for notice in notices:
            commands.mark_told(session(), actor(), notice)
        return see_other("home.letters", done=_("Written down."))
    return page(
        "notices/letter.html",
        notice=last,
        text=letter_text(notices, on_paper=True),
        language=language_of(last),
    )


def _links_of(notices: Sequence[Notice]) -> dict[int, ParticipantLink]:
    ids = {one.participant_id or 0 for one in notices}
    return list_links(session(), actor().organisation_id, ids)
