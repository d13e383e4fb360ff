"""What decides on reports sent in, without a database."""

from datetime import date, timedelta

import pytest

from portal.impact.rules import Statement
from portal.impact.rules.figures import figures_of
from portal.impact.rules.suppression import Cell
from portal.progress.rules import Voice
from portal.recognition.rules.different import least_different
from portal.recognition.rules.files import differences_of
from portal.recognition.rules.people import ListColumn, WorkAtStart, withheld, work_at_start
from portal.recognition.rules.sample import drawn_for, is_all_looked_at
from portal.recognition.rules.size import MOST_PEOPLE, Size, providers_by_size

FIGURES = figures_of(date(2026, 1, 1), date(2026, 3, 31))
STARTED = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([], None), ([(0, 4)], WorkAtStart.NOT_PAID), ([(0, 5)], WorkAtStart.PAID),
        ([(0, 6)], WorkAtStart.PAID), ([(28, 5)], WorkAtStart.PAID), ([(29, 5)], None),
        ([(-28, 4)], WorkAtStart.NOT_PAID), ([(-29, 4)], None),
        ([(0, 3), (5, 6)], WorkAtStart.NOT_PAID), ([(0, 6), (5, 3)], WorkAtStart.PAID),
    ],
)  # fmt: skip
def test_whether_she_worked_when_she_came_is_what_was_said_first(steps, says):
    said = [Statement(STARTED + timedelta(days), Voice.GUIDE, step) for days, step in steps]
    assert work_at_start(said, STARTED) is says
    assert work_at_start(said, None) is None


def cells_of(**people: range) -> dict[str, Cell]:
    """Figures about these people; all others are about nobody."""
    empty = {figure.id: Cell() for figure in FIGURES}
    return empty | {name: Cell(len(of), frozenset(of)) for name, of in people.items()}


@pytest.mark.parametrize(
    ("moved", "own_choice", "listed", "is_kept_back"),
    [
        (range(2), range(2, 4), range(0), True),  # the hidden ones are four, known together
        (range(6), range(6, 12), range(0), False),
        (range(6), range(6, 12), range(8), True),  # but for those in a list they are four again
        (range(2), range(2, 4), range(30), False),  # about nobody else
    ],
)
def test_what_is_hidden_of_a_whole_is_known_together(moved, own_choice, listed, is_kept_back):
    cells = cells_of(
        people=range(30), stopped_otherwise=range(20), stopped_moved=moved,
        stopped_own_choice=own_choice,
    )  # fmt: skip
    shown = {"people", "stopped_otherwise"}
    kept_back = withheld(cells, FIGURES, shown, listed, 5)
    assert (ListColumn.ENDING in kept_back) is is_kept_back
    assert withheld(cells, FIGURES, shown - {"people"}, listed, 5) == set()


def test_a_provider_is_small_up_to_fifty_people_in_its_largest_report():
    shown = [(1, MOST_PEOPLE), (1, 3), (2, MOST_PEOPLE + 1), (2, None), (3, None)]
    assert providers_by_size(shown) == {Size.SMALL: {1, 3}, Size.LARGE: {2}}


@pytest.mark.parametrize(
    ("shown", "different", "told"),
    [
        ([20, 20], 40, 30), ([20, 20], 36, 30), ([20, 20], 29, 20), ([20, 20], 30, 30),
        ([20, 14], 34, 30), ([20, 13], 33, 20), ([20, 20], 20, 20), ([20], 20, 20),
        ([100, 9], 109, 100),
    ],
)  # fmt: skip
def test_different_people_are_told_in_steps_of_ten_from_the_largest_report(shown, different, told):
    assert least_different(shown, different, 5) == told


def test_what_is_drawn_for_is_one_report_and_no_figure():
    one = {"organisation": "A", "period": "2026", "compiled_at": "now", "figures": [1]}
    assert drawn_for(one) == drawn_for({**one, "figures": [2]})
    others = [{**one, name: "other"} for name in ("organisation", "period", "compiled_at")]
    assert len({drawn_for(of) for of in (one, *others)}) == 4


@pytest.mark.parametrize(
    ("drawn", "looked_at", "kept", "is_all"),
    [([1, 2], 2, 0, True), ([1, 2], 1, 0, False), ([1, 2], 3, 1, True), ([], 0, 0, False)],
)
def test_all_is_looked_at_when_nothing_that_was_drawn_is_left(drawn, looked_at, kept, is_all):
    part = {"drawn": drawn, "looked_at": looked_at, "kept": kept}
    assert is_all_looked_at({"kinds": {"sessions": part}}) is is_all


@pytest.mark.parametrize(
    ("claimed", "kept", "said"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a: 1 in the file, 2 recognised"]),
        ({"a": {"b": 1}}, {"a": {"b": "é"}}, ['a.b: 1 in the file, "é" recognised']),
        ({"a": 1, "b": 2}, {"b": 2, "c": 3}, ["a: only in the file", "c: not in the file"]),
        ({"a": {"b": 1}}, {"a": {}}, ["a.b: only in the file"]),
        ({"a": True}, {"a": 1}, ["a: true in the file, 1 recognised"]),
        ([True], [1], ["[0]: true in the file, 1 recognised"]),
        (
            {"a": [{"id": "n", "v": 1}, {"v": 2}, 3]},
            {"a": [{"id": "n", "v": 0}, {"v": 0}, 0]},
            [
                "a[n].v: 1 in the file, 0 recognised",
                "a[1].v: 2 in the file, 0 recognised",
                "a[2]: 3 in the file, 0 recognised",
            ],
        ),
        ([1, 2], [1], [": 2 in the file, 1 recognised"]),
        ("a" * 78, "b" * 79, [f': "{78 * "a"}" in the file, "{76 * "b"}... recognised']),
    ],
)
def test_where_a_file_is_not_what_was_recognised_is_said_by_its_place(claimed, kept, said):
    assert list(differences_of(claimed, kept)) == said
