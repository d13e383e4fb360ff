"""Writes about offerings: draft, edit, a step in its life, and the places."""

import secrets
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, case, delete, func, update
from sqlalchemy.orm import Session

from portal.core import N_, Actor, NotAllowed, RuleBroken, audit, clock
from portal.offerings import queries, rules
from portal.offerings.models import Offering, OfferingAddress
from portal.organisations.models import Organisation
from portal.organisations.rules import PROVIDING_KINDS

_RESERVED_SLUGS = frozenset({"new"})  # /work/offerings/new is a page of its own
_DONE = {
    rules.Step.PUBLISH: "offering.published",
    rules.Step.CLOSE: "offering.closed",
    rules.Step.REOPEN: "offering.reopened",
    rules.Step.ARCHIVE: "offering.archived",
    rules.Step.HIDE: "offering.hidden",
    rules.Step.CONFIRM: "offering.confirmed",
}


def draft(session: Session, actor: Actor, **values: Any) -> Offering:
    """Make an offering of a row's own values, which nobody outside sees yet."""
    organisation = session.get(Organisation, actor.organisation_id or 0)
    if organisation is None:
        raise NotAllowed("draft")
    if organisation.kind not in PROVIDING_KINDS:
        raise RuleBroken("", N_("An organisation of this kind has no offerings of its own."))
    offering = Offering(
        organisation_id=organisation.id, slug=_free_slug(session, values["title"]), **values
    )
    session.add(offering)
    session.flush()
    audit.record(session, actor, "offering.drafted", offering)
    return offering


def edit(session: Session, actor: Actor, offering: Offering, **values: Any) -> Offering:
    """Change what was said; a draft's address follows its title, a public one stays."""
    queries.lock_offering(session, offering.id)
    _check_edit(offering, values)
    if offering.published_at is None and values.get("title", offering.title) != offering.title:
        _move(session, offering, _free_slug(session, values["title"], offering))
    changed = sorted(name for name, value in values.items() if getattr(offering, name) != value)
    for name in changed:
        setattr(offering, name, values[name])
    offering.status = rules.status_for_places(
        offering.status, offering.places, offering.places_taken
    )
    session.flush()
    if changed:
        audit.record(session, actor, "offering.edited", offering, changed=changed)
    return offering


def take_step(
    session: Session,
    actor: Actor,
    offering: Offering,
    step: rules.Step,
    *,
    has_session_to_come: bool,
) -> Offering:
    """Publish, close, reopen or archive; the room above knows whether a session is to come."""
    queries.lock_offering(session, offering.id)
    if step in rules.BY_ITSELF:
        raise RuleBroken("", N_("This happens by itself."))
    status = rules.next_status(offering.status, step)
    if status in rules.PUBLIC and step is not rules.Step.CLOSE:
        for missing in queries.list_missing(offering, has_session_to_come=has_session_to_come):
            raise RuleBroken("", missing.words)
        offering.published_at = offering.published_at or clock.now()
        _note_that_it_runs(offering)
    if status is rules.OfferingStatus.ARCHIVED and offering.places_taken:
        raise RuleBroken(
            "",
            N_("{taken} people still hold a place. Only an empty group goes to the archive."),
            taken=offering.places_taken,
        )
    offering.status = rules.status_for_places(status, offering.places, offering.places_taken)
    session.flush()
    audit.record(session, actor, _DONE[step], offering)
    return offering


def plan_publication(
    session: Session, actor: Actor, offering: Offering, day: date | None
) -> Offering:
    """Plan a draft's publication, or no longer; its coordinator hears of what lacks then."""
    queries.lock_offering(session, offering.id)
    rules.check_publish_day(offering.status, day, clock.today())
    offering.publish_on = day
    offering.confirm_asked_at = None
    session.flush()
    audit.record(
        session, actor, "offering.publication_planned", offering, day=day.isoformat() if day else ""
    )
    return offering


def confirm(
    session: Session, actor: Actor, offering: Offering, *, has_session_to_come: bool
) -> Offering:
    """Say that it still runs; what was hidden for silence comes back."""
    queries.lock_offering(session, offering.id)
    if offering.status not in rules.PUBLIC:
        return take_step(
            session, actor, offering, rules.Step.CONFIRM, has_session_to_come=has_session_to_come
        )
    _note_that_it_runs(offering)
    session.flush()
    audit.record(session, actor, _DONE[rules.Step.CONFIRM], offering)
    return offering


def hide(session: Session, actor: Actor, offering: Offering) -> Offering:
    """The house takes from sight what nobody said still runs; its group goes on."""
    queries.lock_offering(session, offering.id)
    offering.status = rules.next_status(offering.status, rules.Step.HIDE)
    session.flush()
    audit.record(session, actor, _DONE[rules.Step.HIDE], offering)
    return offering


def note_asked(offering: Offering) -> None:
    """Note that its staff were asked just now, not to ask again."""
    offering.confirm_asked_at = clock.now()


def _note_that_it_runs(offering: Offering) -> None:
    offering.confirmed_at = clock.now()
    offering.confirm_asked_at = None
    offering.publish_on = None


def set_last_moment(
    connection: Connection, last: Any, offering_ids: Collection[int] | None = None
) -> None:
    """Write down until when offerings run; `last` says it in SQL, None is over now."""
    at, now = Offering.runs_until, clock.now()
    until = func.coalesce(last, case((at > now, now), else_=at))
    query = update(Offering).values(runs_until=until).where(at.is_distinct_from(until))
    connection.execute(
        query if offering_ids is None else query.where(Offering.id.in_(offering_ids))
    )


def change_places(session: Session, offering: Offering, change: int) -> None:
    """Take (1) or give back (-1) a place; the caller holds `queries.lock_offering`."""
    taken = offering.places_taken + change
    if not 0 <= taken <= offering.places:
        raise RuleBroken("", N_("There is no free place any more."))
    offering.places_taken = taken
    offering.status = rules.status_for_places(offering.status, offering.places, taken)
    session.flush()


def _check_edit(offering: Offering, values: dict[str, Any]) -> None:
    if values.get("places", offering.places) < offering.places_taken:
        raise RuleBroken(
            "places",
            N_("{taken} people hold a place already. Places can't go below that."),
            taken=offering.places_taken,
        )
    if offering.published_at and values.get("kind", offering.kind) is not offering.kind:
        raise RuleBroken("kind", N_("The kind can't change once the offering was public."))
    if offering.status not in rules.PUBLIC:
        return
    for name in rules.PUBLIC_TEXTS:
        if not values.get(name, getattr(offering, name)):
            raise RuleBroken(name, N_("The offering is public and visitors read this. Fill it in."))
    if not values.get("replaces_no_paid_work", True):
        raise RuleBroken(
            "replaces_no_paid_work",
            N_("The offering is public, so this must stay confirmed."),
        )


def _move(session: Session, offering: Offering, slug: str) -> None:
    if slug == offering.slug:
        return
    session.add(OfferingAddress(offering_id=offering.id, slug=offering.slug))
    session.execute(delete(OfferingAddress).where(OfferingAddress.slug == slug))
    offering.slug = slug


def _free_slug(session: Session, title: str, offering: Offering | None = None) -> str:
    """An address that no other offering has or had."""
    slug = rules.slug_of(title)
    while slug in _RESERVED_SLUGS or queries.is_slug_taken(session, slug, offering):
        slug = f"{rules.slug_of(title)}-{secrets.token_hex(2)}"
    return slug
