"""Doors of the progress room: telling of somebody, and a participant telling of herself."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from flask_babel import gettext as _, ngettext

from portal.core import NotFound, Permission
from portal.core.clock import now, to_local, today
from portal.enrolments.models import Enrolment
from portal.offerings.labels import competence_words, grouped_competences
from portal.offerings.rules import MOST_SENT
from portal.participants.models import Participant
from portal.progress import commands, forms, queries, rules
from portal.progress.labels import ladder_words
from portal.progress.models import Observation
from portal.progress.rules import AftercareAnswer, Face, steps_for, voice_of
from portal.web.address import read_day
from portal.web.forms import ButtonsForm
from portal.web.throttle import Throttle
from portal.web.view import UUID, Response, Room, actor, page, request, see_other, session

_TOLD = ("competence", "example", "level", "observed_on")
_photos = Throttle("photo", 30, timedelta(hours=1))
room = Room("progress", __name__)
room.app_template_global("ladder_words")(ladder_words)
room.app_template_global("ladder_stairs")(queries.stairs)
room.app_template_global("taken_back_of")(lambda her: queries.list_taken_back(session(), her.id))
room.app_template_global("may_correct")(lambda row: commands.may_correct(actor(), row))
room.app_template_global("corrected_before")(lambda rows: queries.list_corrected(session(), rows))
room.app_template_global("aftercare_to_answer")(
    lambda: queries.list_unanswered(
        session(), actor().participant_id or 0, now() - rules.ANSWERED_WITHIN
    )
)
room.app_template_global("aftercare_answers")(lambda: list(AftercareAnswer))
room.app_template_global("to_rate")(
    lambda: queries.list_to_rate(session(), actor().participant_id or 0, now() - rules.RATED_WITHIN)
)
room.app_template_global("faces")(lambda: list(Face))
room.app_template_filter("competence")(competence_words)


@room.form("/my/observations/new", allow=Permission.OWN_PAGE, endpoint="observe_own")
@room.form("/participants/<uuid:uuid>/observations/new", allow=Permission.RECORD_PROGRESS)
def observe(uuid: UUID | None = None) -> Response:
    """An example is written down, by staff or by herself."""
    return _observe(_person(uuid))


@room.form("/competences/propose", allow=Permission.RECORD_PROGRESS)
def propose() -> Response:
    """Who gives work or guides says which card the list lacks, or words one better."""
    form = forms.ProposalForm()
    form.about.choices = grouped_competences([])
    if form.does(lambda: commands.propose_word(session(), actor(), **form.values())):
        return see_other("catalogue.list_competences", done=_("Sent to who keeps the list."))
    return page("progress/propose.html", form=form)


@room.form("/my/ladder/new", allow=Permission.OWN_PAGE, endpoint="state_own_step")
@room.form("/participants/<uuid:uuid>/ladder/new", allow=Permission.RECORD_PROGRESS)
def state_step(uuid: UUID | None = None) -> Response:
    """Somebody's step is stated, by staff or by herself."""
    person = _person(uuid)
    enrolments = _enrolments(person)
    form = forms.LadderStepForm()
    form.offer(enrolments)
    words = ladder_words()
    steps = steps_for(voice_of(actor()))
    form.step.choices = [(step, f"{step}. {words[step - 1]}") for step in steps]
    if enrolments and form.does(lambda: commands.state_step(session(), actor(), **form.values())):
        return _back(person, "home.steps")
    return page("progress/state_step.html", form=form, person=person, enrolments=enrolments)


@room.form("/participants/<uuid:uuid>/outflow/new", allow=Permission.RECORD_PROGRESS)
def tell_outflow(uuid: UUID) -> Response:
    """Staff say where somebody went on to."""
    person = queries.get_person(session(), actor(), uuid)
    form = forms.OutflowForm(data={"started_on": read_day(request.args.get("since"))})
    form.offer(_enrolments(person))
    if form.does(lambda: commands.tell_outflow(session(), actor(), **form.values())):
        return _back(person, "home.steps")
    return page("progress/tell_outflow.html", form=form, person=person)


@room.form("/my/aftercare/<uuid:uuid>", allow=Permission.OWN_PAGE)
def own_aftercare(uuid: UUID) -> Response:
    """A participant says how it goes where she went on to."""
    row = queries.get_aftercare(session(), uuid)
    form = ButtonsForm()
    her = session(), actor(), row
    if form.does(lambda: commands.answer_aftercare(*her, form.pressed(AftercareAnswer))):
        return see_other("home.steps", done=_("Saved."))
    return page("progress/how_it_goes.html", form=form, row=row)


@room.form("/my/enrolments/<uuid:uuid>/how-it-was", allow=Permission.OWN_PAGE)
def rate(uuid: UUID) -> Response:
    """A participant says with one tap how she found what ended."""
    stay = queries.get_to_rate(session(), uuid)
    form = ButtonsForm()
    if form.does(lambda: commands.rate(session(), actor(), stay, form.pressed(Face))):
        return see_other("home.my", done=_("Thank you."))
    face = queries.find_face(session(), stay.id)
    return page("progress/how_it_was.html", form=form, stay=stay, face=face)


@room.form("/work/aftercare/<uuid:uuid>", allow=Permission.RECORD_PROGRESS)
def aftercare(uuid: UUID) -> Response:
    """Staff read how to reach who says it is hard, and note it."""
    row, link = queries.get_relapse(session(), actor(), uuid)
    if request.method == "POST":
        commands.meet(session(), actor(), row)
        return see_other("home.work", done=_("Saved."))
    return page("progress/aftercare.html", row=row, link=link)


@room.form("/registers/<uuid:uuid>/observations/new", allow=Permission.RECORD_PROGRESS)
def observe_group(uuid: UUID) -> Response:
    """Staff write down one example for several people of a group at once."""
    at, people = queries.get_group(session(), actor(), uuid)
    form = forms.group_form(row.uuid for row in people)
    form.competence.choices = _competences_of(people)
    if form.is_sent_and_valid():
        on = min(to_local(at.starts_at).date(), today())
        told = commands.observe_group(
            session(), actor(), people, form.levels, observed_on=on, **form.told
        )
        done = ngettext("Saved for %(num)s person.", "Saved for %(num)s people.", told)
        return see_other("progress.observe_group", uuid=uuid, done=done)
    return page("progress/observe_group.html", form=form, at=at, people=people)


@room.form(
    "/my/observations/<uuid:uuid>/correct", allow=Permission.OWN_PAGE, endpoint="correct_own"
)
@room.form("/observations/<uuid:uuid>/correct", allow=Permission.RECORD_PROGRESS)
def correct(uuid: UUID) -> Response:
    """Who wrote an example puts it right."""
    observation = queries.get_observation(session(), uuid)
    if not commands.may_correct(actor(), observation):
        raise NotFound("observation")
    her = observation.enrolment.participant.uuid
    return _observe(_person(None if actor().is_participant else her), observation)


@room.button("/observations/<uuid:uuid>/take-back", allow=Permission.RECORD_PROGRESS)
def take_back(uuid: UUID) -> Response:
    """Staff take back an example of theirs that was about somebody else."""
    wrong = queries.get_observation(session(), uuid)
    commands.take_back(session(), actor(), wrong)
    return _back(wrong.enrolment.participant, "profile.own")


@room.form("/my/observations/<uuid:uuid>/object", allow=Permission.OWN_PAGE)
def object_to(uuid: UUID) -> Response:
    """A participant says that she does not agree, in her own words."""
    observation = queries.get_observation(session(), uuid)
    form = forms.ObjectionForm(of=observation.own_say)
    if form.does(lambda: commands.object_to(session(), actor(), observation, **form.values())):
        return see_other("profile.own", done=_("Saved."))
    return page("progress/object_to.html", form=form, observation=observation)


@room.form("/my/observations/<uuid:uuid>/photo", allow=Permission.OWN_PAGE, most_bytes=MOST_SENT)
def give_photo(uuid: UUID) -> Response:
    """A participant adds a photo of what she made to an example."""
    observation, form = queries.get_observation(session(), uuid), forms.PhotoForm()
    her, who = (session(), actor(), observation), str(actor().participant_id)
    if form.is_sent_and_valid():
        _photos.check(who)  # reading one takes seconds
        _photos.count(who)
        commands.give_photo(*her, form.small_picture())
        return see_other("profile.growth", competence=observation.competence, done=_("Saved."))
    return page("progress/give_photo.html", form=form, observation=observation)


@room.button("/my/observations/<uuid:uuid>/photo/remove", allow=Permission.OWN_PAGE)
def remove_photo(uuid: UUID) -> Response:
    """A participant takes her photo away."""
    commands.remove_photo(session(), actor(), queries.get_observation(session(), uuid))
    return see_other("progress.give_photo", uuid=uuid, done=_("The picture is gone."))


@room.button("/my/observations/<uuid:uuid>/hide", allow=Permission.OWN_PAGE)
def hide(uuid: UUID) -> Response:
    """A participant hides an observation, or shows it again."""
    observation = queries.get_observation(session(), uuid)
    is_hidden = commands.toggle_hidden(session(), actor(), observation)
    done = _("Hidden. Only you see it now.") if is_hidden else _("Your guides see it again.")
    return see_other("profile.own", done=done)


def _observe(person: Participant | None, wrong: Observation | None = None) -> Response:
    """Write an example down, or put `wrong` right."""
    enrolments = [wrong.enrolment] if wrong else _enrolments(person)
    form = forms.ObservationForm(
        data={name: getattr(wrong, name) for name in _TOLD} if wrong else None
    )
    form.offer(enrolments)
    form.competence.choices = _competences_of(enrolments, wrong.competence if wrong else None)
    told = partial(commands.observe, session(), actor(), corrects=wrong)
    if enrolments and form.does(lambda: told(**form.values())):
        return _back(person, "profile.own")
    return page(
        "progress/correct.html" if wrong else "progress/observe.html",
        form=form, person=person, enrolments=enrolments, observation=wrong,
    )  # fmt: skip


def _person(uuid: UUID | None) -> Participant | None:
    """Of whom staff tell; None: she tells of herself."""
    return queries.get_person(session(), actor(), uuid) if uuid else None


def _enrolments(person: Participant | None) -> Sequence[Enrolment]:
    """Those within which the actor may tell of a person, or of herself when None."""
    participant_id = person.id if person else actor().her_id
    return queries.list_told_of(session(), actor(), participant_id)


def _competences_of(
    enrolments: Sequence[Enrolment], kept: str | None = None
) -> dict[str, list[tuple[str, str]]]:
    trained = (key for row in enrolments for key in row.offering.competences)
    return grouped_competences(trained, kept)


def _back(person: Participant | None, own: str) -> Response:
    if person is None:
        return see_other(own, done=_("Saved."))
    return see_other("home.person", uuid=person.uuid, done=_("Saved."))
