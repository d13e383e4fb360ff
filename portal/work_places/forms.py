"""What an employer says of a work place, and a participant of the work that she looks for."""

from typing import Any

from flask_babel import gettext, lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import ValidationError

from portal.core.areas import districts
from portal.offerings.labels import competence_words
from portal.offerings.rules import DutchLevel, WorkWord
from portal.offerings.rules.competences import competences
from portal.schedule.forms.fields import PlaceForm
from portal.web import forms
from portal.web.address import number_or_none
from portal.web.i18n import DEFAULT, SPOKEN
from portal.work_places.labels import times_in_words
from portal.work_places.rules import MOST_ASKED, TIMES, Shown, WorkKind

_WORDS = [(key, LazyString(competence_words, key)) for key in competences()]
_TIMES = [(one, LazyString(times_in_words, [one])) for one in TIMES]
_ONE = _l("Choose one.")


class WorkPlaceForm(PlaceForm):
    """What work it is, what it asks and gives; no field asks for a diploma."""

    kind = forms.ChoiceField(_l("What do you offer?"), choices=WorkKind, required=_ONE)
    title = forms.TextLine(_l("Title"), required=_l("Give it a title."), most=80)
    summary = forms.TextLine(_l("In one sentence"), most=200)
    what = forms.TextBlock(_l("What are the tasks?"), most=2000)
    text_language = forms.PickField(
        _l("In which language do you write?"),
        choices=SPOKEN.items(),
        default=DEFAULT,
        required=_ONE,
    )
    work_word = forms.PickField(_l("Which word fits best?"), choices=WorkWord, required=_ONE)
    needed = forms.MultiChoiceField(_l("Needed from day one"), choices=_WORDS)
    learned = forms.MultiChoiceField(_l("Can be learned here"), choices=_WORDS)
    licence = forms.TextLine(_l("Which licence does the law ask?"), most=120)
    times = forms.MultiChoiceField(
        _l("When is the work?"), choices=_TIMES, required=_l("Choose at least one.")
    )
    hours = forms.TextLine(_l("The same by the clock"), most=200)
    week_minutes = forms.HoursField(
        _l("Hours a week"), required=_l("Say how many hours."), most=48 * 60
    )
    places = forms.WholeNumber(
        _l("Number of places"), least=1, most=500, required=_l("Give the number of places.")
    )
    travel = forms.TextLine(_l("How does one get there, and who pays?"), most=200)
    dutch_level = forms.PickField(
        _l("How much Dutch does someone need?"), choices=DutchLevel, required=_ONE
    )
    spoken = forms.MultiChoiceField(_l("Languages spoken at work"), choices=SPOKEN.items())
    demands = forms.TextBlock(_l("What does the work ask of the body?"), most=500)
    guidance = forms.TextLine(_l("What guidance do you give?"), most=300)
    pay = forms.TextLine(_l("What do you pay?"), most=200)
    comes_after = forms.TextLine(_l("What comes after?"), most=500)
    is_open = forms.TickBox(_l("Everybody may see it, also who has no page here"), default=True)

    def validate_needed(self, field: Any) -> None:
        if len(field.data) > MOST_ASKED:
            raise ValidationError(gettext("Choose at most %(most)d.", most=MOST_ASKED))

    def validate_learned(self, field: Any) -> None:
        self.validate_needed(field)
        if set(field.data) & set(self.needed.data or ()):
            raise ValidationError(gettext("Choose each word once: needed, or learned here."))


class WishForm(forms.Form):
    """What work she looks for; an empty answer leaves all open."""

    kinds = forms.MultiChoiceField(_l("What do you look for?"), choices=WorkKind)
    times = forms.MultiChoiceField(_l("When can you work?"), choices=_TIMES)
    districts = forms.MultiChoiceField(
        _l("Where do you want to work?"), choices=districts().items()
    )
    dutch_level = forms.PickField(_l("How much Dutch do you speak?"), choices=DutchLevel)
    with_guide = forms.TickBox(_l("My guide may look along"))


class VisibilityForm(forms.Form):
    """To whom, what of her, and for how long."""

    employer_id = forms.PickField(_l("Which company?"), coerce=number_or_none)
    shown = forms.MultiChoiceField(
        _l("What may they count?"), choices=Shown, required=_l("Choose at least one.")
    )
    can = forms.MultiChoiceField(_l("Which of what you can?"))
    days = forms.ChoiceField(
        _l("For how long?"), coerce=int, default=30, required=_ONE,
        choices=[(30, _l("30 days")), (90, _l("90 days")), (180, _l("half a year"))],
    )  # fmt: skip
