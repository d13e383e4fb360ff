"""Her goals, and what became of each."""

from collections.abc import Sequence
from typing import Any

from portal.goals.rules import MOST, GoalOutcome
from portal.web.forms import ChoiceField, Form, PickField, TextBlock, TextLine, _l, with_fields


class GoalsForm(Form):
    """Up to four goals in her words, each with a word of the list."""

    def written(self) -> list[tuple[str, str]]:
        """The goals that were filled in."""
        rows = ((self[f"words{n}"].data, self[f"about{n}"].data or "") for n in range(MOST))
        return [row for row in rows if row[0]]


class OutcomesForm(Form):
    """What became of each goal, and why."""

    def said(self) -> dict[str, tuple[GoalOutcome, str]]:
        """What was chosen of each goal, by its address."""
        keys = [name[8:] for name in self._fields if name.startswith("outcome-")]
        rows = {key: (self[f"outcome-{key}"].data, self[f"why-{key}"].data) for key in keys}
        return {key: (outcome, why or "") for key, (outcome, why) in rows.items() if outcome}


def goals_form(groups: dict[str, list[tuple[str, str]]], before: Sequence[Any]) -> GoalsForm:
    """The form, with the words to choose from and the goals of before."""
    fields: dict[str, Any] = {}
    for n in range(MOST):
        fields[f"words{n}"] = TextLine(_l("What do you want?"), most=200)
        fields[f"about{n}"] = PickField(_l("What is it about?"), choices=[])
    stood = {f"words{n}": goal.words for n, goal in enumerate(before)}
    stood |= {f"about{n}": goal.competence for n, goal in enumerate(before)}
    form = with_fields(GoalsForm, fields, data=stood)
    for n in range(MOST):
        form[f"about{n}"].choices = groups
    return form


def outcomes_form(goals: Sequence[Any], *, is_own: bool) -> OutcomesForm:
    """The form with an outcome and a reason for each goal, in one voice."""
    fields: dict[str, Any] = {}
    for goal in goals:
        outcome, why = (goal.hers, goal.her_why) if is_own else (goal.theirs, goal.their_why)
        fields[f"outcome-{goal.uuid}"] = ChoiceField("", choices=GoalOutcome, default=outcome)
        fields[f"why-{goal.uuid}"] = TextBlock(_l("Why?"), most=300, default=why)
    return with_fields(OutcomesForm, fields)
