"""Undoing what a participant says was not her doing, across the rooms that it is of."""

from sqlalchemy.orm import Session

from portal.accounts.queries import list_operators
from portal.core import Actor, NotFound, audit
from portal.duplicates.commands import undo as undo_merge
from portal.duplicates.queries import list_own as list_own_merges
from portal.notices.commands import tell
from portal.participants import commands
from portal.participants.commands import keys, sign_in_links
from portal.participants.models import ParticipantKey
from portal.participants.queries import get_own_self, happened, own_links
from portal.participants.queries.happened import Happened


def undo(session: Session, actor: Actor, one: Happened) -> None:
    """Put back what was done, and tell the operators: which organisation, what, never whom."""
    her = get_own_self(session, actor)
    match one.event:
        case "participant.card_issued":
            keys.undo_card(session, actor, session.get_one(ParticipantKey, one.about_id))
        case "participant.contact_changed":
            for link in own_links(session, her.id):
                if link.organisation_id == one.organisation_id:
                    commands.put_contact_back(session, actor, link)
        case happened.NEW_DEVICE:
            sign_in_links.end(session, one.about_id or 0)
        case "participant.merged":
            merges = [row for row in list_own_merges(session, actor) if row.id == one.about_id]
            if not merges:
                raise NotFound("merge")
            undo_merge(session, actor, merges[0])
    about = {"organisation_id": one.organisation_id, "of": one.id}
    audit.record(session, actor, sign_in_links.NOT_HER, her, **about)
    for to in list_operators(session):
        tell(session, to, "participants/not_her", organisation=one.organisation, what=one.event)
