"""The shape of an answer by link, and of what a participant chooses on her own page."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.core.errors import NotFound
from portal.web.forms import ChoiceField, Form


class Answer(StrEnum):
    """What can be answered with one tap; each is a button."""

    TAKE = "take"
    LEAVE = "leave"
    EXCUSE = "excuse"
    COME = "come"
    AGREE = "agree"
    AGAIN = "again"


class AnswerForm(Form):
    """One button, and what it is about."""

    do = ChoiceField(
        _l("What happens"),
        choices=[(answer.value, answer.value) for answer in Answer],
        required=_l("Use one of the buttons."),
    )
    about = StringField()  # a session's uuid, or the version of an agreement
    at = StringField()  # when that session was to begin as she read it

    def session_uuid(self) -> uuid.UUID:
        """Which session it is about."""
        try:
            return uuid.UUID(self.about.data or "")
        except ValueError:
            raise NotFound("session") from None

    def seen_at(self) -> datetime | None:
        """When she read that the session would begin."""
        try:
            return datetime.fromisoformat(self.at.data or "")
        except ValueError:
            return None


class OnOffForm(Form):
    """On or off."""

    on = ChoiceField(
        _l("What happens"),
        choices=[("yes", "yes"), ("no", "no")],
        required=_l("Use one of the buttons."),
    )
