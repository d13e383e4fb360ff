"""Writes of contracts: registering one, declaring lines, and the account manager's word."""

from typing import Any

import msgspec
from sqlalchemy import select

from portal.core import N_, Actor, NotAllowed, RuleBroken, Session, as_house, audit, clock
from portal.core.database import hold_lock
from portal.core.reading import hold_row, is_any
from portal.organisations.rules import slug_of
from portal.social_return import queries
from portal.social_return.models import Contract, ContractLine, SchemeVersion
from portal.social_return.rules import GIVEN, Per, contracts, duty_of
from portal.social_return.rules.counting import Claim, count
from portal.social_return.rules.schemes import Bonus, Scheme, Tariff, read_rows, version_on


def register(
    session: Session, actor: Actor, *, duty_cents: int | None, percent: int | None, **values: Any
) -> Contract:
    """Register a contract with its duty: an amount, or a percentage of its value."""
    if values["manager_id"] not in {one.id for one in queries.list_managers(session, actor)}:
        raise RuleBroken("manager_id", N_("Choose one from the list."))
    if (duty_cents is None) == (percent is None):
        raise RuleBroken("percent", N_("Give the duty as a percentage or as an amount."))
    if values["until_on"] < values["from_on"]:
        raise RuleBroken("until_on", N_("The last day comes before the first."))
    if duty_cents is None:
        duty_cents = duty_of(values["value_cents"], percent or 0)
    contract = Contract(
        organisation_id=actor.organisation_id, duty_cents=duty_cents, percent=percent, **values
    )
    return audit.add(session, actor, "contract.registered", contract)


def declare(
    session: Session, actor: Actor, contract: Contract, claim: Claim, mark: str,
    work: queries.Worked | None = None, **evidence: Any,
) -> ContractLine:  # fmt: skip
    """Declare a line on a contract; refused where a line anywhere has the same already.

    What a provider got waits for its word, and has that as its evidence; that of `work` by an
    introduction is the agreement to which both sides said yes.
    """
    if contract.organisation_id != actor.organisation_id:
        raise NotAllowed
    if claim.from_on < contract.from_on or claim.until_on > contract.until_on:
        raise RuleBroken("from_on", N_("These days are not of this contract."))
    scheme = version_on(queries.list_schemes(session)[contract.scheme], claim.from_on)
    tariff = count(scheme, claim).tariff
    status = contracts.LineStatus.DECLARED
    if work is not None:
        contracts.check_worked(claim, work.from_on, work.until_on, work.row.week_minutes or 0)
        evidence |= {"placement": work.mark, "seen_by": "", "seen_on": work.row.from_on}
        if tariff.per in GIVEN:
            raise RuleBroken("what", N_("Choose one from the list."))
    if (provider_id := evidence.get("provider_id")) is not None:
        providers = {one.id for one in queries.list_providers(session, actor)}
        if tariff.per not in GIVEN or provider_id not in providers:
            raise RuleBroken("provider_id", N_("Choose one from the list."))
        if not evidence["words"]:
            raise RuleBroken("words", N_("Say what it is."))
        status = contracts.LineStatus.PROMISED
    marks = sorted({mark, evidence.get("placement") or mark})
    for one in marks:
        hold_lock(session, f"social-return.{one}")  # two contracts, one moment
    is_same = ContractLine.mark.in_(marks) | ContractLine.placement.in_(marks)
    same = select(ContractLine.id).where(is_same)
    if tariff.per is not Per.COSTS:  # an invoice is one claim whatever its day
        meets = (ContractLine.from_on <= claim.until_on) & (ContractLine.until_on >= claim.from_on)
        same = same.where(meets)
    with as_house(session):
        if is_any(session, same):
            raise RuleBroken("", N_("This was declared already, and counts once only."))
    line = ContractLine(
        organisation_id=contract.organisation_id, manager_id=contract.manager_id,
        contract_id=contract.id, version=scheme.version, mark=mark,
        status=status, tariff=claim.tariff, from_on=claim.from_on, until_on=claim.until_on,
        week_minutes=claim.week_minutes, given=claim.given,
        bonuses=" ".join(claim.bonuses), **evidence,
    )  # fmt: skip
    return audit.add(session, actor, "contract_line.declared", line)


def decide(
    session: Session, actor: Actor, line: ContractLine, move: contracts.LineMove, words: str = ""
) -> None:
    """Move a line on: the contractor sends or removes it, the account manager answers."""
    line = hold_row(session, ContractLine, line.id)
    whose: set[int | None] = {
        line.manager_id if move in contracts.BY_MANAGER else line.organisation_id
    }
    if move is contracts.LineMove.CONFIRM:
        whose = {line.provider_id}
    elif move is contracts.LineMove.REMOVE and line.status is contracts.LineStatus.PROMISED:
        whose.add(line.provider_id)  # who didn't get it says so
    if actor.organisation_id not in whose:
        raise NotAllowed
    if move is contracts.LineMove.ASK and not words:
        raise RuleBroken("words", N_("Write what you want to know."))
    line.status = contracts.LINE.next(line.status, move)
    if move is contracts.LineMove.CONFIRM:
        line.seen_by, line.seen_on = actor.organisation_name[:80], clock.today()
    if words:
        said = f"{line.words}\n{actor.organisation_name}: {words}"
        line.words = said.strip()[-4000:]
    audit.record(session, actor, f"contract_line.{line.status.value}", line)
    line.accepted_at = clock.now() if line.status is contracts.LineStatus.ACCEPTED else None
    if line.status is contracts.LineStatus.REMOVED:
        session.delete(line)


def send(session: Session, actor: Actor, stated: queries.ContractStatement) -> None:
    """Send all lines that were not sent yet to the account manager."""
    for line, _ in stated.lines:
        if line.status is contracts.LineStatus.DECLARED:
            decide(session, actor, line, contracts.LineMove.SEND)


def enter_scheme(
    session: Session, actor: Actor, newest: Scheme | None, **values: Any
) -> SchemeVersion:
    """Enter the version after the `newest`, or a new scheme; what was stated before stays."""
    if newest and newest.valid_from and values["valid_from"] <= newest.valid_from:
        raise RuleBroken("valid_from", N_("Another version is valid from a later day on."))
    key, number = (newest.key, newest.version + 1) if newest else (slug_of(values["name"])[:40], 1)
    hold_lock(session, f"social-return.{key}")
    if any(one.version >= number for one in queries.list_schemes(session).get(key, ())):
        raise RuleBroken("name", N_("Somebody entered this version already."))
    row = values | {
        "key": key, "version": number, "entered_on": clock.today(),
        "tariffs": read_rows(values["tariffs"], Tariff, "tariffs"),
        "bonuses": read_rows(values["bonuses"], Bonus, "bonuses"),
    }  # fmt: skip
    if not row["tariffs"]:
        raise RuleBroken("tariffs", N_("Give at least one amount."))
    version = SchemeVersion(key=key, version=row["version"], text=msgspec.json.encode(row).decode())
    return audit.add(session, actor, "scheme_version.entered", version, key=key)
