"""How people are reached, and what their organisation has: e-mail, phone, a step of the PSO."""

from typing import Any

from flask_babel import gettext
from wtforms import StringField, validators as v

from portal.web.address import number_or_none
from portal.web.forms import PickField, text_checks, trimmed


class EmailLine(StringField):
    """An e-mail address that our mail can reach, kept in lower case.

    A domain may have any letters: it travels in ASCII. What stands before the @ can't.
    """

    def __init__(self, label: Any, *, required: Any = False, **options: Any):
        super().__init__(label, text_checks(required, 254), filters=[trimmed], **options)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        from email_validator import EmailNotValidError, validate_email

        try:
            checked = validate_email(self.data, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise v.ValidationError(
                gettext("This is not a whole e-mail address. Example: naam@voorbeeld.nl")
            ) from None
        if checked.ascii_email is None:
            raise v.ValidationError(
                gettext(
                    "We can't send mail to this address: not every mail server knows the letters "
                    "before the @. Use another address."
                )
            )
        self.data = checked.normalized.lower()


class PhoneLine(StringField):
    """A phone number, kept in the international form (E.164); Dutch when no country is given."""

    def __init__(self, label: Any, *, required: Any = False, **options: Any):
        super().__init__(label, text_checks(required, 40), filters=[trimmed], **options)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if validation_stopped or not self.data:
            return
        number = read_phone(self.data)
        if number is None:
            raise v.ValidationError(
                gettext("This is not a whole phone number. Example: 06 12 34 56 78")
            )
        self.as_kept = number

    as_kept: str = ""  # in E.164

    def check_sms(self) -> None:
        """Refuse a number that no SMS reaches, such as a wall telephone's."""
        import phonenumbers

        kinds = phonenumbers.PhoneNumberType
        may_be = (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE, kinds.UNKNOWN)  # a range may be new
        number = phonenumbers.parse(self.as_kept) if self.as_kept else None
        if number and phonenumbers.number_type(number) not in may_be:
            words = gettext("This number can't get an SMS. Use a mobile number, or choose a call.")
            self.errors = [*self.errors, words]


def read_phone(text: str) -> str | None:
    """A phone number in E.164, or None when the text isn't one."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    # The Dutch plan has short numbers too, but nobody is called back on one.
    if number.country_code == 31 and len(str(number.national_number)) != 9:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class PsoStep(PickField):
    """A step of the Prestatieladder Socialer Ondernemen, or none."""

    def __init__(self, label: Any, **options: Any):
        steps = [("", "–"), *((step, str(step)) for step in (1, 2, 3))]
        super().__init__(label, choices=steps, coerce=number_or_none, **options)
