"""Drafting, changing and publishing offerings, and their places."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.audit import AuditEvent
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.offerings.commands import change_places, confirm, draft, edit, hide, take_step
from portal.offerings.queries import (
    get_own,
    list_ids_to_publish,
    list_unconfirmed,
    lock_offering,
)
from portal.offerings.rules import (
    CONFIRM_AFTER,
    Domain,
    DutchLevel,
    Intake,
    OfferingKind,
    OfferingStatus,
    Step,
    WorkWord,
)
from portal.organisations.rules import OrganisationStatus
from tests import factories as make

VALUES: dict[str, Any] = {
    "kind": OfferingKind.PRE_TRAJECTORY,
    "title": "Leren koken",
    "summary": "In tien weken leert u koken.",
    "what": "U leert snijden en bakken.",
    "for_whom": "Voor iedereen.",
    "address": "Kadeweg 1",
    "area_code": "BU05991080",
    "work_word": WorkWord.MAKEN,
    "domain": Domain.REINTEGRATION,
    "competences": ["samenwerken"],
    "dutch_level": DutchLevel.A1,
    "places": 12,
    "intake": Intake.BY_INVITATION,
    "replaces_no_paid_work": True,
}


def _draft(session, cast, **values):
    return draft(session, cast.actor("coordinator"), **{**VALUES, **values})


def _step(session, cast, offering, step, has_session_to_come=True):
    return take_step(
        session,
        cast.actor("coordinator"),
        offering,
        step,
        has_session_to_come=has_session_to_come,
    )


def test_draft_belongs_to_the_actors_organisation_and_is_written_down(session, cast):
    offering = _draft(session, cast)
    assert offering.organisation_id == cast.enterprise.id
    assert offering.status is OfferingStatus.DRAFT
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.event, event.subject_id) == ("offering.drafted", offering.id)


def test_draft_gives_each_its_own_address_also_beside_a_hidden_one(session, cast):
    first = draft(session, cast.actor("stranger"), **VALUES)
    set_actor(session, cast.actor("coordinator"))  # who doesn't see that draft
    second = _draft(session, cast)
    assert first.slug == "leren-koken"
    assert second.slug.startswith("leren-koken-")
    assert _draft(session, cast, title="New").slug != "new"


def test_draft_is_for_organisations_that_provide(session, cast):
    municipality = make.organisation(session, "Stad", cast.municipality.kind)
    actor = cast.actor("coordinator")
    actor = type(actor)(kind=actor.kind, user_id=actor.user_id, organisation_id=municipality.id)
    with pytest.raises(RuleBroken):
        draft(session, actor, **VALUES)


def test_the_address_follows_the_title_until_it_was_public(session, cast):
    offering = _draft(session, cast)
    first, actor = offering.slug, cast.actor("coordinator")
    assert edit(session, actor, offering, title="Bakken").slug == "bakken"
    assert get_own(session, actor, first) is offering  # a second window is open at it
    assert _draft(session, cast).slug != first  # and no other gets it
    assert edit(session, actor, offering, title=VALUES["title"]).slug == first
    assert get_own(session, actor, "bakken") is offering
    assert edit(session, actor, offering, title="Bakken").slug == "bakken"
    other = dataclasses.replace(actor, organisation_id=cast.other_enterprise.id)
    with pytest.raises(NotFound):
        get_own(session, other, first)
    _step(session, cast, offering, Step.PUBLISH)
    assert edit(session, actor, offering, title="Braden").slug == "bakken"
    assert offering.title == "Braden"


@pytest.mark.parametrize(
    "flaw",
    [
        {"summary": ""},
        {"address": " "},
        {"replaces_no_paid_work": False},
    ],
)
def test_publish_needs_all_that_visitors_read(session, cast, flaw):
    offering = _draft(session, cast, **flaw)
    with pytest.raises(RuleBroken):
        _step(session, cast, offering, Step.PUBLISH)
    assert offering.status is OfferingStatus.DRAFT
    assert offering.published_at is None


def test_publish_needs_a_session_and_a_verified_organisation(session, cast):
    offering = _draft(session, cast)
    with pytest.raises(RuleBroken):
        _step(session, cast, offering, Step.PUBLISH, has_session_to_come=False)
    cast.enterprise.status = OrganisationStatus.REGISTERED
    session.merge(cast.enterprise)
    with pytest.raises(RuleBroken):
        _step(session, cast, offering, Step.PUBLISH)


def test_an_offering_that_is_closed_and_opened_again_keeps_its_first_day(session, cast):
    offering = _step(session, cast, _draft(session, cast), Step.PUBLISH)
    published_at = offering.published_at
    _step(session, cast, offering, Step.CLOSE, has_session_to_come=False)
    with pytest.raises(RuleBroken):
        _step(session, cast, offering, Step.REOPEN, has_session_to_come=False)
    _step(session, cast, offering, Step.REOPEN)
    assert offering.status is OfferingStatus.PUBLISHED
    assert offering.published_at == published_at


def test_only_an_empty_group_goes_to_the_archive(session, cast):
    offering = lock_offering(session, cast.offering.id)
    _step(session, cast, offering, Step.CLOSE)
    with pytest.raises(RuleBroken, match="1 people"):
        _step(session, cast, offering, Step.ARCHIVE)
    change_places(session, offering, -1)
    assert _step(session, cast, offering, Step.ARCHIVE).status is OfferingStatus.ARCHIVED


def test_saving_what_stood_there_already_is_not_written_down(session, cast):
    offering, edited = cast.offering, AuditEvent.event == "offering.edited"
    for title, times in ((offering.title, 0), ("Bakken", 1), ("Bakken", 1)):
        edit(session, cast.actor("coordinator"), offering, title=title)
        assert len(session.scalars(select(AuditEvent).where(edited)).all()) == times


@pytest.mark.parametrize("step", [Step.FILL, Step.FREE])
def test_filling_up_is_nobodys_button(session, cast, step):
    with pytest.raises(RuleBroken):
        _step(session, cast, cast.offering, step)


def test_places_fill_up_and_come_free(session, cast):
    offering = lock_offering(session, cast.offering.id)
    edit(session, cast.actor("coordinator"), offering, places=2)
    seen = []
    for change in (1, -1):
        change_places(session, offering, change)
        seen.append((offering.status, offering.places_taken))
    assert seen == [(OfferingStatus.FULL, 2), (OfferingStatus.PUBLISHED, 1)]


def test_a_full_group_takes_nobody_more(session, cast):
    offering = lock_offering(session, cast.offering.id)
    change_places(session, offering, offering.places_free)
    with pytest.raises(RuleBroken):
        change_places(session, offering, 1)


def test_places_never_go_below_those_taken(session, cast):
    offering = lock_offering(session, cast.offering.id)
    change_places(session, offering, 2)
    actor = cast.actor("coordinator")
    with pytest.raises(RuleBroken) as broken:
        edit(session, actor, offering, places=2)
    assert broken.value.field == "places"
    assert edit(session, actor, offering, places=3).status is OfferingStatus.FULL
    assert edit(session, actor, offering, places=4).status is OfferingStatus.PUBLISHED


@pytest.mark.parametrize(
    "change",
    [
        {"summary": ""},
        {"replaces_no_paid_work": False},
        {"kind": OfferingKind.PRE_TRAJECTORY},
    ],
)
def test_what_is_public_stays_whole(session, cast, change):
    with pytest.raises(RuleBroken) as broken:
        edit(session, cast.actor("coordinator"), cast.offering, **change)
    assert broken.value.field == next(iter(change))


def test_another_organisations_offering_is_not_found(session, cast):
    set_actor(session, cast.actor("stranger"))
    with pytest.raises(NotFound):
        get_own(session, cast.actor("stranger"), cast.offering.slug)
    with pytest.raises(NotFound):
        lock_offering(session, 10_000)


def test_what_is_due_is_so_from_its_day_and_its_moment_on(session, cast):
    """To be published on a day, and to be confirmed again: not a day or a moment later."""
    today, now = clock.today(), clock.now()
    due, later, public = (make.offering(session, cast.enterprise) for _ in range(3))
    for row, day in ((due, today), (later, today + timedelta(days=1))):
        row.status, row.publish_on = OfferingStatus.DRAFT, day
    session.flush()
    assert list_ids_to_publish(session, today) == [due.id]
    public.confirmed_at = now - CONFIRM_AFTER
    session.flush()
    mine = cast.enterprise.id
    last = now - CONFIRM_AFTER
    assert public in list_unconfirmed(session, last, mine)
    assert public not in list_unconfirmed(session, last - timedelta(microseconds=1), mine)


def test_whoever_says_that_it_still_runs_brings_back_what_was_hidden_for_silence(session, cast):
    offering, admin = cast.offering, cast.actor("admin")
    for was_hidden in (False, True):
        offering.confirmed_at = clock.now() - 2 * CONFIRM_AFTER
        if was_hidden:
            hide(session, HOUSE, offering)
        set_actor(session, admin)
        confirm(session, admin, offering, [])
        assert offering.status is OfferingStatus.PUBLISHED
        last = clock.now() - CONFIRM_AFTER
        assert offering not in list_unconfirmed(session, last, cast.enterprise.id)
