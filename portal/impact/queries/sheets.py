"""Reads of bookkeepers' sheets, and of the months on which a recognised report rests."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import Actor, clock, one_or_not_found
from portal.impact.models import MoneySheet
from portal.impact.queries import list_entries, list_in_force
from portal.impact.rules import Period
from portal.impact.rules.investment import whole_months
from portal.impact.rules.money_lines import MoneyFile
from portal.impact.rules.money_plan import MoneyChoices, MoneyPlan, work_out
from portal.imports.rules import ImportStatus

_FURTHEST = timedelta(days=36_500)


def list_sheets(session: Session, actor: Actor) -> Sequence[MoneySheet]:
    """List the last sheets of the actor's organisation, the latest first."""
    own = select(MoneySheet).filter_by(organisation_id=actor.organisation_id)
    return session.scalars(own.order_by(MoneySheet.id.desc()).limit(40)).all()


def get_sheet(session: Session, actor: Actor, sheet_uuid: uuid.UUID) -> MoneySheet:
    """A sheet of the actor's organisation."""
    own = select(MoneySheet).filter_by(uuid=sheet_uuid, organisation_id=actor.organisation_id)
    return one_or_not_found(session, own)


def recognised_months(session: Session, organisation_id: int) -> dict[date, str]:
    """Say of which months the money stands in a recognised report, and in which."""
    return {
        month: row.number
        for row in list_in_force(session, organisation_id)
        for month in whole_months(Period(row.from_on, row.until_on))
    }


def plan_of(session: Session, row: MoneySheet, choices: MoneyChoices | None = None) -> MoneyPlan:
    """What a sheet would write now, with what was said of its words so far."""
    today = clock.today()
    return work_out(
        MoneyFile.from_json(row.reading),
        choices or MoneyChoices.from_json(row.choices),
        list_entries(session, row.organisation_id, today + _FURTHEST),
        recognised_months(session, row.organisation_id),
        today,
    )


def reports_on(session: Session, row: MoneySheet) -> list[str]:
    """List the recognised reports that rest on months that a sheet wrote."""
    if row.status is not ImportStatus.APPLIED:
        return []
    known = recognised_months(session, row.organisation_id)
    return sorted({known[month] for month in row.months if month in known})
