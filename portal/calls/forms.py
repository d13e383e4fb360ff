"""The shape of a call, and of an answer to one."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.calls.rules import CallKind
from portal.web import forms
from portal.web.address import number_or_none
from portal.web.contact_fields import EmailLine, PhoneLine


class CallForm(forms.ButtonsForm):
    """What is asked for or told."""

    kind = forms.ChoiceField(_l("What is it?"), choices=CallKind, required=_l("Choose one."))
    title = forms.TextLine(_l("Title"), required=_l("Give it a title."), most=120)
    body = forms.TextBlock(_l("Text"), required=_l("Write the text."), most=4000)
    until_on = forms.DayField(_l("Last day that it may stand here"))
    of_id = forms.PickField(_l("Of which call is it the story?"), coerce=number_or_none)
    agreed_by = forms.TextLine(_l("Who in it read it and agreed?"), most=200)


class MoveCallForm(forms.ButtonsForm):
    """A button about one call."""

    call = HiddenField()


class AnswerCallForm(forms.Form):
    """Who wants to help, in a minute, without an account."""

    name = forms.TextLine(_l("What may we call you?"), required=_l("Write a name."), most=80)
    company = forms.TextLine(_l("Your company or organisation"), most=120)
    email = EmailLine(_l("E-mail address"))
    phone = PhoneLine(_l("Phone number"))
    words = forms.TextBlock(_l("How can you help?"), required=_l("Say what you can do."), most=500)
    website = forms.Trap()
