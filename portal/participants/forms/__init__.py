"""The shape of what is typed about participants and programmes."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.web.forms import DayField, Form, HoursField, PickField, TextLine


class CardForm(Form):
    """Two buttons: a card, or a card for one that is lost."""

    do = StringField()

    @property
    def is_lost(self) -> bool:
        """Whether one was lost: it has to stop at once."""
        return self.do.data == "lost"


class ProgrammeForm(Form):
    name = TextLine(_l("Name of the programme"), required=_l("Write a name."), most=80)
    valid_from = DayField(_l("First day"), required=_l("Give the first day."))
    valid_until = DayField(_l("Last day"))
    weekly_minutes = HoursField(_l("Hours a week"), most=60 * 60)
    total_minutes = HoursField(_l("Hours in total"), most=60 * 10_000)
    source = TextLine(_l("Where these hours are written down"), most=200)


class EndProgrammeForm(Form):
    valid_until = DayField(_l("Last day"))


class AssignProgrammeForm(Form):
    programme = PickField(_l("Programme"), required=_l("Choose a programme."))
    from_on = DayField(_l("First day"), required=_l("Give the first day."))
    until_on = DayField(_l("Last day"))
