"""A count as it is shown: its formula in blocks with a unit under each, and what is said of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

from flask_babel import gettext as _

from portal.social_return.rules import Per, Way
from portal.social_return.rules.counting import Claim, Counted, count
from portal.social_return.rules.schemes import Scheme, Tariff
from portal.web.words import euros, hours, label, number


@dataclass(frozen=True)
class Block:
    """One part of a formula: what stands before it, its figures, and their unit."""

    figures: str
    unit: str
    sign: str = ""
    is_source: bool = False  # the unit is in the words of the source, in Dutch


def formula(counted: Counted) -> list[Block]:
    """The formula of a count, without what comes out."""
    tariff, claim = counted.tariff, counted.claim
    rate, per = euros(tariff.euros * 100), label(tariff.per)
    yearly = [one for one in counted.bonuses if one.per is Per.YEAR]
    match tariff.per:
        case Per.YEAR:
            of = [Block(rate, _year(tariff))]
            of += [Block(euros(one.euros * 100), one.group, "+", True) for one in yearly]
            if tariff.full_time:
                share = f"{hours(counted.week_minutes)} / {number(tariff.full_time)}"
                of.append(Block(share, _("hours a week"), "×"))
            of.append(Block(f"{mixed(counted.months_counted)} / 12", _("months"), "×"))
            if yearly:
                of[0] = replace(of[0], figures=f"( {of[0].figures}")
                last = of[len(yearly)]
                of[len(yearly)] = replace(last, figures=f"{last.figures} )")
        case Per.MONTH:
            of = [Block(rate, per), Block(mixed(counted.months_counted), _("months"), "×")]
        case Per.HOUR:
            of = [Block(rate, per), Block(hours(claim.given), _("hours"), "×")]
        case Per.DAY:
            of = [Block(rate, per), Block(number(claim.given), _("days"), "×")]
        case Per.ONCE:
            of = [Block(euros(0) if counted.was_counted_before else rate, per)]
        case Per.COSTS:
            of = [Block(euros(claim.given), per)]
        case _:
            assert_never(tariff.per)
    once = [one for one in counted.bonuses if one.per is Per.ONCE]
    return of + [Block(euros(one.euros * 100), one.group, "+", True) for one in once]


def mixed(months: Fraction) -> str:
    """Months as a whole number and a fraction of one: `5 17/31`."""
    whole, part = divmod(months, 1)
    return " ".join(str(one) for one in (whole, part) if one) or "0"


def _year(tariff: Tariff) -> str:
    if not tariff.full_time:
        return _("a year")
    return _("a year of %(hours)s hours a week", hours=tariff.full_time)


def notes(counted: Counted) -> Iterator[str]:
    """Say what cut a count, what was not met, and what the source leaves open."""
    tariff = counted.tariff
    if counted.has_too_few_hours:
        yield _(
            "This counts from %(least)s hours a week on. So it counts for nothing.",
            least=tariff.least_hours,
        )
    if tariff.months and counted.is_cut:
        yield _(
            "At most %(most)s months of one person count. Here %(counted)s of %(all)s months do.",
            most=tariff.months, counted=mixed(counted.months_counted), all=mixed(counted.months),
        )  # fmt: skip
    elif tariff.months:
        yield _("At most %(most)s months of one person count.", most=tariff.months)
    if counted.was_counted_before:
        yield _("This counts once for a person, and was counted before.")
    if tariff.per is Per.YEAR and counted.claim.week_minutes > counted.week_minutes:
        yield _("More than full time counts as full time.")
    if tariff.per is Per.YEAR and tariff.hours is None:
        yield _(
            "The source doesn't say how many hours are full time. We count with %(hours)s.",
            hours=tariff.full_time,
        )
    if tariff.per in (Per.YEAR, Per.MONTH) and counted.months.denominator > 1:
        yield _("A part of a month counts by its days: 17 days of January are 17/31.")
    if any(one.is_unsure for one in counted.bonuses):
        yield _("The source doesn't say if an extra amount is once or each year. We count it once.")


@dataclass(frozen=True)
class Instead:
    """Another tariff of the scheme for the same hours and days."""

    tariff: Tariff
    formula: list[Block]
    cents: int | None  # None: it isn't measured by these


def others(scheme: Scheme, claim: Claim) -> tuple[list[Instead], list[Way]]:
    """What else would count, and the ways for which a scheme has no amount."""
    found = []
    for tariff in scheme.tariffs.values():
        if tariff.key == claim.tariff:
            continue
        if tariff.per in (Per.YEAR, Per.MONTH) and claim.week_minutes:
            counted = count(scheme, replace(claim, tariff=tariff.key, bonuses=frozenset()))
            found.append(Instead(tariff, formula(counted), counted.cents))
        else:
            rate = euros(tariff.euros * 100) if tariff.euros else ""
            found.append(Instead(tariff, [Block(rate, label(tariff.per))], None))
    return found, [way for way, tariffs in scheme.by_way().items() if not tariffs]
