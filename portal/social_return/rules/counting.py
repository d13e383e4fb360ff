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


@dataclass(frozen=True, order=True)
class Claim:
    """What is put in under a tariff; nothing of who it is.

    `given` is what the tariff asks: minutes in all, days, or cents paid.
    """

    tariff: str
    from_on: date
    until_on: date
    week_minutes: int = 0
    given: int = 0
    bonuses: tuple[str, ...] = ()


@dataclass
class Before:
    """What the same person was counted for already, on earlier days."""

    months: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))  # a tariff
    once: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Factor:
    """What an amount is multiplied by: `part` of `whole`, and of what."""

    part: Fraction
    whole: int
    unit: str  # marked for translation


@dataclass(frozen=True)
class Counted:
    """What a claim counts for: ( base + yearly ) x each factor + once."""

    tariff: Tariff
    scheme: Scheme
    claim: Claim
    base: Fraction  # euros
    yearly: list[Bonus]
    factors: list[Factor]
    once: list[Bonus]
    months: Fraction  # of the period
    months_counted: Fraction
    has_too_few_hours: bool
    was_counted_before: bool  # and counts once only

    @property
    def cents(self) -> int:
        """The amount, rounded to the cent, half a cent up."""
        if self.has_too_few_hours:
            return 0
        euros = self.base + sum(one.euros for one in self.yearly)
        for factor in self.factors:
            euros *= factor.part / factor.whole
        return floor((euros + sum(one.euros for one in self.once)) * 100 + Fraction(1, 2))

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
    bonuses = [one for one in scheme.bonuses_of(tariff) if one.key in claim.bonuses]
    _check(claim, bonuses)
    months = months_between(claim.from_on, claim.until_on)
    most = months if tariff.months is None else tariff.months - before.months[tariff.key]
    counted = min(months, max(most, Fraction(0)))
    was_before = tariff.per is Per.ONCE and tariff.key in before.once
    base, hours = Fraction(tariff.euros), Fraction(claim.week_minutes, 60)
    factors = []
    match tariff.per:
        case Per.YEAR:
            if full := tariff.full_time:
                factors.append(Factor(min(hours, Fraction(full)), full, N_("hours a week")))
            factors.append(Factor(counted, 12, N_("months")))
        case Per.MONTH:
            factors.append(Factor(counted, 1, N_("months")))
        case Per.HOUR:
            factors.append(Factor(Fraction(claim.given, 60), 1, N_("hours")))
        case Per.DAY:
            factors.append(Factor(Fraction(claim.given), 1, N_("days")))
        case Per.ONCE:
            base = Fraction(0) if was_before else base
        case Per.COSTS:
            base = Fraction(claim.given, 100)
        case _:
            assert_never(tariff.per)
    return Counted(
        tariff, scheme, claim, base,
        yearly=[one for one in bonuses if one.per is Per.YEAR],
        factors=factors,
        once=[one for one in bonuses if one.per is Per.ONCE and one.key not in before.once],
        months=months, months_counted=counted,
        has_too_few_hours=tariff.per is Per.YEAR and hours < tariff.least_hours,
        was_counted_before=was_before,
    )  # fmt: skip


def _check(claim: Claim, bonuses: list[Bonus]) -> None:
    if claim.until_on < claim.from_on:
        raise RuleBroken("until_on", N_("The last day comes before the first."))
    if not 0 <= claim.week_minutes <= _ALL_MINUTES:
        raise RuleBroken("hours", N_("A week doesn't have so many hours."))
    alike = [one.one_of for one in bonuses if one.one_of]
    if len(alike) != len(set(alike)):
        raise RuleBroken("bonuses", N_("Of these extra amounts only one counts. Choose one."))


def count_all(lines: Mapping[Any, tuple[Any, Scheme, str, Claim]]) -> dict[Any, Counted]:
    """Count lines of one contract: each of a stage, a scheme, somebody, and a claim.

    A scheme's longest time, and what counts once, hold for a person over all lines of a contract.
    Stage by stage the first days come first, whichever line was entered first.
    """
    told: dict[str, Before] = defaultdict(Before)
    found: dict[Any, Counted] = {}
    for name, (_, scheme, who, claim) in sorted(lines.items(), key=lambda line: line[1][::3]):
        found[name] = counted = count(scheme, claim, told[who])
        if not counted.has_too_few_hours:
            told[who].months[claim.tariff] += counted.months_counted
            told[who].once.update((claim.tariff, *(one.key for one in counted.once)))
    return found
