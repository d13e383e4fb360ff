"""What she writes on her profile, and for whom she makes a link."""

from flask_babel import lazy_gettext as _l

from portal.web.forms import Form, TextBlock, TextLine


class WordsForm(Form):
    """Her own words."""

    headline = TextLine(_l("Who are you, in one sentence?"), most=120)
    wish = TextBlock(_l("What do you want?"), most=300)


class ShareForm(Form):
    """For whom a link is, so that she knows it again."""

    for_whom = TextLine(_l("Who is it for?"), required=_l("Write who it is for."), most=80)
