"""Whom to ask, when and where, what she tells with a card, and codes of cards on paper."""

from portal.assessments.rules import Pick
from portal.progress.rules import SkillLevel
from portal.web.forms import ChoiceField, DayField, Form, TextBlock, TextLine, TimeField, _l


class HolderForm(Form):
    """Who holds it."""

    holder = ChoiceField(
        _l("Who talks with her?"), coerce=int, required=_l("Choose who talks with her.")
    )


class MeetingForm(Form):
    """When, where, and who comes too."""

    day = DayField(_l("On which day?"), required=_l("Choose a day."))
    starts = TimeField(_l("At what time?"), required=_l("Give a time."))
    place = TextLine(_l("Where?"), required=_l("Say where."), most=120)
    third = TextLine(_l("Who else comes?"), most=80)


class ToldForm(Form):
    """Her example with a card, and the holder's words or hers against those."""

    example = TextBlock(_l("When did you do that?"), most=500)
    level = ChoiceField(_l("How does it go now?"), choices=SkillLevel)
    said = TextBlock(_l("What do you say of it yourself?"), most=500)
    said_level = ChoiceField(_l("How does it go, you think?"), choices=SkillLevel)
    objection = TextBlock(_l("Do you not agree? Say why."), most=300)

    def offer(self, *, is_own: bool, may_object: bool) -> None:
        """Leave each of the two the fields that are hers."""
        if is_own:
            del self.said, self.said_level
        if not may_object:
            del self.objection


class CodesForm(Form):
    """The codes of the cards on each pile, one after the other."""

    mine = TextLine(_l("Mine"), most=400)
    learn = TextLine(_l("I want to learn this"), most=400)
    not_now = TextLine(_l("Not now"), most=400)

    def typed(self) -> dict[Pick, str]:
        """What was typed of each pile."""
        return {pick: self[pick.value].data or "" for pick in Pick}
