"""What a list of the people in a report says of each, and what of it would tell of the others."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from portal.core.errors import N_
from portal.core.worded import WordedEnum
from portal.impact.rules import Statement
from portal.impact.rules.figures import Figure, parts_of
from portal.impact.rules.suppression import Cell, is_small

AT_THE_START = timedelta(days=28)  # a step stated later says nothing of how she came
_PAID_STEP = 5  # paid work with support; 6 is paid work


class ListColumn(WordedEnum):
    NUMBER = "number", N_("Number at the referrer")
    STARTED_ON = "started_on", N_("First day")
    ENDED_ON = "ended_on", N_("Last day")
    ENDING = "ending", N_("How it ended")
    HOURS = "hours", N_("Hours")
    MINUTES = "minutes", N_("Minutes")
    AT_START = "at_start", N_("Work at the start")
    STEP = "step", N_("Step on the ladder")
    WENT_ON = "went_on", N_("Went on to")
    STILL_THERE = "still_there", N_("Still there after six months")


class ColumnOf(NamedTuple):
    """What a column means; without words the method's groups say it."""

    means: str = ""
    groups: tuple[str, ...] = ()
    esf: str = ""  # the common indicators (Regulation (EU) 2021/1057, annex I) that it is for


_C = ListColumn
COLUMNS = {
    _C.NUMBER: ColumnOf(
        N_("The number under which the organisation that referred knows her. No BSN."),
        esf="EECO01",
    ),
    _C.STARTED_ON: ColumnOf(N_("Of the first place that she had in these days.")),
    _C.ENDED_ON: ColumnOf(N_("Of the last place, if none went on after these days.")),
    _C.ENDING: ColumnOf(groups=("course", "reasons")),
    _C.HOURS: ColumnOf(N_("The minutes, divided by 60 and rounded."), ("taking_part",)),
    _C.MINUTES: ColumnOf(groups=("taking_part",)),
    _C.AT_START: ColumnOf(
        N_(
            "By the first step on the ladder, stated within four weeks of the first day. "
            "We know nothing of benefits, or of how long she was without work."
        ),
        esf="EECO02 EECO04 EECO05",
    ),
    _C.STEP: ColumnOf(groups=("ladder",)),
    _C.WENT_ON: ColumnOf(groups=("outflow",), esf="EECR02 EECR04"),
    _C.STILL_THERE: ColumnOf(groups=("still_6",), esf="EECR05"),
}


class WorkAtStart(WordedEnum):
    PAID = "paid", N_("In paid work")
    NOT_PAID = "not_paid", N_("Not in paid work")


def work_at_start(said: Sequence[Statement], started_on: date | None) -> WorkAtStart | None:
    """Say whether she worked when she came, as stated then; None: unknown."""
    if not said or started_on is None or abs(said[0].stated_on - started_on) > AT_THE_START:
        return None
    return WorkAtStart.PAID if said[0].step >= _PAID_STEP else WorkAtStart.NOT_PAID


def withheld(
    cells: Mapping[str, Cell],
    figures: Sequence[Figure],
    shown: Collection[str],
    listed: Collection[int],
    small_count: int,
) -> set[ListColumn]:
    """Name the columns by which a reader of the report could tell of few others.

    `listed` ever were in a list, `shown` is what everybody reads; what is hidden of a whole is
    known together. Without those listed it is about others: enough of them, or there are none.
    """
    if "people" not in shown or cells["people"].people.issubset(listed):
        return set()
    known = [[id_] for id_ in shown if id_ in cells]
    known += [
        hidden
        for whole, parts in parts_of([*figures])
        if whole in shown and (hidden := [part for part in parts if part not in shown])
    ]
    few = {
        id_
        for ids in known
        if is_small([Cell(people=cells[id_].people.difference(listed)) for id_ in ids], small_count)
        for id_ in ids
    }
    groups = {figure.group for figure in figures if figure.id in few}
    return {column for column, of in COLUMNS.items() if not groups.isdisjoint(of.groups)}
