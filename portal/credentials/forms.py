"""What an organisation says when it withdraws a proof."""

from flask_babel import lazy_gettext as _l

from portal.web.forms import Form, TextBlock


class WithdrawForm(Form):
    """Why it holds no longer: she reads it, and nobody else."""

    reason = TextBlock(_l("Why does it hold no longer?"), required=_l("Say why."), most=300)
