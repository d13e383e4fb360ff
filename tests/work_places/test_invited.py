"""By whom an invitation comes and until when, what a wish changes, and what an example counts."""

import pytest
from sqlalchemy import select

from portal.core import clock, reading_as
from portal.core.guard import as_house
from portal.notices.models import Notice
from portal.offerings.rules import OfferingStatus
from portal.work_places import commands, queries
from portal.work_places.rules import INVITES_AGAIN, Shown
from tests import factories as make
from tests.deeds import deeds
from tests.work_places.made import TIMES, visible, wish, work_place


def invited(session, cast, place):
    employer = cast.actor("employer")
    with reading_as(session, employer):
        commands.invite_who_fits(session, employer, place)
        session.flush()
    with as_house(session):
        return session.scalars(select(Notice).where(Notice.kind == "work_places/invited")).all()


def test_it_comes_by_an_organisation_that_her_keys_opened_and_of_no_use_later(session, cast):
    """Two organisations have her, and she switched it on with a key of the second."""
    make.enrolment(session, make.offering(session, cast.other_enterprise), cast.participant)
    visible(session, cast.participant, cast.other_enterprise.id)
    now = clock.now()
    with clock.freeze(now):
        (notice,) = invited(session, cast, work_place(session, cast))
    assert deeds(session)[-1] == "work_place.invited"
    assert notice.organisation_id == cast.other_enterprise.id
    assert notice.not_after == now + INVITES_AGAIN


def test_nobody_is_invited_by_who_no_key_of_hers_opened(session, cast):
    visible(session, cast.participant, cast.other_enterprise.id)
    assert invited(session, cast, work_place(session, cast)) == []


@pytest.mark.parametrize("shown", [[], [Shown.TIMES], [Shown.DUTCH], list(Shown)], ids=len)
def test_a_new_wish_tells_no_more_than_she_shows(session, cast, shown):
    her = cast.actor("participant")
    wish(session, cast.participant)
    row = visible(session, cast.participant, cast.enterprise.id)
    row.shown, row.seeks = shown, {**row.seeks, "can": []}
    session.flush()
    said = {"times": TIMES, "kinds": [], "districts": ["WK059901"], "dutch_level": "b1"}
    with reading_as(session, her):
        commands.wish(session, her, **said, with_guide=False)
    told = {
        Shown.TIMES: row.seeks["times"], Shown.AREAS: row.seeks["districts"],
        Shown.DUTCH: row.seeks["dutch"],
    }  # fmt: skip
    assert {line for line, value in told.items() if value} == set(shown) - {Shown.COMPETENCES}


def test_an_example_that_was_taken_back_or_put_right_is_nothing_that_she_can(session, cast):
    first = make.observation(session, cast.enrolment, competence="samenwerken")
    assert set(queries.list_seen(session, [cast.participant.id])[cast.participant.id]) == {
        "samenwerken"
    }
    make.observation(
        session, cast.enrolment, competence="samenwerken", corrects_id=first.id, is_taken_back=True
    )
    assert queries.list_seen(session, [cast.participant.id]) == {cast.participant.id: {}}


def test_what_is_in_the_archive_comes_last_whatever_it_is_called(session, cast):
    for title, status in (
        ("Appels", OfferingStatus.ARCHIVED), ("Zagen", OfferingStatus.PUBLISHED),
        ("Bakken", OfferingStatus.DRAFT),
    ):  # fmt: skip
        work_place(session, cast, title=title, status=status)
    with reading_as(session, cast.actor("employer")):
        found = queries.list_own(session, cast.actor("employer")).rows
    assert [one.title for one in found] == ["Bakken", "Zagen", "Appels"]
