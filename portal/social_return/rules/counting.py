"""What a line counts for: exactly, in fractions, and rounded to the cent once, at the end."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any, assert_never

from portal.core.errors import N_, RuleBroken
from portal.social_return.rules import Per
from portal.social_return.rules.schemes import Bonus, Scheme, Tariff

_ALL_MINUTES = 168 * 60  # of a week


@dataclass(frozen=True)
class Claim:
    """What is put in under a tariff; nothing of who it is.

    `given` is what the tariff asks: minutes in all, days, or cents paid.
    """

    tariff: str
    from_on: date
    until_on: date
    week_minutes: int = 0
    given: int = 0
    bonuses: frozenset[str] = frozenset()


@dataclass
class Before:
    """What the same person was counted for already, on earlier days."""

    months: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))  # a tariff
    once: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Counted:
    """What a claim counts for, with all that its formula shows."""

    tariff: Tariff
    scheme: Scheme
    claim: Claim
    cents: int
    months: Fraction  # of the period
    months_counted: Fraction
    week_minutes: int  # that count: no more than full time
    bonuses: tuple[Bonus, ...] = ()
    has_too_few_hours: bool = False
    was_counted_before: bool = False  # what counts once only

    @property
    def is_cut(self) -> bool:
        """Whether the scheme's longest time cut it."""
        return self.months_counted < self.months


def months_between(from_on: date, until_on: date) -> Fraction:
    """Count calendar months, both days included; of one in part its share of days.

    So two periods that follow each other count for as much as the one they make.
    """
    months, day = Fraction(0), from_on
    while day <= until_on:
        length = monthrange(day.year, day.month)[1]
        last = min(day.replace(day=length), until_on)
        months += Fraction((last - day).days + 1, length)
        day = last + timedelta(days=1)
    return months


def count(scheme: Scheme, claim: Claim, before: Before | None = None) -> Counted:
    """Count a claim under a version of a scheme; RuleBroken for what can't be."""
    before = before or Before()
    tariff = scheme.tariff(claim.tariff)
    bonuses = tuple(one for one in scheme.bonuses_of(tariff) if one.key in claim.bonuses)
    _check(claim, bonuses)
    months = months_between(claim.from_on, claim.until_on)
    left = (
        months
        if tariff.months is None
        else max(tariff.months - before.months[tariff.key], Fraction(0))
    )
    counted_months = min(months, left)
    full = tariff.full_time * 60
    minutes = min(claim.week_minutes, full)
    year = Fraction(minutes, full) if full else Fraction(1)
    has_too_few = tariff.per is Per.YEAR and claim.week_minutes < tariff.least_hours * 60
    was_before = tariff.per is Per.ONCE and tariff.key in before.once
    once = tuple(one for one in bonuses if one.per is Per.ONCE and one.key not in before.once)
    yearly = tuple(one for one in bonuses if one.per is Per.YEAR)
    match tariff.per:
        case Per.YEAR:
            euros = (tariff.euros + sum(one.euros for one in yearly)) * year * counted_months / 12
        case Per.MONTH:
            euros = tariff.euros * counted_months
        case Per.HOUR:
            euros = Fraction(tariff.euros * claim.given, 60)
        case Per.DAY:
            euros = Fraction(tariff.euros * claim.given)
        case Per.ONCE:
            euros = Fraction(0 if was_before else tariff.euros)
        case Per.COSTS:
            euros = Fraction(claim.given, 100)
        case _:
            assert_never(tariff.per)
    euros += sum(one.euros for one in once)
    return Counted(
        tariff, scheme, claim,
        cents=0 if has_too_few else to_cents(euros),
        months=months, months_counted=counted_months, week_minutes=minutes,
        bonuses=yearly + once, has_too_few_hours=has_too_few, was_counted_before=was_before,
    )  # fmt: skip


def to_cents(euros: Fraction) -> int:
    """Round to the cent, half a cent up."""
    return floor(euros * 100 + Fraction(1, 2))


def _check(claim: Claim, bonuses: tuple[Bonus, ...]) -> None:
    if claim.until_on < claim.from_on:
        raise RuleBroken("until_on", N_("The last day comes before the first."))
    if not 0 <= claim.week_minutes <= _ALL_MINUTES:
        raise RuleBroken("hours", N_("A week doesn't have so many hours."))
    alike = [one.one_of for one in bonuses if one.one_of]
    if len(alike) != len(set(alike)):
        raise RuleBroken("bonuses", N_("Of these extra amounts only one counts. Choose one."))


def count_all(lines: Mapping[Any, tuple[Scheme, str, Claim]]) -> dict[Any, Counted]:
    """Count lines of one contract, each of somebody, by their days.

    A scheme's longest time, and what counts once, hold for a person over all lines of a contract.
    The first days come first, whichever line was entered first.
    """
    told: dict[str, Before] = defaultdict(Before)
    found: dict[Any, Counted] = {}
    for name, (scheme, who, claim) in sorted(lines.items(), key=lambda item: _order(item[1])):
        found[name] = counted = count(scheme, claim, told[who])
        if not counted.has_too_few_hours:
            told[who].months[claim.tariff] += counted.months_counted
            told[who].once.update((claim.tariff, *(one.key for one in counted.bonuses)))
    return found


def _order(line: tuple[Scheme, str, Claim]) -> tuple[Any, ...]:
    _, who, claim = line
    return (
        claim.from_on, claim.until_on, who, claim.tariff, claim.week_minutes, claim.given,
        sorted(claim.bonuses),
    )  # fmt: skip
