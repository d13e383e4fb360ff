"""What the figures under one heading say, in a sentence or two: the same on a page and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from portal.core import N_
from portal.web.words import euros, hours, number


@dataclass(frozen=True)
class Row:
    """A figure in words: `value` is none when hidden; `text` carries the percentage.

    `before` is the same figure of the period before, where there is one that can be compared.
    """

    id: str
    label: str
    value: int | None
    text: str
    href: str
    n: int | None
    unit: str
    is_hidden: bool
    before: Row | None = None

    @property
    def bare(self) -> str:
        """Its text without the unit, where a heading says that."""
        return hours(self.value) if self.value is not None and self.unit == "minutes" else self.text

    @property
    def is_seen(self) -> bool:
        """Whether there is a number to draw, of now or of before."""
        return not self.is_hidden or (self.before is not None and not self.before.is_hidden)


_Rows = Mapping[str, Row]
_Conclusion = Callable[[_Rows, Sequence[Row]], list[str]]


SOME_HIDDEN = N_("Some of these numbers are hidden.")


def conclusion(group: str, rows: _Rows, inside: Sequence[Row]) -> str:
    """Say what a group's figures say; `inside` its own, `rows` the report's."""
    return " ".join(CONCLUSIONS[group](rows, inside))


def _taking_part(rows: _Rows, _inside: Sequence[Row]) -> list[str]:
    people, minutes = rows["people"], rows["minutes"].value
    if people.value is None or minutes is None:
        return [gettext("So few people were there that we do not say how many.")]
    said = [
        ngettext(
            "%(num)s person was there, %(hours)s hours in all.",
            "%(num)s people were there, %(hours)s hours in all.",
            people.value,
            hours=hours(minutes),
        )
    ]
    if people.before is not None and people.before.value is not None:
        count = people.before.value
        said.append(gettext("In the period before there were %(count)s.", count=number(count)))
    return said


def _by_month(_rows: _Rows, inside: Sequence[Row]) -> list[str]:
    shown = [row for row in inside if row.value is not None]
    if len(shown) < len(inside):
        return [gettext(SOME_HIDDEN)]
    busiest = max(shown, key=lambda row: row.value or 0, default=None)
    if busiest is None or not busiest.value:
        return [gettext("There are no hours by month to show.")]
    return [
        gettext(
            "Most hours were made in %(month)s: %(hours)s.",
            month=busiest.label,
            hours=hours(busiest.value),
        )
    ]


def _ladder(rows: _Rows, inside: Sequence[Row]) -> list[str]:
    said = _ROSE(rows, inside)
    unknown = rows["ladder_unknown"].value
    if unknown:
        said.append(
            ngettext(
                "Of %(num)s person it is unknown.", "Of %(num)s people it is unknown.", unknown
            )
        )
    return [*said, gettext("To hold a step is a result too.")]


def _outflow(rows: _Rows, _inside: Sequence[Row]) -> list[str]:
    gone_on = rows["outflow"].value
    if gone_on is None:
        return [gettext("So few people went on that we do not say how many.")]
    return [
        ngettext(
            "%(num)s person went on to something new, with a document seen.",
            "%(num)s people went on to something new, with a document seen.",
            gone_on,
        )
    ]


def _says(words: str, hidden: str = SOME_HIDDEN, then: str = "", **others: str) -> _Conclusion:
    """Make a conclusion of one sentence about the figures that it names; `hidden` without.

    `others` are figures under another name there. `share` is the last as a percentage of the one
    before it; `then` is always said.
    """
    names = {name: others.get(name, name) for name in _NAMED.findall(words) if name != "share"}

    def said(rows: _Rows, _inside: Sequence[Row]) -> list[str]:
        values = {key: rows[name].value if name in rows else None for key, name in names.items()}
        shown = {key: value for key, value in values.items() if value is not None}
        sentence = gettext(hidden)
        if len(shown) == len(names):
            *_, whole, part = shown.values()
            parts = {key: number(value) for key, value in shown.items()}
            sentence = gettext(words, share=round(100 * part / whole) if whole else 0, **parts)
        return [sentence, gettext(then)] if then else [sentence]

    return said


_NAMED = re.compile(r"%\((\w+)\)s")
_FEW = N_("So few people were there that we do not say how many.")
_ROSE = _says(N_("Of %(people)s people %(ladder_rose)s rose and %(ladder_held)s held their step."))


def _still(months: int) -> _Conclusion:
    return _says(
        N_("Of %(all)s people who went on, %(yes)s say that they are still there: %(share)s%%."),
        all="outflow",
        yes=f"still_{months}_yes",
    )


def _investment(rows: _Rows, _inside: Sequence[Row]) -> list[str]:
    """Say who paid: for all of it where that is known, else for the direct costs."""
    difference, not_paid = (
        rows[name].value if name in rows else None
        for name in ("difference_cents", "not_paid_cents")
    )
    if not_paid is not None and not_paid > 0:
        amount = euros(not_paid)
        return [gettext("%(amount)s of what was put in, was not paid for.", amount=amount)]
    if not_paid is not None:
        return [gettext("All that was put in, was paid for.")]
    if difference is None:
        return [gettext("Not everything was filled in, so the difference is unknown.")]
    if difference < 0:
        amount = euros(-difference)
        said = gettext(
            "The organisation paid %(amount)s of the direct costs itself.", amount=amount
        )
        return [said]
    return [gettext("The direct costs were paid for.")]


CONCLUSIONS: dict[str, _Conclusion] = {
    "taking_part": _taking_part,
    "newcomers": _says(
        N_("Of %(people)s people %(people_new)s were there for the first time."),
        N_("How many were new is hidden: it is about few people."),
    ),
    "by_month": _by_month,
    "visits": _says(
        N_("People were expected %(visits)s times and came %(visits_present)s times: %(share)s%%.")
    ),
    "rhythm": _says(
        N_("Somebody came in %(weeks)s weeks, %(weeks_in_a_row)s of them one after another."), _FEW
    ),
    "kept_how": _says(
        N_("Of %(sessions)s registers %(sessions_in_time)s were kept in time."), _FEW
    ),
    "course": _says(
        N_("%(ended)s enrolments ended: %(completed)s completed, %(stopped)s stopped early.")
    ),
    "waiting": _says(
        N_(
            "Of %(people_new)s who were new, %(new_waited_week)s waited at most a week: "
            "%(share)s%%."
        ),
        N_("How long people waited is hidden: it is about few people."),
    ),
    "reasons": _says(
        N_(
            "Of %(stopped)s who stopped early, %(stopped_went_on)s went on to something new: "
            "%(share)s%%."
        ),
        N_("The reasons are hidden: each is about few people."),
    ),
    "rated": _says(
        N_(
            "Of %(ended)s who left %(rated)s answered. %(rated_good)s of them found it good: "
            "%(share)s%%."
        ),
        N_("What people found is hidden: it is about few people, or not recognised yet."),
    ),
    "ladder": _ladder,
    "goals": _says(N_("Participants say that %(goals_hers_reached)s of %(goals)s goals worked.")),
    "goals_theirs": _says(
        N_("Guides say that %(goals_theirs_reached)s of %(goals)s goals worked.")
    ),
    "observations": _says(
        N_(
            "Guides gave %(observations_guide)s examples, participants "
            "%(observations_participant)s."
        ),
        then=N_("The voices stand beside each other and are never averaged."),
    ),
    "competences": _says(
        N_(
            "Of %(competences)s competences with an example %(competences_one)s were seen by "
            "one voice."
        )
    ),
    "outflow": _outflow,
    "still_3": _still(3),
    "still_6": _still(6),
    "investment": _investment,
}
