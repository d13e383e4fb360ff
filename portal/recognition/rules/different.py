"""How many different people the reports of a year are about, and not who is in two of them."""

from datetime import date

_STEP = 10


def counted_on(year: int) -> date:
    """The day on which a year's people are counted once each, for good (decision 66)."""
    return date(year + 1, 4, 1)


def least_different(shown: int, different: int, small_count: int) -> int:
    """Say in tens how many different people there are at least, of a sum.

    The sum less this number leaves ten in a row for how many are in two reports. Either all below
    the small count are among those, or none is.
    """
    return min(different, shown - small_count + 1) // _STEP * _STEP
