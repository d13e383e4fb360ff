"""What a coordinator types: an offering with its first series, a further series, a step."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import ValidationError

from portal.core import N_, RuleBroken, from_local
from portal.offerings import rules as offering_rules
from portal.offerings.labels import competence_words, explanation
from portal.offerings.rules.competences import competences
from portal.schedule import rules
from portal.schedule.forms.fields import (
    WEEKDAY_CHOICES,
    OfferingForm as OfferingForm,
    PlaceForm,
    TimesFields,
    days_of_week,
    pattern_in,
)
from portal.web import forms
from portal.web.i18n import DEFAULT, SPOKEN
from portal.web.words import label


class WhatForm(OfferingForm):
    """What it is, in a few words: enough to begin a draft."""

    title = forms.TextLine(_l("Title"), required=_l("Give it a title."), most=80)
    kind = forms.ChoiceField(
        _l("What kind of offering is it?"),
        choices=offering_rules.OfferingKind,
        required=_l("Choose the kind of offering."),
    )
    work_word = forms.PickField(
        _l("Which word fits best?"),
        choices=[
            ("", _l("Choose one")),
            *(
                (one, LazyString(lambda of: f"{label(of)} ({explanation(of)})", one))
                for one in offering_rules.WorkWord
            ),
        ],
        required=_l("Choose the word that fits best."),
    )
    domain = forms.PickField(
        _l("Field"), choices=offering_rules.Domain, required=_l("Choose the field.")
    )
    text_language = forms.PickField(
        _l("In which language do you write?"),
        choices=SPOKEN.items(),
        default=DEFAULT,
        required=_l("Choose the language."),
    )


class OfferingWordsForm(OfferingForm):
    """What people read first, and what Dutch it asks."""

    summary = forms.TextLine(_l("In one sentence"), most=200)
    what = forms.TextBlock(_l("What do people do?"), most=2000)
    for_whom = forms.TextBlock(_l("For whom is it?"), most=1000)
    dutch_level = forms.PickField(
        _l("How much Dutch does someone need?"),
        choices=offering_rules.DutchLevel,
        required=_l("Choose how much Dutch is needed."),
    )
    spoken = forms.MultiChoiceField(_l("Languages spoken in the group"), choices=SPOKEN.items())


class ComingForm(OfferingForm):
    """What people learn, whom they meet and what they bring."""

    competences = forms.MultiChoiceField(
        _l("What can people learn?"),
        choices=[(key, LazyString(competence_words, key)) for key in competences()],
        required=_l("Choose at least one thing people can learn."),
    )
    contact_name = forms.TextLine(_l("Who welcomes people?"), most=80)
    first_time = forms.TextBlock(_l("What happens the first time?"), most=1000)
    bring = forms.TextLine(_l("What do people bring?"), most=200)

    def validate_competences(self, field: Any) -> None:
        if len(field.data) > offering_rules.MOST_COMPETENCES:
            raise ValidationError(
                gettext("Choose at most %(most)d.", most=offering_rules.MOST_COMPETENCES)
            )


class WhereForm(PlaceForm):
    """The same of an offering, with what it costs."""

    costs_cents = forms.Money(_l("What does it cost per time?"), most=100_000)
    has_meal = forms.TickBox(_l("There is something to eat"))
    travel = forms.TextLine(_l("Travel costs"), most=200)


class JoiningForm(OfferingForm):
    """For how many it is, and how they get a place."""

    places = forms.WholeNumber(
        _l("Number of places"), least=1, most=500, required=_l("Give the number of places.")
    )
    intake = forms.ChoiceField(
        _l("How do people get a place?"),
        choices=offering_rules.Intake,
        required=_l("Choose how people get a place."),
    )
    answer_days = forms.WholeNumber(
        _l("Within how many days do you answer a sign-up?"),
        least=1,
        most=28,
        default=5,
        required=_l("Give the number of days."),
    )
    waiting_line = forms.ChoiceField(
        _l("A place comes free. Who gets it?"),
        choices=offering_rules.WaitingLine,
        default=offering_rules.WaitingLine.FIRST_COME,
        required=_l("Choose who gets a place that comes free."),
    )
    offer_hours = forms.WholeNumber(
        _l("How long is such a place kept for somebody?"),
        least=4,
        most=168,
        default=48,
        required=_l("Give the number of hours."),
    )
    absences_signal = forms.PickField(
        _l("When do we tell you that somebody stays away?"),
        choices=[
            *((n, _l("After %(times)s absences in a row", times=n)) for n in range(2, 11)),
            (0, _l("Never")),
        ],
        coerce=int,
        default=3,
        required=_l("Choose one from the list."),
    )
    replaces_no_paid_work = forms.TickBox(_l("This activity does not replace paid work"))


FORMS: dict[offering_rules.FormPage, type[OfferingForm]] = {
    offering_rules.FormPage.WHAT: WhatForm,
    offering_rules.FormPage.WORDS: OfferingWordsForm,
    offering_rules.FormPage.COMING: ComingForm,
    offering_rules.FormPage.WHERE: WhereForm,
    offering_rules.FormPage.JOINING: JoiningForm,
}


class CopyForm(forms.Form):
    """What the copy is called; all else is as it was."""

    title = forms.TextLine(_l("Title"), required=_l("Give it a title."), most=80)


class SeriesForm(TimesFields, forms.Form):
    """A further series of an offering, perhaps with a second half-day in the same weeks."""

    first_on = forms.DayField(_l("First day"), required=_l("Give the first day."))
    weeks = forms.WholeNumber(_l("Number of weeks"), least=1, most=rules.MOST_WEEKS)
    second_weekdays = forms.MultiChoiceField(_l("On which days?"), choices=WEEKDAY_CHOICES)
    second_starts = forms.TimeField(_l("From"))
    second_ends = forms.TimeField(_l("Until"))
    begun = forms.ChoiceField(  # asked where it is so only
        _l("Today it has begun already. Is it held today?"),
        choices=[("yes", _l("Yes, today too")), ("no", _l("No, from the next time on"))],
    )


def patterns_of(form: Any, kind: offering_rules.OfferingKind, now: datetime) -> list[rules.Pattern]:
    """Make one pattern, or two with a second half-day, ended as typed."""
    is_trajectory = kind is offering_rules.OfferingKind.PRE_TRAJECTORY
    ends = [form.times, form.last_on, *([form.weeks] if is_trajectory else ())]
    given = [field for field in ends if field.data is not None]
    if len(given) > 1:
        raise RuleBroken(given[0].name, N_("Say the end in one way only."))
    if is_trajectory and not given:
        raise RuleBroken("weeks", N_("Say how long it lasts: weeks, times, or a last day."))
    last_on = form.last_on.data
    if is_trajectory and form.weeks.data:
        last_on = rules.last_day_of_weeks(form.first_on.data, form.weeks.data)
    first = pattern_in(form, form.first_on.data, last_on)
    rules.check_times(first.starts, first.ends)
    patterns = [first, *_second_half_day(form, first)]
    begun = [one for one in patterns if rules.has_begun(one, one.first_on, now)]
    if begun and not form.begun.data:
        raise RuleBroken("begun", N_("Choose whether it is held today."))
    if form.begun.data == "no":
        day = timedelta(days=1)
        patterns = [
            replace(one, first_on=one.first_on + day) if one in begun else one for one in patterns
        ]
    elif begun:
        now = min(from_local(one.first_on, one.starts) for one in begun) - timedelta(seconds=1)
    return rules.end_after(patterns, form.times.data, now) if form.times.data else patterns


def _second_half_day(form: Any, first: rules.Pattern) -> Iterator[rules.Pattern]:
    fields = (form.second_weekdays, form.second_starts, form.second_ends)
    if not any(field.data for field in fields):
        return
    for field in fields:
        if not field.data:
            raise RuleBroken(field.name, N_("Fill in the whole second half-day, or none of it."))
    starts, ends = form.second_starts.data, form.second_ends.data
    second = replace(first, weekdays=days_of_week(form.second_weekdays), starts=starts, ends=ends)
    rules.check_times(starts, ends, "second_ends")
    rules.check_apart(second, first, "second_starts")
    yield second


class PublishForm(forms.Form):
    """Publish now, or on a day; each is a button."""

    when = forms.ChoiceField(
        _l("When"),
        choices=[("now", "now"), ("on", "on"), ("not", "not")],
        required=_l("Use one of the buttons."),
    )
    publish_on = forms.DayField(_l("Publish on"))


class StepForm(forms.Form):
    """Which step to take; each is a button."""

    step = forms.ChoiceField(
        _l("Step"),
        choices=[step for step in offering_rules.Step if step not in offering_rules.BY_ITSELF],
        required=_l("Choose a step."),
    )
