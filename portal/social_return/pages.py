"""A count as it is shown: its formula in blocks with a unit under each, and what is said of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flask_babel import gettext, gettext as _

from portal.core import clock
from portal.social_return.queries import ContractStatement
from portal.social_return.rules import Per
from portal.social_return.rules.contracts import LineStatus
from portal.social_return.rules.counting import Claim, Counted, count
from portal.social_return.rules.schemes import Bonus, Scheme, Tariff
from portal.web.words import day_and_year, euros, label


@dataclass(frozen=True)
class Block:
    """One part of a formula: what stands before it, its figures, and their unit."""

    figures: str
    unit: str
    sign: str = ""
    is_source: bool = False  # the unit is in the words of the source, in Dutch


def formula(counted: Counted) -> list[Block]:
    """The formula of a count, without what comes out."""
    full = counted.tariff.full_time if counted.tariff.per is Per.YEAR else 0
    per = _("a year of %(hours)s hours a week", hours=full) if full else label(counted.tariff.per)
    blocks = [Block(euros(round(counted.base * 100)), per), *_bonuses(counted.yearly)]
    if counted.yearly:
        first, *_between, last = blocks
        blocks[0] = replace(first, figures=f"( {first.figures}")
        blocks[-1] = replace(last, figures=f"{last.figures} )")
    for one in counted.factors:
        whole = f" / {one.whole}" if one.whole > 1 else ""
        blocks.append(Block(f"{mixed(one.part)}{whole}", gettext(one.unit), "×"))
    return blocks + _bonuses(counted.once)


def _bonuses(found: list[Bonus]) -> list[Block]:
    return [Block(euros(one.euros * 100), one.group, "+", True) for one in found]


def mixed(number: Fraction) -> str:
    """A number as a whole one and a fraction: `5 17/31`."""
    return " ".join(str(one) for one in divmod(number, 1) if one) or "0"


def in_words(counted: Counted) -> str:
    """A formula as one line, without the source's words, which name a group."""
    shown = ((one.sign, one.figures, "" if one.is_source else one.unit) for one in formula(counted))
    return " ".join(" ".join(part) for part in shown).replace("  ", " ").strip()


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
    if tariff.per is Per.YEAR and counted.claim.week_minutes > tariff.full_time * 60 > 0:
        yield _("More than full time counts as full time.")
    if tariff.per is Per.YEAR and tariff.hours is None:
        yield _(
            "The source doesn't say how many hours are full time. We count with %(hours)s.",
            hours=tariff.full_time,
        )
    if tariff.per in (Per.YEAR, Per.MONTH) and counted.months.denominator > 1:
        yield _("A part of a month counts by its days: 17 days of January are 17/31.")
    if any(one.is_unsure for one in counted.once):
        yield _("The source doesn't say if an extra amount is once or each year. We count it once.")


def others(scheme: Scheme, claim: Claim) -> Iterator[tuple[Tariff, Counted | None]]:
    """Each other tariff of a scheme, counted where the same hours and days measure it."""
    for tariff in scheme.tariffs.values():
        instead = replace(claim, tariff=tariff.key, bonuses=())
        if tariff.key != claim.tariff:
            is_measured = tariff.per in (Per.YEAR, Per.MONTH) and claim.week_minutes
            yield tariff, count(scheme, instead) if is_measured else None


def table(stated: ContractStatement) -> tuple[list[str], list[list[Any]]]:
    """A statement's lines as files have them: header and rows, amounts in cents."""
    header = [_("Way"), _("First day"), _("Last day"), _("The formula"), _("Counts for"),
              _("Seen by"), _("Seen on"), _("Version"), _("Municipality")]  # fmt: skip
    return header, [
        [
            label(counted.tariff.way), f"{line.from_on}", f"{line.until_on}",
            ". ".join([in_words(counted), *notes(counted)]), counted.cents,
            line.seen_by or _("Both sides, in their agreement"), f"{line.seen_on}",
            line.version, label(line.status),
        ]
        for line, counted in stated.lines
    ]  # fmt: skip


def paper(stated: ContractStatement) -> dict[str, Any]:
    """A statement as a sheet of paper, in the language of the page."""
    of, (header, rows) = stated.contract, table(stated)
    decides = _(
        "The account manager of the municipality decides. The amount says what your effort counts "
        "for. It is no money that you get or save."
    )
    return {
        "title": _("Statement of social return"),
        "about": [of.title, of.number, of.organisation.name, of.manager.name],
        "header": header,
        "rows": [[*row[:4], euros(row[4]), *row[5:]] for row in rows],
        "sums": [[words, euros(cents)] for words, cents in sums(stated)],
        "sources": [f"{scheme.name}: {scheme.source}" for scheme in stated.schemes],
        "indicative": " ".join([_("Indicative."), decides]),
        "made": day_and_year(clock.today()),
    }  # fmt: skip


def sums(stated: ContractStatement) -> list[tuple[str, int]]:
    """What a statement adds up to, in cents."""
    return [
        (_("Sum of the lines"), stated.cents()),
        (label(LineStatus.ACCEPTED), stated.cents(LineStatus.ACCEPTED)),
        (_("Duty"), stated.contract.duty_cents),
        (_("Left"), stated.left_cents),
    ]
