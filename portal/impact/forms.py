"""What is filled in by month, and to compile a report."""

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l

from portal.impact.rules.figures import method
from portal.impact.rules.investment import HOURS, TYPED
from portal.web.forms import DayField, Form, HoursField, Money, with_fields
from portal.web.i18n import locale_code


class CompileForm(Form):
    """The days that a report is about."""

    from_on = DayField(_l("First day"), required=_l("Choose the first day."))
    until_on = DayField(_l("Last day"), required=_l("Choose the last day."))


class MonthForm(Form):
    """What a month took and brought: a field for each figure that is typed."""

    guidance_rate_cents = Money(_l("What does an hour of guidance cost you?"))


def month_form(of: object, said: Callable[[], Mapping[str, int]]) -> MonthForm:
    """Make the form of a month, its fields as the method calls them."""
    labels = {figure.id: figure.label(locale_code()) for figure in method().counted}
    fields = {name: (HoursField if name in HOURS else Money)(labels[name]) for name in TYPED}
    return with_fields(MonthForm, fields, of=of, data=said)
