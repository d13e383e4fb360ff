"""The shape of what is decided about two entries: buttons, and which entry stays."""

from portal.web.forms import ButtonsForm, ChoiceField, _l


class CompareForm(ButtonsForm):
    """Which of the two entries stays."""

    keep = ChoiceField(_l("Which entry stays?"), required=_l("Choose which entry stays."))
