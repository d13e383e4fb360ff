"""The shape of what is typed at sign-up, at the desk, and when staff decide."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from portal.enrolments import rules
from portal.participants.forms import TheirReachForm
from portal.web import forms


class StartForm(forms.Form):
    """The button that starts, and whom she comes with: a shared address's end."""

    together = HiddenField()


class NameForm(forms.Form):
    """A name to call; the second field is a trap for robots."""

    name = forms.TextLine(_l("What may we call you?"), required=_l("Write a name."), most=80)
    website = forms.Trap()


class DeskForm(TheirReachForm):
    """All of it on one page, for somebody who stands at the desk."""

    together = forms.PickField(_l("Comes together with"), choices=[])


class GroupForm(forms.Form):
    """Names as lines, with questions beside each that depend on the names."""

    names = forms.TextBlock(_l("Names, one on each line"), required=_l("Write a name."), most=6000)


class KnownForm(forms.Form):
    name = forms.TextLine(_l("A part of the name"), most=80)
    person = StringField()  # a uuid, which nobody types and which may look like a BSN


class DecideForm(forms.Form):
    move = forms.ChoiceField(
        _l("What happens"),
        choices=[move for move in rules.Move if move not in rules.BY_ITSELF],
        required=_l("Use one of the buttons."),
    )
    decline_reason = forms.ChoiceField(_l("Why not?"), choices=rules.CHOSEN_BY_STAFF)
    end_reason = forms.ChoiceField(_l("Why does she stop?"), choices=rules.WHY_SHE_STOPS)
    ended_on = forms.DayField(_l("Last day"))


class MoveSessionForm(forms.Form):
    day = forms.DayField(_l("Day"), required=_l("Give the day."))
    starts = forms.TimeField(_l("From"), required=_l("Give the time it begins."))
    ends = forms.TimeField(_l("Until"), required=_l("Give the time it ends."))
    place = forms.TextLine(_l("Another place, only this time"), most=200)
