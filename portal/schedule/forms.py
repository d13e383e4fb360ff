"""What a coordinator types: an offering, its first series, a further series, a step.

The forms stand in the upper of the two rooms because a new offering comes with its first series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import ValidationError

from portal.core.areas import areas
from portal.core.errors import N_, RuleBroken
from portal.offerings.competences import competences
from portal.offerings.labels import competence_words
from portal.offerings.rules import (
    BY_ITSELF,
    MOST_COMPETENCES,
    Domain,
    DutchLevel,
    Intake,
    OfferingKind,
    Step,
    WorkWord,
)
from portal.schedule.labels import WEEKDAYS
from portal.schedule.rules import MOST_WEEKS, last_day_of_weeks
from portal.web.forms import (
    ChoiceField,
    DayField,
    Form,
    Money,
    MultiChoiceField,
    PickField,
    TextBlock,
    TextLine,
    TickBox,
    TimeField,
    WholeNumber,
)
from portal.web.i18n import SPOKEN
from portal.web.words import choices


def _member_of(enum: type[StrEnum]) -> Callable[[Any], Any]:
    """Turns a sent value into the enum's member; a strange one stays, for the field to refuse."""
    members = {member.value: member for member in enum}
    return lambda value: members.get(value, value)


def _choose(field: Any, enum: type[StrEnum], label: Any, **options: Any) -> Any:
    first = [("", _l("Choose one"))] if field is PickField else []
    return field(label, choices=[*first, *choices(enum)], coerce=_member_of(enum), **options)


def _areas_by_name() -> Iterator[tuple[str, str]]:
    for area in sorted(areas().values(), key=lambda area: area.name):
        yield area.code, f"{area.name} ({area.district})"


class OfferingForm(Form):
    """What an offering is, for whom, where, and for how many."""

    kind = _choose(
        ChoiceField,
        OfferingKind,
        _l("What kind of offering is it?"),
        required=_l("Choose the kind of offering."),
    )
    title = TextLine(_l("Title"), required=_l("Give it a title."), most=80)
    summary = TextLine(_l("In one sentence"), most=200)
    what = TextBlock(_l("What do people do?"), most=2000)
    work_word = _choose(
        ChoiceField,
        WorkWord,
        _l("Which word fits best?"),
        required=_l("Choose the word that fits best."),
    )
    competences = MultiChoiceField(
        _l("What can people learn?"),
        choices=[(key, LazyString(competence_words, key)) for key in competences()],
        required=_l("Choose at least one thing people can learn."),
    )
    domain = _choose(PickField, Domain, _l("Field"), required=_l("Choose the field."))

    for_whom = TextBlock(_l("For whom is it?"), most=1000)
    dutch_level = _choose(
        PickField,
        DutchLevel,
        _l("How much Dutch does someone need?"),
        required=_l("Choose how much Dutch is needed."),
    )
    spoken = MultiChoiceField(_l("Languages spoken in the group"), choices=SPOKEN.items())
    first_time = TextBlock(_l("What happens the first time?"), most=1000)

    area_code = PickField(
        _l("Neighbourhood"),
        choices=[("", _l("Choose one")), *_areas_by_name()],
        required=_l("Choose the neighbourhood."),
    )
    address = TextLine(_l("Street and number"), most=200)
    place_details = TextLine(_l("How to find the door"), most=500)
    travel = TextLine(_l("Travel costs"), most=200)
    costs_cents = Money(_l("What does it cost per time?"), most=100_000)
    has_meal = TickBox(_l("There is something to eat"))

    places = WholeNumber(
        _l("Number of places"), least=1, most=500, required=_l("Give the number of places.")
    )
    intake = _choose(
        ChoiceField,
        Intake,
        _l("How do people get a place?"),
        required=_l("Choose how people get a place."),
    )
    contact_name = TextLine(_l("Who welcomes people?"), most=80)
    replaces_no_paid_work = TickBox(_l("This activity does not replace paid work"))

    def validate_competences(self, field: Any) -> None:
        if len(field.data) > MOST_COMPETENCES:
            raise ValidationError(gettext("Choose at most %(most)d.", most=MOST_COMPETENCES))

    def offering_values(self) -> dict[str, Any]:
        """The values for the commands; what was left out is empty."""
        own = [name for name in vars(OfferingForm) if name in self._fields]
        values = {name: self._fields[name].data for name in own}
        empty: dict[type, Any] = {TextLine: "", TextBlock: "", Money: 0}
        return {
            name: empty.get(type(self._fields[name])) if value is None else value
            for name, value in values.items()
        }


class SeriesFields:
    """When it is: half-days that repeat by the week."""

    weekdays = MultiChoiceField(
        _l("On which days?"),
        choices=[(str(number), name) for number, name in enumerate(WEEKDAYS)],
        required=_l("Choose at least one day of the week."),
    )
    starts = TimeField(_l("From"), required=_l("Give the time it starts."))
    ends = TimeField(_l("Until"), required=_l("Give the time it ends."))
    first_on = DayField(_l("First day"), required=_l("Give the first day."))
    weeks = WholeNumber(_l("Number of weeks"), least=1, most=MOST_WEEKS, default=10)
    last_on = DayField(_l("Last day"))


def series_values(form: Any, kind: OfferingKind) -> dict[str, Any]:
    """A series' values: a pre-trajectory has a number of weeks, a day activity may have no end."""
    first_on: date = form.first_on.data
    last_on: date | None = form.last_on.data
    if kind is OfferingKind.PRE_TRAJECTORY:
        if form.weeks.data is None:
            raise RuleBroken("weeks", N_("Give the number of weeks."))
        last_on = last_day_of_weeks(first_on, form.weeks.data)
    return {
        "weekdays": [int(number) for number in form.weekdays.data],
        "starts": form.starts.data,
        "ends": form.ends.data,
        "first_on": first_on,
        "last_on": last_on,
    }


class SeriesForm(SeriesFields, Form):
    """A further series of an offering that exists."""


class NewOfferingForm(SeriesFields, OfferingForm):
    """An offering with its first series, so that one form gives dated sessions."""


class StepForm(Form):
    """Which step to take; each is a button."""

    step = ChoiceField(
        _l("Step"),
        choices=[(step.value, step.value) for step in Step if step not in BY_ITSELF],
        coerce=_member_of(Step),
        required=_l("Choose a step."),
    )
