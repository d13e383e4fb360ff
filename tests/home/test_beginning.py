"""A new organisation finds its way: five steps that tick themselves, and go once all are done."""

import pytest
from sqlalchemy import select

from portal.attendance.models import Register
from portal.core import clock
from portal.core.actor import Role
from portal.home.queries import Beginning, steps_of
from portal.organisations.models import Membership
from portal.organisations.rules import OrganisationKind, OrganisationStatus


@pytest.fixture
def begun(session, cast):
    """The cast's enterprise has done all of it."""
    own = cast.enterprise
    own.about, own.address, own.phone = "Wij koken.", "Kade 1", "010 0000000"
    cast.offering.published_at = clock.now()
    register = Register(
        session_id=cast.offering_session.id, organisation_id=own.id, closed_at=clock.now()
    )
    session.add(register)
    session.flush()
    return register


UNDO = {
    Beginning.ABOUT: lambda cast, register: setattr(cast.enterprise, "about", ""),
    Beginning.VERIFIED: lambda cast, register: setattr(
        cast.enterprise, "status", OrganisationStatus.REGISTERED
    ),
    Beginning.ACTIVITY: lambda cast, register: setattr(cast.offering, "published_at", None),
    Beginning.REGISTER: lambda cast, register: setattr(register, "closed_at", None),
}


@pytest.mark.parametrize("step", UNDO)
def test_each_step_ticks_itself(session, cast, begun, step):
    assert steps_of(session, cast.actor("admin")) == {}
    UNDO[step](cast, begun)
    session.flush()
    left = [one for one, is_done in steps_of(session, cast.actor("admin")).items() if not is_done]
    assert left == [step]


def test_who_works_there_alone_is_no_team_yet(session, cast, begun):
    others = Membership.organisation_id == cast.enterprise.id, Membership.role != Role.ADMIN
    for one in session.scalars(select(Membership).where(*others)):
        session.delete(one)
    session.flush()
    left = [one for one, is_done in steps_of(session, cast.actor("admin")).items() if not is_done]
    assert left == [Beginning.TEAM]


def test_it_stands_on_the_page_of_who_runs_it_and_of_nobody_else(session, cast, begun):
    cast.enterprise.about = ""
    session.commit()
    page = cast.client("admin").page("/work")
    assert "4 van 5 klaar" in page.words
    assert page.select_one('.panel a[href="/work/organisation"]')
    assert "4 van 5 klaar" not in cast.client("coordinator").page("/work").words
    cast.enterprise.kind = OrganisationKind.COMPANY
    session.flush()
    assert steps_of(session, cast.actor("admin")) == {}
