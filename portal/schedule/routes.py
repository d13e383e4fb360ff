"""Doors of a coordinator's own offerings and their series, under /work/offerings.

They stand in the upper of the two rooms, and are named after the lower: drafting an offering plans
its first series, and publishing one needs a session that is still to come.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.core import clock
from portal.core.actor import Permission
from portal.offerings import commands as offerings
from portal.offerings.labels import (
    INTAKES_EXPLAINED,
    KINDS_EXPLAINED,
    WORK_WORDS_EXPLAINED,
    competence_words,
    explanation,
)
from portal.offerings.models import Offering
from portal.offerings.queries import get_own, list_missing
from portal.offerings.queries import list_own as list_own_offerings
from portal.offerings.rules import OfferingStatus, steps_from
from portal.organisations.models import Organisation
from portal.schedule import commands, queries
from portal.schedule.forms import NewOfferingForm, OfferingForm, SeriesForm, StepForm, series_values
from portal.schedule.labels import series_in_words
from portal.web import once
from portal.web.current import actor, session
from portal.web.forms import Form
from portal.web.page import page, see_other
from portal.web.room import Room

room = Room("offerings", __name__)
room.add_app_template_filter(series_in_words)
room.add_app_template_filter(competence_words)
room.add_app_template_filter(explanation)

_EXPLAINED: dict[str, Any] = {
    "kinds_explained": KINDS_EXPLAINED,
    "work_words_explained": WORK_WORDS_EXPLAINED,
    "intakes_explained": INTAKES_EXPLAINED,
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


@room.door(
    "/work/offerings/new",
    allow=Permission.MANAGE_OFFERINGS,
    methods=["GET", "POST"],
    endpoint="new",
)
def draft() -> BaseResponse:
    """A new offering with its first series."""
    organisation = session().get(Organisation, actor().organisation_id or 0)
    form = NewOfferingForm(
        data={"area_code": organisation.area_code, "address": organisation.address}
        if organisation
        else None
    )
    if form.is_sent_and_valid():
        if earlier := once.repeated():
            return earlier
        with form.catching():
            offering = offerings.draft(session(), actor(), **form.offering_values())
            times = series_values(form, offering.kind)
            commands.add_series(session(), actor(), offering=offering, **times)
            done = _("Saved. Look at the dates, then publish.")
            return once.answered(see_other("offerings.show", slug=offering.slug, done=done))
    return page("offerings/new.html", form=form, **_EXPLAINED)


@room.door("/work/offerings/<slug>", allow=Permission.MANAGE_OFFERINGS)
def show(slug: str) -> Response:
    """An offering as its coordinator sees it: what is said, when it is, what can be done."""
    offering = get_own(session(), actor(), slug)
    return page("offerings/show.html", **_on_staff_page(offering))


@room.door(
    "/work/offerings/<slug>/edit", allow=Permission.MANAGE_OFFERINGS, methods=["GET", "POST"]
)
def edit(slug: str) -> BaseResponse:
    """Change what is said of an offering."""
    offering = get_own(session(), actor(), slug)
    form = OfferingForm(obj=offering)
    if offering.published_at:
        del form.kind
    if form.is_sent_and_valid():
        with form.catching():
            offerings.edit(session(), actor(), offering, **form.offering_values())
            return see_other("offerings.show", slug=offering.slug, done=_("Saved."))
    return page("offerings/edit.html", form=form, offering=offering, **_EXPLAINED)


@room.door("/work/offerings/<slug>/steps", allow=Permission.MANAGE_OFFERINGS, methods=["POST"])
def take_step(slug: str) -> BaseResponse:
    """Publish, close, reopen or archive."""
    offering = get_own(session(), actor(), slug)
    form = StepForm()
    if form.is_sent_and_valid():
        with form.catching():
            offerings.take_step(
                session(),
                actor(),
                offering,
                form.step.data,
                has_session_to_come=_has_session_to_come(offering),
            )
            done = {
                OfferingStatus.CLOSED: _("Closed. Nobody new can sign up."),
                OfferingStatus.ARCHIVED: _("In the archive."),
            }.get(offering.status, _("Published. Everybody can see it now."))
            return see_other("offerings.show", slug=slug, done=done)
    return page("offerings/show.html", form=form, **_on_staff_page(offering))


@room.door(
    "/work/offerings/<slug>/series/new",
    allow=Permission.MANAGE_OFFERINGS,
    methods=["GET", "POST"],
)
def add_series(slug: str) -> BaseResponse:
    """A further series, for half-days at another time or a next round."""
    offering = get_own(session(), actor(), slug)
    form = SeriesForm()
    if form.is_sent_and_valid():
        if earlier := once.repeated():
            return earlier
        with form.catching():
            times = series_values(form, offering.kind)
            commands.add_series(session(), actor(), offering=offering, **times)
            done = _("The dates are there.")
            return once.answered(see_other("offerings.show", slug=slug, done=done))
    return page("offerings/add_series.html", form=form, offering=offering)


@room.door(
    "/work/offerings/<slug>/series/<int:series_id>/remove",
    allow=Permission.MANAGE_OFFERINGS,
    methods=["POST"],
)
def remove_series(slug: str, series_id: int) -> BaseResponse:
    """Take away what is still to come of a series that nobody comes to."""
    offering = get_own(session(), actor(), slug)
    series = queries.get_series(session(), offering, series_id)
    form = Form()
    if form.is_sent_and_valid():
        with form.catching():
            commands.remove_series(session(), actor(), series)
            return see_other("offerings.show", slug=slug, done=_("The dates are gone."))
    return page("offerings/show.html", form=form, **_on_staff_page(offering))


def _has_session_to_come(offering: Offering) -> bool:
    return bool(queries.next_sessions(session(), [offering.id], clock.now()))


def _on_staff_page(offering: Offering) -> dict[str, Any]:
    now = clock.now()
    coming = queries.list_sessions(session(), offering.id, now)
    has_session_to_come = any(not one.is_cancelled for one in coming)
    return {
        "offering": offering,
        "series": queries.series_by_offering(session(), [offering.id], clock.today())[offering.id],
        "coming": coming,
        "held": queries.count_held(session(), offering.id, now),
        "steps": steps_from(offering.status),
        "missing": list_missing(offering, has_session_to_come=has_session_to_come),
    }
