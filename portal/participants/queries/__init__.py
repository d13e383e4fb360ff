"""Reads about participants and programmes."""

import uuid
from collections.abc import Collection, Iterable, Sequence, Set
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.core import Actor, as_house, folded, is_any, one_or_not_found, or_not_found
from portal.core.asked import asks_all, asks_rare, asks_rows
from portal.notices.rules import Channel, Recipient
from portal.organisations.models import Organisation
from portal.participants.models import (
    Participant,
    ParticipantKey,
    ParticipantLink,
    Programme,
    ProgrammeTerm,
)
from portal.participants.rules import Contact, ContactWay

Pair = tuple[int, int]  # a participant and an organisation

_MOST_ASKED = 20
_FEW_LETTERS = 4  # so few stand by chance where two words meet
_CHANNELS = {
    ContactWay.PHONE: Channel.SMS,
    ContactWay.CALL: Channel.CALL,
    ContactWay.EMAIL: Channel.EMAIL,
    ContactWay.VISIT: Channel.LETTER,
}


def who_stayed(session: Session, participant: Participant) -> Participant:
    """Find the entry left of who was entered twice; most often herself."""
    with as_house(session):
        while participant.merged_into_id is not None:
            participant = session.get_one(Participant, participant.merged_into_id)
    return participant


def list_merged_into(session: Session, participant_id: int) -> list[Participant]:
    """The entries that this one took in, and those that they had taken in."""
    found: list[Participant] = []
    ids = [participant_id]
    with as_house(session):
        while ids:
            query = select(Participant).where(Participant.merged_into_id.in_(ids))
            rows = session.scalars(query).all()
            found += rows
            ids = [row.id for row in rows]
    return found


def entries_of(session: Session, participant_id: int) -> list[int]:
    """The numbers of one person: of her entry, and of those that it took in."""
    merged = list_merged_into(session, participant_id)
    return [participant_id, *(row.id for row in merged)]


def ids_within(session: Session, actor: Actor, key_ids: Iterable[int]) -> set[int]:
    """List those keys that open no more than she opens now."""
    with as_house(session):
        rows = session.scalars(select(ParticipantKey).where(ParticipantKey.id.in_(key_ids)))
        return {key.id for key in rows if key.ended_at or actor.opens.issuperset(key.opens)}


def recipient_of(session: Session, organisation_id: int, participant: Participant) -> Recipient:
    """Where this organisation's messages to a participant go; she comes by where it knows none."""
    pair = participant.id, organisation_id
    return recipients(session, {pair}).get(pair) or recipient_at(participant, Contact())


def recipient_at(participant: Any, contact: Contact) -> Recipient:
    """Make a recipient of a participant by this contact, unaddressed if people call her."""
    address = {ContactWay.EMAIL: contact.email, ContactWay.PHONE: contact.phone}
    return Recipient(
        name=participant.name,
        address=address.get(contact.way, ""),
        language=participant.language,
        participant_id=participant.id,
        by=_CHANNELS[contact.way],
    )


def recipients(session: Session, pairs: Set[Pair]) -> dict[Pair, Recipient]:
    """Where each organisation reaches these people now; who was entered twice, as who was kept.

    An organisation that knows her no more is not among them. Read as the house: who writes a
    message need not see where it goes.
    """
    with as_house(session):
        people = _called(session, {participant_id for participant_id, _ in pairs})
        stayed = {row.id: _stayed(session, row) for row in people}
        links = _reached(session, {row.id for row in stayed.values()})
        by_pair = {(row[0], row[1]): Contact(*row[2:]) for row in links}
    return {
        (id_, organisation_id): recipient_at(stayed[id_], by_pair[stayed[id_].id, organisation_id])
        for id_, organisation_id in pairs
        if id_ in stayed and (stayed[id_].id, organisation_id) in by_pair
    }


@asks_rows
def _called(ids: Collection[int]) -> Select[int, str, str, int | None]:
    her = Participant
    return select(her.id, her.name, her.language, her.merged_into_id).where(her.id.in_(ids))


@asks_rows
def _reached(ids: Collection[int]) -> Select[int, int, ContactWay, str, str]:
    link = ParticipantLink
    return select(
        link.participant_id, link.organisation_id, link.contact_way, link.phone, link.email
    ).where(link.participant_id.in_(ids))


def _stayed(session: Session, row: Any) -> Any:
    if row.merged_into_id is None:
        return row
    return who_stayed(session, session.get_one(Participant, row.id))


def list_links(
    session: Session, organisation_id: int | None, participant_ids: Collection[int]
) -> dict[int, ParticipantLink]:
    """List what an organisation knows of these, by id, as the reader sees."""
    query = select(ParticipantLink).where(
        ParticipantLink.organisation_id == organisation_id,
        ParticipantLink.participant_id.in_(participant_ids),
    )
    rows = session.scalars(query.options(joinedload(ParticipantLink.participant)))
    return {row.participant_id: row for row in rows}


def get_link(session: Session, actor: Actor, participant: Participant) -> ParticipantLink:
    """What the actor's own organisation knows of a person; `NotFound` where it knows her not."""
    return or_not_found(
        list_links(session, actor.organisation_id, [participant.id]).get(participant.id)
    )


def find_contact_to_give(
    session: Session, actor: Actor, participant_id: int
) -> ParticipantLink | None:
    """Find the contact to give along: staff's own, or her latest; else None."""
    if actor.is_staff:
        return list_links(session, actor.organisation_id, [participant_id]).get(participant_id)
    if not actor.is_participant:
        return None
    hers = own_links(session, participant_id)
    return next((link for link in hers if link.contact_way is not ContactWay.VISIT), None)


@asks_all
def own_links(participant_id: int) -> Select[ParticipantLink]:
    """How each organisation that the reader may see reaches a participant, the latest first."""
    return (
        select(ParticipantLink)
        .where(ParticipantLink.participant_id == participant_id)
        .order_by(ParticipantLink.contact_since.desc(), ParticipantLink.id.desc())
        .options(joinedload(ParticipantLink.organisation))
    )


def names_of(session: Session, organisation_ids: Collection[int]) -> dict[int, str]:
    """The names of these organisations, by id, in the order of their names."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    rows = session.execute(query.order_by(Organisation.name, Organisation.id))
    return {row.id: row.name for row in rows}


def people_by_id(session: Session, ids: Set[int]) -> dict[int, Participant]:
    """Those of these people whom the reader may see."""
    rows = session.scalars(select(Participant).where(Participant.id.in_(ids)))
    return {row.id: row for row in rows}


def get_participant(session: Session, actor: Actor, participant_uuid: uuid.UUID) -> Participant:
    """One person whom the actor's own organisation knows; `NotFound` for anybody else."""
    return get_known_to(session, actor.organisation_id, participant_uuid)


def get_remembered(session: Session, actor: Actor, participant_uuid: uuid.UUID) -> Participant:
    """One person whom the actor's own organisation has or had; `NotFound` for anybody else."""
    link = ParticipantLink.__table__.c
    ours = select(link.participant_id).where(
        link.organisation_id == actor.organisation_id, link.knows_her
    )
    return one_or_not_found(
        session,
        select(Participant).where(Participant.uuid == participant_uuid, Participant.id.in_(ours)),
    )


def is_known_elsewhere(session: Session, participant_id: int, organisation_id: int | None) -> bool:
    """Whether another organisation has her too: then what all share is hers to change."""
    with as_house(session):
        return is_any(
            session,
            select(ParticipantLink.id).where(
                ParticipantLink.participant_id == participant_id,
                ParticipantLink.organisation_id != organisation_id,
                ParticipantLink.has_her(),
            ),
        )


def get_own_self(session: Session, actor: Actor) -> Participant:
    """The participant who acts, as herself."""
    return or_not_found(session.get(Participant, actor.participant_id))


def list_known_to(
    session: Session, organisation_id: int | None, name: str = "", most: int = 12
) -> Sequence[ParticipantLink]:
    """The first people by name whom an organisation knows; `name` is a part of it."""
    return session.scalars(_known_to(organisation_id).where(*called(name)).limit(most)).all()


def called(part: str) -> list[ColumnElement[bool]]:
    """Filter on names with all of these words; longer ones across spaces."""
    name, words = Participant.folded_name, folded(part).split()
    if part and not words:
        return [false()]
    joined = func.replace(name, " ", "")
    return [(name if len(word) < _FEW_LETTERS else joined).contains(word) for word in words]


def get_known_to(
    session: Session, organisation_id: int | None, participant_uuid: uuid.UUID
) -> Participant:
    """One person whom an organisation knows, for whoever may see its people."""
    found = one_or_not_found(
        session, _known_to(organisation_id).where(Participant.uuid == participant_uuid)
    )
    return found.participant


def list_folded(session: Session, organisation_id: int | None) -> dict[int, str]:
    """The folded names of all whom an organisation knows, by the participant's id."""
    links = ParticipantLink.organisation_id == organisation_id
    rows = session.execute(
        select(Participant.id, Participant.folded_name)
        .join(ParticipantLink, ParticipantLink.participant_id == Participant.id)
        .where(links, Participant.merged_into_id.is_(None))
    )
    return {row.id: row.folded_name for row in rows}


@asks_rare
def list_only_names(organisation_id: int | None) -> Select[Participant]:
    """List who came with a first name only, the first to come first."""
    known = select(ParticipantLink.participant_id).filter_by(organisation_id=organisation_id)
    named = select(Participant).where(Participant.has_only_name, Participant.id.in_(known))
    return named.order_by(Participant.id).limit(_MOST_ASKED)


def _known_to(organisation_id: int | None) -> Select[ParticipantLink]:
    """By name, each with what this organisation knows of her."""
    return (
        select(ParticipantLink)
        .join(ParticipantLink.participant)
        .options(contains_eager(ParticipantLink.participant))
        .where(ParticipantLink.organisation_id == organisation_id)
        .order_by(Participant.folded_name, Participant.id)
    )


def list_programmes(session: Session) -> Sequence[Programme]:
    """The programmes, newest first."""
    query = select(Programme).order_by(Programme.valid_from.desc(), Programme.name)
    return session.scalars(query).all()


def get_programme(session: Session, programme_id: int) -> Programme:
    """One programme."""
    return or_not_found(session.get(Programme, programme_id))


def list_terms(session: Session, participant_ids: Sequence[int]) -> Sequence[ProgrammeTerm]:
    """When these people are in which programme, newest first, with the programme loaded."""
    return session.scalars(
        select(ProgrammeTerm)
        .where(ProgrammeTerm.participant_id.in_(participant_ids))
        .order_by(ProgrammeTerm.from_on.desc(), ProgrammeTerm.id.desc())
        .options(joinedload(ProgrammeTerm.programme))
    ).all()
