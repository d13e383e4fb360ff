"""What is typed about when something is, for the forms of this room and of those above."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field

from portal.core import N_, RuleBroken, clock
from portal.core.areas import areas
from portal.schedule import labels, rules
from portal.web import forms

MOST_TIMES = 500
_MOST_DAYS_OFF = 100
WEEKDAY_CHOICES = [(str(number), name) for number, name in enumerate(labels.WEEKDAYS)]


def areas_by_name() -> Iterator[tuple[str, str]]:
    """Each neighbourhood's code and name, to choose from."""
    for area in sorted(areas().values(), key=lambda area: area.name):
        yield area.code, f"{area.name} ({area.district})"


class OfferingForm(forms.Form):
    """A page of what is said of an offering."""

    def offering_values(self) -> dict[str, Any]:
        """The values for the commands; what was left out is empty."""
        empty: dict[type, Any] = {forms.TextLine: "", forms.TextBlock: "", forms.Money: 0}
        return {
            name: empty.get(type(self._fields[name])) if value is None else value
            for name, value in self.values().items()
        }


class PlaceForm(OfferingForm):
    """Where it is, and how to get there."""

    area_code = forms.PickField(
        _l("Neighbourhood"),
        choices=[("", _l("Choose one")), *areas_by_name()],
        required=_l("Choose the neighbourhood."),
    )
    address = forms.TextLine(_l("Street and number"), most=200)
    place_details = forms.TextLine(_l("How to find the door"), most=500)


class DaysField(Field):
    """Days, each in a box (`name`, `name-2`, ...); empty boxes stay empty."""

    spare = 4

    def process(self, formdata: Any, *args: Any, **options: Any) -> None:
        if formdata is not None:
            own = [name for name in formdata if re.fullmatch(rf"{self.name}(-\d+)?", name)]
            boxes = [text for name in own for text in formdata.getlist(name)]
            formdata = MultiDict([(self.name, text) for text in boxes])
        super().process(formdata, *args, **options)

    def boxes(self) -> list[str]:
        """What each box holds, with some to spare."""
        given = self.raw_data if self.raw_data else [day.isoformat() for day in self.data or ()]
        return [*(text for text in given if text), *[""] * self.spare]

    def process_formdata(self, valuelist: list[Any]) -> None:
        found = []
        for text in filter(None, map(str.strip, valuelist)):
            try:
                found.append(date.fromisoformat(text))
            except ValueError:
                raise ValueError(gettext("This is not a day that exists.")) from None
        self.data = sorted(set(found))
        if len(self.data) > _MOST_DAYS_OFF:
            raise ValueError(gettext("Give at most %(most)s days off.", most=_MOST_DAYS_OFF))


class TimesFields:
    """When it is: half-days that repeat by the week, and when they end."""

    weekdays = forms.MultiChoiceField(
        _l("On which days?"),
        choices=WEEKDAY_CHOICES,
        required=_l("Choose at least one day of the week."),
    )
    starts = forms.TimeField(_l("From"), required=_l("Give the time it starts."))
    ends = forms.TimeField(_l("Until"), required=_l("Give the time it ends."))
    times = forms.WholeNumber(_l("Number of times"), least=1, most=MOST_TIMES)
    last_on = forms.DayField(_l("Last day"))
    skips_school_holidays = forms.TickBox(_l("Not in the school holidays"))
    days_off = DaysField(_l("Days off"))


def pattern_in(form: Any, first_on: date | None, last_on: date | None) -> rules.Pattern:
    """What the fields say; the caller knows the first and the last day."""
    return rules.Pattern(
        weekdays=days_of_week(form.weekdays),
        starts=form.starts.data,
        ends=form.ends.data,
        first_on=first_on or clock.today(),
        last_on=last_on,
        skips_school_holidays=form.skips_school_holidays.data,
        days_off=frozenset(form.days_off.data or ()),
    )


def days_of_week(field: Any) -> tuple[int, ...]:
    """The ticked days as numbers, Monday 0."""
    return tuple(sorted({int(number) for number in field.data}))


class EditSeriesForm(TimesFields, forms.Form):
    """Another time, other days or another end, from a day on."""

    first_on = forms.DayField(_l("First day"), required=_l("Give the first day."))
    from_on = forms.DayField(_l("From when does this hold?"), required=_l("Give the day."))
    not_of_it = ("from_on", "times")

    def pattern(self, before: rules.Pattern, held: int, now: datetime) -> rules.Pattern:
        """What the series says from now on; so many times count those that were held."""
        times, last_on = self.times.data, self.last_on.data
        first_on = self.first_on.data if self.first_on else before.first_on
        pattern = pattern_in(self, first_on, last_on)
        if times is None:
            return pattern
        if last_on not in {None, before.last_on}:
            raise RuleBroken("times", N_("Say the end in one way only."))
        if times <= held:
            raise RuleBroken("times", N_("It was held {held} times already."), held=held)
        return rules.end_after([replace(pattern, last_on=None)], times - held, now)[0]
