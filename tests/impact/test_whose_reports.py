"""Whose reports a cooperative sees: of each tie that holds today and lets it, and of no other.

Two locks stand before them, the query and the session's guard. Each is tried without the other.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import Role
from portal.core.errors import NotFound
from portal.core.guard import reading_as
from portal.impact.models import ImpactReport
from portal.impact.queries import get_own_report, get_report, list_reports
from portal.organisations.models import CooperativeTie, Membership
from portal.organisations.queries import staff_actor
from portal.organisations.rules import OrganisationKind
from tests import factories as make
from tests.impact.made import QUARTER

DAY = timedelta(days=1)


def test_a_cooperative_sees_reports_of_the_ties_that_let_it_today(session, cast):
    today, us = clock.today(), cast.cooperative
    ties = {
        "sees": (today, None, True), "last day": (today - DAY, today, True),
        "not figures": (today, None, False), "over": (today - 9 * DAY, today - DAY, True),
        "to come": (today + DAY, None, True), "no tie": None,
    }  # fmt: skip
    reports = {"own": _report(session, us), "member": _report(session, cast.enterprise)}
    for name, tie in ties.items():
        member = make.organisation(session, name)
        reports[name] = _report(session, member)
        if tie is not None:
            first, last, may_see = tie
            row = CooperativeTie(
                cooperative_id=us.id, member_id=member.id, from_on=first, until_on=last,
                may_log_attendance=True, may_see_figures=may_see,
            )  # fmt: skip
            session.add(row)
    other = make.organisation(session, "Andere", OrganisationKind.COOPERATIVE)
    elsewhere = reports["its tie"] = _report(session, make.organisation(session, "Hunne"))
    session.add(
        CooperativeTie(
            cooperative_id=other.id, member_id=elsewhere.organisation_id, from_on=today,
            may_log_attendance=True, may_see_figures=True,
        )
    )  # fmt: skip
    user = User(email="a@example.org", name="A")
    role = Membership(user=user, organisation=us, role=Role.VIEWER)
    session.add_all([user, role])
    actor = staff_actor(session, user, role)
    for name, report in reports.items():  # what everybody can read once it has a number
        report.number = None if name == "own" else f"WW-2026-{report.id:04}"
    reports["draft"] = _report(session, cast.enterprise)
    seen = {reports[name].id for name in ("own", "member", "sees", "last day")}
    assert {row.id for row in list_reports(session, actor)} == seen  # read as the house
    for name, report in reports.items():
        if report.id in seen:
            assert get_report(session, actor, report.uuid) is report
        else:
            with pytest.raises(NotFound):
                get_report(session, actor, report.uuid)
        if name != "own":
            with pytest.raises(NotFound):
                get_own_report(session, actor, report.uuid)
    session.flush()
    with reading_as(session, actor):  # a query without a filter
        assert set(session.scalars(select(ImpactReport.id))) == seen
    with reading_as(session, cast.actor("recogniser")):
        assert session.scalars(select(ImpactReport.id)).all() == []


def _report(session, organisation):
    row = ImpactReport(
        organisation_id=organisation.id, from_on=QUARTER.from_on, until_on=QUARTER.until_on,
        document={}, sha256="0" * 64, compiled_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
