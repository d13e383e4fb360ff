"""Words for decisions on reports."""

from flask_babel import lazy_gettext as _l

from portal.recognition.rules import Decision, Sort
from portal.web.words import register_labels

register_labels(
    {
        Decision.SUBMITTED: _l("Handed in"),
        Decision.WITHDRAWN: _l("Taken back by who handed it in"),
        Decision.RETURNED: _l("Sent back"),
        Decision.RECOGNISED: _l("Recognised"),
    },
    {
        Sort.WAITING: _l("Waits longest"),
        Sort.NAME: _l("Organisation"),
        Sort.PERIOD: _l("Period"),
    },
)
