"""Doors of a coordinator's own offerings and their series, under /work/offerings.

They stand in the upper of the two rooms, and are named after the lower: drafting an offering plans
its first series, and publishing one needs a session that is still to come.
"""

from collections.abc import Callable
from typing import Any, TypeVar, assert_never

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal.core import N_, Permission, RuleBroken, clock
from portal.offerings import commands as offerings, labels as offering_labels, rules
from portal.offerings.commands import copy as copy_offering
from portal.offerings.labels import EXPLAINED
from portal.offerings.models import Offering
from portal.offerings.queries import (
    get_own,
    get_to_copy,
    list_missing,
    list_own as list_own_offerings,
    list_thanking,
)
from portal.schedule import commands, forms, labels, queries
from portal.schedule.commands.changes import count_left_out, times_to_copy
from portal.web.forms import Form
from portal.web.versions import prints_of
from portal.web.view import Room, _, actor, check_seen, page, see_other, session
from portal.web.words import day_and_year

Answered = TypeVar("Answered", bound=Form)

room = Room("offerings", __name__)
room.add_app_template_filter(labels.series_in_words)
room.add_app_template_filter(labels.weekdays_in_words)
room.add_app_template_global(offering_labels.missing_in_words)
room.add_app_template_filter(offering_labels.competence_words)
room.add_app_template_filter(offering_labels.explanation)


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


@room.form("/work/offerings/new", allow=Permission.MANAGE_OFFERINGS, endpoint="new")
def draft() -> BaseResponse:
    """Begin a draft, which each of the pages after this one keeps."""
    if begun := queries.find_begun(session(), actor()):
        return page("offerings/begun.html", offering=begun)
    form = forms.WhatForm()
    if form.is_sent_and_valid():
        offering = offerings.draft(session(), actor(), **form.offering_values())
        return _go_on(offering, rules.FormPage.WHAT)
    return page("offerings/new.html", form=form, explained=EXPLAINED)


@room.form("/work/offerings/<slug>/copy", allow=Permission.MANAGE_OFFERINGS)
def copy(slug: str) -> BaseResponse:
    """Begin a draft as an earlier one of ours, or with the words of another's."""
    source = get_to_copy(session(), actor(), slug)
    if begun := queries.find_begun(session(), actor()):
        return page("offerings/begun.html", offering=begun)
    form = forms.CopyForm(data={"title": source.title})
    if form.is_sent_and_valid():
        title = form.title.data or ""
        offering = copy_offering(session(), actor(), source=source, title=title)
        return _go_on(offering, rules.FormPage.WHAT)
    return page("offerings/copy.html", form=form, source=source)


@room.button("/work/offerings/<slug>/throw-away", allow=Permission.MANAGE_OFFERINGS)
def throw_away(slug: str) -> BaseResponse:
    """Take a draft away, with its dates."""
    offering = get_own(session(), actor(), slug)
    commands.throw_away(session(), actor(), offering)
    return see_other("offerings.list_own", done=_("The draft is thrown away."))


@room.app_template_global()
def form_page_url(slug: str, form_page: rules.FormPage) -> str:
    """The address of a page of the form."""
    if form_page is rules.FormPage.WHEN:
        return url_for("offerings.add_series", slug=slug)
    return url_for("offerings.edit", slug=slug, step=form_page)


def _go_on(offering: Offering, done: rules.FormPage) -> BaseResponse:
    """Lead to what a draft lacks next; to the offering where it is none."""
    following = rules.page_after(done, rules.pages_done(_missing(offering)))
    if offering.status is not rules.OfferingStatus.DRAFT:
        return see_other("offerings.show", slug=offering.slug, done=_("Saved."))
    if following is None:
        done_now = _("Saved. This is what visitors will see.")
        return see_other("catalogue.preview", slug=offering.slug, done=done_now)
    return redirect(form_page_url(offering.slug, following), 303)


@room.door("/work/offerings/<slug>", allow=Permission.MANAGE_OFFERINGS)
def show(slug: str) -> Response:
    """Show a coordinator her offering: what, when, and what can be done."""
    offering = get_own(session(), actor(), slug)
    return page("offerings/show.html", **_on_staff_page(offering))


@room.form(
    "/work/offerings/<slug>/edit/<any(what, words, coming, where, joining):step>",
    allow=Permission.MANAGE_OFFERINGS,
)
def edit(slug: str, step: str) -> BaseResponse:
    """Change what one page of the form says."""
    offering, now = get_own(session(), actor(), slug), rules.FormPage(step)
    form = forms.FORMS[now](of=offering)
    if offering.published_at and "kind" in form:
        del form.kind
    if "keep" in request.form and offering.status is rules.OfferingStatus.DRAFT:
        return _keep(offering, now, form)
    if form.does(lambda: offerings.edit(session(), actor(), offering, **form.offering_values())):
        return _go_on(offering, now)
    return page("offerings/edit.html", form=form, **_of_form(offering, now), explained=EXPLAINED)


def _keep(offering: Offering, now: rules.FormPage, form: forms.OfferingForm) -> Response:
    """Keep what is right of a draft that is being typed, for the form to go on with."""
    if form.validate() or not form.form_wide_errors:
        values = form.offering_values()
        right = {name: values[name] for name in values.keys() - form.errors.keys()}
        with form.catching():
            offerings.edit(session(), actor(), offering, **right)
        form.drawn_from.data = prints_of(forms.FORMS[now](of=offering))
    return page("offerings/_kept.html", drawn_from=form.drawn_from, at=clock.now())


def _of_form(offering: Offering, now: rules.FormPage) -> dict[str, Any]:
    """What each page of the form shows beside its fields."""
    return {"offering": offering, "now": now, "pages": rules.pages_done(_missing(offering))}


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
    if form.when.data == "now":
        return _step(offering, rules.Step.PUBLISH)
    check_seen(offering)
    day = form.publish_on.data
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
    offerings.confirm(session(), actor(), offering, _missing(offering))
    return _("Thank you. Visitors see that it runs.")


@room.button("/work/offerings/<slug>/steps", allow=Permission.MANAGE_OFFERINGS)
def take_step(slug: str) -> BaseResponse:
    """Publish, close, reopen or archive."""
    return _done(slug, forms.StepForm(), lambda row, form: _step(row, form.step.data))


def _step(offering: Offering, step: rules.Step) -> str:
    """Take a step, and say what it came to."""
    check_seen(offering)
    has_session = queries.has_session_to_come(session(), offering)
    offerings.take_step(session(), actor(), offering, step, has_session_to_come=has_session)
    match offering.status:
        case rules.OfferingStatus.CLOSED:
            return _("Closed. Nobody new can sign up.")
        case rules.OfferingStatus.ARCHIVED:
            return _("In the archive.")
        case rules.OfferingStatus.PUBLISHED | rules.OfferingStatus.FULL:
            return _("Published. Everybody can see it now.")
        case rules.OfferingStatus.DRAFT | rules.OfferingStatus.HIDDEN:
            raise AssertionError(f"no step of a coordinator leads to {offering.status}")
        case never:
            assert_never(never)


@room.form("/work/offerings/<slug>/series/new", allow=Permission.MANAGE_OFFERINGS)
def add_series(slug: str) -> BaseResponse:
    """Add a series; in a copy its source's times stand ready."""
    offering = get_own(session(), actor(), slug)
    source, there = offering.copied_from, queries.list_series(session(), [offering.id])
    is_own_copy = source is not None and source.organisation_id == offering.organisation_id
    like = source if is_own_copy and not there else None
    form = forms.SeriesForm(data=times_to_copy(session(), like, clock.today()) if like else None)
    if form.is_sent_and_valid():
        for pattern in forms.patterns_of(form, offering.kind, clock.now()):
            commands.add_series(session(), actor(), offering=offering, pattern=pattern)
        return _go_on(offering, rules.FormPage.WHEN)
    left_out = count_left_out(session(), like) if like else 0
    values = _of_form(offering, rules.FormPage.WHEN)
    return page("offerings/add_series.html", form=form, there=there, left_out=left_out, **values)


def _missing(offering: Offering) -> list[rules.Missing]:
    return list_missing(
        offering, has_session_to_come=queries.has_session_to_come(session(), offering)
    )


def _on_staff_page(offering: Offering) -> dict[str, Any]:
    now = clock.now()
    missing = _missing(offering)
    return {
        "offering": offering,
        "pages": rules.pages_done(missing),
        "series": queries.series_by_offering(session(), [offering.id], clock.today())[offering.id],
        "coming": queries.list_sessions(session(), offering.id, now),
        "held": queries.count_held(session(), offering, now),
        "steps": rules.TRANSITIONS.open_from(offering.status),
        "missing": missing,
        "thanked": list_thanking(session(), offering),
        "is_unconfirmed": offering.status in rules.PUBLIC
        and offering.published_at is not None
        and rules.is_unconfirmed(offering.confirmed_at, offering.published_at, now),
    }
