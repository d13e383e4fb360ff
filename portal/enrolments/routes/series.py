"""Dates that change after people signed up, of one session or a series: they are told."""

import uuid as uuids
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import Permission, clock
from portal.enrolments import commands, forms, queries
from portal.enrolments.commands.changes import carry_out, list_told, print_of
from portal.enrolments.routes import room
from portal.offerings.queries import get_own
from portal.schedule.commands.changes import (
    SeriesChange,
    lock_and_refresh,
    plan_change,
    plan_removal,
)
from portal.schedule.forms.fields import EditSeriesForm
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import count_held, get_own_session, get_series
from portal.web.forms import Form
from portal.web.once import typed_values
from portal.web.view import actor, check_seen, page, see_other, session

_OF_ITS_OWN = ("step", "seen")  # of the second page


@room.form("/work/offerings/<slug>/series/<int:series_id>/edit", allow=Permission.MANAGE_OFFERINGS)
def edit_series(slug: str, series_id: int) -> Response:
    """Other days, other times, days off, another end; those who come are told once."""
    offering = get_own(session(), actor(), slug)
    series = get_series(session(), offering, series_id)
    form = _form_for(series)
    if form.is_sent_and_valid() and request.form.get("step") != "back":
        with form.catching():
            held = count_held(session(), series, clock.now())
            pattern = form.pattern(series.pattern, held, clock.now())
            from_on = (form.from_on and form.from_on.data) or clock.today()
            return _shown_or_done(
                series, form, lambda: plan_change(session(), series, pattern, from_on)
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
    return _shown_or_done(series, form, lambda: plan_removal(session(), series))


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
        "weekdays": [str(day) for day in pattern.weekdays],
        "starts": pattern.starts,
        "ends": pattern.ends,
        "first_on": pattern.first_on,
        "last_on": pattern.last_on,
        "skips_school_holidays": pattern.skips_school_holidays,
        "days_off": sorted(day for day in pattern.days_off if day >= clock.today()),
        "from_on": clock.today() + timedelta(days=1),
    }


def _shown_or_done(series: Series, form: Form, plan: Callable[[], SeriesChange]) -> Response:
    """The page that says what would change; done when that page was sent."""
    is_sent = request.form.get("step") == "apply"
    if is_sent:
        lock_and_refresh(session(), series)
    slug = series.offering.slug
    change = plan()
    told = list_told(session(), change)
    if is_sent:
        with form.catching():
            carry_out(session(), actor(), change, told, request.form.get("seen", ""))
            done = _("The dates are changed. People told: %(count)s.", count=len(told))
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
def move_session(uuid: uuids.UUID) -> Response:
    """Another day, time or place for one session; those who come are told."""
    held = get_own_session(session(), actor(), uuid)
    form = forms.MoveSessionForm(of=held, data=partial(_times_of_session, held))
    if form.is_sent_and_valid():
        with form.catching():
            told = commands.move_session(session(), actor(), held, **form.values())
            done = _("The session is moved. People told: %(count)s.", count=told)
            return see_other("offerings.show", slug=held.offering.slug, done=done)
    return page(
        "enrolments/move_session.html", form=form, held=held,
        expected=len(queries.list_on_register(session(), held)),
    )  # fmt: skip


def _times_of_session(held: OfferingSession) -> dict[str, Any]:
    starts, ends = clock.to_local(held.starts_at), clock.to_local(held.ends_at)
    return {
        "day": starts.date(), "starts": starts.time(), "ends": ends.time(), "place": held.place,
    }  # fmt: skip


@room.form("/work/sessions/<uuid:uuid>/cancel", allow=Permission.MANAGE_OFFERINGS)
def cancel_session(uuid: uuids.UUID) -> Response:
    """One session does not take place; those who come are told."""
    held = get_own_session(session(), actor(), uuid)
    form = Form()
    if form.is_sent_and_valid():
        with form.catching():
            check_seen(held)
            told = commands.cancel_session(session(), actor(), held)
            done = _("The session is cancelled. People told: %(count)s.", count=told)
            return see_other("offerings.show", slug=held.offering.slug, done=done)
    return page(
        "enrolments/cancel_session.html", form=form, held=held,
        expected=len(queries.list_on_register(session(), held)),
    )  # fmt: skip
