"""What one of the buttons at an absence sends."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.absences.rules import FollowUp
from portal.web.forms import ChoiceField, Form


class FollowUpForm(Form):
    """One of three buttons; `missed` is the session after which it is done."""

    step = ChoiceField("", choices=FollowUp, required=_l("Use one of the buttons."))
    missed = StringField()
