"""Writes about reports of several providers: asking them, their answer, and compiling one."""

from collections.abc import Collection

from portal.core import N_, Actor, NotAllowed, RuleBroken, Session, as_house, audit, clock, hold_row
from portal.core.areas import districts
from portal.impact.commands import check_overlap, frozen, in_force_of
from portal.impact.models import ImpactReport, ProviderSay, ProviderSet
from portal.impact.queries import together as queries
from portal.impact.rules import BINDING, REPLACEABLE, Period, ReportStatus
from portal.impact.rules.documents import public_document
from portal.impact.rules.together import LEAST_PROVIDERS, ProviderAnswer, summed_document
from portal.organisations.queries import get_own


def ask_together(
    session: Session,
    actor: Actor,
    *,
    name: str,
    period: Period,
    district_code: str | None = None,
    provider_ids: Collection[int] = (),
) -> ProviderSet:
    """Ask providers with a recognised report over these days to be in one together.

    Those chosen, or all of a part of the city. One's own organisation says yes by asking.
    """
    own = get_own(session, actor)
    if not own.is_verified:
        raise RuleBroken("", N_("Your organisation isn't checked yet."))
    if district_code and provider_ids:
        raise RuleBroken("providers", N_("Choose a part of the city or providers, not both."))
    if queries.is_name_of_one(session, name):
        raise RuleBroken("name", N_("An organisation is called that. Say what the report is of."))
    reports = queries.list_over(session, period)
    chosen = [
        one.organisation_id
        for one in reports
        if one.organisation_id in provider_ids
        or (district_code and queries.district_of(one.organisation) == district_code)
    ]
    if len(chosen) < LEAST_PROVIDERS:
        raise RuleBroken(
            "district" if district_code else "providers",
            N_("At least two providers with a recognised report over these days are needed."),
        )
    made = ProviderSet(
        organisation_id=own.id, name=name, district_code=district_code or None,
        from_on=period.from_on, until_on=period.until_on,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for one in chosen:
        answer = ProviderAnswer.YES if one == own.id else ProviderAnswer.ASKED
        session.add(ProviderSay(provider_set_id=made.id, organisation_id=one, answer=answer))
    audit.record(session, actor, "provider_set.asked", made)
    return made


def say(session: Session, actor: Actor, *, of: ProviderSet, answer: ProviderAnswer) -> ProviderSay:
    """Say yes or no for the actor's organisation, until a report is recognised."""
    hold_row(session, ProviderSet, of.id)
    if any(one.number for one in queries.list_reports_of(session, of)):
        raise RuleBroken("", N_("This can't be done any more: the report has changed."))
    own = next((one for one in of.says if one.organisation_id == actor.organisation_id), None)
    if own is None:
        raise NotAllowed()
    own.answer = answer
    audit.record(session, actor, f"provider_set.{answer.value}", of)
    return own


def compile_together(session: Session, actor: Actor, *, of: ProviderSet) -> ImpactReport:
    """Freeze the sum of the reports of those who say yes."""
    hold_row(session, ProviderSet, of.id)
    if of.organisation_id != actor.organisation_id:
        raise NotAllowed()
    parts = queries.list_parts_of(session, of)
    if len(parts) < LEAST_PROVIDERS:
        raise RuleBroken("", N_("At least two providers have to say yes first."))
    _check_alone(session, of, [str(part.number) for part in parts])
    earlier = queries.list_reports_of(session, of)
    replaces = next((one for one in earlier if one.status in REPLACEABLE), None)
    in_force = in_force_of(session, replaces)
    whose = {
        "compiled_by": get_own(session, actor).name,
        "district": districts().get(of.district_code or ""),
        "asked": len(of.says),
    }
    now = clock.now()
    document = summed_document(
        [public_document(part.document) for part in parts],
        name=of.name, whose=whose, compiled_at=now, previous=in_force.number if in_force else None,
    )  # fmt: skip
    return frozen(
        session, actor, document, of.period, now, replaces=replaces, in_force=in_force,
        provider_set_id=of.id,
    )  # fmt: skip


def check_stands(session: Session, report: ImpactReport) -> None:
    """Refuse to let a report leave that others contradict by now."""
    check_parts(session, report)
    if report.provider_set_id is None:
        days = Period(report.from_on, report.until_on)
        check_overlap(session, report.organisation_id, days, report.id, report.previous_id)


def check_parts(session: Session, report: ImpactReport) -> None:
    """Refuse a report of several of which one says no now, or has another report."""
    if report.provider_set_id is None:
        return
    with as_house(session):  # who recognises it is none of them
        of = hold_row(session, ProviderSet, report.provider_set_id)
    if [one.number for one in queries.list_parts_of(session, of)] != report.part_numbers:
        raise RuleBroken(
            "",
            N_(
                "One of the providers said no meanwhile, or has another report. "
                "The report has to be compiled anew."
            ),
        )
    _check_alone(session, of, report.part_numbers, report.id, report.previous_id)


def _check_alone(
    session: Session, of: ProviderSet, numbers: list[str], *except_ids: int | None
) -> None:
    """Refuse a second report that says the same, or one beside what waits for a decision."""
    for one in queries.list_reports_of(session, of):
        is_open = one.status in BINDING - {ReportStatus.RECOGNISED}
        is_same = one.status is ReportStatus.RECOGNISED and one.part_numbers == numbers
        if one.id not in except_ids and (is_open or is_same):
            raise RuleBroken("", N_("There is a report of these providers already."))
