"""Staff at the desk, where they decide, and where they change dates that people signed up for."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from flask_babel import gettext as _, ngettext

from portal.core import Permission, clock, or_not_found
from portal.core.grouped import grouped
from portal.enrolments import commands, forms, queries, rules
from portal.enrolments.commands.changes import carry_out, list_told, print_of
from portal.enrolments.commands.entering import enter_group as enter
from portal.enrolments.models import Enrolment
from portal.enrolments.pages import answered, called, said_of_group
from portal.enrolments.queries.namesakes import Asked, list_asked
from portal.enrolments.routes import room
from portal.enrolments.rules.entering import names_of
from portal.notices.rules import CARRIED
from portal.offerings.queries import get_own
from portal.participants import queries as participants
from portal.participants.pages import keep_to_print
from portal.participants.rules import new_card_token
from portal.schedule.commands import changes
from portal.schedule.forms.fields import EditSeriesForm
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import count_held, get_own_session, get_series
from portal.web.forms import ButtonsForm, Form, OnOff, read_uuid
from portal.web.once import typed_values
from portal.web.throttle import Sending
from portal.web.view import UUID, Response, actor, check_seen, page, request, see_other, session
from portal.web.words import label

room.app_template_filter()(called)

_MOST_FOUND = 50
_at_desk = Sending("sign-up at the desk", by_one=300, from_range=1000)


@room.form("/work/offerings/<slug>/sign-up", allow=Permission.DECIDE_ENROLMENTS, known_by=("name",))
def sign_up_at_desk(slug: str) -> Response:
    """Sign up somebody new who stands at the desk; she gets her card on paper."""
    offering = get_own(session(), actor(), slug)
    form = forms.DeskForm()
    joined = queries.list_to_join(session(), offering)
    people = [(str(row.uuid), called(row.participant)) for row in joined]
    form.together.choices = [("", _("Nobody")), *people]
    if form.is_sent_and_valid():
        _at_desk.take()
        token = new_card_token()
        enrolment = commands.sign_up_new(
            session(),
            actor(),
            offering_id=offering.id,
            card_token=token,
            name=form.name.data or "",
            together=read_uuid(form.together.data),
            **form.contact(),
        )
        participant = enrolment.participant
        keep_to_print(participant.uuid, token)
        done = _("Signed up. Print the card now: it can't be shown again later.")
        return see_other("participants.reissue_card", uuid=participant.uuid, show="card", done=done)
    return page("enrolments/sign_up_at_desk.html", form=form, offering=offering)


@room.form("/work/offerings/<slug>/sign-up/known", allow=Permission.DECIDE_ENROLMENTS)
def sign_up_known(slug: str) -> Response:
    """Sign up somebody whom the organisation knows; her name stays out of the address."""
    offering = get_own(session(), actor(), slug)
    form = forms.KnownForm()
    found = None
    if form.is_sent_and_valid():
        if form.person.data:
            person = or_not_found(read_uuid(form.person.data))
            participant = participants.get_participant(session(), actor(), person)
            commands.sign_up(session(), actor(), offering_id=offering.id, participant=participant)
            return see_other("enrolments.people", slug=slug, done=_("Signed up."))
        name = form.name.data or ""
        found = participants.list_known_to(session(), actor().organisation_id, name, _MOST_FOUND)
    return page("enrolments/sign_up_known.html", form=form, offering=offering, found=found)


@room.form("/work/offerings/<slug>/people/enter", allow=Permission.DECIDE_ENROLMENTS)
def enter_group(slug: str) -> Response:
    """Enter a group by its names, once those who may be known are asked about."""
    offering = get_own(session(), actor(), slug)
    form, asked = forms.GroupForm(), list[Asked]()
    if form.is_sent_and_valid():
        asked = list_asked(session(), actor().organisation_id, names_of(str(form.names.data)))
        if (entered := answered(asked, request.form)) is not None:
            places, line = enter(session(), actor(), offering_id=offering.id, **entered)
            return see_other("enrolments.people", slug=slug, done=said_of_group(places, line))
    return page("enrolments/enter_group.html", form=form, offering=offering, asked=asked)


@room.door("/work/applications", allow=Permission.DECIDE_ENROLMENTS)
def applications() -> Response:
    """Show who waits for an answer, and groups with room for their line."""
    return page(
        "enrolments/applications.html",
        applications=queries.list_applications(session(), actor().organisation_id),
        with_room=queries.list_with_room(session(), actor().organisation_id, clock.now()),
    )


@room.door("/work/offerings/<slug>/people", allow=Permission.DECIDE_ENROLMENTS)
def people(slug: str) -> Response:
    """The group, who is in line, and who was in it before."""
    offering = get_own(session(), actor(), slug)
    by_status = grouped((row.status, row) for row in queries.list_open(session(), offering))
    return page(
        "enrolments/people.html",
        offering=offering,
        by_status=by_status,
        line=queries.in_turns(by_status.get(rules.EnrolmentStatus.WAITING, []), offering),
        former=queries.list_former(session(), offering),
    )


@room.form("/work/enrolments/<uuid:uuid>/decide", allow=Permission.DECIDE_ENROLMENTS)
def decide(uuid: UUID) -> Response:
    """One step with one enrolment: a place, the list, an answer, an end."""
    enrolment = queries.get_enrolment(session(), actor(), uuid)
    form = forms.DecideForm(data={"ended_on": clock.today()})
    is_among_all = enrolment.status is rules.EnrolmentStatus.APPLIED and "of" not in request.args
    if form.is_sent_and_valid():
        check_seen(enrolment)
        if form.move.data is rules.Move.OFFER:
            commands.offer_together(session(), actor(), enrolment)
        else:
            commands.move(session(), actor(), enrolment, **form.values())
        if is_among_all:
            return see_other("enrolments.applications", done=_said_to(enrolment))
        slug = enrolment.offering.slug
        return see_other("enrolments.people", slug=slug, done=_said_to(enrolment))
    return page(
        "enrolments/decide.html",
        form=form,
        enrolment=enrolment,
        offering=enrolment.offering,
        moves=commands.moves_of(session(), enrolment),
        party=len(queries.list_together(session(), enrolment)),
        number=queries.place_in_line(session(), enrolment),
    )


def _said_to(enrolment: Enrolment) -> str:
    who, organisation = enrolment.participant, enrolment.organisation_id
    follows = _("No message gets there: call, or hand over the letter. It waits under Today.")
    if participants.recipient_of(session(), organisation, who).channel in CARRIED:
        follows = _("A message is on its way.")
    return f"{called(who)}: {label(enrolment.status)}. {follows}"


_OF_ITS_OWN = ("step", "seen")  # of the second page


@room.form("/work/offerings/<slug>/series/<int:series_id>/edit", allow=Permission.MANAGE_OFFERINGS)
def edit_series(slug: str, series_id: int) -> Response:
    """Other days, other times, days off, another end; those who come are told once."""
    offering = get_own(session(), actor(), slug)
    series = get_series(session(), offering, series_id)
    form = _form_for(series)
    if form.is_sent_and_valid() and request.form.get("step") != "back":
        held = count_held(session(), series, clock.now())
        pattern = form.pattern(series.pattern, held, clock.now())
        from_on = (form.from_on and form.from_on.data) or clock.today()
        return _shown_or_done(
            series, form, lambda: changes.plan_change(session(), series, pattern, from_on)
        )
    return page("enrolments/edit_series.html", form=form, offering=offering, series=series)


@room.form(
    "/work/offerings/<slug>/series/<int:series_id>/remove", allow=Permission.MANAGE_OFFERINGS
)
def remove_series(slug: str, series_id: int) -> Response:
    """Take away what is to come of a series; tell those who come."""
    offering = get_own(session(), actor(), slug)
    series = get_series(session(), offering, series_id)
    form = Form()
    form.is_sent_and_valid()
    return _shown_or_done(series, form, lambda: changes.plan_removal(session(), series))


def _form_for(series: Series) -> EditSeriesForm:
    form = EditSeriesForm(of=series, data=partial(_times_of, series))
    if series.pattern.first_on <= clock.today():
        del form.first_on
    else:
        del form.from_on
    return form


def _times_of(series: Series) -> dict[str, Any]:
    pattern = series.pattern
    return {
        **vars(pattern),
        "weekdays": [str(day) for day in pattern.weekdays],
        "days_off": sorted(day for day in pattern.days_off if day >= clock.today()),
        "from_on": clock.today() + timedelta(days=1),
    }


def _shown_or_done(
    series: Series, form: Form, plan: Callable[[], changes.SeriesChange]
) -> Response:
    """The page that says what would change; done when that page was sent."""
    is_sent = request.form.get("step") == "apply"
    if is_sent:
        changes.lock_and_refresh(session(), series)
    slug = series.offering.slug
    change = plan()
    told = list_told(session(), change)
    if is_sent:
        with form.catching():
            carry_out(session(), actor(), change, told, request.form.get("seen", ""))
            done = _and_told(_("The dates are changed."), len(told))
            return see_other("offerings.show", slug=slug, done=done)
    return page(
        "enrolments/series_change.html",
        form=form,
        offering=series.offering,
        series=series,
        change=change,
        told=told,
        seen=print_of(change, told),
        carried=[pair for pair in typed_values() if pair[0] not in _OF_ITS_OWN],
    )


@room.form("/work/sessions/<uuid:uuid>/move", allow=Permission.MANAGE_OFFERINGS)
def move_session(uuid: UUID) -> Response:
    """Another day, time or place for one session; those who come are told."""
    held = get_own_session(session(), actor(), uuid)
    form = forms.MoveSessionForm(of=held, data=partial(_times_of_session, held))
    if form.is_sent_and_valid():
        is_same = form.values() == _times_of_session(held)
        told = commands.move_session(session(), actor(), held, **form.values())
        moved = _and_told(_("The session is moved."), told)
        done = _("Nothing has changed.") if is_same else moved
        return see_other("offerings.show", slug=held.offering.slug, done=done)
    return page(
        "enrolments/move_session.html", form=form, held=held,
        expected=len(queries.list_on_register(session(), held)),
    )  # fmt: skip


def _and_told(done: str, people: int) -> str:
    told = ngettext("%(num)s person is told.", "%(num)s people are told.", people)
    return f"{done} {told}" if people else done


def _times_of_session(held: OfferingSession) -> dict[str, Any]:
    starts, ends = clock.to_local(held.starts_at), clock.to_local(held.ends_at)
    return {
        "day": starts.date(), "starts": starts.time(), "ends": ends.time(), "place": held.place,
    }  # fmt: skip


@room.form("/work/sessions/<uuid:uuid>/cancel", allow=Permission.MANAGE_OFFERINGS)
def cancel_session(uuid: UUID) -> Response:
    """One session does not take place, or does after all; those who come are told."""
    held = get_own_session(session(), actor(), uuid)
    form = ButtonsForm()
    if form.is_sent_and_valid():
        check_seen(held)
        if form.pressed(OnOff) is OnOff.ON:
            told = commands.hold_again(session(), actor(), held)
            done = _and_told(_("The session takes place after all."), told)
        else:
            told = commands.cancel_session(session(), actor(), held)
            done = _and_told(_("The session is cancelled."), told)
        return see_other("offerings.show", slug=held.offering.slug, done=done)
    return page(
        "enrolments/cancel_session.html", form=form, held=held,
        expected=len(queries.list_on_register(session(), held)),
    )  # fmt: skip
