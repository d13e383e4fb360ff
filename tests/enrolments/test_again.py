"""A session that was called off takes place after all, and those who come are told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.enrolments import commands
from portal.notices.models import Notice
from portal.offerings.rules import OfferingStatus
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason, SessionStatus
from tests import factories as make
from tests.deeds import deeds


def called_off(session, cast, **values) -> OfferingSession:
    """A session of tomorrow that doesn't take place."""
    at = clock.now() + timedelta(days=1)
    return make.offering_session(
        session, cast.offering, **{"starts_at": at, "status": SessionStatus.CANCELLED, **values}
    )


def test_it_is_put_back_by_a_button_beside_it(session, cast):
    held = called_off(session, cast)
    session.commit()
    client = cast.client("coordinator")
    shown = client.page(f"/work/offerings/{cast.offering.slug}")
    ask = client.page(shown.select_one(f"a[href='/work/sessions/{held.uuid}/cancel']")["href"])
    stale = client.page(f"/work/sessions/{held.uuid}/cancel")
    done = client.page(client.submit(ask, button="on"))
    assert "De bijeenkomst gaat toch door. 1 persoon krijgt bericht." in done.words
    late = client.submit(stale, button="on")
    assert "intussen iets veranderd" in client.page(late, status=422).words
    session.rollback()
    session.refresh(held)
    assert held.status is SessionStatus.PLANNED
    assert session.scalars(select(Notice.kind)).all() == ["enrolments/session_again"]
    assert deeds(session) == ["session.held_again"]


@pytest.mark.parametrize(
    "values",
    [
        {"status": SessionStatus.PLANNED},
        {"not_held_reason": NotHeldReason.MOVED},
        {"not_held_reason": NotHeldReason.SERIES_CHANGED},
        {"starts_at": clock.now() - timedelta(days=1)},
    ],
)
def test_only_what_somebody_called_off_and_is_to_come_takes_place_again(session, cast, values):
    held = called_off(session, cast, **values)
    with pytest.raises(RuleBroken):
        commands.hold_again(session, cast.actor("coordinator"), held)


def test_nothing_in_the_archive_takes_place_again(session, cast):
    held = called_off(session, cast)
    cast.offering.status = OfferingStatus.ARCHIVED
    session.flush()
    with pytest.raises(RuleBroken, match="archive"):
        commands.hold_again(session, cast.actor("coordinator"), held)


def test_a_group_goes_on_whose_last_session_takes_place_again(session, cast):
    held = called_off(session, cast, starts_at=clock.now() + timedelta(days=300))
    session.flush()
    assert cast.offering.runs_until is None or cast.offering.runs_until < held.ends_at
    commands.hold_again(session, cast.actor("coordinator"), held)
    session.flush()
    assert cast.offering.runs_until == held.ends_at
