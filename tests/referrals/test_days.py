"""The last day of each thing that a referral allows, in which order they stand, what is written."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.core import clock
from portal.core.audit import AuditEvent
from portal.core.errors import NotFound
from portal.core.guard import reading_as
from portal.enrolments.rules import EnrolmentStatus
from portal.referrals import commands, queries
from portal.referrals.models import Referral
from portal.referrals.rules import AgreedHow
from tests import factories as make


@pytest.fixture
def made(session, cast):
    """Three of the referrer's, of which the last one shares what she did, all until today."""
    today, rows = clock.today(), []
    for name in ("Zahra", "Anna", "Mehmet"):
        enrolment = make.enrolment(session, cast.offering, make.participant(session, name))
        rows.append(
            Referral(
                enrolment=enrolment, participant_id=enrolment.participant_id,
                from_organisation_id=cast.actor("referrer").organisation_id,
                to_organisation_id=cast.enterprise.id, agreed_how=AgreedHow.SPOKEN,
                outcome_until=today, told_status=EnrolmentStatus.APPLIED,
                shares_history=name == "Mehmet", history_until=today,
            )
        )  # fmt: skip
    session.add_all(rows)
    session.commit()
    return rows


def test_the_last_day_counts_and_the_day_after_does_not(session, cast, made):
    guide, today = cast.actor("guide"), clock.now()
    for moment, news, sharing in ((today, made, [made[2]]), (today + timedelta(days=1), [], [])):
        with clock.freeze(moment):
            assert list(queries.list_with_news(session)) == news
            assert list(queries.list_sharing(session, guide, made[2].participant_id)) == sharing
            assert not queries.list_sharing(session, guide, made[0].participant_id)  # not hers


def test_her_number_is_written_down_as_long_as_her_agreement_holds(session, cast, made):
    first, second, _ = made
    referrer = cast.actor("referrer")
    with reading_as(session, referrer):
        assert queries.get_followed(session, first.uuid) is first
        commands.withdraw(session, cast.actor("participant"), second)
        with pytest.raises(NotFound):
            queries.get_followed(session, second.uuid)
        with clock.freeze(clock.now() + timedelta(days=1)), pytest.raises(NotFound):
            queries.get_followed(session, first.uuid)


def test_who_took_her_referral_back_keeps_the_old_place(session, cast, made):
    first, second, _ = made
    for referral in (first, second):
        referral.enrolment.status = EnrolmentStatus.ENROLLED
        group = make.offering(session, cast.other_enterprise)
        old = make.enrolment(session, group, referral.enrolment.participant)
        referral.from_enrolment_id = old.id
    second.withdrawn_at = clock.now()
    session.flush()
    assert list(queries.list_ids_arrived(session)) == [first.id]


def test_the_newest_stands_first(session, cast, made):
    rows = queries.list_made(session, cast.actor("referrer"), 1).rows
    assert [row.uuid for row in rows] == [row.uuid for row in reversed(made)]


def test_what_she_takes_back_is_written_down_once(session, cast, made):
    her = cast.actor("participant")
    for _ in range(2):
        commands.stop_sharing(session, her, made[2])
        commands.withdraw(session, her, made[2])
    written = select(AuditEvent.event, func.count()).where(
        AuditEvent.subject == "referral", AuditEvent.subject_id == made[2].id
    )
    assert dict(session.execute(written.group_by(AuditEvent.event)).all()) == {
        "referral.history_withdrawn": 1,
        "referral.withdrawn": 1,
    }
