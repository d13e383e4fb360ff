"""Words for the enums of this room."""

from flask_babel import lazy_gettext as _l

from portal.agreements.rules import ConfirmedHow
from portal.web.words import register_labels

register_labels(
    {
        ConfirmedHow.CARD: _l("on her own page"),
        ConfirmedHow.LINK: _l("by the link in a message"),
        ConfirmedHow.PAPER: _l("on paper"),
    }
)
