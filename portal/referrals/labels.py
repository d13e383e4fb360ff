"""Words for the enums of this room."""

from flask_babel import lazy_gettext as _l

from portal.referrals.rules import AgreedHow
from portal.web.words import register_labels

register_labels(
    {
        AgreedHow.SPOKEN: _l("She was here and said yes"),
        AgreedHow.PAPER: _l("She signed a paper"),
        AgreedHow.CARD: _l("She did it on her own page"),
    }
)
