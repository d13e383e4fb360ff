"""The shape of a code and of a card, as they are typed or scanned."""

from wtforms import StringField

from portal.web.forms import Form, TextLine, _l


class CodeForm(Form):
    """The six digits of the screen."""

    code = TextLine(_l("The code on the screen"), required=_l("Type the code."), most=100)


class ScanForm(Form):
    """What a scanner types: a secret, never kept nor shown, answered by the kiosk."""

    card = StringField(_l("Card"))
