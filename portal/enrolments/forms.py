"""The shape of what is typed at sign-up, at the desk, and when staff decide."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, validators

from portal.enrolments import labels  # noqa: F401 - the words that `choices` shows
from portal.enrolments.rules import DeclineReason, EndReason, Move
from portal.participants import labels as contact_labels  # noqa: F401
from portal.participants.rules import ContactWay
from portal.web.forms import (
    ChoiceField,
    DayField,
    EmailLine,
    Form,
    PhoneLine,
    PickField,
    TextLine,
    TimeField,
)
from portal.web.i18n import DEFAULT, SPOKEN
from portal.web.words import choices


class ButtonForm(Form):
    """Nothing to fill in: only a button."""


class NameForm(Form):
    """A name to call. The second field is not drawn for people: who fills it is a robot."""

    name = TextLine(_l("What may we call you?"), required=_l("Write a name."), most=80)
    website = TextLine(
        _l("Leave this empty"),
        checks=[validators.Length(max=0, message=_l("Leave the last field empty."))],
    )


class ReachForm(Form):
    """One way to be reached; only the field of the chosen way counts."""

    contact_way = ChoiceField(
        _l("How can we reach you?"),
        choices=choices(ContactWay),
        required=_l("Choose how we can reach you."),
    )
    phone = PhoneLine(_l("Your phone number"))
    email = EmailLine(_l("Your e-mail address"))
    language = PickField(
        _l("Which language do you speak best?"), choices=list(SPOKEN.items()), default=DEFAULT
    )

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if self.contact_way.data not in (ContactWay.PHONE, ContactWay.CALL):
            self.phone.errors = []
        elif self.contact_way.data == ContactWay.PHONE and not self.phone.errors:
            self.phone.check_sms()
        if self.contact_way.data != ContactWay.EMAIL:
            self.email.errors = []
        return not self.errors

    def contact(self) -> dict[str, Any]:
        """The chosen way, what belongs to it, and the language."""
        way = ContactWay(self.contact_way.data)
        return {
            "contact_way": way,
            "phone": self.phone.number if way in (ContactWay.PHONE, ContactWay.CALL) else "",
            "email": self.email.data if way is ContactWay.EMAIL else "",
            "language": self.language.data or DEFAULT,
        }


class DeskForm(ReachForm):
    """All of it on one page, for somebody who stands at the desk."""

    name = TextLine(_l("A name to call"), required=_l("Write a name."), most=80)


class KnownForm(Form):
    name = TextLine(_l("A part of the name"), most=80)
    person = StringField()  # a uuid, which nobody types and which may look like a BSN


class DecideForm(Form):
    move = ChoiceField(
        _l("What happens"),
        choices=[(move.value, move.value) for move in Move],
        required=_l("Use one of the buttons."),
    )
    decline_reason = ChoiceField(_l("Why not?"), choices=choices(DeclineReason))
    end_reason = ChoiceField(_l("Why does she stop?"), choices=choices(EndReason))
    ended_on = DayField(_l("Last day"))

    def decision(self) -> dict[str, Any]:
        """The move with what belongs to it."""
        move = Move(self.move.data)
        decline, end = self.decline_reason.data, self.end_reason.data
        return {
            "move": move,
            "decline_reason": DeclineReason(decline) if decline else None,
            "end_reason": EndReason(end) if end else None,
            "ended_on": self.ended_on.data,
        }


class MoveSessionForm(Form):
    day = DayField(_l("Day"), required=_l("Give the day."))
    starts = TimeField(_l("From"), required=_l("Give the time it begins."))
    ends = TimeField(_l("Until"), required=_l("Give the time it ends."))
    place = TextLine(_l("Another place, only this time"), most=200)
