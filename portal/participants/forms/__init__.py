"""The shape of what is typed about participants and programmes."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.participants.forms.reach import ReachForm
from portal.web.contact_fields import read_phone
from portal.web.forms import (
    DayField,
    Form,
    HoursField,
    PickField,
    TextLine,
)


class PersonForm(ReachForm):
    """What is known of somebody: her name to call, and how she is reached."""

    name = TextLine(_l("A name to call"), required=_l("Write a name."), most=80)


class CardForm(Form):
    """Two buttons: a card, or a card for one that is lost."""

    do = StringField()

    @property
    def is_lost(self) -> bool:
        """Whether one was lost: it has to stop at once."""
        return self.do.data == "lost"


class AskLinkForm(Form):
    """Where to send a link: a phone number or an e-mail address, in one field."""

    contact = TextLine(
        _l("Your phone number or your e-mail address"),
        required=_l("Write your phone number or your e-mail address."),
        most=254,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.contact.errors and not any(self.to):
            self.contact.errors = [_("Write your whole phone number or e-mail address.")]
        return not self.errors

    @property
    def to(self) -> tuple[str, str]:
        """The (phone, e-mail) that was typed; one of them is empty, or both."""
        typed = self.contact.data or ""
        if "@" in typed:
            return "", typed.strip().lower()
        return read_phone(typed) or "", ""


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
