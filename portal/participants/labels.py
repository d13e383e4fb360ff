"""Words for the enums of this room."""

from flask_babel import lazy_gettext as _l

from portal.participants.rules import ContactWay
from portal.web.words import register_labels

register_labels(
    {
        ContactWay.PHONE: _l("By SMS"),
        ContactWay.CALL: _l("Call me"),
        ContactWay.EMAIL: _l("By e-mail"),
        ContactWay.VISIT: _l("I come by"),
    }
)
