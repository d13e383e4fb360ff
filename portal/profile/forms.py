"""What she writes on her profile, and to whom she shows it."""

from flask_babel import lazy_gettext as _l

from portal.web.forms import ChoiceField, Form, TextBlock, TextLine


class WordsForm(Form):
    """Her own words."""

    headline = TextLine(_l("Who are you, in one sentence?"), most=120)
    wish = TextBlock(_l("What do you want?"), most=300)


class ShareForm(Form):
    """To whom she shows it, and until when."""

    to = ChoiceField(_l("To whom do you show it?"), coerce=int, default=0)
    for_whom = TextLine(_l("Who is the link for?"), most=80)
    days = ChoiceField(
        _l("How long?"),
        coerce=int,
        choices=[(7, _l("7 days")), (30, _l("30 days")), (90, _l("90 days"))],
        required=_l("Choose how long."),
        default=30,
    )
