"""A browser that opens a participant's page for the first time: told, kept, and ended by her."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.core import Actor, AuditEvent, as_house, audit, clock
from portal.core.browser_session import BrowserSession
from portal.notices.commands import tell
from portal.notices.models import Notice
from portal.participants.commands import told_of_keys
from portal.participants.models import Participant, ParticipantKey, ParticipantLink
from portal.participants.queries.happened import NEW_DEVICE
from portal.participants.rules import KeyKind

NOT_HER = "participant.was_not_her"
_TOLD = "participants/new_device"
_FIRST_USE = timedelta(minutes=10)  # from the screen of one device to the camera of another


def names_in(session: Session, her: Actor, organisation_ids: Collection[int]) -> dict[int, str]:
    """Name her in a browser, by organisation; anew after something was not her."""
    with as_house(session):
        name = session.get_one(Participant, her.participant_id).uuid
        query = (
            select(AuditEvent.organisation_id, func.max(AuditEvent.id))
            .where(audit.is_about(Participant.__tablename__, her.participant_id, NOT_HER))
            .group_by(AuditEvent.organisation_id)
        )
        said = dict(session.execute(query).all())
    return {one: f"{name} {one} {said.get(one, 0)}" for one in organisation_ids}


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
        links = session.scalars(
            select(ParticipantLink)
            .where(
                ParticipantLink.participant_id == participant.id,
                ParticipantLink.organisation_id.in_(organisation_ids),
            )
            .order_by(ParticipantLink.id)
            .options(joinedload(ParticipantLink.participant))
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
        if key.kind is not KeyKind.CARD or key.user_id is not None:
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
    return set(
        session.scalars(
            select(Notice.address).where(
                Notice.participant_id == participant.id,
                Notice.kind == _TOLD,
                Notice.created_at >= midnight,
            )
        )
    )
