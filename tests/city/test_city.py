"""The demo city holds what it promises, on both databases."""

import json
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import city
from portal.accounts.models import User
from portal.accounts.rules.passwords import is_right
from portal.agreements.models import Agreement
from portal.assessments.models import Assessment
from portal.assessments.rules import AssessmentStatus
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.city.people import demo_card_token
from portal.core import Base, FreeText, Role, clock
from portal.core.bsn import holds_bsn
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import HOLDS_PLACE, OPEN, TOOK_PART, EnrolmentStatus, overdue
from portal.goals.models import Goal
from portal.impact.models import ImpactReport
from portal.impact.rules import ReportStatus
from portal.impact.rules.figures import figures_of, parts_of
from portal.notices.models import Notice
from portal.notices.rules import CARRIED, NoticeStatus
from portal.offerings.models import Offering
from portal.offerings.rules import HIDE_AFTER, PUBLIC, OfferingKind, OfferingStatus
from portal.organisations.models import Membership, Organisation
from portal.participants.models import Participant, ParticipantLink, ProgrammeTerm
from portal.profile.models import ProfileChoice
from portal.progress.models import Aftercare, LadderStep, Observation
from portal.progress.rules import ONLY_HER_OWN, Voice
from portal.recognition.queries import verify
from portal.referrals.models import Referral
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.city import network, plans, queries

pytestmark = pytest.mark.slow

_ROLES = {
    "admin": Role.ADMIN,
    "coordinator": Role.COORDINATOR,
    "guide": Role.GUIDE,
    "cooperative": Role.ADMIN,
    "referrer": Role.COORDINATOR,
    "employer": Role.ADMIN,
    "recogniser": Role.RECOGNISER,
    "stranger": Role.ADMIN,
}


def _count(session: Session, of: type[Base], *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(of).where(*where)) or 0


def test_is_as_large_as_promised(loaded: Session):
    assert _count(loaded, Organisation) == 36
    assert _count(loaded, Offering) == 62
    assert 590 <= _count(loaded, Participant) <= 630
    assert 40_000 <= _count(loaded, AttendanceMark) <= 60_000
    assert _count(loaded, Assessment) >= 15
    assert set(loaded.scalars(select(Assessment.status))) == set(AssessmentStatus)
    assert min(_count(loaded, one) for one in (ProfileChoice, Goal, Aftercare)) >= 40
    assert len(set(loaded.scalars(select(Observation.participant_id)))) >= 40  # on a profile
    long_ago = AttendanceMark.recorded_at < clock.now() - timedelta(days=500)
    assert _count(loaded, AttendanceMark, long_ago)
    assert network.short_of(loaded) == {}


def test_knows_whether_it_is_there(loaded: Session):
    assert city.is_loaded(loaded)
    assert not city.is_empty(loaded)
    with pytest.raises(ValueError, match="empty"):
        city.load(loaded, city.DEFAULT)


def test_the_cast_signs_in_with_the_promised_roles(loaded: Session):
    users = {user.email: user for user in loaded.scalars(select(User))}
    for key, role in _ROLES.items():
        user = users[f"{key}@demo.example"]
        assert is_right(user.password_hash, city.PASSWORD)
        roles = loaded.scalars(select(Membership.role).where(Membership.user_id == user.id)).all()
        assert roles == [role], key
    assert users["operator@demo.example"].is_operator
    expert = users["expert@demo.example"].id
    roles = loaded.scalars(select(Membership.role).where(Membership.user_id == expert)).all()
    assert set(roles) == {Role.EXPERT}


def test_prints_the_cast_and_a_card_that_opens_a_page(loaded: Session, app: Flask):
    with app.app_context():
        text = city.cast_text()
    assert city.PASSWORD in text
    for key in (*_ROLES, "operator", "expert", "participant"):
        assert f"{key}@demo.example" in text
    assert f"/card/{demo_card_token()}" in text
    holder = make.opened(loaded, demo_card_token()).participant
    assert make.link(loaded, holder).email == "participant@demo.example"
    assert _count(loaded, AttendanceMark, AttendanceMark.participant_id == holder.id) > 40
    told = select(Observation.voice).where(Observation.participant_id == holder.id)
    assert set(loaded.scalars(told)) == set(Voice)
    assert _count(loaded, ProgrammeTerm, ProgrammeTerm.participant_id == holder.id)


def test_places_taken_are_the_people_who_hold_one(loaded: Session):
    held = dict(
        loaded.execute(
            select(Enrolment.offering_id, func.count())
            .where(Enrolment.status.in_(HOLDS_PLACE))
            .group_by(Enrolment.offering_id)
        ).all()
    )
    for offering in loaded.scalars(select(Offering)):
        assert offering.places_taken == held.get(offering.id, 0), offering.slug
        assert offering.places_taken <= offering.places
        if offering.status in (OfferingStatus.PUBLISHED, OfferingStatus.FULL):
            is_full = offering.places_taken == offering.places
            assert (offering.status is OfferingStatus.FULL) == is_full, offering.slug


def test_organisations_know_just_those_who_take_part_or_wait(loaded: Session):
    tied = select(Enrolment.organisation_id, Enrolment.participant_id).where(
        Enrolment.status.in_(OPEN | TOOK_PART)
    )
    links = select(ParticipantLink.organisation_id, ParticipantLink.participant_id)
    assert set(loaded.execute(tied)) == set(loaded.execute(links))


def test_marks_are_on_held_sessions_of_her_days(loaded: Session):
    rows = loaded.execute(
        select(
            AttendanceMark.minutes,
            AttendanceMark.status,
            AttendanceMark.recorded_at,
            OfferingSession.starts_at,
            OfferingSession.ends_at,
            OfferingSession.status,
            Enrolment.status,
            Enrolment.started_on,
            Enrolment.ended_on,
            AttendanceMark.how,
        )
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
        .where(OfferingSession.offering_id == Enrolment.offering_id)
    ).all()
    assert len(rows) == _count(loaded, AttendanceMark)
    for minutes, status, at, starts_at, ends_at, held, took_part, first_on, last_on, how in rows:
        day = clock.to_local(starts_at).date()
        assert (day < clock.today()) == (how is not RecordedHow.BY_HERSELF)
        assert at <= clock.now()
        assert held is SessionStatus.PLANNED
        assert took_part in TOOK_PART
        assert first_on is not None
        assert first_on <= day
        assert last_on is None or day <= last_on
        length = (ends_at - starts_at).total_seconds() // 60
        assert (0 < minutes <= length) if status is AttendanceStatus.PRESENT else minutes == 0


def test_the_last_recording_is_what_holds(loaded: Session):
    last = (
        select(func.max(AttendanceChange.id))
        .group_by(AttendanceChange.session_id, AttendanceChange.enrolment_id)
        .scalar_subquery()
    )
    columns = ("session_id", "enrolment_id", "status", "minutes", "recorded_at", "how")

    def values(of: Any) -> list[Any]:
        return [getattr(of, name) for name in columns]

    changes = loaded.execute(
        select(*values(AttendanceChange)).where(AttendanceChange.id.in_(last))
    ).all()
    marks = loaded.execute(select(*values(AttendanceMark))).all()
    assert {tuple(row) for row in changes} == {tuple(row) for row in marks}
    assert _count(loaded, AttendanceChange) > len(marks) + 1000


def test_shows_every_state_of_an_enrolment_and_of_an_offering(loaded: Session):
    assert set(loaded.scalars(select(Enrolment.status).distinct())) == set(EnrolmentStatus)
    assert set(loaded.scalars(select(Offering.status).distinct())) == set(OfferingStatus)


def test_the_guide_has_registers_today_and_one_of_this_week_to_catch_up(loaded: Session):
    enterprise = _enterprise(loaded)
    first, last = clock.day_bounds(clock.today(), clock.today())
    today = loaded.scalars(
        select(OfferingSession).where(
            OfferingSession.organisation_id == enterprise.id,
            OfferingSession.starts_at.between(first, last),
            OfferingSession.status == SessionStatus.PLANNED,
        )
    ).all()
    assert len(today) >= 2
    logged = select(AttendanceMark.session_id)
    late = loaded.scalars(
        select(OfferingSession).where(
            OfferingSession.organisation_id == enterprise.id,
            OfferingSession.starts_at.between(first - timedelta(days=14), first),
            OfferingSession.status == SessionStatus.PLANNED,
            OfferingSession.id.not_in(logged),
        )
    ).all()
    assert late
    applied = (Enrolment.organisation_id == enterprise.id, Enrolment.status == "applied")
    assert _count(loaded, Enrolment, *applied) >= 3


def test_goes_on_for_half_a_year(loaded: Session):
    until = clock.now() + timedelta(weeks=25)
    ahead = select(OfferingSession.offering_id).where(OfferingSession.starts_at > until)
    open_ones = loaded.scalars(
        select(Offering.id).where(
            Offering.kind == OfferingKind.DAY_ACTIVITY,
            Offering.status != OfferingStatus.ARCHIVED,
        )
    ).all()
    assert set(open_ones) <= set(loaded.scalars(ahead))


def test_only_she_herself_states_the_first_steps(loaded: Session):
    steps = loaded.scalars(select(LadderStep).where(LadderStep.step.in_(ONLY_HER_OWN))).all()
    assert steps
    assert {step.voice for step in steps} == {Voice.PARTICIPANT}


def test_reports_are_in_every_state_and_recognised_ones_verify(loaded: Session):
    reports = loaded.scalars(select(ImpactReport)).all()
    assert {report.status for report in reports} == set(ReportStatus)
    recognised = [one for one in reports if one.status is ReportStatus.RECOGNISED]
    assert _enterprise(loaded).id in {one.organisation_id for one in recognised}
    assert len({one.organisation_id for one in recognised}) >= 5
    for report in recognised:
        assert verify(loaded, json.dumps(report.document).encode()) == ([], report.number)
        assert report.document["recognition"]["remarks"]


def test_reports_give_no_small_number_away(loaded: Session):
    for report in loaded.scalars(select(ImpactReport)):
        values = {figure["id"]: figure["value"] for figure in report.document["figures"]}
        for figure in report.document["figures"]:
            if figure["unit"] == "people" and figure["value"] is not None:
                assert figure["value"] not in range(1, 5), figure["id"]
        for whole, parts in parts_of(figures_of(report.from_on, report.until_on)):
            hidden = [id_ for id_ in (whole, *parts) if values[id_] is None]
            assert len(hidden) != 1, whole


def test_sends_no_letters_of_long_ago(loaded: Session):
    waits = (Notice.status == NoticeStatus.WAITING, Notice.channel.in_(CARRIED))
    assert _count(loaded, Notice, *waits) == 0
    assert _count(loaded, Notice, Notice.participant_id.is_(None)) == 0


def test_the_referrer_follows_people_in_several_states(loaded: Session):
    referrals = loaded.scalars(
        select(Referral).join(Referral.user).where(User.email == "referrer@demo.example")
    ).all()
    assert {one.told_status for one in referrals} >= {
        EnrolmentStatus.APPLIED,
        EnrolmentStatus.WAITING,
        EnrolmentStatus.ENROLLED,
        EnrolmentStatus.DECLINED,
    }
    assert all(one.told_status is one.enrolment.status for one in referrals)
    assert any(one.withdrawn_at for one in referrals)
    sharing = loaded.scalars(select(Referral).where(Referral.shares_history)).all()
    assert {one.to_organisation_id for one in sharing} == {_enterprise(loaded).id}
    assert {one.enrolment.status for one in sharing} == {
        EnrolmentStatus.APPLIED,
        EnrolmentStatus.ENROLLED,
    }
    for one in sharing:
        assert one.from_enrolment is not None
        assert one.from_enrolment.participant_id == one.participant_id
        has_arrived = one.enrolment.status is EnrolmentStatus.ENROLLED
        assert (one.from_enrolment.ended_on is not None) == has_arrived


def test_the_enterprise_shows_what_a_coordinator_meets(loaded: Session):
    ours = _enterprise(loaded).id
    line = loaded.scalars(
        select(Enrolment).where(Enrolment.organisation_id == ours, Enrolment.together.is_not(None))
    ).all()
    assert len(line) == 2
    assert len({one.together for one in line}) == 1
    due = select(Enrolment.answer_due_at).where(
        Enrolment.organisation_id == ours, Enrolment.status == EnrolmentStatus.APPLIED
    )
    assert {at is not None and at > clock.now() for at in loaded.scalars(due)} == {True, False}
    offers = (Offering.organisation_id == ours, Offering.confirm_asked_at.is_not(None))
    asked = loaded.scalars(select(Offering.status).where(*offers)).all()
    assert set(asked) == {OfferingStatus.PUBLISHED, OfferingStatus.HIDDEN}
    assert _count(
        loaded, Offering, Offering.organisation_id == ours, Offering.publish_on > clock.today()
    )
    agreements = loaded.scalars(select(Agreement).where(Agreement.organisation_id == ours)).all()
    assert {one.is_confirmed for one in agreements} == {True, False}
    messages = loaded.scalars(select(Notice).where(Notice.organisation_id == ours)).all()
    assert {one.status for one in messages} >= {
        NoticeStatus.SENT,
        NoticeStatus.FAILED,
        NoticeStatus.WAITING,
    }
    skipping = loaded.scalars(select(Series).where(Series.skips_school_holidays)).all()
    assert any(series.days_off for series in skipping)


def test_the_jobs_of_some_days_leave_it_as_it_was_told(loaded: Session):
    """An offer, an answer and a question run out, but not while somebody looks around."""
    later = clock.now() + timedelta(days=2)
    until = loaded.scalars(select(Enrolment.offer_until)).all()
    assert all(at > later for at in until if at is not None)
    for at, reminders in loaded.execute(
        select(Enrolment.answer_due_at, Enrolment.reminders).where(
            Enrolment.status == EnrolmentStatus.APPLIED
        )
    ):
        assert at is not None
        assert overdue(at, reminders, clock.now()) is None
        assert overdue(at, 2, later) is None
    for offering in loaded.scalars(select(Offering).where(Offering.status.in_(PUBLIC))):
        assert (offering.confirm_asked_at or later) > later - HIDE_AFTER


def test_what_is_public_goes_on(loaded: Session):
    """On the last day of a week too: a group that is over offers no place."""
    for offering in loaded.scalars(select(Offering).where(Offering.status.in_(PUBLIC))):
        assert not offering.is_over, offering.slug


def test_no_text_holds_a_citizen_number(loaded: Session):
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            if isinstance(column.type, FreeText):
                for text in loaded.scalars(select(column).distinct()):
                    assert not holds_bsn(text or ""), f"{mapper.local_table}.{column.name}"


def test_numbering_goes_on_behind_the_city(loaded: Session):
    last_id = loaded.scalar(select(func.max(Organisation.id))) or 0
    with loaded.begin_nested() as nested:
        assert make.organisation(loaded, "Nog een").id > last_id
        nested.rollback()


def _enterprise(session: Session) -> Organisation:
    guide = select(User.id).where(User.email == "guide@demo.example").scalar_subquery()
    found = session.scalar(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == guide)
    )
    assert found is not None
    return found


def test_no_page_that_is_looked_at_often_walks_through_a_large_table(loaded: Session, app: Flask):
    large = plans.large(loaded)
    assert {"attendance_mark", "attendance_change", "offering_session"} <= large
    asked = plans.looked_at_often(loaded)
    loaded.commit()  # a lock that a test before this one took
    sent = Context().run(plans.sent_for, app, asked)  # not in the application context of `loaded`
    assert len(sent) > 50
    walks = [
        (walked, sql)
        for sql, values in sent
        if (walked := large & plans.walked(loaded, sql, values))
    ]
    assert not walks


def test_what_people_type_is_found(loaded: Session):
    assert queries.missed(loaded) == {}
