"""Reads about referrals: what became of each, what the guide needs, and what she sees herself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from portal.catalogue.queries import cards_of
from portal.core import Actor, Page, as_house, asks_rare, clock, one_or_not_found, page_of
from portal.core.grouped import grouped
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import place_in_line
from portal.enrolments.rules import TOOK_PART, EnrolmentStatus
from portal.finding.queries import find as find_offerings
from portal.finding.rules import Filters
from portal.offerings.models import Offering
from portal.offerings.rules import PUBLIC
from portal.organisations.models import Organisation
from portal.participants.queries.happened import View, list_views
from portal.referrals import rules
from portal.referrals.models import Referral
from portal.referrals.rules import holds

_OFFERING = joinedload(Referral.enrolment).joinedload(Enrolment.offering)


@dataclass(frozen=True)
class FollowedReferral:
    """A referral as its referrer sees it; of her nothing once it is not `followed`."""

    uuid: UUID
    participant_uuid: UUID
    made_at: datetime
    until: date
    is_move: bool
    slug: str  # empty when its page is not public now
    title: str
    text_language: str
    organisation: Organisation
    followed: Referral | None  # itself, with her and her sign-up
    number_in_line: int = 0

    @property
    def name(self) -> str:
        """What she is called, while she is followed."""
        return self.followed.participant.name if self.followed else ""


def list_made(session: Session, actor: Actor, number: int) -> Page[FollowedReferral]:
    """What became of the referrals of the actor's organisation, the newest first."""
    query = (
        _with_all()
        .where(Referral.from_organisation_id == actor.organisation_id)
        .order_by(Referral.id.desc())
    )
    with as_house(session):  # the referrer knows neither the person nor her sign-up otherwise
        found = page_of(session, query, number)
        return Page([_followed(row) for row in found.rows], found.number, found.has_next)


def list_offered(session: Session, actor: Actor) -> list[FollowedReferral]:
    """Those whom the actor's organisation referred and who may take a place now, soonest first."""
    with as_house(session):  # as above
        return [_followed(row) for row in _offered(session, actor.organisation_id)]


@asks_rare
def _offered(organisation_id: int | None) -> Select[Referral]:
    return (
        _with_all()
        .where(
            Referral.from_organisation_id == organisation_id,
            Enrolment.status == EnrolmentStatus.OFFERED,
        )
        .order_by(Enrolment.offer_until, Referral.id)
    )


def get_made(session: Session, actor: Actor, referral_uuid: UUID) -> FollowedReferral:
    """One referral of the actor's organisation, with her number when she is in the line."""
    query = _with_all().where(
        Referral.uuid == referral_uuid, Referral.from_organisation_id == actor.organisation_id
    )
    with as_house(session):
        found = one_or_not_found(session, query)
        return _followed(found, place_in_line(session, found.enrolment))


def get_own(session: Session, actor: Actor, referral_uuid: UUID) -> Referral:
    """A referral of the participant who asks."""
    return one_or_not_found(
        session, select(Referral).filter_by(uuid=referral_uuid, participant_id=actor.participant_id)
    )


def get_followed(session: Session, referral_uuid: UUID) -> Referral:
    """A referral to or by the actor's organisation, while her agreement holds."""
    query = select(Referral).where(Referral.uuid == referral_uuid, *_holding())
    return one_or_not_found(session, query.options(joinedload(Referral.from_organisation)))


def _holding() -> tuple[ColumnElement[bool], ...]:
    return Referral.withdrawn_at.is_(None), Referral.outcome_until >= clock.today()


def list_followed(session: Session, to_organisation_id: int) -> Sequence[Referral]:
    """List the referrals to a provider whose agreement holds, the newest last."""
    return session.scalars(
        select(Referral)
        .where(Referral.to_organisation_id == to_organisation_id, *_holding())
        .options(joinedload(Referral.from_organisation))
        .order_by(Referral.id)
    ).all()


def list_taken(session: Session, actor: Actor) -> list[View]:
    """Who took her days and hours in a list, the last first."""
    ids = session.scalars(select(Referral.id).filter_by(participant_id=actor.participant_id)).all()
    with as_house(session):
        return list_views(session, rules.LISTED, Referral.__tablename__, ids)


def find(session: Session, enrolment_id: int, from_organisation_id: int) -> Referral | None:
    """What an organisation referred already with this sign-up."""
    of = {"enrolment_id": enrolment_id, "from_organisation_id": from_organisation_id}
    with as_house(session):
        return session.scalar(select(Referral).filter_by(**of))


def list_own(session: Session, actor: Actor) -> Sequence[Referral]:
    """What she agreed to and still holds, for her own page, the newest first."""
    today = clock.today()
    with as_house(session):  # the offering may be in the archive by now
        rows = session.scalars(
            _with_all()
            .where(Referral.visible_to(actor))
            .options(_OFFERING.selectinload(Offering.texts))
            .order_by(Referral.id.desc())
        ).all()
    return [
        row
        for row in rows
        if holds(today, row.outcome_until, row.withdrawn_at)
        or (row.shares_history and holds(today, row.history_until, row.withdrawn_at))
    ]


def by_enrolment(
    session: Session, actor: Actor, enrolments: Iterable[Enrolment]
) -> dict[int, list[Referral]]:
    """Who referred these people and what is good to know, for those who receive them."""
    ids = [row.id for row in enrolments if row.organisation_id == actor.organisation_id]
    if not ids:
        return {}
    rows = session.scalars(
        select(Referral)
        .where(
            Referral.enrolment_id.in_(ids),
            Referral.to_organisation_id == actor.organisation_id,
            Referral.withdrawn_at.is_(None),
        )
        .options(joinedload(Referral.from_organisation), joinedload(Referral.user))
        .order_by(Referral.id)
    )
    return grouped((row.enrolment_id, row) for row in rows)


def list_sharing(session: Session, actor: Actor, participant_id: int) -> Sequence[Referral]:
    """The referrals by which she lets the actor's organisation read what she did elsewhere."""
    query = select(Referral).where(
        Referral.participant_id == participant_id,
        Referral.to_organisation_id == actor.organisation_id,
        Referral.shares_history,
        Referral.withdrawn_at.is_(None),
        Referral.history_until >= clock.today(),
    )
    return session.scalars(
        query.options(joinedload(Referral.from_organisation)).order_by(Referral.id)
    ).all()


def list_to_refer_to(
    session: Session, organisation_id: int, words: str, number: int
) -> Page[Offering]:
    """List a page, or less, of what others offer now, as the catalogue finds."""
    page = find_offerings(session, Filters(q=words), number).page
    cards = cards_of(session, {one.id: one.next_at for one in page.rows})
    offerings = [card.offering for card in cards if card.offering.takes_people]
    others = [row for row in offerings if row.organisation_id != organisation_id]
    return Page(others, page.number, page.has_next)


def list_with_news(session: Session) -> Sequence[Referral]:
    """Referrals whose outcome changed since the referrer was told; for the house."""
    return session.scalars(
        _with_all()
        .where(*_holding(), Referral.told_status != Enrolment.status)
        .order_by(Referral.id)
    ).all()


def list_ids_arrived(session: Session) -> Sequence[int]:
    """Who has her new place and still holds the old one; for the house."""
    holds_old = select(Enrolment.id).where(Enrolment.status == EnrolmentStatus.ENROLLED)
    query = select(Referral.id).join(Referral.enrolment)
    return session.scalars(
        query.where(
            Referral.from_enrolment_id.in_(holds_old),
            Referral.withdrawn_at.is_(None),
            Enrolment.status.in_(TOOK_PART),
        ).order_by(Referral.id)
    ).all()


def _with_all() -> Select[Any]:
    return (
        select(Referral)
        .join(Referral.enrolment)
        .options(
            _OFFERING.joinedload(Offering.organisation),
            joinedload(Referral.participant),
            joinedload(Referral.from_organisation),
            joinedload(Referral.user),
        )
    )


def _followed(row: Referral, number: int = 0) -> FollowedReferral:
    offering = row.enrolment.offering
    is_followed = holds(clock.today(), row.outcome_until, row.withdrawn_at)
    return FollowedReferral(
        uuid=row.uuid,
        participant_uuid=row.participant.uuid,
        made_at=row.created_at,
        until=row.outcome_until,
        is_move=row.from_enrolment_id is not None,
        slug=offering.slug if offering.status in PUBLIC else "",
        title=offering.title,
        text_language=offering.text_language,
        organisation=offering.organisation,
        followed=row if is_followed else None,
        number_in_line=number,
    )
