"""What staff see first: the day, and a person whom they guide."""

import uuid as uuids
from datetime import timedelta

from flask import Response, request

from portal.attendance.commands.signals import list_follow_ups
from portal.core import Permission, clock
from portal.home import queries
from portal.home.queries import people
from portal.home.queries.beginning import steps_of
from portal.home.queries.earlier import list_earlier
from portal.home.queries.week import week_of
from portal.home.routes.room import room
from portal.notices.labels import about
from portal.participants.commands.viewing import note_view
from portal.participants.queries import get_remembered, list_links
from portal.web.forms import read_day
from portal.web.transaction import afterwards
from portal.web.view import actor, page, session
from portal.web.waiting import list_waiting


@room.door("/work", allow=Permission.SEE_DAY)
def work() -> Response:
    """What waits for whoever works here, in the order of its deadline, and her registers."""
    return page(
        "home/work.html",
        waiting=list_waiting(session(), actor()),
        day=queries.day_of(session(), actor()),
        beginning=steps_of(session(), actor()),
        today=clock.today(),
    )


@room.door("/work/week", allow=Permission.RECORD_ATTENDANCE)
def week() -> Response:
    """A week of sessions; a day that can't be read is today."""
    on, mine = read_day(request.args.get("on")) or clock.today(), "mine" in request.args
    days = week_of(session(), actor(), on, mine=mine)
    return page(
        "home/week.html",
        days=days,
        mine="yes" if mine else None,
        today=clock.today(),
        number=on.isocalendar().week,
        before=days[0].on - timedelta(days=7),
        after=days[0].on + timedelta(days=7),
    )


@room.door("/participants/<uuid:uuid>", allow=Permission.SEE_PARTICIPANTS)
def person(uuid: uuids.UUID) -> Response:
    """A participant, for those who guide her."""
    participant = get_remembered(session(), actor(), uuid)
    viewer, participant_id = actor(), participant.id
    afterwards(lambda later: note_view(later, viewer, participant_id))
    return page(
        "home/person.html",
        person=people.person(session(), participant),
        link=list_links(session(), viewer.organisation_id, [participant_id]).get(participant_id),
        earlier=list_earlier(session(), viewer, participant),
        about=about,
        followed_up=list_follow_ups(session(), participant_id),
    )
