"""A link to her own page, sent to a phone or an e-mail address that somebody knows of her.

The letter's link stands for a key that is made when it is asked for, and of use once it is
confirmed: it opens the organisations that reach her there (decision 31).
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from itertools import groupby

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.core import VISITOR, Actor, AuditEvent, as_house, asks_rows, audit, clock, links
from portal.core.browser_session import BrowserSession
from portal.core.links import LASTS, Link, Purpose
from portal.notices.commands import tell
from portal.notices.models import Notice
from portal.notices.rules import CARRIED, Channel, Recipient, contact_of
from portal.participants import queries, rules
from portal.participants.commands import keys, told_of_keys
from portal.participants.models import Participant, ParticipantKey, ParticipantLink
from portal.participants.queries.happened import NEW_DEVICE

_LASTS = LASTS[Purpose.SIGN_IN]


def send(session: Session, phone: str, email: str) -> None:
    """Send everybody who is reached there a link to her own page, if anybody is."""
    at = ParticipantLink.phone == phone if phone else ParticipantLink.email == email
    query = (
        select(ParticipantLink)
        .join(ParticipantLink.participant)
        .where(at, ParticipantLink.knows_her, Participant.merged_into_id.is_(None))
        .order_by(ParticipantLink.participant_id, ParticipantLink.id)
        .options(contains_eager(ParticipantLink.participant))
    )
    with as_house(session):  # whoever asks has not said who she is
        found = session.scalars(query).all()
        for _id, known_by in groupby(found, key=lambda row: row.participant_id):
            rows = list(known_by)
            her, by = rows[0].participant, Channel.SMS if phone else Channel.EMAIL
            _send(session, her, Recipient(her.name, phone or email, her.language, by=by), rows)


def reached_at(session: Session, her: Participant) -> Recipient | None:
    """Say where a machine reaches her, by phone first; None: people have to."""
    links = [link for link in queries.own_links(session, her.id) if link.knows_her]
    found = [queries.recipient_at(her, rules.is_told_at(link.contact)) for link in links]
    carried = [to for to in found if to.channel in CARRIED]
    return min(carried, key=lambda to: to.channel is not Channel.SMS, default=None)


def send_to(session: Session, her: Participant, to: Recipient) -> None:
    """Send a participant, who asks for it, the link for another phone."""
    links = queries.own_links(session, her.id)
    rows = [link for link in links if link.knows_her and to.address in (link.phone, link.email)]
    with as_house(session):
        _send(session, her, to, rows)


def _send(
    session: Session, her: Participant, to: Recipient, rows: Iterable[ParticipantLink]
) -> None:
    opens, of = rules.opened_by(_reached(rows))
    key = keys.add_key(session, VISITOR, her, rules.KeyKind.LINK, None, opens, of=of)
    key.expires_at = clock.now() + 2 * _LASTS
    tell(
        session,
        to,
        "participants/sign_in",
        is_own_action=True,
        not_after=clock.now() + _LASTS,
        key=str(key.uuid),
    )


def find(session: Session, token: str, *, lock: bool = False) -> ParticipantKey | None:
    """Find a link's key; None once of no use, or reaching others now."""
    link = links.find(session, token, Purpose.SIGN_IN, lock=lock)
    if link is None:
        return None
    with as_house(session):
        key = session.scalar(
            select(ParticipantKey)
            .where(ParticipantKey.uuid == link.row, ParticipantKey.ended_at.is_(None))
            .options(joinedload(ParticipantKey.participant))
        )
        if key is None or not _still_there(session, key, link, token):
            return None
    return key


def use(session: Session, token: str, key: ParticipantKey) -> Actor:
    """Use up a link, found locked: its key is her browser's now."""
    link = links.find(session, token, Purpose.SIGN_IN)
    with as_house(session):
        still = _still_there(session, key, link, token) if link else []
    opens, key.organisation_id = rules.opened_by(_reached(still))
    key.opens = sorted(opens.intersection(key.opens))
    key.expires_at = None
    links.end(session, Purpose.SIGN_IN, key.uuid)
    return keys.actor_by(session, key)


def forget_unused(session: Session) -> None:
    """Take out keys of links that nobody opened; a job of the worker."""
    session.execute(
        delete(ParticipantKey).where(
            ParticipantKey.kind == rules.KeyKind.LINK, ParticipantKey.expires_at < clock.now()
        )
    )


def _still_there(
    session: Session, key: ParticipantKey, link: Link, token: str
) -> list[ParticipantLink]:
    """Who reaches her still where the link went."""
    rows = session.scalars(
        select(ParticipantLink).where(
            ParticipantLink.participant_id == key.participant_id,
            ParticipantLink.knows_her,
            or_(ParticipantLink.phone != "", ParticipantLink.email != ""),
        )
    )
    return [
        row
        for row in rows
        if link.is_for(contact_of(Channel.SMS, row.phone), token)
        or link.is_for(contact_of(Channel.EMAIL, row.email), token)
    ]


def _reached(rows: Iterable[ParticipantLink]) -> list[rules.Reached]:
    return [rules.Reached(row.organisation_id, row.contact_from_id) for row in rows]


NOT_HER = "participant.was_not_her"
_TOLD = "participants/new_device"
_FIRST_USE = timedelta(minutes=10)  # from the screen of one device to the camera of another


def names_in(session: Session, her: Actor, organisation_ids: Collection[int]) -> dict[int, str]:
    """Name her in a browser, by organisation; anew after something was not her."""
    with as_house(session):
        name = session.get_one(Participant, her.participant_id).uuid
        said = dict(_not_her(session, her.participant_id))
    return {one: f"{name} {one} {said.get(one, 0)}" for one in organisation_ids}


@asks_rows
def _not_her(participant_id: int | None) -> Select[int | None, int]:
    return (
        select(AuditEvent.organisation_id, func.max(AuditEvent.id))
        .where(audit.is_about(Participant.__tablename__, participant_id, NOT_HER))
        .group_by(AuditEvent.organisation_id)
    )


def note_new(
    session: Session, her: Actor, session_id: int, organisation_ids: Collection[int]
) -> None:
    """Write down, and tell her, that a new browser opens these organisations.

    Each is told of to its own contact of her. One message a day to one address; none of the card
    that she just made herself and now opens for the first time.
    """
    with as_house(session):
        browser = session.get_one(BrowserSession, session_id)
        participant = session.get_one(Participant, her.participant_id)
        is_told = not _is_first_use(session, her)
        query = select(ParticipantLink).where(
            ParticipantLink.participant_id == participant.id,
            ParticipantLink.organisation_id.in_(organisation_ids),
        )
        links = session.scalars(
            query.order_by(ParticipantLink.id).options(joinedload(ParticipantLink.participant))
        ).all()
        for link in links:
            audit.record(
                session, her, NEW_DEVICE, participant, organisation_id=link.organisation_id,
                browser=str(browser.uuid), device=browser.device, keys=sorted(her.keys),
            )  # fmt: skip
        told = _told_today(session, participant)
        news = {to.address: to for link in links for to in told_of_keys(link)}
        for address in sorted(news.keys() - told) if is_told else ():
            tell(session, news[address], _TOLD, device=browser.device)


def end(session: Session, session_id: int) -> None:
    """Sign out in one browser; whatever it was opened with still works elsewhere."""
    with as_house(session):
        session.get_one(BrowserSession, session_id).ended_at = clock.now()


def _is_first_use(session: Session, her: Actor) -> bool:
    used = select(ParticipantKey).where(ParticipantKey.id.in_(sorted(her.keys)))
    for key in session.scalars(used):
        if key.kind is not rules.KeyKind.CARD or key.user_id is not None:
            return False
        if clock.now() - key.created_at >= _FIRST_USE:
            return False
    since = select(AuditEvent.data).where(
        audit.is_about(Participant.__tablename__, her.participant_id, NEW_DEVICE),
        AuditEvent.created_at >= clock.now() - _FIRST_USE,
    )
    return not any(her.keys.intersection(data["keys"]) for data in session.scalars(since))


def _told_today(session: Session, participant: Participant) -> set[str]:
    midnight, _ = clock.day_bounds(clock.today(), clock.today())
    query = select(Notice.address).where(
        Notice.participant_id == participant.id,
        Notice.kind == _TOLD,
        Notice.created_at >= midnight,
    )
    return set(session.scalars(query))
