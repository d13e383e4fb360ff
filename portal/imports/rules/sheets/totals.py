"""Whether the sums that somebody wrote are those of the marks: checked, or said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from portal.imports.rules.sheets.shapes import CodeMeaning, FileMark, KeptSheet, Total

Placed = tuple[int, int, FileMark]  # with its line and column
_NEAR = 0.051  # as people round
_NEAR_SHARE = 0.51  # of a percentage


def odd_totals(sheet: KeptSheet, marks: Sequence[Placed]) -> list[str]:
    """Addresses of sums that say something else than the marks.

    All of one column, or of one line, sum up the same: what makes most of them right.
    """
    groups: dict[tuple[bool, int], list[Total]] = defaultdict(list)
    for total in sheet.totals:
        groups[total.is_of_line, total.column if total.is_of_line else total.row].append(total)
    odd = []
    for group in groups.values():
        sums = [_sums_for(total, sheet, marks) for total in group]
        # Where nobody wrote the hours of a day, each counts for as many.
        each = Counter(
            round(total.number / one[0], 2)
            for total, one in zip(group, sums, strict=True)
            if one[0]
        ).most_common(1)
        fits = [
            [_fits(total, one) for one in [*told, *(told[0] * length for length, _ in each)]]
            for total, told in zip(group, sums, strict=True)
        ]
        best = max(range(len(fits[0])), key=lambda at: sum(one[at] for one in fits))
        wrong = [total for total, one in zip(group, fits, strict=True) if not one[best]]
        odd += [f"{sheet.name}!{one.address}".lstrip("!") for one in wrong]
    return odd


def _fits(total: Total, one: float) -> bool:
    near = _NEAR_SHARE if total.is_share else _NEAR
    return abs(total.number - one) < near


def _sums_for(total: Total, sheet: KeptSheet, marks: Sequence[Placed]) -> list[float]:
    """What it may be: a sum of all marks in its line or column, or of those since another sum."""
    heads = {head.column for head in sheet.heads}
    if total.is_of_line:
        places = [(column, mark) for row, column, mark in marks if row == total.row]
        own, others = total.column, {one.column for one in sheet.totals if one.is_of_line}
    else:
        is_all = total.column not in heads  # a sum of sums
        places = [(row, mark) for row, column, mark in marks if is_all or column == total.column]
        own, others = total.row, {one.row for one in sheet.totals if not one.is_of_line}
    since = max((at for at in others if at < own), default=-1)
    part = [mark for at, mark in places if since < at < own]
    whole = len(sheet.heads if total.is_of_line else sheet.lines)
    return [*_sums([mark for _, mark in places], whole), *_sums(part, len(part))]


def _sums(marks: Collection[FileMark], whole: int) -> Iterator[float]:
    """How often, how long, in which part or how much on average somebody was there, or away.

    `whole`: how many there are of days or people, as an empty cell may be an absence too.
    """
    here = [mark for mark in marks if mark.is_here]
    minutes = sum(mark.minutes or 0 for mark in here)
    yield len(here)
    yield sum(0.5 if mark.meaning is CodeMeaning.HALF else 1 for mark in here)
    yield from (minutes / 60, minutes, minutes / 60 / max(1, len(here)))
    yield from (len(marks) - len(here), sum(mark.meaning is CodeMeaning.ABSENT for mark in marks))
    yield sum(mark.meaning is CodeMeaning.EXCUSED for mark in marks)
    yield whole - len(here)
    for parts in (whole, len(marks)):
        yield from (len(here) / max(1, parts), 100 * len(here) / max(1, parts))
