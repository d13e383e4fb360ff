"""The shape of what is typed at sign-up, at the desk, and when staff decide."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from portal.enrolments import rules
from portal.participants.forms.reach import TheirReachForm
from portal.web.forms import (
    ChoiceField,
    DayField,
    Form,
    PickField,
    TextBlock,
    TextLine,
    TimeField,
    Trap,
)
from portal.web.words import choices


class StartForm(Form):
    """The button that starts, and whom she comes with: a shared address's end."""

    together = HiddenField()


class NameForm(Form):
    """A name to call; the second field is a trap for robots."""

    name = TextLine(_l("What may we call you?"), required=_l("Write a name."), most=80)
    website = Trap()


class DeskForm(TheirReachForm):
    """All of it on one page, for somebody who stands at the desk."""

    together = PickField(_l("Comes together with"), choices=[])


class GroupForm(Form):
    """Names as lines, with questions beside each that depend on the names."""

    names = TextBlock(_l("Names, one on each line"), required=_l("Write a name."), most=6000)


class KnownForm(Form):
    name = TextLine(_l("A part of the name"), most=80)
    person = StringField()  # a uuid, which nobody types and which may look like a BSN


class DecideForm(Form):
    move = ChoiceField(
        _l("What happens"),
        choices=[(move.value, move.value) for move in rules.Move if move not in rules.BY_ITSELF],
        required=_l("Use one of the buttons."),
    )
    decline_reason = ChoiceField(
        _l("Why not?"),
        choices=[
            choice for choice in choices(rules.DeclineReason) if choice[0] in rules.CHOSEN_BY_STAFF
        ],
    )
    end_reason = ChoiceField(
        _l("Why does she stop?"),
        choices=[choice for choice in choices(rules.EndReason) if choice[0] in rules.WHY_SHE_STOPS],
    )
    ended_on = DayField(_l("Last day"))

    def decision(self) -> dict[str, Any]:
        """The move with what belongs to it."""
        move = rules.Move(self.move.data)
        decline, end = self.decline_reason.data, self.end_reason.data
        return {
            "move": move,
            "decline_reason": rules.DeclineReason(decline) if decline else None,
            "end_reason": rules.EndReason(end) if end else None,
            "ended_on": self.ended_on.data,
        }


class MoveSessionForm(Form):
    day = DayField(_l("Day"), required=_l("Give the day."))
    starts = TimeField(_l("From"), required=_l("Give the time it begins."))
    ends = TimeField(_l("Until"), required=_l("Give the time it ends."))
    place = TextLine(_l("Another place, only this time"), most=200)
