"""What she writes on her profile, and for whom she makes a link."""

from flask_babel import lazy_gettext as _l

from portal.web.forms import ChoiceField, Form, TextBlock, TextLine


class WordsForm(Form):
    """Her own words."""

    headline = TextLine(_l("Who are you, in one sentence?"), most=120)
    wish = TextBlock(_l("What do you want?"), most=300)


class ShareForm(Form):
    """For whom a link is, so that she knows it again, and until when."""

    for_whom = TextLine(_l("Who is it for?"), required=_l("Write who it is for."), most=80)
    days = ChoiceField(
        _l("How long does the link work?"),
        coerce=int,
        choices=[(7, _l("7 days")), (30, _l("30 days")), (90, _l("90 days"))],
        required=_l("Choose how long."),
        default=30,
    )
