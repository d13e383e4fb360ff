"""The list of people: searched, sorted, and as a file."""

from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import Permission, audit, clock, to_local
from portal.home.forms import PeopleForm
from portal.home.queries import listing
from portal.home.routes.room import room
from portal.home.rules import PeopleSort, Seen, Wanted
from portal.organisations.queries import get_own
from portal.participants.queries import list_terms
from portal.participants.rules import is_in_force
from portal.web.documents import csv_response, xlsx_response
from portal.web.view import BOTH, actor, page, see_other, session

_SEARCH = "people_search"
Choice = TypeVar("Choice", bound=StrEnum)


@room.door("/participants", allow=Permission.SEE_PARTICIPANTS, methods=BOTH)
def list_people() -> Response:
    """The people whom the organisation knows; what is searched for stays out of the address."""
    form = _form()
    if form.is_sent_and_valid():
        cookie[_SEARCH] = {} if "clear" in request.form else form.values()
        return see_other("home.list_people")
    asked = wanted()
    at = request.args.get("page", 1, type=int)
    found, number = listing.list_people(session(), actor(), asked, at)
    ids = [line.participant.id for line in found.rows]
    return page(
        "home/people.html",
        form=form,
        people=found,
        number=number,
        programmes={
            term.participant_id: term.programme.name
            for term in list_terms(session(), ids)
            if is_in_force(clock.today(), term.from_on, term.until_on)
        },
        sort=asked.sort,
        searched=any(cookie.get(_SEARCH, {}).values()),
    )


@room.door("/participants/file", allow=Permission.DECIDE_ENROLMENTS, methods=["POST"])
def take_people_along() -> Response:
    """Give the list as a file; who took how many is written down."""
    lines = listing.list_all(session(), actor(), wanted())
    organisation = get_own(session(), actor())
    audit.record(session(), actor(), "participants.taken_along", organisation, people=len(lines))
    header = [_("Name"), _("Groups"), _("Step"), _("Last seen"), _("Absent in a row")]
    rows = [_row(line) for line in lines]
    name = f"{_('people')}-{clock.today():%Y-%m-%d}"
    if request.form.get("kind") == "csv":
        return csv_response(header, rows, f"{name}.csv")
    return xlsx_response([(_("People"), header, rows)], f"{name}.xlsx")


def _row(line: listing.Line) -> list[Any]:
    seen = f"{to_local(line.seen_at):%Y-%m-%d}" if line.seen_at else ""
    groups = ", ".join(line.groups)
    return [line.participant.name, groups, line.step or "", seen, line.absent or ""]


def _form() -> PeopleForm:
    form = PeopleForm(data=cookie.get(_SEARCH, {}))
    form.group.choices = [("", _("All")), *listing.list_groups(session(), actor())]
    form.step.choices = [("", _("All")), *((str(step), str(step)) for step in range(1, 7))]
    return form


def wanted() -> Wanted:
    """Whom the list shows in this browser."""
    kept = cookie.get(_SEARCH, {})
    return Wanted(
        name=kept.get("name") or "",
        group=kept.get("group") or "",
        step=int(kept["step"]) if kept.get("step") else None,
        seen=_one_of(Seen, kept.get("seen")),
        signal=bool(kept.get("signal")),
        sort=_one_of(PeopleSort, request.values.get("sort")) or PeopleSort.NAME,
    )


def _one_of(choices: type[Choice], value: str | None) -> Choice | None:
    return choices(value) if value in set(choices) else None
