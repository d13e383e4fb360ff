"""The shape of what is decided about two entries: buttons, and which entry stays."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.core.errors import N_, RuleBroken
from portal.duplicates.rules import Button
from portal.web.forms import ChoiceField, Form


class ButtonsForm(Form):
    """Only buttons; which one was pressed."""

    do = StringField()

    def pressed(self, *of: Button) -> Button:
        """The button; refused when it is none of these."""
        if self.do.data not in of:
            raise RuleBroken("", N_("Use one of the buttons."))
        return Button(self.do.data)


class CompareForm(ButtonsForm):
    """Which of the two entries stays."""

    keep = ChoiceField(_l("Which entry stays?"), required=_l("Choose which entry stays."))
