"""Who hears what became of a referral, and what stays when she takes it back or agrees anew."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import Role
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.models import Notice
from portal.offerings.rules import PUBLIC, OfferingStatus
from portal.organisations.models import Membership
from portal.referrals import commands, queries
from portal.referrals.jobs import follow
from portal.referrals.models import Referral
from portal.referrals.rules import OUTCOME_FOLLOWED, AgreedHow
from tests import factories as make

S = EnrolmentStatus


@pytest.fixture
def made(session, cast):
    """Three of the referrer's, of whom each may take a place, the first one longest."""
    referrer, rows = cast.actor("referrer"), []
    for name, days in (("Zahra", 3), ("Anna", 1), ("Mehmet", 2)):
        enrolment = make.enrolment(
            session, cast.offering, make.participant(session, name), S.OFFERED,
            offer_until=clock.now() + timedelta(days=days),
        )  # fmt: skip
        rows.append(
            Referral(
                enrolment=enrolment, participant_id=enrolment.participant_id,
                from_organisation_id=referrer.organisation_id, user_id=referrer.user_id,
                to_organisation_id=cast.enterprise.id, agreed_how=AgreedHow.SPOKEN,
                outcome_until=clock.today() + timedelta(days=9), told_status=S.APPLIED,
            )
        )  # fmt: skip
    session.add_all(rows)
    session.commit()
    return rows


def test_while_the_author_is_there_no_colleague_is_told(session, cast, made):
    session.add(
        Membership(
            user=User(email="colleague@example.org", name="Collega"), role=Role.COORDINATOR,
            organisation_id=made[0].from_organisation_id,
        )
    )  # fmt: skip
    session.flush()
    follow(session)
    assert list(session.scalars(select(Notice.address))) == ["referrer@example.org"]


def test_whose_offer_ends_soonest_stands_first(session, cast, made):
    rows = queries.list_offered(session, cast.actor("referrer"))
    assert [row.followed.participant.name for row in rows] == ["Anna", "Mehmet", "Zahra"]


@pytest.mark.parametrize("status", OfferingStatus)
def test_what_has_no_public_page_has_no_address(session, cast, made, status):
    cast.offering.status = status
    session.commit()
    for row in queries.list_made(session, cast.actor("referrer"), 1).rows:
        assert row.slug == (cast.offering.slug if status in PUBLIC else "")


def test_who_takes_it_back_as_the_job_looks_keeps_her_old_place(session, cast, monkeypatch):
    there = make.offering(session, cast.other_enterprise)
    referral = commands.move_on(
        session, cast.actor("coordinator"), old=cast.enrolment, offering_id=there.id,
        agreed_how=AgreedHow.SPOKEN,
    )  # fmt: skip
    session.commit()
    found = queries.list_ids_arrived(session)
    assert list(found) == [referral.id]
    commands.withdraw(session, cast.actor("participant"), referral)
    monkeypatch.setattr(queries, "list_ids_arrived", lambda session: found)
    follow(session)
    assert cast.enrolment.status is S.ENROLLED


def test_who_agrees_anew_is_followed_from_that_day_on(session, cast):
    there, now = make.offering(session, cast.other_enterprise), clock.now()
    for days in (0, 40):
        with clock.freeze(now + timedelta(days=days)):
            row = commands.move_on(
                session, cast.actor("coordinator"), old=cast.enrolment, offering_id=there.id,
                agreed_how=AgreedHow.SPOKEN,
            )  # fmt: skip
            assert row.outcome_until == clock.today() + OUTCOME_FOLLOWED
