"""The shape of a call, and of an answer to one."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.calls.rules import CallKind
from portal.web.contact_fields import EmailLine, PhoneLine
from portal.web.forms import (
    ButtonsForm,
    ChoiceField,
    DayField,
    Form,
    PickField,
    TextBlock,
    TextLine,
    Trap,
)
from portal.web.words import choices


class CallForm(ButtonsForm):
    """What is asked for or told."""

    kind = ChoiceField(
        _l("What is it?"), choices=choices(CallKind), coerce=CallKind, required=_l("Choose one.")
    )
    title = TextLine(_l("Title"), required=_l("Give it a title."), most=120)
    body = TextBlock(_l("Text"), required=_l("Write the text."), most=4000)
    until_on = DayField(_l("Last day that it may stand here"))
    of_id = PickField(
        _l("Of which call is it the story?"), coerce=lambda value: int(value) if value else None
    )
    agreed_by = TextLine(_l("Who in it read it and agreed?"), most=200)


class MoveCallForm(ButtonsForm):
    """A button about one call."""

    call = HiddenField()


class AnswerCallForm(Form):
    """Who wants to help, in a minute, without an account."""

    name = TextLine(_l("What may we call you?"), required=_l("Write a name."), most=80)
    company = TextLine(_l("Your company or organisation"), most=120)
    email = EmailLine(_l("E-mail address"))
    phone = PhoneLine(_l("Phone number"))
    words = TextBlock(_l("How can you help?"), required=_l("Say what you can do."), most=500)
    website = Trap()
