"""What is filled in to hand a report in, and to decide on one."""

from flask_babel import lazy_gettext as _l

from portal.web.forms import ChoiceField, Form, TextBlock


class SubmitForm(Form):
    """Who is asked to look at the report."""

    recogniser_id = ChoiceField(
        _l("Who should look at this report?"), coerce=int, required=_l("Choose one from the list.")
    )


class RecogniseForm(Form):
    """What the recogniser says: needed when sending back, public when recognising."""

    remark = TextBlock(_l("Your remark"), most=1000)
