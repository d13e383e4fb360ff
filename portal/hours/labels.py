"""Words for the enums of this room."""

from flask_babel import lazy_gettext as _l

from portal.hours.rules import CountStatus
from portal.web.words import register_labels

register_labels(
    {
        CountStatus.COUNTS: _l("counts"),
        CountStatus.OPEN: _l("the list is not closed yet"),
        CountStatus.DISPUTED: _l("two people wrote down something else"),
    }
)
