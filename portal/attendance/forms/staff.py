"""What staff send beside the register itself: who walks in, and what is done after absences."""

import re
import uuid

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.attendance.forms import WithReason
from portal.attendance.rules import FollowUp
from portal.web.forms import ChoiceField, Form, TextLine, read_uuid
from portal.web.words import choices

_CARD = re.compile(r"(?:.*/card/)?([\w-]{8,64})/?", re.ASCII)


class WalkInForm(WithReason):
    """Who came: found by her name, by her card, or a first name.

    `way` is the button that was used. A card is scanned or pasted: its address, or the end of it.
    """

    way = StringField()
    part = TextLine(_l("A part of the name"), most=80)
    person = StringField()  # a uuid, which nobody types and which may look like a BSN
    card = StringField(_l("Her card"))
    name = TextLine(_l("A first name"), most=80)

    @property
    def card_token(self) -> str:
        """What is secret of the card; empty when this is no card of ours."""
        found = _CARD.fullmatch((self.card.data or "").strip())
        return found[1] if found else ""


class FollowUpForm(Form):
    """One of three buttons; `missed` is the session after which it is done."""

    step = ChoiceField("", choices=choices(FollowUp), required=_l("Use one of the buttons."))
    missed = StringField()

    def missed_session(self) -> uuid.UUID | None:
        return read_uuid(self.missed.data)
