"""The shape of an answer by link, and of what a participant chooses on her own page."""

import uuid
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from portal.core import or_not_found
from portal.enrolments.rules import WHY_SHE_STOPS
from portal.home.rules import PeopleColumn, PlaceWanted, Seen
from portal.participants.forms import ReachForm
from portal.talks.rules import MOST_LETTERS
from portal.web import forms


class Answer(StrEnum):
    """What can be answered with one tap; each is a button."""

    TAKE = "take"
    LEAVE = "leave"
    EXCUSE = "excuse"
    COME = "come"
    AGREE = "agree"
    AGAIN = "again"


class OwnContactForm(ReachForm):
    """What she is called and how she is reached, as she says it of herself."""

    name = forms.TextLine(_l("What is your name?"), required=_l("Write your name."), most=80)


class PeopleForm(forms.Form):
    """Whom to list, kept in the browser's session: no name in an address."""

    name = forms.TextLine(_l("A part of the name"), most=80)
    group = forms.PickField(_l("Group"))
    step = forms.PickField(_l("Step"))
    seen = forms.PickField(_l("Last seen"), choices=[("", _l("All")), *Seen])
    place = forms.PickField(_l("Place"), choices=[("", _l("All")), *PlaceWanted])
    signal = forms.PickField(_l("Signal"), choices=[("", _l("All")), ("yes", _l("Stayed away"))])
    columns = forms.MultiChoiceField(_l("What the list shows"), choices=PeopleColumn)


class EndPlacesForm(forms.Form):
    """Why several people stop at once, and with which group."""

    group = forms.PickField(_l("Which group?"), required=_l("Choose a group."))
    end_reason = forms.ChoiceField(
        _l("Why do they stop?"),
        choices=WHY_SHE_STOPS,
        required=_l("Choose why they stop."),
    )
    ended_on = forms.DayField(_l("Last day"))


class MovePlacesForm(forms.Form):
    """From which group several people go to which other."""

    group = forms.PickField(_l("From which group?"), required=_l("Choose a group."))
    to = forms.PickField(_l("To which group?"), required=_l("Choose a group."))


class WriteToAllForm(forms.Form):
    body = forms.TextBlock(
        _l("Your message"), required=_l("Write your message."), most=MOST_LETTERS
    )


class EverythingForm(forms.Form):
    words = forms.TextLine(
        _l("A name, an activity, a report"), required=_l("Write what you look for."), most=80
    )


class AnswerForm(forms.ButtonsForm):
    """One button, and what it is about."""

    about = StringField()  # a session's uuid, or the version of an agreement
    at = StringField()  # when that session was to begin as she read it

    def session_uuid(self) -> uuid.UUID:
        """Which session it is about."""
        return or_not_found(forms.read_uuid(self.about.data), "session")

    def seen_at(self) -> datetime | None:
        """When she read that the session would begin."""
        try:
            return datetime.fromisoformat(self.at.data or "")
        except ValueError:
            return None
