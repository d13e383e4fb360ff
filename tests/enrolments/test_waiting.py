"""The line that moves on by itself, and what time does to it."""

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE, ActorKind, participant_actor
from portal.core.errors import Conflict, RuleBroken
from portal.core.guard import set_actor
from portal.enrolments import commands, jobs, queries
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus, Move
from portal.notices.commands import confirm_sent
from portal.notices.models import Notice
from portal.offerings import commands as offerings
from portal.offerings.rules import OfferingStatus, WaitingLine
from portal.organisations.rules import OrganisationStatus
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.enrolments.waiting import at, events, sign_up

S = EnrolmentStatus
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10.00 in Amsterdam


@pytest.fixture(autouse=True)
def _on_monday():
    with clock.freeze(MONDAY):
        yield


@pytest.fixture
def full(session, cast):
    """Two places, both taken, and three in line: offering, those with a place, those who wait."""
    offering = make.offering(session, cast.enterprise, places=2, status=OfferingStatus.FULL)
    rows = [
        make.enrolment(session, offering, make.participant(session, name), status)
        for name, status in zip("ABCDE", [S.ENROLLED] * 2 + [S.WAITING] * 3, strict=True)
    ]
    session.commit()
    return offering, rows[:2], rows[2:]


def _statuses(rows):
    return [row.status for row in rows]


def _tell_all(session):
    confirm_sent(list(session.scalars(select(Notice))))


def test_a_place_that_comes_free_is_offered_to_the_next_at_once(session, cast, full):
    offering, inside, line = full
    commands.move(
        session, cast.actor("coordinator"), inside[0], Move.END, end_reason=EndReason.MOVED
    )
    assert _statuses(line) == [S.OFFERED, S.WAITING, S.WAITING]
    assert (line[0].offered_at, line[0].offer_until) == (MONDAY, MONDAY + timedelta(hours=48))
    assert offering.places_taken == 2
    assert events(session, line[0]) == [("enrolment.offered", ActorKind.HOUSE)]
    notice = session.scalars(select(Notice).where(Notice.kind == "enrolments/offered")).one()
    assert notice.not_after == line[0].offer_until
    assert not notice.is_own_action


def test_a_participant_who_leaves_lets_the_next_in_whom_she_can_not_see(session, cast, full):
    _, inside, line = full
    inside[0].participant_id = cast.participant.id
    session.commit()
    set_actor(session, cast.actor("participant"))
    commands.leave(session, cast.actor("participant"), inside[0])
    set_actor(session, HOUSE)
    assert inside[0].status is S.WITHDRAWN
    assert line[0].status is S.OFFERED


def test_who_lets_the_time_go_by_makes_way_for_the_next_and_may_sign_up_again(session, full):
    _, inside, line = full
    commands.move(session, HOUSE, inside[0], Move.END, end_reason=EndReason.MOVED)
    _tell_all(session)
    until = line[0].offer_until
    at(session, until - timedelta(minutes=1), jobs.lapse_offers)
    assert line[0].status is S.OFFERED
    at(session, until, jobs.lapse_offers)
    assert _statuses(line) == [S.DECLINED, S.OFFERED, S.WAITING]
    assert line[0].decline_reason is DeclineReason.NO_ANSWER
    with pytest.raises(RuleBroken, match="sign up again"):
        commands.take_place(session, HOUSE, line[0])
    again = commands.sign_up_again(session, HOUSE, line[0])
    assert again.id != line[0].id
    assert queries.place_in_line(session, again) == 2


def test_who_could_not_be_told_keeps_her_turn_and_the_place_goes_on(session, cast, full):
    offering, inside, line = full
    commands.move(session, HOUSE, inside[0], Move.END, end_reason=EndReason.MOVED)
    at(session, line[0].offer_until, jobs.lapse_offers)
    assert _statuses(line) == [S.WAITING, S.OFFERED, S.WAITING]
    assert queries.place_in_line(session, line[0]) == 1
    assert "enrolments/not_reached" in session.scalars(select(Notice.kind)).all()
    _tell_all(session)
    at(session, line[1].offer_until, jobs.lapse_offers)
    _tell_all(session)
    at(session, line[2].offer_until, jobs.lapse_offers, jobs.fill_lines)
    assert _statuses(line) == [S.WAITING, S.DECLINED, S.DECLINED]  # the house offers once only
    staff = cast.actor("coordinator")
    assert offering in [
        found for found, _ in queries.list_with_room(session, staff.organisation_id, clock.now())
    ]
    commands.offer_together(session, staff, line[0])  # staff may
    assert line[0].status is S.OFFERED


def test_a_place_refused_at_eleven_in_the_evening_has_its_time_from_the_morning(session, full):
    _, inside, line = full
    commands.move(session, HOUSE, inside[0], Move.END, end_reason=EndReason.MOVED)
    with clock.freeze(datetime(2026, 3, 2, 22, tzinfo=UTC)):
        commands.leave(session, HOUSE, line[0])
    assert _statuses(line) == [S.WITHDRAWN, S.OFFERED, S.WAITING]
    assert line[1].offer_until == datetime(2026, 3, 5, 8, tzinfo=UTC)


def test_other_hours_change_no_offer_that_runs(session, full):
    offering, inside, line = full
    commands.move(session, HOUSE, inside[0], Move.END, end_reason=EndReason.MOVED)
    until = line[0].offer_until
    offerings.edit(session, HOUSE, offering, offer_hours=1)
    at(session, until - timedelta(minutes=1), jobs.lapse_offers, jobs.fill_lines)
    assert (line[0].status, line[0].offer_until) == (S.OFFERED, until)


def test_places_that_are_added_are_offered_in_the_order_of_the_line(session, full):
    offering, _, line = full
    offerings.edit(session, HOUSE, offering, places=4)
    at(session, MONDAY, jobs.fill_lines, jobs.fill_lines)
    assert _statuses(line) == [S.OFFERED, S.OFFERED, S.WAITING]
    assert (offering.places_taken, offering.status) == (4, OfferingStatus.FULL)


def test_who_signs_up_first_after_places_came_does_not_pass_the_line(session, full):
    offering, _, line = full
    offerings.edit(session, HOUSE, offering, places=4)
    new = commands.sign_up(
        session, HOUSE, offering_id=offering.id, participant=make.participant(session)
    )
    assert _statuses([*line, new]) == [S.OFFERED, S.OFFERED, S.WAITING, S.WAITING]
    offerings.edit(session, HOUSE, offering, places=7)
    new = commands.sign_up(
        session, HOUSE, offering_id=offering.id, participant=make.participant(session)
    )
    assert new.status is S.ENROLLED


def test_where_staff_choose_the_house_offers_nothing(session, full):
    offering, inside, line = full
    offering.waiting_line = WaitingLine.BY_STAFF
    commands.move(session, HOUSE, inside[0], Move.END, end_reason=EndReason.MOVED)
    at(session, MONDAY, jobs.fill_lines)
    assert set(_statuses(line)) == {S.WAITING}
    commands.offer_together(session, HOUSE, line[1])
    assert line[1].offer_until is not None


def test_taking_and_leaving_twice_changes_nothing(session, full):
    offering, inside, line = full
    commands.move(session, HOUSE, inside[0], Move.END, end_reason=EndReason.MOVED)
    for _ in range(2):
        commands.take_place(session, HOUSE, line[0])
    held = make.offering_session(session, offering, MONDAY + timedelta(hours=3))
    assert line[0] in queries.list_on_register(session, held)
    for _ in range(2):
        commands.leave(session, HOUSE, line[0])
    assert _statuses(line) == [S.WITHDRAWN, S.OFFERED, S.WAITING]
    assert len(events(session, line[0])) == 3
    assert line[0] not in queries.list_on_register(session, held)


def test_who_was_there_stops_and_her_days_stay(session, full):
    offering, inside, _ = full
    make.offering_session(session, offering, MONDAY - timedelta(days=2))
    with pytest.raises(RuleBroken):
        commands.move(session, HOUSE, inside[0], Move.WITHDRAW)
    commands.leave(session, HOUSE, inside[0])
    assert (inside[0].status, inside[0].end_reason) == (S.ENDED, EndReason.OWN_CHOICE)
    assert inside[0].ended_on == clock.today()


# People who come together.


def test_three_places_come_and_two_who_come_together_are_first(session, full):
    offering, _, line = full
    friend = sign_up(session, offering, "friend of C", line[0].uuid)
    assert friend.together == line[0].together == line[0].uuid
    assert [queries.place_in_line(session, row) for row in (*line, friend)] == [3, 1, 2, 3]
    offerings.edit(session, HOUSE, offering, places=5)
    at(session, MONDAY, jobs.fill_lines)
    assert _statuses([*line, friend]) == [S.WAITING, S.OFFERED, S.OFFERED, S.WAITING]
    assert offering.places_free == 1
    last = sign_up(session, offering, "alone")  # an empty chair helps nobody
    assert last.status is S.ENROLLED
    offerings.edit(session, HOUSE, offering, places=7)
    at(session, MONDAY, jobs.fill_lines)
    assert _statuses([line[0], friend]) == [S.OFFERED, S.OFFERED]


def test_who_waits_already_joins_a_friend(session, full):
    offering, _, line = full
    again = commands.sign_up(
        session, HOUSE, offering_id=offering.id, participant=line[2].participant,
        together=line[0].uuid,
    )  # fmt: skip
    assert again is line[2]
    assert ("enrolment.joined", "house") in events(session, again)
    assert line[0].together == line[2].together
    offering.places_taken = 1
    with pytest.raises(RuleBroken):
        commands.offer_together(session, HOUSE, line[0])


def test_by_the_key_of_any_of_them_one_joins_them_all(session, full):
    offering, _, line = full
    second = sign_up(session, offering, "second", line[0].uuid)
    offering.places = 4
    third = sign_up(session, offering, "third", second.uuid)
    assert third.together == line[0].uuid


def test_a_key_of_nobody_here_and_too_many_friends_change_nothing(session, cast, full):
    offering, _, line = full
    assert sign_up(session, offering, "stray", cast.enrolment.uuid).together is None
    sign_up(session, offering, "second", line[0].uuid)
    assert sign_up(session, offering, "third", line[0].uuid).together is None  # two places only


# An offering that stops.


@pytest.mark.parametrize("status", [OfferingStatus.HIDDEN, OfferingStatus.ARCHIVED])
def test_where_it_stopped_everybody_is_answered(session, cast, full, status):
    offering, inside, line = full
    applied = make.enrolment(session, offering, status=S.APPLIED)
    commands.move(session, HOUSE, inside[0], Move.END, end_reason=EndReason.MOVED)
    offering.status = status
    at(session, MONDAY, jobs.answer_where_it_stopped, jobs.fill_lines)
    assert _statuses([*line, applied]) == [S.DECLINED] * 4
    assert {row.decline_reason for row in line} == {DeclineReason.OFFERING_STOPPED}
    assert inside[1].status is S.ENROLLED
    assert offering.places_taken == 1


def test_a_closed_group_still_lets_its_line_in(session, full):
    offering, inside, line = full
    offering.status = OfferingStatus.CLOSED
    commands.move(session, HOUSE, inside[0], Move.END, end_reason=EndReason.MOVED)
    at(session, MONDAY, jobs.answer_where_it_stopped)
    assert _statuses(line) == [S.OFFERED, S.WAITING, S.WAITING]
    with pytest.raises(RuleBroken):
        sign_up(session, offering)


def test_what_goes_wrong_with_one_stops_no_other(session, cast, full, monkeypatch):
    offering, _, _ = full
    other = make.offering(session, cast.enterprise)
    waits = make.enrolment(session, other, status=S.WAITING)
    offering.places = 4
    fill = commands.fill_line

    def fails(session, one):
        if one.id == offering.id:
            raise ValueError("broken")
        return fill(session, one)

    monkeypatch.setattr(commands, "fill_line", fails)
    with pytest.raises(ValueError, match="broken"):
        at(session, MONDAY, jobs.fill_lines)
    session.expire_all()
    assert waits.status is S.OFFERED
    assert session.scalars(select(Enrolment).where(Enrolment.status == S.OFFERED)).all() == [waits]


def test_her_friends_get_no_place_when_she_left_before_the_button_was_pressed(session, cast, full):
    offering, (inside, _), line = full
    offering.waiting_line = WaitingLine.BY_STAFF
    friend = sign_up(session, offering, "friend", line[0].uuid)
    commands.move(session, HOUSE, inside, Move.WITHDRAW)
    commands.move(session, HOUSE, line[0], Move.WITHDRAW)
    with pytest.raises(RuleBroken):
        commands.offer_together(session, cast.actor("coordinator"), line[0])
    assert friend.status is S.WAITING


@pytest.mark.parametrize("what", ["cancel", "move"])
def test_of_two_who_cancel_a_session_at_once_one_does_and_everybody_is_told_once(
    session, engine, cast, full, what
):
    offering, *_ = full
    held = make.offering_session(session, offering, MONDAY + timedelta(days=8))
    session.commit()
    staff = cast.actor("coordinator")
    with Session(engine, expire_on_commit=False) as other:
        set_actor(other, HOUSE)
        seen_before = other.get_one(OfferingSession, held.id)
        other.commit()
        assert commands.cancel_session(session, staff, held) == 2
        session.commit()
        day = MONDAY.date() + timedelta(days=9)
        second = {
            "cancel": partial(commands.cancel_session, other, staff, seen_before),
            "move": partial(
                commands.move_session, other, staff, seen_before,
                day=day, starts=time(9), ends=time(11), place="",
            ),
        }[what]  # fmt: skip
        with pytest.raises(RuleBroken):
            second()
        other.rollback()
    told = session.scalars(select(Notice.kind).where(Notice.kind.contains("session_"))).all()
    assert told == ["enrolments/session_cancelled"] * 2


def test_an_answer_that_meets_a_merge_is_refused_and_changes_nothing(session, engine, full):
    """She taps as who she was a moment ago; the next page knows who is left of her."""
    _, (inside, _), _ = full
    her = participant_actor(inside.participant_id, "A", [inside.organisation_id])
    with Session(engine, expire_on_commit=False) as hers:
        set_actor(hers, her)
        seen_before = hers.get_one(Enrolment, inside.id)
        hers.commit()
        inside.participant = make.participant(session, "Kept")  # as a merge does
        session.commit()
        with pytest.raises(Conflict):
            commands.leave(hers, her, seen_before)
        hers.rollback()
    session.expire_all()
    assert inside.status is S.ENROLLED


def test_an_old_link_leads_to_no_organisation_that_is_checked_no_more(session, full):
    offering, _, (waiting, *_) = full
    commands.leave(session, HOUSE, waiting)
    offering.organisation.status = OrganisationStatus.REFUSED
    with pytest.raises(RuleBroken):
        commands.sign_up_again(session, HOUSE, waiting)
