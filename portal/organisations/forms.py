"""The shape of what is typed about organisations, teams and ties."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.areas import areas
from portal.organisations.rules import OrganisationKind, roles_in
from portal.web.contact_fields import EmailLine, PhoneLine
from portal.web.forms import (
    ChoiceField,
    DayField,
    Form,
    PasswordLine,
    PickField,
    TextBlock,
    TextLine,
    TickBox,
)
from portal.web.words import choices, label


def _area_choices() -> list[tuple[str, Any]]:
    found = sorted(areas().values(), key=lambda area: (area.district, area.name))
    return [
        ("", _l("Choose a neighbourhood")),
        *((a.code, f"{a.district}: {a.name}") for a in found),
    ]


class OrganisationForm(Form):
    name = TextLine(
        _l("Name of the organisation"),
        required=_l("Fill in the name of the organisation."),
        most=120,
    )
    about = TextBlock(
        _l("What do you do, and for whom?"),
        required=_l("Say in some sentences what you do, and for whom."),
    )
    area_code = PickField(
        _l("Neighbourhood"), choices=_area_choices(), required=_l("Choose a neighbourhood.")
    )
    address = TextLine(
        _l("Street and number"), required=_l("Fill in a street and a number."), most=200
    )
    phone = PhoneLine(_l("Phone number"), required=_l("Fill in a phone number."))
    email = EmailLine(
        _l("E-mail address of the organisation"), required=_l("Fill in an e-mail address.")
    )


class RegisterOrganisationForm(OrganisationForm):
    kind = ChoiceField(
        _l("What kind of organisation is it?"),
        choices=choices(OrganisationKind),
        required=_l("Choose what kind of organisation it is."),
    )
    admin_name = TextLine(_l("Your name"), required=_l("Fill in your name."), most=80)
    admin_email = EmailLine(
        _l("Your own e-mail address"), required=_l("Fill in your own e-mail address.")
    )


class RefuseForm(Form):
    words = TextBlock(
        _l("Why not, and what can they do?"),
        required=_l("Say why not: they read your words in an e-mail."),
        most=1000,
    )


class RoleForm(Form):
    role = ChoiceField(_l("Role"), required=_l("Choose a role."))

    def __init__(self, kind: OrganisationKind, **options: Any) -> None:
        super().__init__(**options)
        self.role.choices = [(role.value, label(role)) for role in roles_in(kind)]


class InviteForm(RoleForm):
    name = TextLine(_l("Name"), required=_l("Fill in a name."), most=80)
    email = EmailLine(_l("E-mail address"), required=_l("Fill in an e-mail address."))


class JoinForm(Form):
    name = TextLine(_l("Your name"), required=_l("Fill in your name."), most=80)
    password = PasswordLine(_l("New password"), required=_l("Think of a new password."))


class TieForm(Form):
    from_on = DayField(_l("First day"), required=_l("Choose the first day."))
    until_on = DayField(_l("Last day"))
    may_log_attendance = TickBox(_l("The cooperative may log attendance for us"))
    may_see_figures = TickBox(_l("The cooperative may see our figures"))


class NewTieForm(TieForm):
    cooperative_id = PickField(_l("Cooperative"), required=_l("Choose a cooperative."))
