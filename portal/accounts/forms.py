"""The shape of what is typed to sign in and to set a password."""

from portal.web.contact_fields import EmailLine
from portal.web.forms import Form, PasswordLine, _l


class SignInForm(Form):
    email = EmailLine(_l("E-mail address"), required=_l("Fill in your e-mail address."))
    password = PasswordLine(_l("Password"), required=_l("Fill in your password."))


class AskResetForm(Form):
    email = EmailLine(_l("E-mail address"), required=_l("Fill in your e-mail address."))


class ResetForm(Form):
    password = PasswordLine(_l("New password"), required=_l("Think of a new password."))


class ChangePasswordForm(Form):
    password = PasswordLine(_l("Your password now"), required=_l("Fill in your password."))
    new_password = PasswordLine(_l("New password"), required=_l("Think of a new password."))
