"""What is filled in to hand a report in, to look at its figures, and to decide on it."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l

from portal.web.forms import ChoiceField, Form, TextBlock, TextLine, TickBox

F = TypeVar("F", bound=Form)
_MOST = 300


class SubmitForm(Form):
    """Who is asked to look at the report."""

    recogniser_id = ChoiceField(
        _l("Who should look at this report?"), coerce=int, required=_l("Choose one from the list.")
    )


class AppealForm(Form):
    """Why somebody else should look at what was declined."""

    remark = TextBlock(_l("Why is this report right?"), most=1000)


class _FiguresForm(Form):
    """Something to fill in at each figure, named after it."""

    def of_each(self, kind: str) -> dict[str, Any]:
        """What was filled in of a kind, by figure."""
        return {
            name.removeprefix(kind): field.data
            for name, field in self._fields.items()
            if name.startswith(kind) and field.data is not None
        }


class ExplainForm(_FiguresForm):
    """The makers' words at figures."""


class ReviewForm(_FiguresForm):
    """What the recogniser says of each figure, and of all together."""

    remark = TextBlock(_l("Your remark"), most=1000)


def explain_form(words: Mapping[str, str]) -> ExplainForm:
    """The form with a line for each of these figures, and what stands there."""
    lines = {f"words-{id_}": TextLine("", most=_MOST, default=text) for id_, text in words.items()}
    return _with(ExplainForm, lines)


def review_form(figures: Iterable[str], accepted: Iterable[str]) -> ReviewForm:
    """The form with a box and a line for each of these figures."""
    lines: dict[str, Any] = {}
    for one in figures:
        lines[f"right-{one}"] = TickBox(_l("All right"), default=one in accepted)
        lines[f"ask-{one}"] = TextLine(_l("Your question"), most=_MOST)
    return _with(ReviewForm, lines)


def _with(kind: type[F], fields: dict[str, Any]) -> F:
    form: F = type(f"{kind.__name__}OfFigures", (kind,), fields)()
    return form
