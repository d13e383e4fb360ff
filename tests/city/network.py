"""What the demo city promises of work, social return, calls and who was referred."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.calls.models import Call, CallAnswer
from portal.calls.rules import CallStatus
from portal.impact.models import ImpactReport
from portal.impact.rules import ReportStatus
from portal.introductions.models import Introduction
from portal.introductions.rules import IntroductionStatus
from portal.recognition.queries.people import list_people
from portal.referrals.models import Referral
from portal.social_return.models import Contract, ContractLine
from portal.social_return.rules.contracts import LineStatus
from portal.work_places.models import Visibility, WorkPlace

_LEAST: dict[str, tuple[Any, int]] = {
    "employers": (func.count(WorkPlace.organisation_id.distinct()), 12),
    "work places": (func.count(WorkPlace.id), 60),
    "introductions": (func.count(Introduction.id), 40),
    "contracts": (func.count(Contract.id), 6),
    "schemes": (func.count(Contract.scheme.distinct()), 4),
    "calls": (func.count(Call.id), 10),
    "calls with answers": (func.count(CallAnswer.call_id.distinct()), 5),
    "answers": (func.count(CallAnswer.id), 8),
    "people who are visible": (func.count(Visibility.participant_id.distinct()), 40),
}


def _numbered(session: Session) -> Sequence[Referral]:
    return session.scalars(select(Referral).where(Referral.reference != "")).all()


def short_of(session: Session) -> dict[str, Any]:
    """What there is too little of, or no row of in some state."""
    there = {what: session.scalar(select(of)) or 0 for what, (of, _) in _LEAST.items()}
    short: dict[str, Any] = {
        what: there[what] for what, (_, least) in _LEAST.items() if there[what] < least
    }
    placed = select(func.count()).where(Introduction.status == IntroductionStatus.PLACED)
    if (at_work := session.scalar(placed) or 0) < 15:
        short["placements"] = at_work
    lines = select(func.count()).where(ContractLine.placement.is_not(None))
    if not session.scalar(lines.where(ContractLine.status == LineStatus.SENT)):
        short["lines of a placement"] = 0
    reports = session.scalars(select(ImpactReport).filter_by(status=ReportStatus.RECOGNISED))
    sent = [(one.to_organisation_id, one.from_organisation_id) for one in _numbered(session)]
    lists = [
        list_people(session, report, by)
        for report in reports
        for to, by in set(sent)
        if to == report.organisation_id
    ]
    if not any(one.rows for one in lists):
        short["people on a referrer's list"] = 0
    for column, states in (
        (Introduction.status, set(IntroductionStatus)),
        (Call.status, set(CallStatus) - {CallStatus.DRAFT}),
        (ContractLine.status, set(LineStatus) - {LineStatus.REMOVED}),
    ):
        if missing := states - set(session.scalars(select(column).distinct())):
            short[str(column)] = missing
    return short
