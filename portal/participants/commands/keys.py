"""Keys of a participant: what each opens, how it is made, and how it ends (decision 31).

Staff never widen a key: whoever made one may have kept a copy.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.core import Actor, as_house, audit, clock, is_any, participant_actor, pick
from portal.core.asked import asks_all, asks_rows
from portal.core.tokens import hash_of
from portal.participants.models import Participant, ParticipantKey, ParticipantLink
from portal.participants.queries import entries_of, list_merged_into, who_stayed
from portal.participants.rules import KeyKind, new_card_token


def find_key(session: Session, token: str, kind: KeyKind = KeyKind.CARD) -> ParticipantKey | None:
    """Find a token's key; None for one that never was, or ended."""
    with as_house(session):  # whoever holds the key has not said yet who she is
        return next(iter(_of_token(session, hash_of(token), kind, clock.now())), None)


@asks_all
def _of_token(token_hash: str, kind: KeyKind, now: datetime) -> Select[ParticipantKey]:
    key = ParticipantKey
    lasts = or_(key.expires_at.is_(None), key.expires_at > now)
    hers = _live().where(key.token_hash == token_hash, key.kind == kind, lasts)
    return hers.options(joinedload(key.participant))


def holder_of(session: Session, key: ParticipantKey) -> Participant:
    """Whose key it is; of entries that were brought together the one that was kept."""
    return who_stayed(session, key.participant)


def actor_by(session: Session, key: ParticipantKey) -> Actor:
    """Whoever holds one key, and nothing else."""
    her = holder_of(session, key)
    return participant_actor(her.id, her.name, key.opens, [key.id])


def find_actor(session: Session, participant_id: int, key_ids: Iterable[int]) -> Actor | None:
    """Find who a browser with these keys is; None when nothing opens.

    Who was entered twice is the entry that was kept, with exactly the keys of both.
    """
    keys = _opened_with(session, key_ids)
    her_id, name = participant_id, keys[0].name if keys else ""
    if any(key.participant_id != her_id or key.into for key in keys):
        holder = session.get(Participant, participant_id)
        if holder is None:
            return None
        her = who_stayed(session, holder)
        her_id, name = her.id, her.name
        hers = {her.id, *(one.id for one in list_merged_into(session, her.id))}
        keys = [key for key in keys if key.participant_id in hers]
    if not keys:
        return None
    opens = {organisation_id for key in keys for organisation_id in key.opens}
    return participant_actor(her_id, name, opens, [key.id for key in keys])


@asks_rows
def _opened_with(key_ids: Iterable[int]) -> Select[*tuple[Any, ...]]:
    key, into = ParticipantKey, Participant.merged_into_id.label("into")
    return (
        select(key.id, key.participant_id, key.opens, Participant.name, into)
        .join(key.participant)
        .where(key.id.in_(key_ids), key.ended_at.is_(None))
    )


def issue_card(
    session: Session,
    actor: Actor,
    participant: Participant,
    token: str | None = None,
    *,
    opens: Iterable[int] = (),
    is_lost: bool = False,
) -> str:
    """Give a participant a card and return its token, which is not kept.

    One that staff make opens their own organisation, and ends those that they made before. Her own
    opens what she opens now. `opens` is for who signs up by herself. When one `is_lost`, whatever
    opens the organisation stops doing so.
    """
    token = token or new_card_token()
    if is_lost:
        close_part(session, actor, participant)
    key = add_key(
        session, actor, participant, KeyKind.CARD, token,
        [actor.organisation_id or 0] if actor.is_staff else opens or actor.opens,
    )  # fmt: skip
    if actor.is_staff:
        for old in session.scalars(
            _live().where(
                ParticipantKey.participant_id.in_(entries_of(session, participant.id)),
                ParticipantKey.kind == KeyKind.CARD,
                ParticipantKey.organisation_id == actor.organisation_id,
                ParticipantKey.user_id.is_not(None),
                ParticipantKey.id != key.id,
            )
        ):
            _end(old, key)
    audit.record(session, actor, "participant.card_issued", participant, key=key.id, lost=is_lost)
    return token


def close_part(session: Session, actor: Actor, participant: Participant) -> None:
    """Let no key of hers open the actor's organisation, nor a browser's.

    What they open of others stays: nobody can lock her out of another organisation.
    """
    with as_house(session):
        for key in list_live(session, participant):
            left = [one for one in key.opens if one != actor.organisation_id]
            if left != key.opens:
                key.opens = left
                if not left:
                    _end(key)


def end_key(session: Session, actor: Actor, key: ParticipantKey) -> None:
    """Let a key open nothing any more; once more changes nothing."""
    if key.ended_at is None:
        _end(key)
        audit.record(session, actor, "participant.key_ended", key.participant, key=key.id)


def undo_card(session: Session, actor: Actor, key: ParticipantKey) -> None:
    """End a card she did not ask for; what it replaced works again."""
    end_key(session, actor, key)
    with as_house(session):
        for old in session.scalars(select(ParticipantKey).filter_by(replaced_by_id=key.id)):
            old.ended_at, old.replaced_by_id = None, None


def end_made_since(session: Session, participant: Participant, since: datetime) -> None:
    """End the keys that a person made while her entry was somebody else's too."""
    for key in list_live(session, participant):
        if key.user_id is None and key.created_at >= since:
            _end(key)


def list_live(
    session: Session, participant: Participant, *kinds: KeyKind
) -> Sequence[ParticipantKey]:
    """List a person's keys that open something, as the reader sees, newest first."""
    query = _live().where(ParticipantKey.participant_id.in_(entries_of(session, participant.id)))
    if kinds:
        query = query.where(ParticipantKey.kind.in_(kinds))
    return session.scalars(query.order_by(ParticipantKey.id.desc())).all()


def list_own(session: Session, actor: Actor, *kinds: KeyKind) -> list[ParticipantKey]:
    """Her keys that open no more than she opens now: of others she isn't told."""
    her = session.get_one(Participant, actor.participant_id)
    return [key for key in list_live(session, her, *kinds) if actor.opens.issuperset(key.opens)]


def get_own(session: Session, actor: Actor, key_uuid: uuid.UUID) -> ParticipantKey:
    """A card of hers that opens no more than she opens now."""
    return pick(list_own(session, actor, KeyKind.CARD), uuid=key_uuid)


def may_enter(session: Session, actor: Actor, organisation_id: int) -> bool:
    """Whether a participant may sign up with an organisation as who she is.

    Where she opens it already; and anywhere when she opens every organisation that knows her with
    keys that no staff of one organisation can have, so that they can't sign her up in her name.
    """
    return organisation_id in actor.opens or (
        shared_with(session, actor) is None and actor.opens.issuperset(knowing(session, actor))
    )


def shared_with(session: Session, actor: Actor) -> int | None:
    """The organisation whose staff may be this actor, or have the same keys; None: nobody's.

    Keys of two organisations in one browser are hers. An entry that was brought together with
    another is another's by the word of one organisation.
    """
    if not actor.is_participant or len(actor.opens) != 1:
        return actor.organisation_id
    own = select(ParticipantKey.id).where(
        ParticipantKey.id.in_(sorted(actor.keys)), ParticipantKey.organisation_id.is_(None)
    )
    is_own = is_any(session, own) and not list_merged_into(session, actor.participant_id or 0)
    return None if is_own else next(iter(actor.opens))


def knowing(session: Session, actor: Actor) -> set[int]:
    """The organisations that know a participant, also those that she doesn't open."""
    with as_house(session):
        query = select(ParticipantLink.organisation_id).where(
            ParticipantLink.participant_id == actor.participant_id,
            ParticipantLink.knows_her,
        )
        return set(session.scalars(query))


def enter(session: Session, actor: Actor, organisation_id: int) -> ParticipantKey | None:
    """Open where she signed up to her browser and her own cards.

    The answer is the new key for her browser; None when she opened it before.
    """
    if organisation_id in actor.opens:
        return None
    for card in list_own(session, actor, KeyKind.CARD):
        if card.organisation_id is None and actor.opens == set(card.opens):
            card.opens = [*card.opens, organisation_id]
    her = session.get_one(Participant, actor.participant_id)
    return add_key(session, actor, her, KeyKind.SIGN_UP, None, [organisation_id])


def issue_calendar(session: Session, actor: Actor, *, goes_on: bool = True) -> str:
    """Give her a private calendar's address, which ends earlier ones; "" to stop."""
    for key in list_own(session, actor, KeyKind.CALENDAR):
        _end(key)
    if not goes_on:
        return ""
    token = new_card_token()
    her = session.get_one(Participant, actor.participant_id)
    add_key(session, actor, her, KeyKind.CALENDAR, token, actor.opens)
    audit.record(session, actor, "participant.calendar_issued", her)
    return token


def add_key(
    session: Session,
    actor: Actor,
    participant: Participant,
    kind: KeyKind,
    token: str | None,
    opens: Iterable[int],
    *,
    of: int | None = None,
) -> ParticipantKey:
    """Make a key; `of`, or who makes it, says which staff share it."""
    key = ParticipantKey(
        participant=participant,
        kind=kind,
        token_hash=token and hash_of(token),
        opens=sorted(opens),
        organisation_id=of or shared_with(session, actor),
        user_id=actor.user_id,
    )
    session.add(key)
    session.flush()
    return key


def _end(key: ParticipantKey, replaced_by: ParticipantKey | None = None) -> None:
    key.ended_at = clock.now()
    key.replaced_by_id = replaced_by.id if replaced_by else None


def _live() -> Select[ParticipantKey]:
    return select(ParticipantKey).where(ParticipantKey.ended_at.is_(None))
