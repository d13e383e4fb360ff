"""In which order organisations and ties stand, until which day a tie is in force, and who left."""

from datetime import timedelta

from sqlalchemy import select

from portal.core import clock
from portal.core.actor import Role
from portal.core.audit import AuditEvent
from portal.organisations import commands, queries
from portal.organisations.models import CooperativeTie, Membership
from portal.organisations.rules import OrganisationStatus
from tests import factories as make


def test_who_asked_last_stands_first_before_the_operator(session):
    asked = [
        make.organisation(session, name, status=OrganisationStatus.REGISTERED)
        for name in ("Zon", "Anker", "Molen")
    ]
    page = queries.page_of_all(session, OrganisationStatus.REGISTERED, 1)
    assert list(page.rows) == asked[::-1]


def test_members_stand_by_name_until_the_last_day_of_their_tie(session, cast):
    today = clock.today()
    for name, days in (("Zon", 0), ("Anker", 9), ("Molen", -1)):
        session.add(
            CooperativeTie(
                cooperative_id=cast.cooperative.id, until_on=today + timedelta(days=days),
                member_id=make.organisation(session, name).id, from_on=today - timedelta(days=30),
            )
        )  # fmt: skip
    session.flush()
    ties = queries.list_members(session, cast.actor("cooperative"), today)
    assert [tie.member.name for tie in ties] == ["Anker", cast.enterprise.name, "Zon"]


def test_teams_stand_by_name_whatever_its_capitals(session, cast):
    guide = cast.actor("guide").user_id or 0
    for name in ("anker", "Zon", "molen"):
        at = make.organisation(session, name)
        session.add(Membership(user_id=guide, organisation_id=at.id, role=Role.GUIDE))
    session.flush()
    names = [row.organisation.name for row in queries.list_memberships_of(session, guide)]
    assert names == ["anker", cast.enterprise.name, "molen", "Zon"]


def test_the_trail_says_who_was_taken_out(session, cast):
    guide = cast.actor("guide")
    row = session.scalars(select(Membership).where(Membership.user_id == guide.user_id)).first()
    assert row is not None
    commands.remove(session, cast.actor("admin"), row.id)
    event = select(AuditEvent).where(AuditEvent.event == "membership.removed")
    assert session.scalars(event).one().data == {"user_id": guide.user_id}
