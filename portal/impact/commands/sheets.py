"""Writes about a bookkeeper's sheet: read it, say what its words mean, apply, take it back."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import delete

from portal.core import N_, Actor, RuleBroken, Session, audit, clock
from portal.impact.commands import hold_money, write_month
from portal.impact.models import MoneySheet
from portal.impact.queries import list_entries
from portal.impact.queries.sheets import plan_of
from portal.impact.rules.money_lines import read_money
from portal.impact.rules.money_plan import MoneyChoices
from portal.imports.rules import ImportStatus, check_status


def read_sheet(session: Session, actor: Actor, *, data: bytes) -> MoneySheet:
    """Read a sheet and keep what it says, in place of one not applied."""
    file = read_money(data, clock.today())
    hold_money(session, actor)
    own = {"organisation_id": actor.organisation_id, "user_id": actor.user_id}
    session.execute(delete(MoneySheet).filter_by(**own, status=ImportStatus.READ))
    row = MoneySheet(**own, reading=file.to_json(), choices=MoneyChoices().to_json())
    return audit.add(session, actor, "investment.sheet_read", row, amounts=len(file.lines))


def choose(session: Session, actor: Actor, row: MoneySheet, choices: MoneyChoices) -> None:
    """Keep what the words of a sheet mean."""
    _lock(session, actor, row, ImportStatus.READ).choices = choices.to_json()


def throw_away(session: Session, actor: Actor, row: MoneySheet) -> None:
    """Forget a sheet that was read and not applied."""
    locked = _lock(session, actor, row, ImportStatus.READ)
    audit.record(session, actor, "investment.sheet_thrown_away", locked)
    session.delete(locked)


def apply(session: Session, actor: Actor, row: MoneySheet, choices: MoneyChoices) -> None:
    """Write the sums of a sheet, each beside what it takes the place of."""
    locked = _lock(session, actor, row, ImportStatus.READ)
    plan = plan_of(session, locked, choices)
    if plan.to_ask:
        raise RuleBroken("", N_("Say first what each word means."))
    if not plan.writes:
        raise RuleBroken("", N_("There is nothing to write."))
    before = list_entries(session, locked.organisation_id, max(one.month for one in plan.writes))
    made: dict[date, dict[str, list[int | None]]] = defaultdict(dict)
    for one in plan.writes:
        made[one.month][one.figure] = [one.here, one.amount]
    for month, figures in made.items():
        after = {name: amount for name, (_, amount) in figures.items()}
        write_month(session, locked.organisation_id, month, {**before.get(month, {}), **after})
    locked.made = {f"{month}": figures for month, figures in made.items()}
    locked.status, locked.applied_at = ImportStatus.APPLIED, clock.now()
    locked.reading, locked.choices = {}, {}
    audit.record(session, actor, "investment.sheet_applied", locked, months=len(made))


def take_back(session: Session, actor: Actor, row: MoneySheet) -> None:
    """Put back what was there before; what was changed since stays, and is named."""
    locked = _lock(session, actor, row, ImportStatus.APPLIED)
    now = list_entries(session, locked.organisation_id, date.max)
    stays: dict[str, dict[str, Any]] = {}
    for month, figures in locked.months.items():
        rest: dict[str, int | None] = {**now.get(month, {})}
        for name, (before, after) in figures.items():
            if rest.get(name) == after:
                rest[name] = before
            else:
                stays.setdefault(f"{month}", {})[name] = [before, after]
        write_month(session, locked.organisation_id, month, rest)
    locked.status, locked.taken_back_at = ImportStatus.TAKEN_BACK, clock.now()
    locked.made = stays
    audit.record(session, actor, "investment.sheet_taken_back", locked)


def _lock(session: Session, actor: Actor, row: MoneySheet, status: ImportStatus) -> MoneySheet:
    hold_money(session, actor)
    locked = session.get(MoneySheet, row.id, with_for_update=True, populate_existing=True)
    if locked is None:
        raise RuleBroken("", N_("This was thrown away."))
    check_status(locked.status, status)
    return locked
