"""The shape of what is typed in an agreement."""

from wtforms import HiddenField

from portal.web.forms import ChoiceField, DayField, Form, HoursField, TextBlock, _l


class AgreedForm(Form):
    """How much, from when till when, and what she does."""

    minutes_per_week = HoursField(
        _l("Hours a week"), required=_l("Give the hours a week."), most=40 * 60
    )
    from_on = DayField(_l("First day"), required=_l("Give the first day."))
    until_on = DayField(_l("Last day"))
    participant_does = TextBlock(
        _l("What does she do?"), required=_l("Write what she does."), most=1000
    )


class AgreementForm(AgreedForm):
    drawn_first = ("goals",)
    goals = TextBlock(
        _l("What does she want to reach?"), required=_l("Write at least one goal."), most=1000
    )
    guide_does = TextBlock(
        _l("What do you do for her?"), required=_l("Write what you do for her."), most=1000
    )


class ConfirmForm(Form):
    """A button, and the version of the text above it."""

    version = HiddenField()


class PaperForm(Form):
    """Which version she signed, from the foot of the paper, and on which day."""

    version = ChoiceField(
        _l("Which version stands at the foot of the paper?"),
        required=_l("Choose the version that stands on the paper."),
    )
    signed_on = DayField(_l("Signed on"), required=_l("Give the day."))
