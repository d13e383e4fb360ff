"""Doors of work: what all see, what fits her and who may know of her, an employer's own."""

import uuid as uuids
from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response

from portal.core import Permission, or_not_found
from portal.core.plain import plain_values
from portal.feeds.rules import LICENCE
from portal.offerings.commands import change
from portal.offerings.labels import competence_words
from portal.offerings.rules import BY_ITSELF, TRANSITIONS, Step
from portal.participants.queries import get_own_self, get_participant
from portal.web.forms import Form
from portal.web.i18n import SPOKEN
from portal.web.view import ANYONE, Room, _, actor, check_seen, page, see_other, session, settings
from portal.work_places import commands, forms, labels, queries
from portal.work_places.models import WorkPlace, WorkWish
from portal.work_places.pages import job_posting
from portal.work_places.rules import Shown, fit

room = Room("work_places", __name__)
room.add_app_template_filter(labels.times_in_words)
room.add_app_template_filter(SPOKEN.get, "spoken_name")
room.add_app_template_filter(Shown, "shown_line")
room.app_template_global()(labels.misfits)
room.app_template_global("lets_look_along")(
    lambda one: queries.find_wish(session(), one.id).with_guide
)
_STEPS = f"<any(invite, {', '.join(sorted(set(Step) - BY_ITSELF))}):step>"


@room.door("/work-places", allow=ANYONE)
def find() -> Response:
    """The work that there is now."""
    number = request.args.get("page", 1, type=int)
    return page("work_places/find.html", page=queries.page_of_all(session(), number))


@room.door("/work-places/<slug>", allow=ANYONE)
def show(slug: str) -> Response:
    """One work place: with what fits her, or for a guide whom it could fit."""
    place, who = queries.get_work_place(session(), slug), actor()
    seen, wish = _known(get_own_self(session(), who).id) if who.is_participant else ({}, None)
    return page(
        "work_places/show.html",
        place=place,
        seen=seen,
        fit=fit(place, queries.seeks_of(wish, seen)) if wish else None,
        people=queries.list_fitting(session(), place) if who.may("record_progress") else [],
        structured=plain_values(job_posting(place)) if place.is_open else None,
    )


@room.door("/feeds/work-places.json", allow=ANYONE)
def feed() -> Response:
    """All work that is open to everybody, for other sites."""
    found = [job_posting(one) for one in queries.list_for_all(session())]
    answer: Response = jsonify(plain_values({"license": LICENCE, "work_places": found}))
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _known(participant_id: int) -> tuple[dict[str, Any], WorkWish]:
    """Which example says what somebody can, and what she looks for."""
    seen = queries.list_seen(session(), [participant_id])[participant_id]
    return seen, queries.find_wish(session(), participant_id)


def _matches(template: str, participant_id: int, **more: Any) -> Response:
    """What fits one participant, with the reasons."""
    seen, wish = _known(participant_id)
    matches = queries.list_matches(session(), queries.seeks_of(wish, seen))
    return page(template, matches=matches, seen=seen, wish=wish, **more)


@room.door("/my/work", allow=Permission.OWN_PAGE)
def own() -> Response:
    """Work that fits her, with the reasons, and who may know of her."""
    her = get_own_self(session(), actor())
    return _matches("work_places/own.html", her.id, switches=queries.list_switches(session()))


@room.door("/participants/<uuid:uuid>/work", allow=Permission.RECORD_PROGRESS)
def person(uuid: uuids.UUID) -> Response:
    """The same of a participant who lets her guide look along."""
    her = get_participant(session(), actor(), uuid)
    or_not_found(queries.find_wish(session(), her.id).with_guide or None)
    return _matches("work_places/person.html", her.id, participant=her)


@room.form("/my/work/wish", allow=Permission.OWN_PAGE)
def wish() -> Response:
    """She says what work she looks for."""
    form = forms.WishForm(of=queries.find_wish(session(), get_own_self(session(), actor()).id))
    if form.does(lambda: commands.wish(session(), actor(), **form.values())):
        return see_other("work_places.own", done=_("Saved."))
    return page("work_places/wish.html", form=form)


@room.form("/my/work/visible", allow=Permission.OWN_PAGE)
def show_me() -> Response:
    """She lets one company, or all, count her and invite her."""
    form, (seen, _wish) = forms.VisibilityForm(), _known(get_own_self(session(), actor()).id)
    of = [(one.id, one.name) for one in queries.list_employers(session())]
    form.employer_id.choices = [("", _("All companies")), *of]
    form.can.choices = [(key, competence_words(key)) for key in seen]
    if form.does(lambda: commands.show_me(session(), actor(), **form.values())):
        return see_other("work_places.show_me", done=_("You are visible now."))
    switches = queries.list_switches(session())
    return page("work_places/show_me.html", form=form, switches=switches)


@room.button("/my/work/visible/<uuid:uuid>/stop", allow=Permission.OWN_PAGE)
def stop_showing(uuid: uuids.UUID) -> Response:
    """She is visible no more, at one tap."""
    commands.stop_showing(session(), actor(), queries.get_switch(session(), uuid))
    return see_other("work_places.show_me", done=_("Stopped. Nobody counts you any more."))


@room.door("/work/work-places", allow=Permission.MANAGE_OFFERINGS)
def list_own() -> Response:
    """The employer's work places, each with how many people it could fit."""
    found = queries.list_own(session(), actor(), request.args.get("page", 1, type=int))
    counts, least = queries.count_fitting(session(), found.rows), settings().small_count
    said = {id_: labels.count_in_words(count, least) for id_, count in counts.items()}
    return page("work_places/list_own.html", page=found, counts=said)


@room.form("/work/work-places/new", allow=Permission.MANAGE_OFFERINGS, known_by=("title",))
def post() -> Response:
    """A new work place, as a draft."""
    form = forms.WorkPlaceForm()
    if form.does(lambda: commands.post(session(), actor(), **form.offering_values())):
        return see_other("work_places.list_own", done=_("Saved. Nobody sees it until you publish."))
    return page("work_places/post.html", form=form, fields=form, place=None)


@room.form("/work/work-places/<slug>", allow=Permission.MANAGE_OFFERINGS)
def edit(slug: str) -> Response:
    """Change a work place; with what can be done with it."""
    place = queries.get_own(session(), actor(), slug)
    form = forms.WorkPlaceForm(of=place)
    if form.does(lambda: change(session(), actor(), place, **form.offering_values())):
        return see_other("work_places.list_own", done=_("Saved."))
    return _drawn(place, form)


def _drawn(place: WorkPlace, fields: Form, refused: Form | None = None) -> Response:
    steps, missing = TRANSITIONS.open_from(place.status), commands.missing_of(place)
    return page(
        "work_places/post.html",
        form=refused or fields, fields=fields, place=place, steps=steps, missing=missing,
    )  # fmt: skip


@room.button(f"/work/work-places/<slug>/{_STEPS}", allow=Permission.MANAGE_OFFERINGS)
def take_step(slug: str, step: str) -> Response:
    """Publish, close, reopen or archive it, say that it is still there, or invite people."""
    place, form = queries.get_own(session(), actor(), slug), Form()
    if form.does(lambda: _take_step(place, step)):
        return see_other("work_places.list_own", done=_("Saved."))
    return _drawn(place, forms.WorkPlaceForm(of=place, formdata=None), form)


def _take_step(place: WorkPlace, step: str) -> None:
    if step != Step.CONFIRM:  # which is asked on the day, too
        check_seen(place)
    if step == "invite":
        commands.invite_who_fits(session(), actor(), place)
    else:
        commands.take_step(session(), actor(), place, Step(step))
