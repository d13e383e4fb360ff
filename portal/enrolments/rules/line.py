"""The waiting line, as decisions: whose turn it is, and which number somebody has.

The line is in the order of signing up. People who come together are one party: its turn is that of
its last member, so that nobody loses a turn to friends who come later. A party is offered places
only when there is room for all of it. Until then a smaller party behind it may pass, because an
empty chair helps nobody; the larger one keeps its turn.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.grouped import grouped

MOST_TOGETHER = 6


@dataclass(frozen=True)
class InLine:
    """One person in the line."""

    id: int
    together: uuid.UUID | None = None
    was_offered: bool = False  # and did not take it: now staff decide about her


Party = list[InLine]


def parties(line: Sequence[InLine], places: int) -> list[Party]:
    """Sort parties by turn; one larger than the group counts one by one."""
    in_order = sorted(line, key=lambda one: one.id)
    found = grouped((one.together or one.id, one) for one in in_order)
    fitting = [party for party in found.values() if len(party) <= places]
    alone = [[one] for party in found.values() if len(party) > places for one in party]
    return sorted([*fitting, *alone], key=lambda party: party[-1].id)


def next_party(line: Sequence[InLine], free: int, places: int) -> list[int]:
    """Choose who is offered places now, all at once; nobody twice."""
    turns = parties([one for one in line if not one.was_offered], places)
    fitting = next((party for party in turns if len(party) <= free), [])
    return [one.id for one in fitting]


def left_for_new(line: Sequence[InLine], free: int, places: int) -> int:
    """Count the places left once all of the line had its turn."""
    line = list(line)
    while turn := next_party(line, free, places):
        line = [one for one in line if one.id not in turn]
        free -= len(turn)
    return free


def number_in_line(line: Sequence[InLine], enrolment_id: int, places: int) -> int:
    """Count her place in the line from 1; 0 for who isn't waiting."""
    before = 0
    for party in parties(line, places):
        if any(one.id == enrolment_id for one in party):
            return before + 1
        before += len(party)
    return 0
