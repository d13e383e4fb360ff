"""Writes of work places: posting them, what she looks for, whom she shows it to, invitations."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import Any

from portal.core import N_, Actor, NotAllowed, RuleBroken, Session, as_house, audit, clock, hold_row
from portal.notices.commands import take_back, tell
from portal.offerings.commands import confirm, move
from portal.offerings.rules import Missing, OfferingStatus, Step, missing_to_publish, slug_of
from portal.organisations.models import Organisation
from portal.participants.queries import get_own_self
from portal.work_places import queries, rules
from portal.work_places.models import Visibility, WorkPlace


def post(session: Session, actor: Actor, **values: Any) -> WorkPlace:
    """Make a draft of a work place; only an employer does."""
    of = session.get(Organisation, actor.organisation_id or 0)
    if of is None:
        raise NotAllowed
    if of.kind not in rules.EMPLOYING_KINDS:
        raise RuleBroken("", N_("Only a company posts work."))
    slug = f"{slug_of(values['title'])}-{secrets.token_hex(2)}"
    place = WorkPlace(organisation_id=of.id, slug=slug, **values)
    return audit.add(session, actor, "work_place.drafted", place)


def missing_of(place: WorkPlace) -> list[Missing]:
    """What still stands between a work place and the public."""
    texts = {name: getattr(place, name) for name in place.public_texts}
    return missing_to_publish(is_verified=place.organisation.is_verified, texts=texts)


def take_step(session: Session, actor: Actor, place: WorkPlace, step: Step) -> None:
    """Publish, close, reopen or archive; or say that it still holds."""
    hold_row(session, WorkPlace, place.id)
    do = confirm if step is Step.CONFIRM else partial(move, step=step)
    do(session, actor, place, missing=missing_of(place))


def invite_who_fits(session: Session, actor: Actor, place: WorkPlace) -> None:
    """Tell those whom it could fit and who are visible; nobody learns who."""
    told = queries.whom_to_tell(session, place)
    hold_row(session, WorkPlace, place.id)
    if place.status is not OfferingStatus.PUBLISHED:
        raise RuleBroken("", N_("Publish it first."))
    if place.invited_at and place.invited_at > clock.now() - rules.INVITES_AGAIN:
        raise RuleBroken("", N_("You invited people in the last two weeks already."))
    place.invited_at = clock.now()
    audit.record(session, actor, "work_place.invited", place)
    for (_her, of), to in told.items():
        tell(
            session, to, "work_places/invited", organisation_id=of,
            not_after=clock.now() + rules.INVITES_AGAIN, state_of=_work_of(place.organisation_id),
            title=place.title, slug=place.slug, employer=place.organisation.name,
        )  # fmt: skip


def _work_of(employer_id: int) -> str:
    return f"work of {employer_id}"


def wish(session: Session, actor: Actor, **values: Any) -> None:
    """Say what work she looks for; who may know of it knows the new answer."""
    row = queries.find_wish(session, get_own_self(session, actor).id)
    for name, value in values.items():
        setattr(row, name, None if value == "" else value)
    session.add(row)
    for switch in queries.list_switches(session):
        seeks = queries.seeks_of(row, switch.seeks["can"])
        switch.seeks = seeks.shown(switch.shown)
    audit.record(session, actor, "work_wish.said", row)


def show_me(
    session: Session, actor: Actor, *, employer_id: int | None, shown: Collection[str],
    can: Collection[str], days: int,
) -> None:  # fmt: skip
    """Let one employer, or all (None), count her and invite her, until a day."""
    if employer_id not in {None, *(one.id for one in queries.list_employers(session))}:
        raise RuleBroken("employer_id", N_("Choose one from the list."))
    for before in queries.list_switches(session):
        if before.employer_id == employer_id:
            stop_showing(session, actor, before)
    her = get_own_self(session, actor).id
    seeks = queries.seeks_of(queries.find_wish(session, her), can)
    row = Visibility(
        participant_id=her, employer_id=employer_id, shown=sorted(shown),
        seeks=seeks.shown(shown), opens=sorted(actor.opens),
        until_on=clock.today() + timedelta(days=days),
    )  # fmt: skip
    audit.add(session, actor, "visibility.on", row)


def stop_showing(session: Session, actor: Actor, switch: Visibility) -> None:
    """Be visible no more; an invitation that she didn't get yet goes too."""
    if switch.ended_at is not None:
        return
    switch.ended_at = clock.now()
    audit.record(session, actor, "visibility.off", switch)
    with as_house(session):
        for one in queries.list_employers(session):
            if switch.employer_id in (None, one.id):
                take_back(session, switch.participant_id, _work_of(one.id))
