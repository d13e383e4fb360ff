"""Sums of whole numbers, and the least and the most that each number in them can be."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping
from typing import Any

import highspy

MOST = 200  # nobody takes a number for larger
LEFT = -2  # what one number is more than others
_NEARLY = 1e-6  # a fraction this near to a whole number is one
_KINDS = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)

Name = tuple[int, str]  # the report and its figure
Row = dict[Name, int]  # numbers, so many times each, that come to nothing together


class System:
    """Sums of whole numbers, solved in the parts that hang together."""

    def __init__(self) -> None:
        self.bounds: dict[Name, tuple[int, int]] = {}
        self.rows: list[Row] = []

    def bound(self, name: Name, low: int, high: int) -> None:
        old = self.bounds.get(name, (0, MOST))
        self.bounds[name] = (max(low, old[0]), min(high, old[1]))

    def equal(self, left: list[Name], right: list[Name]) -> None:
        self.rows.append(dict.fromkeys(left, 1) | dict.fromkeys(right, -1))

    def at_most(self, number: int, less: dict[str, int], more: dict[str, int]) -> None:
        """Some figures of a report, so many times each, are no more than others."""
        left, right = ({(number, name): times for name, times in of.items()} for of in (less, more))
        self.bounded(left, right)

    def bounded(self, less: Row, more: Row) -> None:
        """So many times each, some numbers are no more than others."""
        row = less | {name: -times for name, times in more.items()}
        row[LEFT, str(len(self.rows))] = 1
        self.rows.append(row)

    def bounds_of(
        self, wanted: Container[Name], small: Mapping[Name, int] | None = None
    ) -> Iterator[tuple[Name, tuple[int, int]]]:
        """The least and the most that each wanted number that isn't given can be.

        With what is `small` of each, those are left out that can be nothing and all that is small:
        of them nobody learns anything.
        """
        for rows in self._parts():
            part = _Part(rows, self.bounds)
            asked = [name for name in part.names if name in wanted and not self._is_given(name)]
            if small:  # what pulls all up, and all down, shows of most that they are left out
                part.solve("minimize", *asked)
                part.solve("maximize", *asked)
            for name in asked:
                if small and not part.least[name] and part.most[name] >= small[name] - 1:
                    continue
                if part.solve("minimize", name) and part.solve("maximize", name):
                    yield name, (part.least[name], part.most[name])

    def _is_given(self, name: Name) -> bool:
        low, high = self.bounds.get(name, (0, MOST))
        return low == high

    def _parts(self) -> list[list[dict[Name, int]]]:
        """Rows that share a number that isn't given, together."""
        parts: list[tuple[set[Name], list[dict[Name, int]]]] = []
        for row in self.rows:
            unknown = {name for name in row if not self._is_given(name)}
            if not unknown:
                continue
            together, rest = (unknown, [row]), []
            for part in parts:
                if part[0] & unknown:
                    together[0].update(part[0])
                    together[1].extend(part[1])
                else:
                    rest.append(part)
            parts = [*rest, together]
        return [rows for _, rows in parts]


class _Part:
    """Rows that hang together, and between what each number was seen in their solutions.

    Where fractions are allowed the answer comes in a moment, from where the last one ended. It is
    as low, or as high, as any whole number can be: once that was seen there is nothing to solve.
    """

    def __init__(self, rows: list[Row], bounds: Mapping[Name, tuple[int, int]]) -> None:
        self.names = sorted({name for row in rows for name in row})
        self.least = dict.fromkeys(self.names, MOST)
        self.most = dict.fromkeys(self.names, 0)
        self._at = {name: at for at, name in enumerate(self.names)}
        of = [bounds.get(name, (0, MOST)) for name in self.names]
        self._wholes, self._fractions = (self._solver(rows, of, kind) for kind in _KINDS)

    def _solver(
        self, rows: list[Row], bounds: list[tuple[int, int]], kind: highspy.HighsVarType
    ) -> Any:
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        for at, (low, high) in enumerate(bounds):
            solver.addVar(low, high)
            solver.changeColIntegrality(at, kind)
        for row in rows:
            solver.addRow(0, 0, len(row), [self._at[name] for name in row], list(row.values()))
        return solver

    def solve(self, way: str, *together: Name) -> bool:
        """Whether there is a solution with as few, or as many, of these as there can be."""
        if not together:
            return True
        found = self._solved(self._fractions, way, together)
        if found is None:
            return False
        if all(abs(value - round(value)) < _NEARLY for value in found):
            return self._keep(found)
        if len(together) == 1 and self._is_seen(way, together[0], found[self._at[together[0]]]):
            return True
        found = self._solved(self._wholes, way, together)
        return found is not None and self._keep(found)

    def _is_seen(self, way: str, name: Name, edge: float) -> bool:
        """Whether a solution of whole numbers came as near to the edge as one can come."""
        least, most = self.least[name], self.most[name]
        if least > most:  # there was no solution yet
            return False
        if way == "minimize":
            return least <= math.ceil(edge - _NEARLY)
        return most >= math.floor(edge + _NEARLY)

    def _solved(self, solver: Any, way: str, together: tuple[Name, ...]) -> list[float] | None:
        kind = highspy.ObjSense.kMinimize if way == "minimize" else highspy.ObjSense.kMaximize
        wanted = set(together)
        costs = [float(name in wanted) for name in self.names]
        solver.changeColsCost(len(costs), list(range(len(costs))), costs)
        solver.changeObjectiveSense(kind)
        solver.run()
        is_solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return list(solver.getSolution().col_value) if is_solved else None

    def _keep(self, found: list[float]) -> bool:
        for name, value in zip(self.names, map(round, found), strict=True):
            self.least[name] = min(self.least[name], value)
            self.most[name] = max(self.most[name], value)
        return True
