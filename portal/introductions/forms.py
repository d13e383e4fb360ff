"""The shape of what is said of an introduction."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.agreements.forms import AgreedForm
from portal.core import clock
from portal.introductions.rules import WRITTEN, IntroductionStatus, WhyNot
from portal.web import forms
from portal.web.words import choices


class WantForm(forms.Form):
    guide = forms.ChoiceField(_l("Who goes with you?"), required=_l("Choose one from the list."))


class IntroductionForm(forms.ButtonsForm):
    """Buttons, with the reason of a no, or the day of a first meeting."""

    why = forms.ChoiceField(_l("Why not?"), coerce=lambda one: one and WhyNot(one))
    meets_on = forms.DayField(_l("Day of the meeting"))
    meets_from = forms.TimeField(_l("Time"))
    meets_where = forms.TextLine(_l("Where do you meet?"))
    version, question = HiddenField(), HiddenField()

    def step(self) -> dict[str, Any]:
        """What belongs to a step, as the command takes it."""
        on, at = self.meets_on.data, self.meets_from.data
        return {
            "why": self.why.data or None,
            "meets_at": clock.from_local(on, at) if on and at else None,
            "meets_where": self.meets_where.data or "",
        }


class WorkAgreementForm(AgreedForm):
    drawn_first = ("leads_to",)
    leads_to = forms.ChoiceField(
        _l("For what?"), required=_l("Choose one from the list."), coerce=IntroductionStatus,
        choices=choices(WRITTEN),
    )  # fmt: skip
    employer_does = forms.TextBlock(
        _l("What do you do for her?"), required=_l("Write what you do for her."), most=1000
    )
