"""Words for the enums of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.hours.rules import Standing
from portal.web.words import register_labels

register_labels(
    {
        Standing.COUNTS: _l("counts"),
        Standing.OPEN: _l("the list is not closed yet"),
        Standing.DISPUTED: _l("two people wrote down something else"),
    }
)
