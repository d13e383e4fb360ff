"""The shape of what is said of an introduction."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.agreements.forms import AgreedForm
from portal.core import clock
from portal.introductions.rules import WRITTEN, IntroductionStatus, WhyNot
from portal.web.forms import (
    ButtonsForm,
    ChoiceField,
    DayField,
    Form,
    TextBlock,
    TextLine,
    TimeField,
)
from portal.web.words import label


class WantForm(Form):
    guide = ChoiceField(_l("Who goes with you?"), required=_l("Choose one from the list."))


class IntroductionForm(ButtonsForm):
    """Buttons, with the reason of a no, or the day of a first meeting."""

    why = ChoiceField(_l("Why not?"), coerce=lambda one: one and WhyNot(one))
    meets_on = DayField(_l("Day of the meeting"))
    meets_from = TimeField(_l("Time"))
    meets_where = TextLine(_l("Where do you meet?"))
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
    leads_to = ChoiceField(
        _l("For what?"),
        coerce=IntroductionStatus,
        choices=[(one, label(one)) for one in WRITTEN],
        required=_l("Choose one from the list."),
    )
    employer_does = TextBlock(
        _l("What do you do for her?"), required=_l("Write what you do for her."), most=1000
    )
