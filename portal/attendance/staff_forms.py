"""What staff send beside the register itself: who walks in, and what is done after absences."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.attendance import labels  # noqa: F401 - the words that `choices` shows
from portal.attendance.rules import FollowUp
from portal.web.forms import ChoiceField, Form
from portal.web.words import choices


class FollowUpForm(Form):
    """One of three buttons; `missed` is the session after which it is done."""

    step = ChoiceField("", choices=choices(FollowUp), required=_l("Use one of the buttons."))
    missed = StringField()

    def missed_session(self) -> uuid.UUID | None:
        return read_uuid(self.missed.data)


def read_uuid(text: str | None) -> uuid.UUID | None:
    """A key that a form carries; None when nobody of ours made it."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
