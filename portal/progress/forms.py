"""Shapes of what is told: an example, a step, and where somebody went on to."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf.file import FileField

from portal.core import N_, RuleBroken, clock
from portal.offerings.rules.pictures import SmallPicture, make_small
from portal.progress.rules import OutflowKind, SkillLevel
from portal.web import forms as f

_DAY_MISSING = f._l("Choose a day.")


class _AboutEnrolmentForm(f.Form):
    """Something told within one of a few enrolments; with only one there is nothing to choose."""

    enrolment_id = f.ChoiceField(
        f._l("In which activity?"), coerce=int, required=f._l("Choose an activity.")
    )

    def offer(self, enrolments: Sequence[Any]) -> None:
        """Say which enrolments can be chosen, by id and title."""
        self.enrolment_id.choices = [(row.id, row.offering.title) for row in enrolments]
        if len(enrolments) == 1 and not self.enrolment_id.raw_data:
            self.enrolment_id.data = enrolments[0].id
            self.enrolment_id.raw_data = [str(enrolments[0].id)]


class _ExampleForm(f.Form):
    """What it shows, and the example."""

    competence = f.PickField(
        f._l("What is it an example of?"), required=f._l("Choose what it shows.")
    )
    example = f.TextBlock(f._l("The example"), required=f._l("Give an example."), most=500)


class ProposalForm(f.Form):
    """A card for the list, or another example for one."""

    about = f.PickField(f._l("Is the card there? Choose it."))
    word = f.TextLine(f._l("Is it new? Write the word."), most=60)
    example = f.TextBlock(
        f._l("What does somebody do who can do this?"), required=f._l("Give an example."), most=500
    )


class ObservationForm(_AboutEnrolmentForm, _ExampleForm):
    """An example of something she does."""

    level = f.ChoiceField(
        f._l("How does it go?"),
        choices=SkillLevel,
        required=f._l("Choose how it goes."),
    )
    observed_on = f.DayField(f._l("On which day?"), required=_DAY_MISSING, default=clock.today)


class GroupObservationForm(_ExampleForm):
    """One example for several people: what it shows, and for each how it goes."""

    @property
    def told(self) -> dict[str, str]:
        """What it shows, and the example."""
        return {"competence": self.competence.data or "", "example": self.example.data or ""}

    @property
    def levels(self) -> dict[str, SkillLevel]:
        """How it goes, by an enrolment's address; who has none is not told of."""
        fields = {name[6:]: field for name, field in self._fields.items() if name[:6] == "level-"}
        return {key: field.data for key, field in fields.items() if field.data}


def group_form(addresses: Iterable[Any]) -> GroupObservationForm:
    """The form with a choice for each of these enrolments, by their addresses."""
    of_each = {f"level-{one}": f.ChoiceField("", choices=SkillLevel) for one in addresses}
    return f.with_fields(GroupObservationForm, of_each)


class ObjectionForm(f.Form):
    """What she says against an example."""

    objection = f.TextBlock(f._l("What do you think?"), most=300)


class PhotoForm(f.Form):
    """A photo of what she made."""

    file = FileField(f._l("Picture"))

    def small_picture(self) -> SmallPicture:
        """The photo made small; refuses what is none."""
        if not self.file.data:
            raise RuleBroken("file", N_("Choose a picture."))
        return make_small(self.file.data.read())


class LadderStepForm(_AboutEnrolmentForm):
    """A step on the participation ladder."""

    step = f.ChoiceField(f._l("Which step?"), coerce=int, required=f._l("Choose a step."))
    stated_on = f.DayField(f._l("On which day?"), required=_DAY_MISSING, default=clock.today)


class OutflowForm(_AboutEnrolmentForm):
    """Where somebody went on to."""

    kind = f.ChoiceField(
        f._l("Where did she go on to?"),
        choices=OutflowKind,
        required=f._l("Choose where she went."),
    )
    started_on = f.DayField(f._l("Since which day?"), required=_DAY_MISSING)
    document_seen_on = f.DayField(f._l("Document seen on"))
    document_seen_by = f.TextLine(f._l("Document seen by"), most=80)
