"""What an organisation put in and was paid, month by month: blank is unknown, never nothing."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from portal.core.errors import N_, RuleBroken
from portal.impact.rules import Period
from portal.impact.rules.figures import months_of

HOURS = ("guidance_minutes", "volunteer_minutes")
COSTS = ("costs_rent_cents", "costs_material_cents", "costs_travel_cents", "costs_other_cents")
PAID = ("paid_municipality_cents", "paid_fund_cents", "paid_business_cents", "paid_other_cents")
TYPED = (*HOURS, *COSTS, *PAID)  # ids of figures; the others follow from them
ADDED_UP = (
    "guidance_cents", "direct_costs_cents", "paid_cents", "difference_cents", "not_paid_cents",
)  # fmt: skip
RATE = "guidance_rate_cents"  # of an hour, from its month until the next one
LEFT_EMPTY = "left_empty"  # somebody looked at a month and knows nothing: unknown, and not asked

Entries = Mapping[date, Mapping[str, int]]  # by the first day of a month


def whole_months(period: Period) -> list[date]:
    """List the first days of a period's months; empty where it isn't whole months."""
    is_whole = period.from_on.day == (period.until_on + timedelta(days=1)).day == 1
    months = months_of(period.from_on, period.until_on) if is_whole else ()
    return [date(year, month, 1) for year, month in months]


def last_months(today: date, number: int = 15) -> list[date]:
    """List the first days of the last months, the newest first."""
    last = today.year * 12 + today.month - 1
    return [date(of // 12, of % 12 + 1, 1) for of in range(last, last - number, -1)]


def proposed(month: date, entries: Entries, held: int) -> dict[str, int]:
    """Give what a month's form begins with: what is kept, else a proposal.

    `held` are the minutes of its sessions. What was nothing last time is so again; a rate stays.
    """
    if month in entries:
        return dict(entries[month])
    before = entries.get(max((on for on in entries if on < month), default=month), {})
    again = {name: amount for name, amount in before.items() if name == RATE or not amount}
    return again | ({"guidance_minutes": held} if held else {})


def check_month(month: date, today: date) -> None:
    """Refuse a month that has not begun."""
    if month > today:
        raise RuleBroken("", N_("This month has not begun yet."))


def invested(months: Iterable[date], entries: Entries) -> dict[str, int | None]:
    """Add months up; None where one month lacks a figure. Cents are rounded by month."""
    of = [entries.get(month, {}) for month in months]
    found = {name: _sum(month.get(name) for month in of) for name in TYPED}
    paid, costs = (_sum(found[name] for name in names) for names in (PAID, COSTS))
    guidance = _sum(_priced(month, entries) for month in months)
    difference = None if paid is None or costs is None else paid - costs
    not_paid = None if difference is None or guidance is None else guidance - difference
    added_up = guidance, costs, paid, difference, not_paid
    return found | dict(zip(ADDED_UP, added_up, strict=True))


def _sum(values: Iterable[int | None]) -> int | None:
    of = list(values)
    known = [value for value in of if value is not None]
    return sum(known) if known and len(known) == len(of) else None


def _priced(month: date, entries: Entries) -> int | None:
    """What a month's guidance cost, at the last rate until then."""
    minutes = entries.get(month, {}).get("guidance_minutes")
    rates = [entries[on][RATE] for on in sorted(entries) if on <= month and RATE in entries[on]]
    return None if minutes is None or not rates else (minutes * rates[-1] + 30) // 60
