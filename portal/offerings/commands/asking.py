"""Asking staff whether what they posted still holds, and hiding what nobody answers for."""

from collections.abc import Iterable

from portal.core import HOUSE, Permission, Session, clock, hold_row, one_by_one
from portal.notices.commands import tell
from portal.offerings import rules
from portal.offerings.commands import hide, note_asked
from portal.offerings.models import Posted
from portal.organisations.queries import list_recipients


def ask_whether_they_hold(session: Session, posted: Iterable[Posted]) -> None:
    """Ask whether each holds after 90 days' silence; later hide it."""
    ids = {one.id: type(one) for one in posted}
    one_by_one(session, list(ids), lambda id_: _ask(session, ids[id_], id_))


def _ask(session: Session, of: type[Posted], posted_id: int) -> None:
    posted, now = hold_row(session, of, posted_id), clock.now()
    published_at, asked_at = posted.published_at, posted.confirm_asked_at
    if posted.status not in rules.PUBLIC or published_at is None:
        return
    if not rules.is_unconfirmed(posted.confirmed_at, published_at, now):
        return  # she said so just now
    if asked_at is None:
        note_asked(posted)
        tell_staff(session, posted, posted.asked_with)
    elif asked_at <= now - rules.HIDE_AFTER:
        hide(session, HOUSE, posted)
        tell_staff(session, posted, posted.hidden_with)


def tell_staff(session: Session, posted: Posted, kind: str, missing: str = "") -> None:
    """Tell who may change it what became of it."""
    of = posted.organisation_id
    for recipient in list_recipients(session, of, Permission.MANAGE_OFFERINGS):
        tell(
            session, recipient, kind, organisation_id=of,
            title=posted.title, slug=posted.slug, missing=missing,
        )  # fmt: skip
