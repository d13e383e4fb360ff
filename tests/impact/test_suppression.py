"""Small counts: what an attacker with pencil, paper and all published figures can't find out."""

from itertools import combinations, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.impact.suppression import Cell, Equation, exposed_cells, hidden_cells

K = 5
# A total in two ways, one of its parts a subtotal, as enrolments are.
NESTED = [
    Equation("all", ("new", "old")),
    Equation("all", ("done", "stopped", "going")),
    Equation("stopped", ("work", "moved", "other")),
]
LEAVES = ("done", "going", "work", "moved", "other")


def _nested(done: int, going: int, work: int, moved: int, other: int, new: int) -> dict[str, Cell]:
    """Cells of one person per unit."""
    ids = iter(range(1000))
    leaf = {
        name: frozenset(next(ids) for _ in range(count))
        for name, count in zip(LEAVES, (done, going, work, moved, other), strict=True)
    }
    stopped = leaf["work"] | leaf["moved"] | leaf["other"]
    everyone = leaf["done"] | leaf["going"] | stopped
    fresh = frozenset(sorted(everyone)[: min(new, len(everyone))])
    sets = {**leaf, "stopped": stopped, "all": everyone, "new": fresh, "old": everyone - fresh}
    return {name: Cell(len(people), people) for name, people in sets.items()}


def _solutions(cells, equations, hidden):
    """Assignments of the hidden cells (each at least 1) near the truth that fit what is shown.

    Looking near the truth is strict: solutions further off would only help to hide it.
    """
    totals = {equation.total for equation in equations}
    free = [name for name in sorted(hidden) if name not in totals]
    reach = 1 if len(free) > 5 else 2
    ranges = [
        range(max(1, cells[name].value - reach), cells[name].value + reach + 1) for name in free
    ]
    found = []
    shown = {name: cell.value for name, cell in cells.items() if name not in hidden}
    for values in product(*ranges):
        known = {**shown, **dict(zip(free, values, strict=True))}
        if _add_up(known, equations, hidden):
            found.append({name: known[name] for name in hidden})
    return found


def _add_up(known, equations, hidden):
    for equation in reversed(equations):  # subtotals come last in the list
        total = sum(known[part] for part in equation.parts)
        if known.setdefault(equation.total, total) != total:
            return False
        if equation.total in hidden and total < 1:
            return False
    return True


def _assert_protected(cells, equations, k=K):
    hidden = hidden_cells(cells, equations, k)
    for name, cell in cells.items():
        assert not 0 < len(cell.people) < k or name in hidden
        assert cell.value > 0 or name not in hidden, "a zero is shown"
    solutions = _solutions(cells, equations, hidden)
    for name in hidden:
        assert len({solution[name] for solution in solutions}) >= 2, f"{name} can be computed"
    _assert_no_small_sum(cells, equations, hidden, solutions, k)


def _assert_no_small_sum(cells, equations, hidden, solutions, k):
    """No sum of hidden cells that the shown ones give away is about fewer than k people."""
    totals = {equation.total for equation in equations}
    leaves = sorted(set(hidden) - totals)
    for size in range(1, len(leaves) + 1):
        for names in combinations(leaves, size):
            if len({sum(s[name] for name in names) for s in solutions}) == 1:
                people = frozenset().union(*(cells[name].people for name in names))
                assert len(people) >= k, f"{names} together are known"


small = st.integers(0, 7)


@settings(max_examples=150)
@given(small, small, small, small, small, st.integers(0, 35))
def test_nothing_hidden_can_be_computed(done, going, work, moved, other, new):
    _assert_protected(_nested(done, going, work, moved, other, new), NESTED)


@settings(max_examples=300)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(5, 10))
def test_one_row_of_parts_and_its_total(counts, k):
    ids = iter(range(100))
    parts = {f"p{i}": frozenset(next(ids) for _ in range(count)) for i, count in enumerate(counts)}
    cells = {name: Cell(len(people), people) for name, people in parts.items()}
    everyone = frozenset().union(*parts.values())
    cells["total"] = Cell(len(everyone), everyone)
    _assert_protected(cells, [Equation("total", tuple(parts))], k)


@settings(max_examples=200)
@given(st.lists(st.lists(st.integers(1, 8), max_size=8), min_size=2, max_size=4))
def test_values_that_are_not_people(rows):
    """Observations: one person may have several, and be in several parts."""
    cells = {f"p{i}": Cell(len(row), frozenset(row)) for i, row in enumerate(rows)}
    everyone = frozenset(person for row in rows for person in row)
    equation = Equation("total", tuple(cells))
    cells["total"] = Cell(sum(len(row) for row in rows), everyone)
    _assert_protected(cells, [equation])


def _row(*counts: int) -> tuple[dict[str, Cell], list[Equation]]:
    ids = iter(range(100))
    sets = [frozenset(next(ids) for _ in range(count)) for count in counts]
    cells = {f"p{i}": Cell(len(people), people) for i, people in enumerate(sets)}
    everyone = frozenset().union(*sets)
    return {**cells, "total": Cell(len(everyone), everyone)}, [Equation("total", tuple(cells))]


def _hidden(*counts: int) -> frozenset[str]:
    cells, equations = _row(*counts)
    return hidden_cells(cells, equations, K)


def test_a_lone_small_part_takes_the_next_smallest_with_it():
    assert _hidden(3, 20, 8) == {"p0", "p2"}


def test_two_small_parts_that_are_together_too_few_take_a_third():
    assert _hidden(1, 2, 20, 9) == {"p0", "p1", "p3"}


def test_six_ones_would_be_known_from_their_total_because_a_zero_is_shown():
    assert _hidden(1, 1, 1, 1, 1, 1) == {f"p{i}" for i in range(6)} | {"total"}


def test_enough_in_every_part_hides_nothing():
    assert _hidden(5, 0, 12) == frozenset()


def test_a_small_whole_is_hidden_and_its_zeros_are_not():
    assert _hidden(3, 0) == {"p0", "total"}


def test_a_hidden_subtotal_does_not_give_its_parts_away():
    # One still takes part; "stopped" is hidden for her sake, but two of its parts are small too,
    # and what is left of the total after the third part would be three people.
    cells = _nested(20, 1, 1, 1, 6, 29)
    hidden = hidden_cells(cells, NESTED, K)
    assert {"going", "work", "moved"} <= hidden
    assert hidden & {"other", "done"}


def _table(*rows: tuple[int, ...]) -> tuple[dict[str, Cell], list[Equation]]:
    """Each person in one row and one column, with the sums of both."""
    ids = iter(range(1000))
    inner = {
        (i, j): frozenset(next(ids) for _ in range(count))
        for i, row in enumerate(rows)
        for j, count in enumerate(row)
    }
    sets = {f"{i}{j}": people for (i, j), people in inner.items()}
    sums = {f"r{i}": [f"{a}{b}" for a, b in inner if a == i] for i, _ in inner}
    sums |= {f"c{j}": [f"{a}{b}" for a, b in inner if b == j] for _, j in inner}
    sets |= {name: frozenset().union(*(sets[p] for p in parts)) for name, parts in sums.items()}
    sets["all"] = frozenset().union(*inner.values())
    equations = [
        Equation("all", tuple(name for name in sums if name[0] == way)) for way in ("r", "c")
    ]
    equations += [Equation(name, tuple(parts)) for name, parts in sums.items()]
    return {name: Cell(len(people), people) for name, people in sets.items()}, equations


few = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))


@settings(max_examples=60)
@given(few, few, st.integers(2, 5))
@example((0, 3, 0), (0, 4, 3), 3)  # of a hidden sum of a column, what is left of a row is known
def test_a_table_of_two_ways(one, other, k):
    _assert_protected(*_table(one, other), k)


@pytest.mark.parametrize(
    ("made", "k", "hidden"),
    [
        ([_table((a, b), (c, d)) for a, b, c, d in product(range(4), repeat=4)], 3, 1263),
        ([_row(*row) for row in product(range(7), repeat=3)], K, 754),
        (
            [(_nested(a, b, c, d, e, 3), NESTED) for a, b, c, d, e in product((0, 1, 6), repeat=5)],
            K,
            1230,
        ),
    ],
    ids=["two by two", "a row", "nested"],
)
def test_how_much_is_hidden_of_all_small_tables(made, k, hidden):
    """What is lost to readers: whoever hides more, or others in a second report, has to mean it."""
    assert sum(len(hidden_cells(cells, sums, k)) for cells, sums in made) == hidden


def test_a_figure_of_one_about_many_protects_another():
    three, eight = frozenset(range(3)), frozenset(range(3, 11))
    cells = {"p0": Cell(3, three), "p1": Cell(1, eight), "total": Cell(4, three | eight)}
    assert hidden_cells(cells, [Equation("total", ("p0", "p1"))], K) == {"p0", "p1"}


def test_cells_that_move_by_more_than_one_are_found():
    """Three sums in a ring: where one rises by two, the three others move by one."""
    ring = [Equation("t", ("a", "b")), Equation("u", ("b", "c")), Equation("v", ("a", "c", "d"))]
    values = {"a": 2, "b": 1, "c": 2, "d": 1, "t": 3, "u": 3, "v": 5}
    assert exposed_cells(values, ring, "abcd") == []
    assert exposed_cells({**values, "a": 1, "t": 2, "v": 4}, ring, "abcd") == ["a", "b", "c", "d"]
    assert exposed_cells(values, ring, "abc") == ["a", "b", "c"]
