"""The shape of what is typed about participants: how she is reached, her card, programmes."""

from typing import Any, ClassVar

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import StringField

from portal.participants.rules import ContactWay
from portal.web.contact_fields import EmailLine, PhoneLine, read_phone
from portal.web.forms import ChoiceField, DayField, Form, HoursField, PickField, TextLine
from portal.web.i18n import DEFAULT, SPOKEN


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


class ReachForm(Form):
    """One way to be reached; only the field of the chosen way counts."""

    contact_way = ChoiceField(
        _l("How can we reach you?"),
        choices=ContactWay,
        required=_l("Choose how we can reach you."),
    )
    notes: ClassVar = {
        "phone": _l("You get a short message on your phone."),
        "call": _l("Somebody calls you."),
        "visit": _l("You get a letter when you come. We have no number of yours."),
    }
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
            "phone": self.phone.as_kept if way in (ContactWay.PHONE, ContactWay.CALL) else "",
            "email": self.email.data if way is ContactWay.EMAIL else "",
            "language": self.language.data or DEFAULT,
        }


class TheirReachForm(ReachForm):
    """The same question about somebody else, in words for staff, below her name."""

    name = TextLine(_l("A name to call"), required=_l("Write a name."), most=80)
    contact_way = ChoiceField(
        _l("How can this person be reached?"),
        choices=[
            (ContactWay.PHONE.value, _l("By SMS")),
            (ContactWay.CALL.value, _l("By a call")),
            (ContactWay.EMAIL.value, _l("By e-mail")),
            (ContactWay.VISIT.value, _l("Comes by")),
        ],
        required=_l("Choose how this person can be reached."),
    )
    notes: ClassVar = {"visit": _l("Gets a letter at the next visit. No number is kept.")}
    phone = PhoneLine(_l("Phone number of the participant"))
    email = EmailLine(_l("E-mail address of the participant"))
    language = PickField(
        _l("Which language does this person speak best?"),
        choices=list(SPOKEN.items()),
        default=DEFAULT,
    )


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
