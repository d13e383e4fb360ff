"""The shape of a message."""

from portal.talks.rules import MOST_LETTERS
from portal.web.forms import Form, TextBlock, _l


class MessageForm(Form):
    body = TextBlock(_l("Your message"), required=_l("Write your message."), most=MOST_LETTERS)
