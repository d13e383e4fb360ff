"""The shape of a message."""

from flask_babel import lazy_gettext as _l

from portal.talks.rules import MOST_LETTERS
from portal.web.forms import Form, TextBlock


class MessageForm(Form):
    body = TextBlock(_l("Your message"), required=_l("Write your message."), most=MOST_LETTERS)
