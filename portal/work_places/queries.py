"""Reads of work places, of what fits whom, and of who is visible to an employer."""

import uuid
from collections.abc import Collection, Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Select, String, cast, select
from sqlalchemy.orm import Session, joinedload

from portal.core import Actor, Page, as_house, clock, one_or_not_found, page_of
from portal.core.canonical import parsed
from portal.notices.rules import Recipient
from portal.offerings.queries import unconfirmed_of
from portal.offerings.rules import PUBLIC, TAKES_APPLICATIONS, OfferingStatus
from portal.organisations.models import Organisation
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import Pair, recipients
from portal.progress.models import Observation
from portal.work_places.models import Visibility, WorkPlace, WorkWish
from portal.work_places.rules import Fit, Seeks, count_whole, fit

Match = tuple[WorkPlace, Fit]
list_unconfirmed = unconfirmed_of(WorkPlace)
_OF = joinedload(WorkPlace.organisation)
_ASKED = (
    WorkPlace.id, WorkPlace.title, WorkPlace.needed, WorkPlace.learned, WorkPlace.times,
    WorkPlace.area_code, WorkPlace.dutch_level, WorkPlace.kind,
)  # fmt: skip


def seen() -> Select[WorkPlace]:
    """Those of checked employers that are public, as far as the reader may see them."""
    checked = Organisation.is_verified
    found = select(WorkPlace).join(WorkPlace.organisation)
    return found.where(WorkPlace.status.in_(PUBLIC), checked).options(_OF)


def page_of_all(session: Session, number: int) -> Page[WorkPlace]:
    """The work places that are not full, the newest first."""
    newest = seen().order_by(WorkPlace.published_at.desc(), WorkPlace.id.desc())
    return page_of(session, newest.where(WorkPlace.status.in_(TAKES_APPLICATIONS)), number, 20)


def list_for_all(session: Session) -> Sequence[WorkPlace]:
    """List those that are open to everybody, whoever reads."""
    return session.scalars(seen().where(WorkPlace.is_open).order_by(WorkPlace.id)).all()


def get_work_place(session: Session, slug: str) -> WorkPlace:
    """A work place that is public; NotFound where the reader sees none."""
    return one_or_not_found(session, seen().where(WorkPlace.slug == slug))


def list_own(session: Session, actor: Actor, number: int = 1) -> Page[WorkPlace]:
    """The employer's own, those in the archive last."""
    own = select(WorkPlace).where(WorkPlace.organisation_id == actor.organisation_id)
    is_over = WorkPlace.status == OfferingStatus.ARCHIVED
    return page_of(session, own.order_by(is_over, WorkPlace.title, WorkPlace.id), number, 20)


def get_own(session: Session, actor: Actor, slug: str) -> WorkPlace:
    """The employer's own work place."""
    own = WorkPlace.slug == slug, WorkPlace.organisation_id == actor.organisation_id
    return one_or_not_found(session, select(WorkPlace).where(*own).options(_OF))


def find_wish(session: Session, participant_id: int) -> WorkWish:
    """What she looks for; the row of who said nothing yet."""
    query = select(WorkWish).where(WorkWish.participant_id == participant_id)
    found = session.scalar(query.order_by(WorkWish.id.desc()).limit(1))
    nothing: dict[str, Any] = {"kinds": [], "times": [], "districts": [], "with_guide": False}
    return found or WorkWish(participant_id=participant_id, **nothing)


def list_seen(session: Session, participant_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What each can, by competence: the newest example that the reader sees."""
    of = Observation
    rows = select(of).where(of.participant_id.in_(participant_ids), of.in_force())
    found: dict[int, dict[str, Any]] = {id_: {} for id_ in participant_ids}
    for row in session.scalars(rows.order_by(of.observed_on, of.id)):
        found[row.participant_id][row.competence] = row
    return found


def seeks_of(wish: WorkWish, can: Collection[str]) -> Seeks:
    """What somebody seeks, as the rule goes by it."""
    said = {"times": wish.times, "districts": wish.districts, "kinds": wish.kinds}
    return Seeks.of(wish.dutch_level or "", can=can, **said)


def list_matches(session: Session, seeks: Seeks, most: int = 12) -> list[Match]:
    """List the work places that are near to what somebody seeks, what fits best first."""
    open_ = seen().where(WorkPlace.status.in_(TAKES_APPLICATIONS))
    rows = session.execute(open_.with_only_columns(*_ASKED).order_by(WorkPlace.title, WorkPlace.id))
    near = [(row.id, found) for row in rows if (found := fit(row, seeks)).is_near]
    best = dict(sorted(near, key=lambda one: one[1].order)[:most])
    query = select(WorkPlace).where(WorkPlace.id.in_(best)).options(_OF)
    places = {row.id: row for row in session.scalars(query)}
    return [(places[id_], compared) for id_, compared in best.items()]


def list_fitting(session: Session, place: WorkPlace) -> list[Participant]:
    """List those who let the reader, a guide, look along and whom it is near."""
    wishes = {one.participant_id: one for one in session.scalars(select(WorkWish))}
    can = list_seen(session, wishes)
    near = [id_ for id_, wish in wishes.items() if fit(place, seeks_of(wish, can[id_])).is_near]
    people = select(Participant).where(Participant.id.in_(near))
    return list(session.scalars(people.order_by(Participant.folded_name, Participant.id)))


def list_visible(session: Session, employer_id: int) -> dict[int, Seeks]:
    """What those show who are visible to an employer now, by participant.

    For the portal's own use: no page of an employer names or lists them.
    """
    kept = cast(Visibility.seeks, String)
    query = select(Visibility.participant_id, kept).where(is_on_for(employer_id))
    with as_house(session):
        rows = session.execute(query.order_by(Visibility.id)).all()
    return {id_: _read(seeks) for id_, seeks in rows}


@lru_cache(maxsize=10_000)
def _read(kept: str) -> Seeks:
    """Read it from its text, once: of thousands that takes longer than to compare them."""
    return Seeks.of(**parsed(kept))


is_on_for = partial(Visibility.is_on, Visibility)


def count_fitting(session: Session, places: Sequence[WorkPlace]) -> dict[int, int]:
    """Count whom each of one employer's work places could fit, by its id.

    Exact: what is shown of it is `rules.coarse`.
    """
    people = list_visible(session, places[0].organisation_id).values() if places else ()
    return {one.id: count_whole(one, people) for one in places}


def whom_to_tell(session: Session, place: WorkPlace) -> dict[Pair, Recipient]:
    """Whom an invitation goes to: those who are visible and whom it could fit.

    Each by an organisation that her keys opened as she switched it on.
    """
    visible = list_visible(session, place.organisation_id)
    fitting = [id_ for id_, seeks in visible.items() if fit(place, seeks).is_whole]
    link = ParticipantLink
    with as_house(session):
        is_on = is_on_for(place.organisation_id)
        on = select(Visibility).where(is_on, Visibility.participant_id.in_(fitting))
        opens = {row.participant_id: row.opens for row in session.scalars(on)}
        links = select(link).where(link.participant_id.in_(fitting), link.has_her())
        pairs = {
            row.participant_id: row.organisation_id
            for row in session.scalars(links.order_by(link.id))
            if row.organisation_id in opens[row.participant_id]
        }
        return recipients(session, set(pairs.items()))


def list_switches(session: Session) -> Sequence[Visibility]:
    """To whom she is visible now, the newest first."""
    on = Visibility.ended_at.is_(None), Visibility.until_on >= clock.today()
    query = select(Visibility).where(*on).options(joinedload(Visibility.employer))
    return session.scalars(query.order_by(Visibility.id.desc())).all()


def get_switch(session: Session, switch_uuid: uuid.UUID) -> Visibility:
    """One of her switches."""
    return one_or_not_found(session, select(Visibility).where(Visibility.uuid == switch_uuid))


def list_employers(session: Session) -> Sequence[Organisation]:
    """The checked employers that have work to be seen, by name."""
    of = seen().with_only_columns(WorkPlace.organisation_id)
    query = select(Organisation).where(Organisation.id.in_(of))
    return session.scalars(query.order_by(Organisation.name, Organisation.id)).all()
