"""What is filled in to compile a report."""

from flask_babel import lazy_gettext as _l

from portal.web.forms import DayField, Form, HoursField, Money


class CompileForm(Form):
    """The period, and the pre-investment that no register knows."""

    from_on = DayField(_l("First day"), required=_l("Choose the first day."))
    until_on = DayField(_l("Last day"), required=_l("Choose the last day."))
    guidance_minutes = HoursField(_l("Hours of guidance"))
    volunteer_minutes = HoursField(_l("Hours of volunteers"))
    direct_costs_cents = Money(_l("Direct costs"))
    paid_cents = Money(_l("What you were paid for this"))
