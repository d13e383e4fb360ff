"""What a coordinator sends of how an offering looks: a picture, and texts in another language."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf.file import FileField

from portal.offerings.rules import FOCUS
from portal.offerings.rules.pictures import SmallPicture, make_small
from portal.web.forms import Form, TextBlock, TextLine, TickBox, WholeNumber


class PictureForm(Form):
    """A picture and what it shows; the picture itself only where there is none yet.

    Where a picture is sent, somebody says that it may be shown, and what may not be cut off.
    """

    file = FileField(_l("Picture"))
    alt = TextLine(
        _l("What does the picture show?"),
        required=_l("Say in words what the picture shows."),
        most=200,
    )
    across = WholeNumber(_l("What matters, from the left"), least=0, most=100, default=FOCUS[0])
    down = WholeNumber(_l("What matters, from above"), least=0, most=100, default=FOCUS[1])
    may_show = TickBox(_l("We made this picture, or its maker lets us show it"))

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if self.file.data and not self.may_show.data:
            self.may_show.errors = [_("Say that you may show this picture.")]
        return not self.errors

    def small_picture(self) -> SmallPicture | None:
        """The sent picture made small; None when none was sent. Refuses what is no picture."""
        sent = self.file.data
        across, down = self.across.data, self.down.data
        focus = (
            FOCUS[0] if across is None else across,
            FOCUS[1] if down is None else down,
        )
        return make_small(sent.read(), focus) if sent else None


class TextForm(Form):
    """The parts that visitors read, in another language; what is left empty falls back."""

    title = TextLine(_l("Title"), most=80)
    summary = TextLine(_l("In one sentence"), most=200)
    what = TextBlock(_l("What do people do?"), most=2000)
    for_whom = TextBlock(_l("For whom is it?"), most=1000)
    first_time = TextBlock(_l("What happens the first time?"), most=1000)
    bring = TextLine(_l("What do people bring?"), most=200)
