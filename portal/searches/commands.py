"""Keeping a search or an activity, and ending it, without a trail: it is nobody's business."""

from sqlalchemy import delete, select

from portal.core import N_, Actor, RuleBroken, Session, as_house, clock
from portal.finding.queries import find_open
from portal.finding.rules import Filters
from portal.notices.commands import tell
from portal.notices.rules import Recipient
from portal.participants.queries import own_links
from portal.searches.models import KeptSearch, SavedOffering
from portal.searches.queries import list_own, list_saved
from portal.searches.rules import LASTS, MOST, MOST_SAVED, TO_CONFIRM


def keep(session: Session, actor: Actor, filters: Filters) -> KeptSearch:
    """Keep what a participant looks for; what she keeps already goes on from today."""
    hers = list_own(session, actor.participant_id, clock.now())
    row = next((one for one in hers if one.filters == filters), None)
    if row is None:
        if len(hers) >= MOST:
            raise RuleBroken("", N_("You keep five searches already. End one of them first."))
        row = KeptSearch(**_of(session, actor), asked=filters.pairs())
        session.add(row)
    confirm(session, row)
    return row


def _of(session: Session, actor: Actor) -> dict[str, int | None]:
    links = own_links(session, actor.participant_id or 0)
    at = links[0].organisation_id if links else min(actor.opens)
    return {"participant_id": actor.participant_id, "organisation_id": at}


def save(session: Session, actor: Actor, offering_id: int) -> None:
    """Keep an activity for her to look at again; twice is once."""
    saved = list_saved(session, actor.participant_id)
    if offering_id in saved:
        return
    if len(saved) >= MOST_SAVED:
        raise RuleBroken(
            "", N_("You saved {most} activities. Take one away first."), most=MOST_SAVED
        )
    session.add(SavedOffering(**_of(session, actor), offering_id=offering_id))


def let_go(session: Session, actor: Actor, offering_id: int) -> None:
    """Keep an activity no more."""
    statement = delete(SavedOffering)
    session.execute(
        statement.filter_by(participant_id=actor.participant_id, offering_id=offering_id)
    )


def ask_to_keep(session: Session, to: Recipient, filters: Filters) -> None:
    """Ask a contact whether it is told; unanswered, it is soon forgotten.

    The answer is the same where enough is kept for it, so that nobody learns of it.
    """
    with as_house(session):
        kept = session.scalars(
            select(KeptSearch).where(
                KeptSearch.address == to.address, KeptSearch.expires_at > clock.now()
            )
        ).all()
    row = next((one for one in kept if one.filters == filters), None)
    if row is None:
        if len(kept) >= MOST:
            return
        row = KeptSearch(
            channel=to.channel, address=to.address, language=to.language, asked=filters.pairs(),
            expires_at=clock.now() + TO_CONFIRM,
        )  # fmt: skip
        session.add(row)
        session.flush()
    tell(
        session, to, "searches/asked",
        is_own_action=True, not_after=clock.now() + TO_CONFIRM, search=str(row.uuid),
    )  # fmt: skip


def confirm(session: Session, row: KeptSearch) -> None:
    """Tell of what comes from now on, for as long as a search is kept."""
    row.confirmed_at = clock.now()
    row.expires_at = clock.now() + LASTS
    row.known = [one.id for one in find_open(session, row.filters)]


def end(session: Session, row: KeptSearch) -> None:
    """Forget a search."""
    session.delete(row)


def forget(session: Session) -> None:
    """Forget the searches whose time is over; a job of the worker."""
    session.execute(delete(KeptSearch).where(KeptSearch.expires_at < clock.now()))
