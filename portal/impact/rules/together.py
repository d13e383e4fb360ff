"""A report of several providers: the sum of what a recognised report of each shows, and no more.

Nothing is counted anew, so a choice of providers says nothing that their reports don't say already
(decision 61).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.core.errors import N_
from portal.core.worded import WordedEnum
from portal.impact.rules.documents import (
    Document,
    Values,
    figure_rows,
    not_counted_rows,
    period_of,
    sealed_anew,
)
from portal.impact.rules.figures import Figure, figures_of, method

LEAST_PROVIDERS = 2
_WEEKS = "weeks"  # the same week of two providers is one week: those are no sum


class ProviderAnswer(WordedEnum):
    """What a provider says to being in a report with others."""

    ASKED = "asked", N_("No answer yet")
    YES = "yes", N_("Yes")
    NO = "no", N_("No")


def summed_document(
    parts: Sequence[Document],
    *,
    name: str,
    whose: Mapping[str, Any],
    compiled_at: datetime,
    previous: str | None = None,
) -> Document:
    """Add up public documents over the same days; hide what one of them hides.

    Of what some show the sum is told as the least that it can be.
    """
    period = period_of(parts[0])
    figures = [one for one in figures_of(period.from_on, period.until_on) if one.unit != _WEEKS]
    figured = [{row["id"]: row for row in part["figures"]} for part in parts]
    aside = [
        {row["id"]: {**row, "value": row["count"]} for row in part["not_counted"]} for part in parts
    ]
    values, shown = _sums(figures, figured)
    beside, seen = _sums(method().not_counted, aside)
    rows = [row | _least(row, figured) for row in figure_rows(figures, values, shown)]
    titles = {title for part in parts for title in part.get("activities", ())}
    return sealed_anew(
        period,
        compiled_at,
        organisation=name,
        small_count=max(part["small_count"] for part in parts),
        figures=rows,
        not_counted=not_counted_rows(beside, seen),
        activities=sorted(titles, key=str.casefold),
        groups=sum(part.get("groups", 0) for part in parts),
        previous=previous,
        parts=[
            {"number": part["number"], "organisation": part["organisation"], **part["period"]}
            for part in parts
        ],
        whose=dict(whose),
    )


_Rows = Sequence[Mapping[str, Mapping[str, Any]]]


def _sums(figures: Sequence[Figure], said: _Rows) -> tuple[Values, frozenset[str]]:
    """Add up each figure, None where one doesn't know it; and which all of them show."""
    of = {figure.id: [rows.get(figure.id, {}) for rows in said] for figure in figures}
    hides = {id_ for id_, rows in of.items() if any(row.get("hidden", True) for row in rows)}
    shown = frozenset(of.keys() - hides)
    values: Values = {}
    for id_ in shown:
        numbers = [row["value"] for row in of[id_]]
        values[id_] = None if None in numbers else sum(numbers)
    return values, shown


def _least(row: Mapping[str, Any], said: _Rows) -> dict[str, int]:
    """Say what those that show a figure have together, where not all do."""
    known = [
        value for rows in said
        if (value := rows.get(row["id"], {}).get("value")) is not None
    ]  # fmt: skip
    is_whole = row["value"] is not None or not known
    return {} if is_whole else {"at_least": sum(known), "reports": len(known)}
