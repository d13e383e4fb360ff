"""Doors of a coordinator's own offerings and their series, under /work/offerings.

They stand in the upper of the two rooms, and are named after the lower: drafting an offering plans
its first series, and publishing one needs a session that is still to come.
"""

from collections.abc import Callable
from typing import Any, TypeVar, assert_never

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.core import N_, Permission, RuleBroken, clock
from portal.offerings import commands as offerings, labels as offering_labels
from portal.offerings.commands.presentation import copy_looks
from portal.offerings.models import Offering
from portal.offerings.queries import get_own, list_missing, list_own as list_own_offerings
from portal.offerings.rules import PUBLIC, OfferingStatus, Step, is_unconfirmed, steps_from
from portal.organisations.models import Organisation
from portal.schedule import commands, forms, labels, queries
from portal.schedule.commands.changes import count_left_out, times_to_copy
from portal.web.forms import Form
from portal.web.view import Room, actor, check_seen, page, see_other, session
from portal.web.words import day_and_year

Answered = TypeVar("Answered", bound=Form)

room = Room("offerings", __name__)
room.add_app_template_filter(labels.series_in_words)
room.add_app_template_filter(labels.weekdays_in_words)
room.add_app_template_global(offering_labels.missing_in_words)
room.add_app_template_filter(offering_labels.competence_words)
room.add_app_template_filter(offering_labels.explanation)

_EXPLAINED: dict[str, Any] = {
    "kinds_explained": offering_labels.KINDS_EXPLAINED,
    "work_words_explained": offering_labels.WORK_WORDS_EXPLAINED,
    "intakes_explained": offering_labels.INTAKES_EXPLAINED,
    "lines_explained": offering_labels.WAITING_LINES_EXPLAINED,
}


@room.door("/work/offerings", allow=Permission.MANAGE_OFFERINGS)
def list_own() -> Response:
    """The organisation's own offerings by status."""
    archived = request.args.get("show") == "archive"
    found = list_own_offerings(
        session(), actor(), archived=archived, number=request.args.get("page", 1, int)
    )
    ids = [offering.id for offering in found.rows]
    return page(
        "offerings/list_own.html",
        page=found,
        archived=archived,
        series=queries.series_by_offering(session(), ids, clock.today()),
        next_sessions=queries.next_sessions(session(), ids, clock.now()),
    )


@room.form(
    "/work/offerings/new", allow=Permission.MANAGE_OFFERINGS, endpoint="new", known_by=("title",)
)
def draft() -> BaseResponse:
    """A new offering with its first series."""
    organisation = session().get(Organisation, actor().organisation_id or 0)
    form = forms.NewOfferingForm(
        data={"area_code": organisation.area_code, "address": organisation.address}
        if organisation
        else None
    )
    return _made_with(form, "offerings/new.html")


@room.form(
    "/work/offerings/<slug>/copy", allow=Permission.MANAGE_OFFERINGS, known_by=("title", "first_on")
)
def copy(slug: str) -> BaseResponse:
    """Show a new offering that begins as an earlier one, with times now."""
    source = get_own(session(), actor(), slug)
    form = forms.NewOfferingForm(obj=source, data=times_to_copy(session(), source, clock.today()))
    return _made_with(form, "offerings/copy.html", source=source)


def _made_with(
    form: forms.NewOfferingForm, template: str, source: Offering | None = None
) -> BaseResponse:
    """Save a draft with its dates, and show it as the public will see it."""
    if form.is_sent_and_valid():
        offering = offerings.draft(session(), actor(), **form.offering_values())
        _add_series(form, offering)
        if source is not None:
            copy_looks(session(), actor(), source=source, offering=offering)
        done = _("Saved. This is what visitors will see.")
        return see_other("catalogue.preview", slug=offering.slug, done=done)
    left_out = count_left_out(session(), source) if source else 0
    return page(template, form=form, source=source, left_out=left_out, **_EXPLAINED)


def _add_series(form: forms.NewOfferingForm | forms.SeriesForm, offering: Offering) -> None:
    for pattern in forms.patterns_of(form, offering.kind, clock.now()):
        commands.add_series(session(), actor(), offering=offering, pattern=pattern)


@room.door("/work/offerings/<slug>", allow=Permission.MANAGE_OFFERINGS)
def show(slug: str) -> Response:
    """Show a coordinator her offering: what, when, and what can be done."""
    offering = get_own(session(), actor(), slug)
    return page("offerings/show.html", **_on_staff_page(offering))


@room.form("/work/offerings/<slug>/edit", allow=Permission.MANAGE_OFFERINGS)
def edit(slug: str) -> BaseResponse:
    """Change what is said of an offering."""
    offering = get_own(session(), actor(), slug)
    form = forms.OfferingForm(of=offering)
    if offering.published_at:
        del form.kind
    if form.does(lambda: offerings.edit(session(), actor(), offering, **form.offering_values())):
        return see_other("offerings.show", slug=offering.slug, done=_("Saved."))
    return page("offerings/edit.html", form=form, offering=offering, **_EXPLAINED)


@room.button("/work/offerings/<slug>/publish", allow=Permission.MANAGE_OFFERINGS)
def publish(slug: str) -> BaseResponse:
    """Publish now, on a day, or not on that day after all."""
    return _done(slug, forms.PublishForm(), _publish)


def _done(slug: str, form: Answered, do: Callable[[Offering, Answered], str]) -> BaseResponse:
    """Do what a button of her page says, and show the page with the words for it."""
    offering = get_own(session(), actor(), slug)
    if form.is_sent_and_valid():
        return see_other("offerings.show", slug=slug, done=do(offering, form))
    return page("offerings/show.html", form=form, **_on_staff_page(offering))


def _publish(offering: Offering, form: forms.PublishForm) -> str:
    check_seen(offering)
    day = form.publish_on.data
    if form.when.data == "now":
        return _step(offering, Step.PUBLISH)
    if form.when.data == "not":
        offerings.plan_publication(session(), actor(), offering, None)
        return str(_("It is not published by itself any more."))
    if day is None:
        raise RuleBroken("publish_on", N_("Give the day."))
    offerings.plan_publication(session(), actor(), offering, day)
    return str(_("It is published on %(day)s.", day=day_and_year(day)))


@room.button("/work/offerings/<slug>/confirm", allow=Permission.MANAGE_OFFERINGS)
def confirm(slug: str) -> BaseResponse:
    """Say that it still runs."""
    return _done(slug, Form(), _confirm)


def _confirm(offering: Offering, _form: Form) -> str:
    has_session = queries.has_session_to_come(session(), offering)
    offerings.confirm(
        session(), actor(), offering, list_missing(offering, has_session_to_come=has_session)
    )
    return _("Thank you. Visitors see that it runs.")


@room.button("/work/offerings/<slug>/steps", allow=Permission.MANAGE_OFFERINGS)
def take_step(slug: str) -> BaseResponse:
    """Publish, close, reopen or archive."""
    return _done(slug, forms.StepForm(), _take_step)


def _take_step(offering: Offering, form: forms.StepForm) -> str:
    check_seen(offering)
    return _step(offering, form.step.data)


def _step(offering: Offering, step: Step) -> str:
    """Take a step, and say what it came to."""
    has_session = queries.has_session_to_come(session(), offering)
    offerings.take_step(session(), actor(), offering, step, has_session_to_come=has_session)
    match offering.status:
        case OfferingStatus.CLOSED:
            return _("Closed. Nobody new can sign up.")
        case OfferingStatus.ARCHIVED:
            return _("In the archive.")
        case OfferingStatus.PUBLISHED | OfferingStatus.FULL:
            return _("Published. Everybody can see it now.")
        case OfferingStatus.DRAFT | OfferingStatus.HIDDEN:
            raise AssertionError(f"no step of a coordinator leads to {offering.status}")
        case never:
            assert_never(never)


@room.form(
    "/work/offerings/<slug>/series/new",
    allow=Permission.MANAGE_OFFERINGS,
    known_by=("weekdays", "first_on"),
)
def add_series(slug: str) -> BaseResponse:
    """A further series, for half-days at another time or a next round."""
    offering = get_own(session(), actor(), slug)
    form = forms.SeriesForm()
    if form.does(lambda: _add_series(form, offering)):
        return see_other("offerings.show", slug=slug, done=_("The dates are there."))
    return page("offerings/add_series.html", form=form, offering=offering)


def _on_staff_page(offering: Offering) -> dict[str, Any]:
    now = clock.now()
    coming = queries.list_sessions(session(), offering.id, now)
    has_session = any(not one.is_cancelled for one in coming)
    return {
        "offering": offering,
        "series": queries.series_by_offering(session(), [offering.id], clock.today())[offering.id],
        "coming": coming,
        "held": queries.count_held(session(), offering, now),
        "steps": steps_from(offering.status),
        "missing": list_missing(offering, has_session_to_come=has_session),
        "is_unconfirmed": offering.status in PUBLIC
        and offering.published_at is not None
        and is_unconfirmed(offering.confirmed_at, offering.published_at, now),
    }
