"""Reads of contracts, and what stands against each duty."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from portal.core import Actor, asks_rows, clock, one_or_not_found
from portal.core.grouped import grouped
from portal.introductions.models import Introduction
from portal.introductions.queries import list_placed
from portal.organisations.models import Organisation
from portal.organisations.queries import list_checked
from portal.organisations.rules import PROVIDING_KINDS, OrganisationKind
from portal.social_return.models import Contract, ContractLine, SchemeVersion
from portal.social_return.rules.contracts import LineStatus, placement_mark
from portal.social_return.rules.counting import Counted, count_all
from portal.social_return.rules.schemes import Scheme, schemes, version_of

_WITH_BOTH = joinedload(Contract.organisation), joinedload(Contract.manager)


@dataclass(frozen=True)
class ContractStatement:
    """A contract's lines, each with what it counts for, against the duty."""

    contract: Contract
    lines: list[tuple[ContractLine, Counted]]
    newest: Scheme

    def cents(self, *statuses: LineStatus) -> int:
        """The sum of the lines, or of those in these states."""
        asked = [one for one in self.lines if one[0].status in (statuses or LineStatus)]
        return sum(counted.cents for _, counted in asked)

    @property
    def schemes(self) -> list[Scheme]:
        """The versions that its lines are counted by; the newest where there is no line."""
        used = {counted.scheme.version: counted.scheme for _, counted in self.lines}
        return [used[number] for number in sorted(used)] or [self.newest]

    @property
    def left_cents(self) -> int:
        return max(self.contract.duty_cents - self.cents(), 0)


def list_schemes(session: Session) -> dict[str, list[Scheme]]:
    """All versions of each scheme, the oldest first: what we found, and what was entered."""
    entered = session.scalars(select(SchemeVersion.text).order_by(SchemeVersion.id))
    return schemes(tuple(entered))


def list_managers(session: Session, actor: Actor) -> Sequence[Organisation]:
    """List the checked municipalities whose account manager may be named."""
    return list_checked(session, actor, OrganisationKind.MUNICIPALITY)


def list_providers(session: Session, actor: Actor) -> Sequence[Organisation]:
    """List the checked organisations that may say that they got something."""
    return list_checked(session, actor, *PROVIDING_KINDS)


@dataclass(frozen=True)
class Worked:
    """Days of a placement that stand on no contract yet."""

    row: Introduction
    mark: str
    from_on: date
    until_on: date


def list_worked(
    session: Session, actor: Actor, contract: Contract, secret: bytes
) -> Sequence[Worked]:
    """List the days of placements at the contractor that could become a line, until today."""
    placed = {placement_mark(secret, one.uuid): one for one in list_placed(session, actor)}
    last = select(ContractLine.placement, func.max(ContractLine.until_on))
    last = last.where(ContractLine.placement.in_(placed)).group_by(ContractLine.placement)
    until = {mark: day + timedelta(days=1) for mark, day in session.execute(last)}
    found = (
        Worked(
            row, mark,
            max(row.from_on or date.max, contract.from_on, until.get(mark, date.min)),
            min(row.until_on or date.max, contract.until_on, clock.today()),
        )
        for mark, row in placed.items()
    )  # fmt: skip
    return [one for one in found if one.from_on <= one.until_on]


def list_got(session: Session, actor: Actor) -> Sequence[ContractLine]:
    """List what contractors say that the organisation gets, newest first."""
    row = ContractLine
    query = select(row).where(row.provider_id == actor.organisation_id)
    return session.scalars(
        query.options(joinedload(row.organisation)).order_by(row.id.desc())
    ).all()


@asks_rows
def list_promised(provider_id: int | None) -> Select[str, str]:
    """List by whom something is promised to an organisation, and in which words."""
    row = ContractLine
    promised = row.provider_id == provider_id, row.status == LineStatus.PROMISED
    query = select(Organisation.name, row.words).join(row.organisation)
    return query.where(*promised).order_by(row.id.desc())


def list_contracts(session: Session, *statuses: LineStatus) -> Sequence[Contract]:
    """The contracts that the reader may see, newest first; or those with such lines."""
    query = select(Contract).options(*_WITH_BOTH).order_by(Contract.id.desc())
    if statuses:
        with_such = select(ContractLine.contract_id).where(ContractLine.status.in_(statuses))
        query = query.where(Contract.id.in_(with_such))
    return session.scalars(query).all()


def get_contract(session: Session, contract_uuid: uuid.UUID, of: int | None = None) -> Contract:
    """A contract that the reader may see, `of` one contractor; NotFound for any other."""
    query = select(Contract).options(*_WITH_BOTH).where(Contract.uuid == contract_uuid)
    if of is not None:
        query = query.where(Contract.organisation_id == of)
    return one_or_not_found(session, query)


def state(session: Session, contracts: Sequence[Contract]) -> list[ContractStatement]:
    """State the lines of contracts as the reader may see them, by their days."""
    query = select(ContractLine).where(ContractLine.contract_id.in_(one.id for one in contracts))
    rows = session.scalars(query.order_by(ContractLine.from_on, ContractLine.id))
    lines = grouped((line.contract_id, line) for line in rows)
    found, stated = list_schemes(session), []
    for contract in contracts:
        versions, own = found[contract.scheme], lines[contract.id]
        counted = count_all(
            {
                one: (one.stage, version_of(versions, one.version), one.mark, one.claim)
                for one in own
            }
        )
        stated.append(
            ContractStatement(contract, [(one, counted[one]) for one in own], versions[-1])
        )
    return stated
