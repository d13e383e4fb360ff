"""A report composed of recognised ones and of the days that none of them is about.

What adds up is the sum of what its parts show: it says nothing that they don't say already. People
are counted anew, each in the last part that she is in, where nothing hidden follows from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from portal.impact.rules import Period
from portal.impact.rules.documents import Counts, Document, period_of, sealed, shown_of
from portal.impact.rules.figures import MONTHS, Composed, Figure, figures_of, method
from portal.impact.rules.suppression import Cell

_DAY = timedelta(days=1)
_Values = dict[str, int | None]


def days_between(period: Period, parts: Iterable[Period]) -> list[Period]:
    """List the days of a period that none of its parts has, in order."""
    begins, found = period.from_on, []
    for part in [*parts, Period(period.until_on + _DAY, period.until_on)]:
        if begins < part.from_on:
            found.append(Period(begins, part.from_on - _DAY))
        begins = part.until_on + _DAY
    return found


def composed_document(
    document: Document, parts: Sequence[Document], counts: Counts, of_parts: Sequence[Counts]
) -> Document:
    """Make a whole period's document say what its parts say together, and name them.

    `counts` are of the whole period as it is today, `of_parts` of the days of each part.
    """
    period = period_of(document)
    figures = figures_of(period.from_on, period.until_on)
    composing = _Composing(document, parts, counts, of_parts)
    values = composing.values(figures, "figures", "value")
    aside = composing.values(method().not_counted, "not_counted", "count")
    rows = [_said(row, "value", values) for row in document["figures"]]
    for row, figure in zip(rows, figures, strict=True):
        row["n"] = None if row["value"] is None else values.get(figure.base or "")
    return sealed(
        {
            **document,
            "figures": rows,
            "not_counted": [_said(row, "count", aside) for row in document["not_counted"]],
            "parts": [{"number": part["number"], **part["period"]} for part in parts],
        }
    )


def _said(row: dict[str, Any], name: str, values: _Values) -> dict[str, Any]:
    value = values[row["id"]]
    is_unknown = row[name] is None and not row["hidden"]
    return {**row, name: value, "hidden": value is None and not is_unknown}


@dataclass(frozen=True)
class _Composing:
    document: Document
    parts: Sequence[Document]
    counts: Counts
    of_parts: Sequence[Counts]

    def values(self, figures: Sequence[Figure], where: str, name: str) -> _Values:
        """Give each figure's value, None where it is hidden."""
        said = [{row["id"]: row[name] for row in part[where]} for part in self.parts]
        today = {row["id"]: row[name] for row in self.document[where]}
        others, found = self._others(), dict[str, int | None]()
        unclear = set[tuple[str | None, str]]()
        for figure in figures:
            of = [part.get(figure.id) for part in said]
            if figure.group == MONTHS and figure.part_of:  # a part has months of its own
                of = [part[figure.id] for part in said if figure.id in part]
            shown = [number for number in of if number is not None]
            found[figure.id] = None
            if len(shown) < len(of) and figure.composed is not Composed.ANEW:
                continue
            match figure.composed:
                case Composed.SUM:
                    found[figure.id] = sum(shown)
                case Composed.LAST:
                    found[figure.id] = self._checked(figure, shown, others.get(figure.id))
                case Composed.ANEW:
                    found[figure.id] = today[figure.id]
                    if not (figure.is_about_people and self._is_near(today[figure.id], shown)):
                        continue
                    unclear.add((figure.part_of, figure.group))
                case Composed.REST | Composed.NEVER:
                    pass
                case never:
                    assert_never(never)
        for figure in figures:
            if figure.composed is Composed.REST:
                self._settle_rest(figure, figures, found)
        for figure in figures:
            company = figure.shown_with if figure.composed is not Composed.SUM else None
            whole = figure.part_of or company
            is_unclear = (figure.part_of, figure.group) in unclear
            if is_unclear or (whole in found and found[whole] is None):
                found[figure.id] = None
        return found

    def _others(self) -> dict[str, Cell]:
        """Count those that the last part is not about, where the rule would show them alone."""
        cells = {}
        for name, cell in self.counts.cells.items():
            people = cell.people - self.of_parts[-1].cells.get(name, Cell()).people
            cells[name] = Cell(len(people), people)
        least, groups = self.document["small_count"], self.document["groups"]
        shown = shown_of(cells, period_of(self.document), least, groups)
        return {name: cell for name, cell in cells.items() if name in shown}

    def _checked(self, figure: Figure, of: list[int], others: Cell | None) -> int | None:
        """Add the others to the last part, unless few are missing in one part or in several.

        A part that would say something else today would show that it was put right.
        """
        if others is None:
            return None
        value = of[-1] + others.value
        today = [counts.cells[figure.id].value for counts in self.of_parts]
        if figure.group == "ladder":  # who rose until March may have held until June
            return value if today[-1] == of[-1] else None
        if today != of:
            return None
        return None if self._is_near(value, of) or value in of else value

    def _is_near(self, value: int | None, of: list[int]) -> bool:
        """Say whether what parts show tells a few of a number: of all together, or of one."""
        apart = [abs((value or 0) - number) for number in (sum(of), *of)]
        return value is not None and any(0 < few < self.document["small_count"] for few in apart)

    def _settle_rest(self, rest: Figure, figures: Sequence[Figure], found: _Values) -> None:
        """Take what is shown from its whole; too few left and the whole is hidden, as it tells."""
        beside = {
            figure.id
            for figure in figures
            if (figure.part_of, figure.group) == (rest.part_of, rest.group)
        }
        whole = found[rest.part_of or ""]
        parts = [found[name] for name in beside - {rest.id}]
        if whole is None or None in parts:
            return
        left = whole - sum(part or 0 for part in parts)
        is_enough = left >= self.document["small_count"]
        found[rest.id if is_enough else rest.part_of or ""] = left if is_enough else None
