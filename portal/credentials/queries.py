"""Reads of proofs: hers, those that she could ask for, and what anybody may know of one."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.core import Actor, as_house, one_or_not_found
from portal.credentials.models import BroughtBadge, Credential
from portal.credentials.rules import is_confirmed
from portal.organisations.models import Organisation
from portal.participants.models import Participant
from portal.progress.models import Observation
from portal.progress.queries import list_observations, newest_shown
from portal.progress.rules import Voice


@dataclass(frozen=True)
class Provable:
    """That a competence of hers may get a proof of an organisation, by these voices."""

    competence: str
    organisation: Organisation
    voices: list[Voice]


def list_of(session: Session, participant_id: int) -> Sequence[Credential]:
    """List the proofs of a person that the reader may see, the newest first."""
    query = select(Credential).where(Credential.participant_id == participant_id)
    return session.scalars(
        query.options(joinedload(Credential.organisation)).order_by(Credential.id.desc())
    ).all()


def get_own(session: Session, number: str, person_uuid: uuid.UUID | None = None) -> Credential:
    """Get a proof that the reader may see, of this person where one is named."""
    query = select(Credential).where(Credential.number == number)
    if person_uuid is not None:
        hers = Participant.id == Credential.participant_id
        query = query.join(Participant, hers).where(Participant.uuid == person_uuid)
    return one_or_not_found(session, query.options(joinedload(Credential.organisation)))


def list_brought(session: Session, actor: Actor) -> list[BroughtBadge]:
    """List the badges of others that her keys open, the newest first."""
    rows = session.scalars(select(BroughtBadge).order_by(BroughtBadge.id.desc()))
    return [row for row in rows if actor.opens.issuperset(row.opens)]


def list_provable(session: Session, rows: Iterable[Observation], person_id: int) -> list[Provable]:
    """List what is confirmed without a proof yet; examples she keeps to herself confirm nothing."""
    said: dict[tuple[str, int], set[Voice]] = {}
    for row in rows:
        if row.hidden_at is None:
            said.setdefault((row.competence, row.organisation_id), set()).add(row.voice)
    confirmed = {key: voices for key, voices in said.items() if is_confirmed(voices)}
    if not confirmed:
        return []
    has = {
        (one.competence, one.organisation_id)
        for one in list_of(session, person_id)
        if one.withdrawn_at is None
    }
    ids = {organisation_id for _competence, organisation_id in confirmed.keys() - has}
    issuers = {
        one.id: one
        for one in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
        if one.is_verified
    }
    return [
        Provable(key[0], issuers[key[1]], [voice for voice in Voice if voice in voices])
        for key, voices in confirmed.items()
        if key not in has and key[1] in issuers
    ]


def list_examples(session: Session, proof: Credential) -> list[Observation]:
    """List what she lets others read beside a proof: of each voice the newest."""
    if not proof.shows_examples or proof.withdrawn_at or proof.participant_id is None:
        return []
    with as_house(session):
        rows = list_observations(session, proof.participant_id)
    about = proof.competence, proof.organisation_id
    return newest_shown([row for row in rows if (row.competence, row.organisation_id) == about])


def list_withdrawn(session: Session, organisation_id: int) -> Sequence[int]:
    """List the places of an issuer's list where a proof is withdrawn, for everybody."""
    with as_house(session):
        return session.scalars(
            select(Credential.list_index).where(
                Credential.organisation_id == organisation_id,
                Credential.withdrawn_at.is_not(None),
            )
        ).all()
