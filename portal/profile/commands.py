"""Writes of her profile: which lines others see, her words, and to whom she shows it."""

from datetime import timedelta

from portal.core import N_, Actor, RuleBroken, Session, audit, clock, links, or_not_found
from portal.participants.commands import note_once
from portal.profile.models import ProfileChoice, ProfileShare
from portal.profile.queries import OPENED, find_choice, list_to_show


def switch(session: Session, actor: Actor, line: str) -> None:
    """Let others see a line of hers, or no longer."""
    choice = _choice(session, actor)
    others = [one for one in choice.switched if one != line]
    choice.switched = others if line in choice.switched else [*others, line]
    audit.record(session, actor, "profile.switched", choice)


def put_first(session: Session, actor: Actor, competence: str) -> None:
    """Let a competence stand before all others."""
    choice = _choice(session, actor)
    choice.first = [competence, *(one for one in choice.first if one != competence)]
    audit.record(session, actor, "profile.ordered", choice)


def write(session: Session, actor: Actor, *, headline: str, wish: str) -> None:
    """Say in her own words who she is and what she wants."""
    choice = _choice(session, actor)
    choice.headline, choice.wish = headline, wish
    audit.record(session, actor, "profile.written", choice)


def share(session: Session, actor: Actor, *, for_whom: str, days: int, to: int = 0) -> str:
    """Show her profile for some days; returns the secret of a link.

    `to` an organisation that has her, or by a link, whose secret is kept nowhere.
    """
    row = ProfileShare(
        participant_id=actor.her_id,
        for_whom=for_whom,
        opens=sorted(actor.opens),
        until_on=clock.today() + timedelta(days=days),
    )
    if to:
        its = or_not_found(list_to_show(session, actor).get(to))
        row.organisation_id, row.for_whom = to, its.organisation.name[:80]
        row.until_on = min(row.until_on, its.held_until or row.until_on)
    elif not for_whom:
        raise RuleBroken("for_whom", N_("Write who it is for."))
    audit.add(session, actor, "profile.shared", row)
    if to:
        return ""
    token, link = links.make(links.Purpose.PROFILE, row.uuid)
    session.add(link)
    return token


def stop(session: Session, actor: Actor, share: ProfileShare) -> None:
    """Show it there no more, from this moment."""
    if share.stopped_at is None:
        share.stopped_at = clock.now()
        links.end(session, links.Purpose.PROFILE, share.uuid)
        audit.record(session, actor, "profile.share_stopped", share)


def note_opened(session: Session, actor: Actor, share_id: int) -> None:
    """Write down that somebody looked; once an hour is enough to know."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    note_once(session, actor, OPENED, session.get_one(ProfileShare, share_id), hour)


def _choice(session: Session, actor: Actor) -> ProfileChoice:
    choice = find_choice(session, actor.her_id, lock=True)
    session.add(choice)
    return choice
