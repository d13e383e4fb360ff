"""Proofs of what some people can, made with the portal's own commands on days gone by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.core import Actor, ActorKind, Session, clock, participant_actor, reading_as
from portal.credentials.commands import prove, withdraw
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationStatus
from portal.participants.models import Participant
from portal.progress.models import Observation

if TYPE_CHECKING:
    from portal.core.signing import Keys

_PROOFS = 25
_REASON = "Het voorbeeld ging over iemand anders."


def write_proofs(session: Session, keys: Keys, base_url: str) -> None:
    """Give as many people a proof, of whom one has it no longer."""
    of = Participant.id, Participant.name, Observation.organisation_id, Observation.competence
    confirmed = session.execute(
        select(*of, func.max(Observation.observed_on))
        .join(Participant, Participant.id == Observation.participant_id)
        .join(Organisation, Organisation.id == Observation.organisation_id)
        .where(
            Observation.in_force(),
            Observation.unhidden(),
            Organisation.status == OrganisationStatus.VERIFIED,
        )
        .group_by(*of)
        .having(func.count(Observation.voice.distinct()) > 1)
        .order_by(Participant.id)
        .limit(_PROOFS)
    ).all()
    proof = None
    for id_, name, organisation_id, competence, on in confirmed:
        actor = participant_actor(id_, name, [organisation_id])
        moment = min(clock.day_bounds(on, on)[1] + timedelta(days=2, hours=10), clock.now())
        with clock.freeze(moment), reading_as(session, actor):
            proof = prove(
                session, actor,
                competence=competence, organisation_id=organisation_id,
                keys=keys, base_url=base_url,
            )  # fmt: skip
            session.flush()
    if proof is not None:
        issuer = Actor(ActorKind.STAFF, organisation_id=proof.organisation_id)
        withdraw(session, issuer, proof, reason=_REASON)
