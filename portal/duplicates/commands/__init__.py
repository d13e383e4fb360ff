"""Writes about duplicates: ask, have one's say, bring together, take back, forget."""

from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal.core import N_, NotAllowed, RuleBroken, as_house, audit, clock, hold_lock, one_by_one
from portal.core.actor import Actor, Permission
from portal.duplicates import queries
from portal.duplicates.commands import moving
from portal.duplicates.models import MergeSay, ParticipantMerge
from portal.duplicates.rules import MergeStatus, may_undo
from portal.notices.commands import tell
from portal.offerings.queries import lock_offering
from portal.organisations.queries import list_recipients
from portal.participants.commands import forget_contacts, tell_of_key
from portal.participants.commands.keys import end_made_since
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import list_terms, own_links
from portal.participants.rules import Contact


def ask(
    session: Session, actor: Actor, *, kept: Participant, merged: Participant
) -> ParticipantMerge:
    """Bring two entries of one person together, or ask the others who know her first.

    Every organisation that knows one of the two has its say. When nobody else does, it is done.
    """
    hold_lock(session, "participants.merge")
    _check_both_are_here(session, kept.id, merged.id)
    for earlier in queries.list_between(session, kept.id, merged.id):
        if earlier.status is MergeStatus.ASKED:
            raise RuleBroken("", N_("This was asked already and waits for an answer."))
        if queries.was_refused_to(session, earlier, actor):
            raise RuleBroken("", N_("Somebody else who knows her said that these are two people."))
    merge = _new(session, actor, kept, merged, MergeStatus.ASKED)
    _note(session, actor, "duplicate.asked", merge, kept=kept.id, merged=merged.id)
    _do_when_all_agree(session, actor, merge)
    return merge


def keep_apart(session: Session, actor: Actor, one: Participant, other: Participant) -> None:
    """They are two people, says the actor's organisation: don't suggest it there again."""
    merge = _new(session, actor, one, other, MergeStatus.NOT_THE_SAME)
    _note(session, actor, "duplicate.kept_apart", merge, one=one.id, other=other.id)


def say(session: Session, actor: Actor, merge: ParticipantMerge, *, is_agreed: bool) -> None:
    """Note the actor's organisation's say; one no ends it, the asker's too."""
    hold_lock(session, "participants.merge")
    session.refresh(merge)
    own = _own_say(session, actor, merge)
    if merge.status is not MergeStatus.ASKED:
        raise RuleBroken("", N_("This was answered already."))
    own.is_agreed, own.said_at, own.user_id = is_agreed, clock.now(), actor.user_id
    session.flush()
    _note(session, actor, "duplicate.said", merge, is_agreed=is_agreed)
    if is_agreed:
        _do_when_all_agree(session, actor, merge)
    else:
        merge.status = MergeStatus.REFUSED


def undo(session: Session, actor: Actor, merge: ParticipantMerge) -> None:
    """Make two people of one again: exactly the rows that changed hands go back.

    What was written since then stays with the one that was kept, but for what was written of an
    enrolment that goes back.
    """
    hold_lock(session, "participants.merge")
    with as_house(session):
        session.refresh(merge)
    if not (actor.is_participant and actor.participant_id == merge.kept_id):
        _own_say(session, actor, merge)
    if not may_undo(merge.status, merge.done_at, clock.now()):
        raise RuleBroken("", N_("This can't be taken back any more."))
    with as_house(session):
        kept, merged = queries.both_of(session, merge.kept_id, merge.merged_id)
        if kept.merged_into_id is not None:
            raise RuleBroken("", N_("Her entry was brought together again later. Undo that first."))
        _lock_groups(session, kept, merged)
        # The entry that went has none but those that came by a request begun before it did.
        _check_no_group_shared(session, kept, merged)
        moving.hand_back(session, merge.moved, merged, kept)
        end_made_since(session, kept, merge.done_at or clock.now())
        merged.merged_into_id = None
        moving.remind_again(session, kept, merge.moved["stopped_reminders"])
        merge.moved = {}
        merge.status, merge.undone_at = MergeStatus.UNDONE, clock.now()
        session.flush()
    session.expire_all()
    _note(session, actor, "duplicate.undone", merge)
    with as_house(session):
        kept = queries.both_of(session, merge.kept_id, merge.merged_id)[0]
        _write_on_her_page(session, actor, merge, "participant.unmerged", kept)


def gather(session: Session) -> None:
    """Bring what still came to an entry after it went; the worker calls it."""
    can_be_undone = [merge.id for merge in queries.list_done(session) if merge.moved]
    one_by_one(session, can_be_undone, partial(_gather, session))


def _gather(session: Session, merge_id: int) -> None:
    hold_lock(session, "participants.merge")
    merge = session.get_one(ParticipantMerge, merge_id, populate_existing=True)
    if merge.status is MergeStatus.DONE:
        kept, merged = queries.both_of(session, merge.kept_id, merge.merged_id)
        _lock_groups(session, kept, merged)
        if not queries.share_a_group(session, kept.id, merged.id):
            with suppress(RuleBroken):  # what comes in at this moment is for the next time
                more = moving.hand_over(session, merged, kept)
                merge.moved = moving.together_with(merge.moved, more)


def forget(session: Session) -> None:
    """Keep nothing to undo a merge by, once it can't be; the worker calls it.

    The entry that went keeps its card, which opens her page, and loses what it held of her.
    """
    hold_lock(session, "participants.merge")
    for merge in queries.list_done(session):
        if merge.moved and not may_undo(merge.status, merge.done_at, clock.now()):
            _, merged = queries.both_of(session, merge.kept_id, merge.merged_id)
            merged.name, merged.birth_year = "", None
            forget_contacts(session, merged.id)
            merge.moved = {}


def _new(
    session: Session, actor: Actor, kept: Participant, merged: Participant, status: MergeStatus
) -> ParticipantMerge:
    """A merge with the say of who asks for it, or who says that they are two."""
    who = {"organisation_id": actor.organisation_id, "user_id": actor.user_id}
    merge = ParticipantMerge(kept_id=kept.id, merged_id=merged.id, status=status, **who)
    session.add(merge)
    session.flush()
    agrees = status is MergeStatus.ASKED
    session.add(MergeSay(merge_id=merge.id, is_agreed=agrees, said_at=clock.now(), **who))
    session.flush()
    return merge


def _own_say(session: Session, actor: Actor, merge: ParticipantMerge) -> MergeSay:
    for one in queries.list_says(session, merge):
        if one.organisation_id == actor.organisation_id:
            return one
    raise NotAllowed()


def _note(session: Session, actor: Actor, event: str, merge: ParticipantMerge, **data: Any) -> None:
    """Write it down with who did it, who need not be who asked."""
    audit.record(session, actor, event, merge, organisation_id=actor.organisation_id, **data)


def _do_when_all_agree(session: Session, actor: Actor, merge: ParticipantMerge) -> None:
    """Bring them together when everybody agrees who knows one of them by now; else ask them."""
    with as_house(session):
        kept, merged = queries.both_of(session, merge.kept_id, merge.merged_id)
        _check_both_are_here(session, kept.id, merged.id)
        _lock_groups(session, kept, merged)
        _check_fit(session, kept, merged)
        says = {one.organisation_id: one for one in queries.list_says(session, merge)}
        knowing = queries.organisations_of(session, [kept.id, merged.id])
        for organisation_id in (one for one in knowing if one not in says):
            session.add(MergeSay(merge_id=merge.id, organisation_id=organisation_id))
            about: Any = {"organisation_id": organisation_id, "merge": str(merge.uuid)}
            for to in list_recipients(session, organisation_id, Permission.MERGE_PARTICIPANTS):
                tell(session, to, "duplicates/asked", **about)  # neither who asks nor about whom
        if not all(one in says and says[one].is_agreed for one in knowing):
            return
        moved = moving.hand_over(session, merged, kept)
        merge.moved = {**moved, "stopped_reminders": moving.stop_reminders(session, merged, kept)}
        merged.merged_into_id = kept.id
        merge.status, merge.done_at = MergeStatus.DONE, clock.now()
        for other in queries.list_asked_about(session, merged.id):
            other.status = MergeStatus.REFUSED  # there is no such entry any more
        session.flush()
    session.expire_all()
    _note(session, actor, "duplicate.merged", merge, kept=merge.kept_id, merged=merge.merged_id)
    _say_to_her(session, actor, merge)


def _write_on_her_page(
    session: Session, actor: Actor, merge: ParticipantMerge, event: str, her: Participant
) -> None:
    for link in own_links(session, her.id):
        about = {"organisation_id": link.organisation_id, "merge": merge.id}
        audit.record(session, actor, event, her, **about)


def _say_to_her(session: Session, actor: Actor, merge: ParticipantMerge) -> None:
    """Write it on her page, for each organisation that knows her, and tell her where she was."""
    with as_house(session):
        kept, _ = queries.both_of(session, merge.kept_id, merge.merged_id)
        _write_on_her_page(session, actor, merge, "participant.merged", kept)
        links = [*own_links(session, kept.id), *own_links(session, merge.merged_id)]
        told: dict[Contact, ParticipantLink] = {}
        for link in links:
            told.setdefault(link.contact, link)
        for contact, link in told.items():
            tell_of_key(session, link, "participants/merged", contact)


def _lock_groups(session: Session, kept: Participant, merged: Participant) -> None:
    """Nobody signs either of them up meanwhile where one of them has signed up, or marks her.

    Who holds several of these took them in the same order: offerings, then sessions, each by id.
    """
    for offering_id in queries.list_groups(session, kept.id, merged.id):
        lock_offering(session, offering_id)
    queries.lock_sessions(session, kept.id, merged.id)


def _check_both_are_here(session: Session, kept_id: int, merged_id: int) -> None:
    if kept_id == merged_id:
        raise RuleBroken("", N_("This is one and the same entry."))
    both = queries.both_of(session, kept_id, merged_id)
    if any(one.merged_into_id is not None for one in both):
        raise RuleBroken("", N_("One of the two was brought together with another entry already."))


def _check_no_group_shared(session: Session, kept: Participant, merged: Participant) -> None:
    if queries.share_a_group(session, kept.id, merged.id):
        raise RuleBroken("", N_("Both are signed up for the same activity. End one of them first."))


def _check_fit(session: Session, kept: Participant, merged: Participant) -> None:
    """Refuse what one person can't be: twice in a group, in a programme, or at a session."""
    _check_no_group_shared(session, kept, merged)
    if queries.met_at_a_session(session, kept.id, merged.id):
        raise RuleBroken("", N_("Both were at the same session. Correct the register first."))
    mine = list_terms(session, [kept.id])
    hers = list_terms(session, [merged.id])
    if any(
        clock.share_a_day(a.from_on, a.until_on, b.from_on, b.until_on) for a in mine for b in hers
    ):
        raise RuleBroken("", N_("Both are in a programme on the same days. Change that first."))
