"""Doors of the home room."""

from __future__ import annotations

import uuid as uuids

from flask import Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from portal.config import MIGRATION_HEAD
from portal.core import clock
from portal.core.actor import Permission
from portal.home import commands, queries
from portal.notices import commands as notices
from portal.notices.letters import words_of
from portal.notices.queries import get_notice
from portal.participants.queries import get_participant
from portal.recognition.queries import list_recognised
from portal.web.current import actor, session, settings
from portal.web.page import page, see_other
from portal.web.room import ANYONE, Room
from portal.web.transaction import afterwards

room = Room("home", __name__)


@room.door("/work", allow=Permission.SEE_DAY)
def work() -> Response:
    """The day first."""
    return page(
        "home/work.html",
        day=queries.day_of(session(), actor()),
        today=clock.today(),
        words_of=words_of,
    )


@room.door("/work/calls/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE, methods=["POST"])
def told(uuid: uuids.UUID) -> BaseResponse:
    """Somebody without e-mail was called or told."""
    notices.mark_told(session(), actor(), get_notice(session(), uuid))
    return see_other("home.work")


@room.door("/my", allow=Permission.OWN_PAGE)
def my() -> Response:
    """The participant's own page."""
    return page("home/my.html", person=queries.own_person(session(), actor()))


@room.door("/participants/<uuid:uuid>", allow=Permission.SEE_PARTICIPANTS)
def person(uuid: uuids.UUID) -> Response:
    """A participant, for those who guide her."""
    participant = get_participant(session(), actor(), uuid)
    viewer, participant_id = actor(), participant.id
    afterwards(lambda later: commands.note_view(later, viewer, participant_id))
    return page("home/person.html", person=queries.person(session(), participant))


@room.door("/organisations/<slug>", allow=ANYONE)
def organisation(slug: str) -> Response:
    """A provider, what it offers and its recognised reports."""
    found = queries.get_public_organisation(session(), slug)
    return page(
        "home/organisation.html",
        organisation=found,
        offerings=queries.list_public_offerings(session(), found.id),
        reports=list_recognised(session(), found.id),
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
    """The database is reached and migrated to what this code expects; else 503."""
    try:
        version = session().scalar(text("SELECT version_num FROM alembic_version"))
    except DBAPIError as error:  # away, or never migrated
        raise ServiceUnavailable from error
    if version != MIGRATION_HEAD.read_text(encoding="ascii").strip():
        raise ServiceUnavailable
    return Response("ready\n", content_type="text/plain; charset=utf-8")
