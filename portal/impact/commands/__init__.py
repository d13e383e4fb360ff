"""Writes about impact reports: what was put in by month, and compiling one."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial

from sqlalchemy import delete

from portal.core import N_, Actor, NotAllowed, RuleBroken, Session, audit, clock, hold_lock
from portal.impact import queries, rules
from portal.impact.commands.pictures import carry_told
from portal.impact.models import ImpactReport, InvestmentEntry
from portal.impact.queries import counting
from portal.impact.rules import documents
from portal.impact.rules.composing import composed_document, days_between
from portal.impact.rules.investment import LEFT_EMPTY, RATE, TYPED, check_month
from portal.organisations.models import Organisation
from portal.organisations.queries import get_own


def save_month(
    session: Session, actor: Actor, *, month: date, amounts: Mapping[str, int | None]
) -> None:
    """Write down what a month took and brought, whole; None is unknown, and no row.

    Locks the organisation's entries.
    """
    check_month(month, clock.today())
    organisation = hold_money(session, actor)
    said = {name: amounts.get(name) for name in (*TYPED, RATE)}
    write_month(session, organisation.id, month, said, if_empty={LEFT_EMPTY: 0})
    audit.record(session, actor, "investment.saved", organisation, month=f"{month:%Y-%m}")


def hold_money(session: Session, actor: Actor) -> Organisation:
    """Lock the entries of the actor's organisation; give the organisation."""
    if actor.organisation_id is None:
        raise NotAllowed()
    hold_lock(session, f"impact.investment.{actor.organisation_id}")
    return session.get_one(Organisation, actor.organisation_id)


def write_month(
    session: Session,
    organisation_id: int,
    month: date,
    amounts: Mapping[str, int | None],
    if_empty: Mapping[str, int] = {},
) -> None:
    """Let a month hold these amounts and nothing else; `if_empty` where none is known."""
    of_month = {"organisation_id": organisation_id, "month": month}
    session.execute(delete(InvestmentEntry).filter_by(**of_month))
    said = {name: amount for name, amount in amounts.items() if amount is not None}
    for figure, amount in (said or if_empty).items():
        session.add(InvestmentEntry(**of_month, figure=figure, amount=amount))


def compile_report(
    session: Session,
    actor: Actor,
    *,
    period: rules.Period,
    small_count: int,
    replaces: ImpactReport | None = None,
) -> ImpactReport:
    """Count the period of the actor's organisation and freeze the figures.

    Raises RuleBroken when the period is wrong or overlaps another report that left the house:
    from two overlapping reports a reader could subtract what each of them hides.
    """
    if actor.organisation_id is None:
        raise NotAllowed()
    rules.check_period(period, clock.today())
    in_force = in_force_of(session, replaces)
    parts = queries.list_parts(session, actor.organisation_id, period)
    known = [one.id for one in (replaces, in_force, *parts) if one is not None]
    check_overlap(session, actor.organisation_id, period, *known)
    if replaces is not None:
        _check_replacement(replaces, in_force, period)
    organisation = session.get_one(Organisation, actor.organisation_id)
    now = clock.now()
    counts = counting.count_period(session, organisation.id, period)
    activities, groups = queries.list_activities(session, organisation.id, period)
    compiled = partial(
        documents.compile_document,
        organisation=organisation.name,
        compiled_at=now,
        small_count=small_count,
        groups=groups,
        previous=in_force.number if in_force else None,
    )
    document = compiled(counts, period=period, activities=activities)
    if parts:
        pieces = [documents.public_document(one.document) for one in parts]
        for days in days_between(period, map(documents.period_of, pieces)):
            of_days = counting.count_period(session, organisation.id, days)
            pieces.append(compiled(of_days, period=days, activities=[]))
        pieces.sort(key=lambda piece: piece["period"]["from"])
        of_parts = [
            counting.count_period(session, organisation.id, documents.period_of(piece))
            for piece in pieces
        ]
        document = composed_document(document, pieces, counts, of_parts)
    if in_force is not None:
        document = documents.settled_document(
            document, documents.public_document(in_force.document)
        )
    return frozen(session, actor, document, period, now, replaces=replaces, in_force=in_force)


def frozen(
    session: Session,
    actor: Actor,
    document: documents.Document,
    period: rules.Period,
    compiled_at: datetime,
    *,
    replaces: ImpactReport | None = None,
    in_force: ImpactReport | None = None,
    provider_set_id: int | None = None,
) -> ImpactReport:
    """Keep a compiled document, in the place of one before it."""
    report = ImpactReport(
        organisation=get_own(session, actor),
        provider_set_id=provider_set_id,
        previous_id=previous.id if (previous := in_force or replaces) else None,
        status=rules.ReportStatus.COMPILED,
        from_on=period.from_on,
        until_on=period.until_on,
        document=document,
        sha256=document["sha256"],
        compiled_at=compiled_at,
        compiled_by_id=actor.user_id,
    )
    session.add(report)
    if replaces is not None and replaces.status is not rules.ReportStatus.RECOGNISED:
        # A recognised one stays in force until its successor is recognised.
        replaces.status = rules.next_status(replaces.status, rules.ReportMove.REPLACE)
    if replaces is not None:
        carry_told(session, replaces, report)
    audit.record(session, actor, "report.compiled", report)
    return report


def check_overlap(
    session: Session, organisation_id: int, period: rules.Period, *except_ids: int | None
) -> None:
    """Refuse a period that shares a day with another report that left the house."""
    other = queries.find_overlapping(session, organisation_id, period, except_ids)
    if other is not None:
        raise RuleBroken(
            "from_on",
            N_(
                "There is a report from {first} to {last} already. Two reports that share days "
                "could give away small numbers. Choose other days, or replace that report."
            ),
            first=f"{other.from_on:%d-%m-%Y}",
            last=f"{other.until_on:%d-%m-%Y}",
        )


def in_force_of(session: Session, replaces: ImpactReport | None) -> ImpactReport | None:
    """Find the recognised report that a new one replaces: this, or one before.

    A report that was to replace a recognised one, and was sent back, is compiled anew.
    """
    while replaces is not None and replaces.status is not rules.ReportStatus.RECOGNISED:
        earlier = replaces.previous_id
        replaces = session.get_one(ImpactReport, earlier) if earlier is not None else None
    return replaces


def _check_replacement(
    replaces: ImpactReport, in_force: ImpactReport | None, period: rules.Period
) -> None:
    is_of_several = replaces.provider_set_id is not None  # those are compiled for their set
    if is_of_several or replaces.status not in rules.REPLACEABLE:
        raise RuleBroken("", N_("This report can't be replaced now."))
    if in_force is not None and (in_force.from_on, in_force.until_on) != (
        period.from_on,
        period.until_on,
    ):
        raise RuleBroken(
            "from_on", N_("A recognised report is replaced by one over the same days.")
        )
