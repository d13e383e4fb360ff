"""Doors of the progress room: telling of somebody, and a participant telling of herself."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Sequence

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core.actor import Permission
from portal.enrolments.models import Enrolment
from portal.offerings.labels import competence_words
from portal.offerings.rules.competences import competences
from portal.participants.models import Participant
from portal.progress import commands, queries
from portal.progress.forms import LadderStepForm, ObservationForm, OutflowForm
from portal.progress.labels import ladder_words
from portal.progress.queries import stairs
from portal.progress.rules import steps_for, voice_of
from portal.web.current import actor, session
from portal.web.page import page, see_other
from portal.web.room import Room

room = Room("progress", __name__)
room.app_template_global("ladder_words")(ladder_words)
room.app_template_global("ladder_stairs")(stairs)
room.app_template_filter("competence")(competence_words)


@room.door(
    "/participants/<uuid:uuid>/observations/new",
    allow=Permission.RECORD_PROGRESS,
    methods=("GET", "POST"),
)
def observe(uuid: uuids.UUID) -> Response:
    """Staff write down an example."""
    return _observe(queries.get_person(session(), actor(), uuid))


@room.door("/my/observations/new", allow=Permission.OWN_PAGE, methods=("GET", "POST"))
def observe_own() -> Response:
    """A participant writes down an example of her own."""
    return _observe(None)


@room.door(
    "/participants/<uuid:uuid>/ladder/new",
    allow=Permission.RECORD_PROGRESS,
    methods=("GET", "POST"),
)
def state_step(uuid: uuids.UUID) -> Response:
    """Staff say on which step somebody stands."""
    return _state_step(queries.get_person(session(), actor(), uuid))


@room.door("/my/ladder/new", allow=Permission.OWN_PAGE, methods=("GET", "POST"))
def state_own_step() -> Response:
    """A participant says on which step she stands."""
    return _state_step(None)


@room.door(
    "/participants/<uuid:uuid>/outflow/new",
    allow=Permission.RECORD_PROGRESS,
    methods=("GET", "POST"),
)
def tell_outflow(uuid: uuids.UUID) -> Response:
    """Staff say where somebody went on to."""
    person = queries.get_person(session(), actor(), uuid)
    form = OutflowForm()
    form.offer(_titles(_enrolments(person)))
    form.offer_kinds()
    if form.is_sent_and_valid():
        with form.catching():
            commands.tell_outflow(session(), actor(), **form.values())
            return _back(person, "home.steps")
    return page("progress/tell_outflow.html", form=form, person=person)


@room.door("/my/observations/<uuid:uuid>/hide", allow=Permission.OWN_PAGE, methods=("POST",))
def hide(uuid: uuids.UUID) -> Response:
    """A participant hides an observation, or shows it again."""
    observation = queries.get_own_observation(session(), actor(), uuid)
    is_hidden = commands.toggle_hidden(session(), actor(), observation)
    done = _("Hidden. Only you see it now.") if is_hidden else _("Your guides see it again.")
    return see_other("home.can", done=done)


def _observe(person: Participant | None) -> Response:
    enrolments = _enrolments(person)
    form = ObservationForm()
    form.offer(_titles(enrolments))
    form.offer_competences(_competences_of(enrolments))
    if enrolments and form.is_sent_and_valid():
        with form.catching():
            commands.observe(session(), actor(), **form.values())
            return _back(person, "home.can")
    return page("progress/observe.html", form=form, person=person, enrolments=enrolments)


def _state_step(person: Participant | None) -> Response:
    enrolments = _enrolments(person)
    form = LadderStepForm()
    form.offer(_titles(enrolments))
    words = ladder_words()
    steps = steps_for(voice_of(actor()))
    form.step.choices = [(step, f"{step}. {words[step - 1]}") for step in steps]
    if enrolments and form.is_sent_and_valid():
        with form.catching():
            commands.state_step(session(), actor(), **form.values())
            return _back(person, "home.steps")
    return page("progress/state_step.html", form=form, person=person, enrolments=enrolments)


def _enrolments(person: Participant | None) -> Sequence[Enrolment]:
    """Those within which the actor may tell of a person, or of herself when None."""
    participant_id = person.id if person else actor().participant_id or 0
    return queries.list_told_of(session(), actor(), participant_id)


def _titles(enrolments: Sequence[Enrolment]) -> list[tuple[int, str]]:
    return [(row.id, row.offering.title) for row in enrolments]


def _competences_of(enrolments: Sequence[Enrolment]) -> dict[str, list[tuple[str, str]]]:
    """Those that the activities train first, then all others."""
    trained = {key for row in enrolments for key in row.offering.competences}
    words = [(key, competence_words(key)) for key in competences()]
    first = [pair for pair in words if pair[0] in trained]
    others = [pair for pair in words if pair[0] not in trained]
    groups = {_("Choose"): [("", _("Choose what fits"))], _("Learned in this activity"): first}
    groups[_("Something else")] = others
    return {heading: pairs for heading, pairs in groups.items() if pairs}


def _back(person: Participant | None, own: str) -> Response:
    if person is None:
        return see_other(own, done=_("Saved."))
    return see_other("home.person", uuid=person.uuid, done=_("Saved."))
