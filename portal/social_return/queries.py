"""Reads of contracts, and what stands against each duty."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.core import Actor, one_or_not_found
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.social_return.models import Contract, ContractLine
from portal.social_return.rules.contracts import LineStatus
from portal.social_return.rules.counting import Counted, count_all
from portal.social_return.rules.schemes import Scheme, schemes, version_of

_WITH_BOTH = joinedload(Contract.organisation), joinedload(Contract.manager)


@dataclass(frozen=True)
class ContractStatement:
    """A contract's lines, each with what it counts for, against the duty."""

    contract: Contract
    lines: list[tuple[ContractLine, Counted]]

    def cents(self, *statuses: LineStatus) -> int:
        """The sum of the lines, or of those in these states."""
        asked = [one for one in self.lines if one[0].status in (statuses or LineStatus)]
        return sum(counted.cents for _, counted in asked)

    @property
    def scheme(self) -> Scheme:
        return schemes()[self.contract.scheme][-1]

    @property
    def left_cents(self) -> int:
        return max(self.contract.duty_cents - self.cents(), 0)


def list_managers(session: Session, actor: Actor) -> Sequence[Organisation]:
    """List the checked municipalities whose account manager may be named."""
    query = select(Organisation).where(
        Organisation.kind == OrganisationKind.MUNICIPALITY,
        Organisation.status == OrganisationStatus.VERIFIED,
        Organisation.id != actor.organisation_id,
    )
    return session.scalars(query.order_by(Organisation.name, Organisation.id)).all()


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


def state(session: Session, contract: Contract) -> ContractStatement:
    """State a contract's lines as the reader may see them, by their days."""
    query = select(ContractLine).where(ContractLine.contract_id == contract.id)
    lines = session.scalars(query.order_by(ContractLine.from_on, ContractLine.id)).all()
    counted = count_all(
        {
            one: (one.stage, version_of(contract.scheme, one.version), one.mark, one.claim)
            for one in lines
        }
    )
    return ContractStatement(contract, [(one, counted[one]) for one in lines])
