"""What is filled in to hand a report in, to look at its figures, and to decide on it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core import clock
from portal.web import forms

_MOST = 300


class SubmitForm(forms.Form):
    """Who is asked to look at the report."""

    recogniser_id = forms.ChoiceField(
        _l("Who should look at this report?"), coerce=int, required=_l("Choose one from the list.")
    )


class PeopleListForm(forms.Form):
    """Under whose numbers the people are listed."""

    for_id = forms.ChoiceField(
        _l("For whom is the list?"), coerce=int, required=_l("Choose one from the list.")
    )


class AppealForm(forms.Form):
    """Why somebody else should look at what was declined."""

    remark = forms.TextBlock(_l("Why is this report right?"), most=1000)


class _FiguresForm(forms.Form):
    """Something to fill in at each figure, named after it."""

    def of_each(self, kind: str) -> dict[str, Any]:
        """What was filled in of a kind, by figure; False: not ticked."""
        return {
            name.removeprefix(kind): field.data
            for name, field in self._fields.items()
            if name.startswith(kind) and field.data is not None
        }


class ExplainForm(_FiguresForm):
    """The makers' words at figures, and what they saw of what was drawn."""

    seen_on = forms.DayField(_l("On which day?"), default=clock.today)


class ReviewForm(_FiguresForm):
    """What the recogniser says of each figure, and of all together."""

    remark = forms.TextBlock(_l("Your remark"), most=1000)


def explain_form(words: Mapping[str, str], drawn: Iterable[str], by: str) -> ExplainForm:
    """Make the form: a line for each figure, a box for what was drawn."""
    lines = {
        f"words-{id_}": forms.TextLine("", most=_MOST, default=text) for id_, text in words.items()
    }
    lines["seen_by"] = forms.TextLine(_l("Who saw it?"), most=80, default=by)
    return forms.with_fields(
        ExplainForm, lines | {f"seen-{one}": forms.TickBox(_l("Seen")) for one in drawn}
    )


def review_form(
    figures: Iterable[str], accepted: Iterable[str], drawn: Iterable[str]
) -> ReviewForm:
    """Make the form: a box and a line for each figure."""
    lines: dict[str, Any] = {f"seen-{one}": forms.TickBox(_l("Looked at")) for one in drawn}
    for one in figures:
        lines[f"right-{one}"] = forms.TickBox(_l("All right"), default=one in accepted)
        lines[f"ask-{one}"] = forms.TextLine(_l("Your question"), most=_MOST)
    return forms.with_fields(ReviewForm, lines)
