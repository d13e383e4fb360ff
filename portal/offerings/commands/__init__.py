"""Writes about offerings: draft, edit, copy, a step in its life, its places, asking if it holds."""

import secrets
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, case, delete, func, inspect, select, update
from sqlalchemy.orm import undefer

from portal.core import HOUSE, N_, Actor, NotAllowed, Permission, RuleBroken, Session, audit, clock
from portal.core.areas import areas
from portal.core.database import one_by_one
from portal.core.reading import hold_row
from portal.notices.commands import tell
from portal.offerings import queries, rules
from portal.offerings.models import Offering, OfferingAddress, OfferingPicture, OfferingText, Posted
from portal.offerings.queries.texts import PARTS
from portal.organisations.models import Organisation
from portal.organisations.queries import list_recipients
from portal.organisations.rules import PROVIDING_KINDS

_RESERVED_SLUGS = frozenset({"new"})  # /work/offerings/new is a page of its own
_DONE = {
    rules.Step.PUBLISH: "published",
    rules.Step.CLOSE: "closed",
    rules.Step.REOPEN: "reopened",
    rules.Step.ARCHIVE: "archived",
    rules.Step.HIDE: "hidden",
    rules.Step.CONFIRM: "confirmed",
}
# Of a draft of which no more than its first page was filled in.
_BEGUN: dict[str, Any] = {
    **dict.fromkeys(("summary", "what", "for_whom", "address"), ""),
    "dutch_level": rules.DutchLevel.NONE,
    "places": 8,
    "intake": rules.Intake.DIRECT,
}


def draft(session: Session, actor: Actor, **values: Any) -> Offering:
    """Make an offering of a row's own values, which nobody outside sees yet."""
    organisation = session.get(Organisation, actor.organisation_id or 0)
    if organisation is None:
        raise NotAllowed("draft")
    if organisation.kind not in PROVIDING_KINDS:
        raise RuleBroken("", N_("An organisation of this kind has no offerings of its own."))
    values = {**_BEGUN, "area_code": organisation.area_code or next(iter(areas())), **values}
    slug = _free_slug(session, values["title"])
    offering = Offering(organisation_id=organisation.id, slug=slug, **values)
    return audit.add(session, actor, "offering.drafted", offering)


def edit(session: Session, actor: Actor, offering: Offering, **values: Any) -> Offering:
    """Change what was said; a draft's address follows its title, a public one stays."""
    queries.lock_offering(session, offering.id)
    if offering.published_at and values.get("kind", offering.kind) is not offering.kind:
        raise RuleBroken("kind", N_("The kind can't change once the offering was public."))
    if offering.status in rules.PUBLIC and not values.get("replaces_no_paid_work", True):
        raise RuleBroken(
            "replaces_no_paid_work",
            N_("The offering is public, so this must stay confirmed."),
        )
    if offering.published_at is None and values.get("title", offering.title) != offering.title:
        _move(session, offering, _free_slug(session, values["title"], offering))
    change(session, actor, offering, **values)
    return offering


def change(session: Session, actor: Actor, posted: Posted, **values: Any) -> None:
    """Change what was posted; the public goes on reading all that it reads first."""
    hold_row(session, type(posted), posted.id)
    if values.get("places", posted.places) < posted.places_taken:
        raise RuleBroken(
            "places",
            N_("{taken} people hold a place already. Places can't go below that."),
            taken=posted.places_taken,
        )
    for name in posted.public_texts if posted.status in rules.PUBLIC else ():
        if not values.get(name, getattr(posted, name)):
            raise RuleBroken(name, N_("The offering is public and visitors read this. Fill it in."))
    changed = sorted(name for name, value in values.items() if getattr(posted, name) != value)
    for name in changed:
        setattr(posted, name, values[name])
    posted.status = rules.status_for_places(posted.status, posted.places, posted.places_taken)
    session.flush()
    if changed:
        audit.record(session, actor, f"{posted.__tablename__}.edited", posted, changed=changed)


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
    missing = queries.list_missing(offering, has_session_to_come=has_session_to_come)
    move(session, actor, offering, step, missing)
    if offering.status in rules.PUBLIC:
        offering.publish_on = None
    return offering


def move(
    session: Session,
    actor: Actor,
    posted: Posted,
    step: rules.Step,
    missing: Iterable[rules.Missing],
) -> None:
    """Take a step with what was posted, which the caller holds.

    What is `missing` keeps it from the public.
    """
    if step in rules.BY_ITSELF:
        raise RuleBroken("", N_("This happens by itself."))
    status = rules.next_status(posted.status, step)
    if status in rules.PUBLIC and step is not rules.Step.CLOSE:
        for one in missing:
            raise RuleBroken("", one.words)
        posted.published_at = posted.published_at or clock.now()
        _note_that_it_holds(posted)
    if status is rules.OfferingStatus.ARCHIVED and posted.places_taken:
        raise RuleBroken(
            "",
            N_("{taken} people still hold a place. Only an empty group goes to the archive."),
            taken=posted.places_taken,
        )
    posted.status = rules.status_for_places(status, posted.places, posted.places_taken)
    _note_step(session, actor, posted, step)


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
    session: Session, actor: Actor, posted: Posted, missing: Iterable[rules.Missing]
) -> None:
    """Say that it still holds; what was hidden for silence comes back."""
    hold_row(session, type(posted), posted.id)
    if posted.status not in rules.PUBLIC:
        move(session, actor, posted, rules.Step.CONFIRM, missing)
        return
    _note_that_it_holds(posted)
    _note_step(session, actor, posted, rules.Step.CONFIRM)


def throw_away(session: Session, actor: Actor, offering: Offering) -> None:
    """Take out a draft; the room above took its dates, and holds the lock."""
    if offering.status is not rules.OfferingStatus.DRAFT:
        raise RuleBroken("", N_("Only a draft can be thrown away."))
    audit.record(session, actor, "offering.thrown_away", offering)
    session.delete(offering)


def hide(session: Session, actor: Actor, posted: Posted) -> None:
    """The house takes from sight what nobody said still holds; its group goes on."""
    hold_row(session, type(posted), posted.id)
    posted.status = rules.next_status(posted.status, rules.Step.HIDE)
    _note_step(session, actor, posted, rules.Step.HIDE)


def note_asked(posted: Posted) -> None:
    """Note that its staff were asked just now, not to ask again."""
    posted.confirm_asked_at = clock.now()


def _note_that_it_holds(posted: Posted) -> None:
    posted.confirmed_at = clock.now()
    posted.confirm_asked_at = None


def _note_step(session: Session, actor: Actor, posted: Posted, step: rules.Step) -> None:
    session.flush()
    audit.record(session, actor, f"{posted.__tablename__}.{_DONE[step]}", posted)


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


_WORDS = ("kind", "work_word", "domain", "text_language", "competences", "dutch_level", *PARTS[1:])
_ITS_OWN = frozenset({"id", "created_at", "offering_id"})
_HELD = (
    "spoken", "area_code", "address", "place_details", "contact_name", "costs_cents", "has_meal",
    "travel", "places", "intake", "answer_days", "waiting_line", "offer_hours", "absences_signal",
    "replaces_no_paid_work",
)  # fmt: skip


def copy(session: Session, actor: Actor, *, source: Offering, title: str) -> Offering:
    """Draft as a source is: of another organisation, what is said and no more."""
    is_ours = source.organisation_id == actor.organisation_id
    names = (*_WORDS, *_HELD) if is_ours else _WORDS
    values = {name: getattr(source, name) for name in names}
    offering = draft(session, actor, title=title, copied_from_id=source.id, **values)
    other = {"offering_id": offering.id, **({} if title == source.title else {"title": ""})}
    _copy_rows(session, OfferingText, source, other)
    if is_ours:
        _copy_rows(session, OfferingPicture, source, {"offering_id": offering.id})
    session.flush()
    session.expire(offering, ["texts", "picture", "more_pictures"])
    audit.record(session, actor, "offering.copied", offering, source=source.id)
    return offering


def _copy_rows(session: Session, table: Any, source: Offering, other: dict[str, Any]) -> None:
    names = {one.key for one in inspect(table).columns} - _ITS_OWN
    for row in session.scalars(
        select(table).where(table.offering_id == source.id).options(undefer("*"))
    ).all():
        session.add(table(**{**{name: getattr(row, name) for name in names}, **other}))
