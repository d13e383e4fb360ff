"""How many different people the reports of a year are about, and not who is in two of them."""

from collections.abc import Sequence
from datetime import date

_STEP = 10


def counted_on(year: int) -> date:
    """The day on which a year's people are counted once each, for good (decision 66)."""
    return date(year + 1, 4, 1)


def least_different(shown: Sequence[int], different: int, small_count: int) -> int:
    """Say in steps of ten how many different people these sums hold at least.

    All of the largest report are. What is left for how many are in two reports holds all numbers
    below the small count or none of them, and so does what is left for how many are not in the
    largest: that everybody of a small one is there, too, is told by no number.
    """
    largest = max(shown)
    told = min(different, sum(shown) - small_count + 1) - largest
    return largest + max(told, 0) // _STEP * _STEP
