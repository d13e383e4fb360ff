"""Writes of proofs: making one at her wish, withdrawing it, and what it shows."""

import secrets
import uuid

from sqlalchemy import select

from portal.core import N_, Actor, RuleBroken, Session, as_house, audit, clock, hold_lock
from portal.core.sealed import new_number
from portal.core.signing import Keys, KeySet, verified
from portal.credentials import queries
from portal.credentials.models import BroughtBadge, Credential
from portal.credentials.rules import LIST_SIZE, Issuer, credential_claims, find_token, read_brought
from portal.notices.commands import tell
from portal.offerings.rules.competences import all_competences
from portal.participants.models import Participant
from portal.participants.queries import recipient_of
from portal.progress.queries import list_observations


def prove(
    session: Session,
    actor: Actor,
    *,
    competence: str,
    organisation_id: int,
    keys: Keys,
    base_url: str,
) -> Credential:
    """Make a proof of what several voices say she can, signed for their organisation."""
    hold_lock(session, f"credentials.{organisation_id}")
    rows = list_observations(session, actor.her_id)
    provable = queries.list_provable(session, rows, actor.her_id)
    wanted = competence, organisation_id
    found = next((one for one in provable if (one.competence, one.organisation.id) == wanted), None)
    if found is None:
        raise RuleBroken("", N_("Two people must have told of it first, and it has no proof yet."))
    number, index = new_number("B", clock.today().year), _free_place(session, organisation_id)
    claims = credential_claims(
        Issuer(found.organisation.name, found.organisation.slug, base_url),
        all_competences()[competence],
        found.voices,
        number=number,
        subject=uuid.uuid4().urn,
        list_index=index,
        at=clock.now(),
    )
    proof = Credential(
        number=number,
        participant_id=actor.her_id,
        organisation_id=organisation_id,
        competence=competence,
        voices=[voice.value for voice in found.voices],
        list_index=index,
        token=keys.sign(claims, typ="JWT"),
    )
    return audit.add(session, actor, "credential.made", proof)


def withdraw(session: Session, actor: Actor, proof: Credential, *, reason: str = "") -> None:
    """Let a proof hold no longer, for good; only she reads an issuer's reason."""
    if not actor.is_participant and not reason:
        raise RuleBroken("reason", N_("Say why."))
    if proof.withdrawn_at is None:
        proof.withdrawn_at = clock.now()
        proof.is_withdrawn_by_issuer, proof.reason = not actor.is_participant, reason
        audit.record(session, actor, "credential.withdrawn", proof)
        if proof.is_withdrawn_by_issuer and proof.participant_id is not None:
            her = session.get_one(Participant, proof.participant_id)
            to = recipient_of(session, proof.organisation_id, her)
            tell(
                session, to, "credentials/withdrawn", organisation_id=proof.organisation_id,
                organisation=proof.organisation.name, number=proof.number,
            )  # fmt: skip


def withdraw_all(session: Session, actor: Actor) -> None:
    """Withdraw all that she has, as she leaves; else they stay right without her."""
    for proof in queries.list_of(session, actor.her_id):
        withdraw(session, actor, proof)


def show_examples(session: Session, actor: Actor, proof: Credential) -> None:
    """Let who checks a proof read its examples, or no longer."""
    proof.shows_examples = not proof.shows_examples
    audit.record(session, actor, "credential.examples_switched", proof)


def bring(
    session: Session, actor: Actor, file: bytes, published: KeySet, base_url: str
) -> BroughtBadge:
    """Keep a badge that another gave her.

    What we gave has a page of its own here; what only says that we did is refused.
    """
    token = find_token(file)
    found = token and read_brought(token)
    if not token or not found:
        raise RuleBroken("file", N_("We find no badge in this file."))
    if verified(token, published) is not None:
        raise RuleBroken("file", N_("This proof is from here. It stands on your page already."))
    if found.issuer_id.startswith(f"{base_url}/"):
        raise RuleBroken("file", N_("It says that it is from here. The signature is not right."))
    badge = BroughtBadge(participant_id=actor.her_id, token=token, opens=sorted(actor.opens))
    return audit.add(session, actor, "badge.brought", badge)


def remove(session: Session, actor: Actor, badge: BroughtBadge) -> None:
    """Take out a badge of another."""
    audit.record(session, actor, "badge.removed", badge)
    session.delete(badge)


def _free_place(session: Session, organisation_id: int) -> int:
    """Draw a place in the locked list by lot, so that its neighbours tell nothing."""
    places = select(Credential.list_index).where(Credential.organisation_id == organisation_id)
    with as_house(session):
        taken = set(session.scalars(places))
    while (index := secrets.randbelow(LIST_SIZE)) in taken:
        pass
    return index
