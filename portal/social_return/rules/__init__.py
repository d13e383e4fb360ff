"""What a duty of social return is fulfilled with, and how a tariff is measured."""

from portal.core.errors import N_
from portal.core.worded import WordedEnum


class Way(WordedEnum):
    """The six ways to fulfil a duty."""

    WORK = "work", N_("Work")
    LEARNING = "learning", N_("Learning and work experience")
    PURCHASING = "purchasing", N_("Social purchasing")
    ACTIVITY = "activity", N_("Activity for society")
    INVESTMENT = "investment", N_("Social investment")
    OPEN = "open", N_("Another way")


class Per(WordedEnum):
    """What a tariff is an amount for."""

    YEAR = "year", N_("a year")
    MONTH = "month", N_("a month")
    HOUR = "hour", N_("an hour")
    DAY = "day", N_("a day")
    ONCE = "once", N_("one time")
    COSTS = "costs", N_("what you paid, without VAT")


GIVEN = frozenset({Per.HOUR, Per.DAY, Per.COSTS})  # something that somebody got, no person


def duty_of(value_cents: int, percent: int) -> int:
    """A share of a contract's value, to the cent; `percent` in hundredths of one."""
    return (value_cents * percent + 5_000) // 10_000
