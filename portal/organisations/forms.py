"""The shape of what is typed about organisations, teams and ties."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from portal.core.actor import Role
from portal.core.areas import areas
from portal.organisations.rules import OrganisationKind, read_kvk, roles_in
from portal.web import forms
from portal.web.address import number_or_none
from portal.web.contact_fields import EmailLine, PhoneLine, PsoStep
from portal.web.words import choices


def _area_choices() -> list[tuple[str, Any]]:
    found = sorted(areas().values(), key=lambda area: (area.district, area.name))
    return [
        ("", _l("Choose a neighbourhood")),
        *((a.code, f"{a.district}: {a.name}") for a in found),
    ]


def _is_address(form: forms.Form, field: Any) -> None:
    if field.data and not re.fullmatch(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?", field.data):
        raise ValidationError(_l("Write the whole address, for example https://www.voorbeeld.nl"))


_TO_VERIFY = {
    "kvk": _l("Fill in the KvK number."),
    "contact_person": _l("Fill in whom we may call."),
    "guides_whom": _l("Say whom you guide, and how many people a week."),
    "guided_by": _l("Say who guides them, and what they have learned for it."),
}


class OrganisationForm(forms.Form):
    name = forms.TextLine(
        _l("Name of the organisation"),
        required=_l("Fill in the name of the organisation."),
        most=120,
    )
    about = forms.TextBlock(
        _l("What do you do, and for whom?"),
        required=_l("Say in some sentences what you do, and for whom."),
    )
    area_code = forms.PickField(
        _l("Neighbourhood"), choices=_area_choices(), required=_l("Choose a neighbourhood.")
    )
    address = forms.TextLine(
        _l("Street and number"), required=_l("Fill in a street and a number."), most=200
    )
    phone = PhoneLine(_l("Phone number"), required=_l("Fill in a phone number."))
    email = EmailLine(
        _l("E-mail address of the organisation"), required=_l("Fill in an e-mail address.")
    )

    kvk = forms.TextLine(_l("KvK number"), most=12)
    website = forms.TextLine(_l("Website"), checks=[_is_address])
    pso_step = PsoStep(_l("PSO step, if you have one"))
    contact_person = forms.TextLine(_l("Whom may we call about the organisation?"), most=80)
    guides_whom = forms.TextBlock(_l("Whom do you guide, and how many people a week?"), most=500)
    guided_by = forms.TextBlock(_l("Who guides them, and what have they learned for it?"), most=500)

    def validate_kvk(self, field: Any) -> None:
        """Keep a number as the trade register has it; refuse what can't be one."""
        kept = read_kvk(field.data or "")
        if field.data and not kept:
            raise ValidationError(_l("A KvK number has eight digits."))
        field.data = kept


class RegisterOrganisationForm(OrganisationForm):
    """The same for a new one, with all that it is verified on."""

    drawn_first = ("kind",)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, missing in _TO_VERIFY.items():
            self[name].validators = [forms.Required(missing), *self[name].validators]
            self[name].flags.required = True

    kind = forms.ChoiceField(
        _l("What kind of organisation is it?"),
        choices=OrganisationKind,
        required=_l("Choose what kind of organisation it is."),
    )
    admin_name = forms.TextLine(_l("Your name"), required=_l("Fill in your name."), most=80)
    admin_email = EmailLine(
        _l("Your own e-mail address"), required=_l("Fill in your own e-mail address.")
    )


class RulingForm(forms.Form):
    words = forms.TextBlock(
        _l("Why, and what can they do?"),
        required=_l("Say why: they read your words in an e-mail."),
        most=1000,
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(_l("Role"), choices=Role, required=_l("Choose a role."))

    def __init__(self, kind: OrganisationKind, **options: Any) -> None:
        super().__init__(**options)
        self.role.choices = choices(roles_in(kind))


class InviteForm(RoleForm):
    name = forms.TextLine(_l("Name"), required=_l("Fill in a name."), most=80)
    email = EmailLine(_l("E-mail address"), required=_l("Fill in an e-mail address."))


class JoinForm(forms.Form):
    name = forms.TextLine(_l("Your name"), required=_l("Fill in your name."), most=80)
    password = forms.PasswordLine(_l("New password"), required=_l("Think of a new password."))


class TieForm(forms.Form):
    from_on = forms.DayField(_l("First day"), required=_l("Choose the first day."))
    until_on = forms.DayField(_l("Last day"))
    may_log_attendance = forms.TickBox(_l("The cooperative may log attendance for us"))
    may_see_figures = forms.TickBox(_l("The cooperative may see our figures"))


class NewTieForm(TieForm):
    cooperative_id = forms.PickField(
        _l("Cooperative"), coerce=number_or_none, required=_l("Choose a cooperative.")
    )
