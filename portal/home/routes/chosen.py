"""The list of people, and what is done with several of them at once."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

from flask import request, session as cookie
from flask_babel import gettext as _, ngettext
from sqlalchemy import ColumnElement, select

from portal.attendance.queries import get_register
from portal.core import N_, Permission, RuleBroken, audit, clock, to_local
from portal.enrolments.commands import move as end
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_on_register
from portal.enrolments.rules import EnrolmentStatus, Move
from portal.home.commands.places import move_places as move
from portal.home.forms import EndPlacesForm, MovePlacesForm, PeopleForm, WriteToAllForm
from portal.home.queries import listing
from portal.home.routes import room
from portal.home.rules import PeopleColumn, PeopleSort, PlaceWanted, Seen, Wanted
from portal.notices.rules import CARRIED, Channel, next_daytime
from portal.offerings.models import Offering
from portal.offerings.queries import get_own
from portal.organisations import queries as organisations
from portal.participants.commands import tell_of_card
from portal.participants.commands.keys import issue_card
from portal.participants.models import Participant
from portal.participants.pages import all_to_print, card_for, keep_all_to_print
from portal.participants.rules import new_card_token, token_of_one
from portal.talks import commands as talks, queries
from portal.talks.pages import as_it_arrives, letters_paper
from portal.web.documents import csv_response, pdf_response, xlsx_response
from portal.web.forms import Form, read_uuid
from portal.web.known import told_to_nobody
from portal.web.throttle import Sending
from portal.web.view import UUID, Response, actor, page, see_other, session
from portal.web.words import label

_MOST_CARDS = 60  # their numbers are kept in a cookie
_to_many = Sending("message to several", by_one=40, from_range=200)


@room.form("/participants/message", allow=Permission.RECORD_ATTENDANCE)
def write_to_all() -> Response:
    """Write to several people at once; shown as it arrives before it goes."""
    offering, whom = _asked_for()
    found = listing.choose(session(), actor(), whom, offering, also_waiting=True)
    form, arrives = WriteToAllForm(), None
    reached = queries.whom_it_reaches(session(), found.enrolments)
    body = form.body.data or ""
    seen = hashlib.sha256(repr((body, [one.enrolment.id for one in reached])).encode()).hexdigest()
    if form.is_sent_and_valid():
        check_somebody(found.enrolments)
        if request.form.get("seen") == seen:
            _to_many.take()
            together = talks.write_to_all(session(), actor(), found.enrolments, body)
            done = _("Your message is on its way.")
            return see_other("home.written_to_all", together=together, done=done)
        arrives = as_it_arrives(reached, body)
    return page(
        "home/write_to_all.html",
        form=form,
        found=found,
        reached={one.enrolment.participant_id: one for one in reached},
        carried=[one for one in reached if one.to.channel in CARRIED],
        arrives=arrives,
        seen=seen if arrives else "",
        goes_at=next_daytime(clock.now()),
        now=clock.now(),
    )


@room.door("/work/messages/sent/<uuid:together>", allow=Permission.RECORD_ATTENDANCE)
def written_to_all(together: UUID) -> Response:
    """A message to several, and what became of it for each."""
    return page(
        "home/written_to_all.html",
        rows=queries.list_written_together(session(), together),
        by_hand=(Channel.CALL, Channel.LETTER),
    )


@room.door("/work/messages/sent/<uuid:together>/letters.pdf", allow=Permission.RECORD_ATTENDANCE)
def letters_to_all(together: UUID) -> Response:
    """The same message as a letter to each whom no machine reaches."""
    rows = [message for message, _notice in queries.list_written_together(session(), together)]
    reached = queries.whom_it_reaches(session(), [message.enrolment for message in rows])
    by_hand = [one for one in reached if one.to.channel not in CARRIED]
    return pdf_response("talks/letters", letters_paper(by_hand, rows[0].body), "brieven.pdf")


@room.form("/participants/end", allow=Permission.DECIDE_ENROLMENTS)
def end_places() -> Response:
    """Several people stop with one group."""
    offering, whom = _asked_for()
    form = EndPlacesForm(data={"ended_on": clock.today(), "group": offering and offering.slug})
    form.group.choices = listing.list_groups(session(), actor(), of=whom)
    found = listing.choose(session(), actor(), whom, offering)
    if form.is_sent_and_valid():
        found = _in_group(whom, str(form.group.data))
        why, last = form.end_reason.data, form.ended_on.data
        for row in found.enrolments:
            end(session(), actor(), row, Move.END, end_reason=why, ended_on=last)
        number = len(found.enrolments)
        done = ngettext("%(num)s person stopped.", "%(num)s people stopped.", number)
        return see_other("home.list_people", done=done)
    return page("home/end_places.html", form=form, found=found)


@room.form("/participants/move", allow=Permission.DECIDE_ENROLMENTS)
def move_places() -> Response:
    """Several people go on in another group of ours."""
    offering, whom = _asked_for()
    form = MovePlacesForm(data={"group": offering and offering.slug})
    form.group.choices = listing.list_groups(session(), actor(), of=whom)
    form.to.choices = listing.list_groups(session(), actor(), to_join=True)
    found = listing.choose(session(), actor(), whom, offering)
    if form.is_sent_and_valid():
        found = _in_group(whom, str(form.group.data))
        to = get_own(session(), actor(), str(form.to.data))
        if form.to.data == form.group.data:
            raise RuleBroken("to", N_("Choose another group."))
        moved = move(session(), actor(), found.enrolments, offering_id=to.id)
        return see_other("home.list_people", done=_said(moved, len(found.enrolments)))
    return page("home/move_places.html", form=form, found=found)


@room.form("/participants/cards", allow=Permission.RECORD_ATTENDANCE)
def make_cards() -> Response:
    """Give several people a new card each, and show them once to print."""
    _, whom = _asked_for()
    seed, ids = all_to_print() if request.args.get("show") == "cards" else ("", [])
    found = listing.choose(session(), actor(), Participant.id.in_(ids) if ids else whom)
    people = [link.participant for link in found.links]
    form = Form()
    if form.is_sent_and_valid():
        if not 0 < len(people) <= _MOST_CARDS:
            raise RuleBroken("", N_("Choose 1 to {most} people."), most=_MOST_CARDS)
        seed = new_card_token()
        for one in people:
            issue_card(session(), actor(), one, token_of_one(seed, one.uuid))
            tell_of_card(session(), actor(), one)
        keep_all_to_print(seed, [one.id for one in people])
        return see_other("home.make_cards", show="cards")
    cards = [(one, card_for(one.name, token_of_one(seed, one.uuid))) for one in people if seed]
    return told_to_nobody(page("home/make_cards.html", form=form, found=found, cards=cards))


def _said(moved: int, of: int) -> str:
    said = ngettext("%(num)s person moved.", "%(num)s people moved.", moved)
    in_line = ngettext(
        "%(num)s waits there for a place or an answer, and keeps the old place.",
        "%(num)s wait there for a place or an answer, and keep the old place.",
        of - moved,
    )
    return f"{said} {in_line}" if of > moved else str(said)


def _asked_for() -> tuple[Offering | None, ColumnElement[bool]]:
    """Who is meant: a group, those expected at a session, the list as it stands, or by a tick."""
    slug, key = request.args.get("group"), read_uuid(request.args.get("session"))
    offering = get_own(session(), actor(), slug) if slug else None
    if request.method == "GET" and key:
        rows = list_on_register(session(), get_register(session(), actor(), key))
        return offering, Participant.id.in_([row.participant_id for row in rows])
    if request.method == "GET" and offering:
        enrolled = Enrolment.status == EnrolmentStatus.ENROLLED
        group = select(Enrolment.participant_id).where(Enrolment.offering == offering, enrolled)
        return offering, Participant.id.in_(group)
    if request.method == "GET" and "found" in request.args:
        lines = listing.list_all(session(), actor(), wanted())
        return None, Participant.id.in_([line.participant.id for line in lines])
    ticked = (request.args if request.method == "GET" else request.form).getlist("who")
    return offering, Participant.uuid.in_([key for one in ticked if (key := read_uuid(one))])


def _in_group(whom: ColumnElement[bool], slug: str) -> listing.Chosen:
    found = listing.choose(session(), actor(), whom, get_own(session(), actor(), slug))
    check_somebody(found.enrolments)
    return found


def check_somebody(enrolments: Sequence[Enrolment]) -> None:
    """Refuse a choice in which nobody has a place."""
    if not enrolments:
        raise RuleBroken("", N_("Choose somebody who has a place with you."))


_SEARCH = "people_search"
Choice = TypeVar("Choice", bound=StrEnum)


@room.form("/participants", allow=Permission.SEE_PARTICIPANTS)
def list_people() -> Response:
    """The people whom the organisation knows; what is searched for stays out of the address."""
    form = _form()
    if form.is_sent_and_valid():
        kept = form.values("columns") if "clear" not in request.form else {}
        cookie[_SEARCH] = {**kept, "columns": form.columns.data}
        return see_other("home.list_people")
    asked = wanted()
    at = request.args.get("page", 1, type=int)
    found, number = listing.list_people(session(), actor(), asked, at)
    kept = cookie.get(_SEARCH, {})
    return page(
        "home/people.html",
        form=form,
        people=found,
        number=number,
        columns=_columns(),
        sort=asked.sort,
        searched=any(value for name, value in kept.items() if name != "columns"),
    )


def _columns() -> list[PeopleColumn]:
    """What this browser's list shows: all, until somebody chooses."""
    chosen = cookie.get(_SEARCH, {}).get("columns") or list(PeopleColumn)
    return [one for one in PeopleColumn if one in chosen]


@room.button("/participants/file", allow=Permission.DECIDE_ENROLMENTS)
def take_people_along() -> Response:
    """Give the list as a file; who took how many is written down."""
    lines = listing.list_all(session(), actor(), wanted())
    organisation = organisations.get_own(session(), actor())
    audit.record(session(), actor(), "participants.taken_along", organisation, people=len(lines))
    columns = [one for one in _columns() if one is not PeopleColumn.REACH]
    header = [_("Name"), *map(label, columns)]
    rows = [[line.participant.name, *(_cell(line, one) for one in columns)] for line in lines]
    name = f"deelnemers-{clock.today():%Y-%m-%d}"
    if request.form.get("kind") == "csv":
        return csv_response(header, rows, f"{name}.csv")
    return xlsx_response([(_("People"), header, rows)], f"{name}.xlsx")


def _cell(line: listing.Line, column: PeopleColumn) -> Any:
    cells = {
        PeopleColumn.GROUPS: ", ".join(line.groups),
        PeopleColumn.PROGRAMME: line.programme,
        PeopleColumn.STEP: line.step or "",
        PeopleColumn.SEEN: f"{to_local(line.seen_at):%Y-%m-%d}" if line.seen_at else "",
        PeopleColumn.SIGNAL: line.absent or "",
    }
    return cells[column]


def _form() -> PeopleForm:
    form = PeopleForm(data={**cookie.get(_SEARCH, {}), "columns": _columns()})
    form.group.choices = [("", _("All")), *listing.list_groups(session(), actor())]
    form.step.choices = [("", _("All")), *((str(step), str(step)) for step in range(1, 7))]
    return form


def wanted() -> Wanted:
    """Whom the list shows in this browser."""
    kept = cookie.get(_SEARCH, {})
    return Wanted(
        name=kept.get("name") or "",
        group=kept.get("group") or "",
        place=_one_of(PlaceWanted, kept.get("place")),
        step=int(kept["step"]) if kept.get("step") else None,
        seen=_one_of(Seen, kept.get("seen")),
        signal=bool(kept.get("signal")),
        sort=_one_of(PeopleSort, request.values.get("sort")) or PeopleSort.NAME,
    )


def _one_of(choices: type[Choice], value: str | None) -> Choice | None:
    return choices(value) if value in set(choices) else None
