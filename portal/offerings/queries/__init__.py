"""Reads about offerings; what an actor may not see isn't found."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from portal.core import Actor, Page, as_house, hold_row, is_any, one_or_not_found, page_of
from portal.core.asked import asks_rare
from portal.offerings import rules
from portal.offerings.models import Offering, OfferingAddress, OfferingPicture, Posted
from portal.organisations.models import Organisation

P = TypeVar("P", bound=Posted)
_BY_STATUS = case(
    {status.value: rank for rank, status in enumerate(rules.OfferingStatus)}, value=Offering.status
)
_IS_PUBLIC = and_(Offering.status.in_(rules.PUBLIC), Organisation.is_verified)


def lock_offering(session: Session, offering_id: int) -> Offering:
    """Lock an offering as it is now: nobody else changes its places."""
    return hold_row(session, Offering, offering_id, joinedload(Offering.organisation))


def get_own(session: Session, actor: Actor, slug: str) -> Offering:
    """Read the actor's organisation's offering, by its address, now or before."""
    had_it = select(OfferingAddress.offering_id).where(OfferingAddress.slug == slug)
    return one_or_not_found(
        session,
        select(Offering)
        .where(
            or_(Offering.slug == slug, Offering.id.in_(had_it)),
            Offering.organisation_id == actor.organisation_id,
        )
        .options(joinedload(Offering.organisation)),
    )


def get_to_copy(session: Session, actor: Actor, slug: str) -> Offering:
    """Read an offering that the actor's organisation may copy: its own, or a public one."""
    is_theirs = or_(_IS_PUBLIC, Offering.organisation_id == actor.organisation_id)
    here = select(Offering).join(Offering.organisation).where(Offering.slug == slug, is_theirs)
    return one_or_not_found(session, here.options(contains_eager(Offering.organisation)))


def list_thanking(session: Session, offering: Offering) -> Sequence[str]:
    """Name the organisations with a public offering that began as this one."""
    other = Offering.organisation_id != offering.organisation_id
    return session.scalars(
        select(Organisation.name)
        .join(Offering, Offering.organisation_id == Organisation.id)
        .where(Offering.copied_from_id == offering.id, other, _IS_PUBLIC)
        .distinct()
        .order_by(Organisation.name)
    ).all()


def get_picture(session: Session, actor: Actor, slug: str, digest: str) -> OfferingPicture:
    """The picture of an offering that is public, or of the actor's own organisation."""
    query = select(OfferingPicture).join(OfferingPicture.offering).join(Offering.organisation)
    return one_or_not_found(
        session,
        query.where(
            Offering.slug == slug,
            OfferingPicture.digest == digest,
            or_(_IS_PUBLIC, Offering.organisation_id == actor.organisation_id),
        ).options(contains_eager(OfferingPicture.offering)),
    )


def find_picture(session: Session, offering: Offering, place: int) -> OfferingPicture | None:
    """The picture at one of an offering's places, from 1; None where there is none."""
    here = OfferingPicture.offering_id == offering.id
    return session.scalar(select(OfferingPicture).where(here, OfferingPicture.place == place))


def with_looks() -> tuple[LoaderOption, ...]:
    """Loads texts and pictures (not their bytes) with the offerings, in two queries for all."""
    return selectinload(Offering.texts), joinedload(Offering.picture)


def list_own(session: Session, actor: Actor, *, archived: bool, number: int = 1) -> Page[Offering]:
    """The organisation's offerings by status and title: those in the archive, or all others."""
    in_archive = Offering.status == rules.OfferingStatus.ARCHIVED
    return page_of(
        session,
        select(Offering)
        .where(
            Offering.organisation_id == actor.organisation_id,
            in_archive if archived else ~in_archive,
        )
        .order_by(_BY_STATUS, Offering.title, Offering.id),
        number,
    )


def list_ids_to_publish(session: Session, today: date) -> Sequence[int]:
    """Drafts whose day to be published has come."""
    return session.scalars(
        select(Offering.id)
        .where(Offering.status == rules.OfferingStatus.DRAFT, Offering.publish_on <= today)
        .order_by(Offering.id)
    ).all()


def unconfirmed_of(of: type[P]) -> Callable[[Session, datetime, int | None], Sequence[P]]:
    """Make the question what of it nobody confirmed since a moment, longest ago first."""

    last_word = func.coalesce(of.confirmed_at, of.published_at)

    def made(last: datetime, organisation_id: int | None) -> Select[P]:
        whose = func.coalesce(organisation_id, of.organisation_id)  # None: of all
        old = of.status.in_(rules.PUBLIC), last_word <= last, of.organisation_id == whose
        return select(of).where(*old).order_by(last_word, of.id)

    return asks_rare(made)


list_unconfirmed = unconfirmed_of(Offering)


def is_slug_taken(session: Session, slug: str, but: Offering | None = None) -> bool:
    """Whether any organisation's offering, a hidden one too, has this address or had it."""
    had_it = select(OfferingAddress.offering_id).where(OfferingAddress.slug == slug)
    taken = select(Offering.id).where(or_(Offering.slug == slug, Offering.id.in_(had_it)))
    if but is not None:
        taken = taken.where(Offering.id != but.id)
    with as_house(session):
        return is_any(session, taken)


def list_missing(offering: Offering, *, has_session_to_come: bool) -> list[rules.Missing]:
    """What still stands between this offering and the public."""
    return rules.missing_to_publish(
        is_verified=offering.organisation.is_verified,
        texts={name: getattr(offering, name) for name in offering.public_texts},
        learns=bool(offering.competences),
        has_session_to_come=has_session_to_come,
        replaces_no_paid_work=offering.replaces_no_paid_work,
    )
