"""Signing up and every move after it, without HTTP."""

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.core import clock
from portal.core.actor import HOUSE, VISITOR
from portal.core.audit import AuditEvent
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.enrolments import commands, queries
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import (
    BY_ITSELF,
    HOLDS_PLACE,
    TRANSITIONS,
    DeclineReason,
    EndReason,
    EnrolmentStatus,
    Move,
)
from portal.notices.models import Notice
from portal.offerings.rules import Intake, OfferingStatus, WaitingLine
from portal.participants.models import Participant, ParticipantLink
from portal.participants.rules import ContactWay, new_card_token
from tests import factories as make

S = EnrolmentStatus


@pytest.fixture
def offering(session, cast):
    """A small group whose staff choose who is next; test_line has those that fill by themselves."""
    return make.offering(
        session, cast.enterprise, places=2, title="Fietsen maken", waiting_line=WaitingLine.BY_STAFF
    )


def _sign_up(session, offering, name="Amina", **contact):
    contact = {"contact_way": ContactWay.VISIT, "phone": "", "email": "", **contact}
    return commands.sign_up_new(
        session, VISITOR, offering_id=offering.id, card_token=new_card_token(), name=name,
        language="nl", **contact,
    )  # fmt: skip


def _move(session, cast, enrolment, move, **values):
    if move is Move.DECLINE:
        values.setdefault("decline_reason", DeclineReason.GROUP_FULL)
    if move is Move.END:
        values.setdefault("end_reason", EndReason.FOUND_WORK)
    actor = HOUSE if move in BY_ITSELF else cast.actor("coordinator")
    return commands.move(session, actor, enrolment, move, **values)


def _holding(session, offering):
    return session.scalar(
        select(func.count()).where(
            Enrolment.offering_id == offering.id, Enrolment.status.in_(HOLDS_PLACE)
        )
    )


def _is_known(session, enrolment):
    return session.scalar(
        select(func.count()).where(
            ParticipantLink.organisation_id == enrolment.organisation_id,
            ParticipantLink.participant_id == enrolment.participant_id,
            ParticipantLink.knows_her,
        )
    )


def test_a_visitor_signs_up_and_the_last_place_closes_the_door(session, offering):
    set_actor(session, VISITOR)
    first, second, third = (_sign_up(session, offering, name) for name in "ABC")
    assert [row.status for row in (first, second, third)] == [S.ENROLLED, S.ENROLLED, S.WAITING]
    assert first.started_on == clock.today()
    assert third.started_on is None
    assert (offering.places_taken, offering.status) == (2, OfferingStatus.FULL)
    assert queries.count_waiting(session, offering.id) == 1


def test_signing_up_twice_changes_nothing(session, offering):
    first = _sign_up(session, offering)
    again = commands.sign_up(
        session, VISITOR, offering_id=offering.id, participant=first.participant
    )
    assert again is first
    assert offering.places_taken == 1


@pytest.mark.slow
def test_who_comes_new_does_not_overtake_who_waits(session, cast, offering):
    rows = [_sign_up(session, offering, name) for name in "ABC"]
    _move(session, cast, rows[0], Move.END)
    assert offering.places_free == 1
    assert _sign_up(session, offering, "D").status is S.WAITING


def test_by_invitation_is_an_application(session, cast):
    offering = make.offering(session, cast.enterprise, intake=Intake.BY_INVITATION)
    row = _sign_up(session, offering)
    assert row.status is S.APPLIED
    assert row in queries.list_applications(session, cast.actor("coordinator").organisation_id)
    assert len(queries.list_applications(session, cast.actor("coordinator").organisation_id)) == 1
    assert not queries.list_applications(session, cast.actor("stranger").organisation_id)


@pytest.mark.parametrize("status", [OfferingStatus.CLOSED, OfferingStatus.ARCHIVED])
def test_a_closed_offering_takes_nobody(session, offering, status):
    offering.status = status
    with pytest.raises(RuleBroken):
        _sign_up(session, offering)


def test_a_draft_does_not_exist_for_a_visitor(session, offering):
    offering.status = OfferingStatus.DRAFT
    session.flush()
    set_actor(session, VISITOR)
    with pytest.raises(NotFound):
        _sign_up(session, offering)


@pytest.mark.parametrize(("before", "move"), list(TRANSITIONS))
def test_every_move_of_the_table(session, cast, offering, before, move):
    row = make.enrolment(session, offering, status=before)
    after = _move(session, cast, row, move).status
    assert after is TRANSITIONS[before, move]
    assert offering.places_taken == _holding(session, offering)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.event == f"enrolment.{after.value}"
    until = {"until": row.offer_until.isoformat()} if after is S.OFFERED else {}
    assert event.data == {"before": before.value, "move": move.value, **until}
    told = session.scalars(select(Notice)).one()
    assert told.kind.startswith("enrolments/")
    assert _is_known(session, row) == (after not in {S.DECLINED, S.WITHDRAWN})
    assert (row.started_on is not None) == (after in {S.ENROLLED, S.COMPLETED, S.ENDED})
    assert (row.ended_on is not None) == (after in {S.COMPLETED, S.ENDED})
    assert (row.end_reason is not None) == (after is S.ENDED)
    assert (row.decline_reason is not None) == (after is S.DECLINED)


@pytest.mark.parametrize(
    ("before", "move"),
    [(before, move) for before in S for move in Move if (before, move) not in TRANSITIONS],
)
def test_no_move_outside_the_table(session, cast, offering, before, move):
    row = make.enrolment(session, offering, status=before)
    with pytest.raises(RuleBroken):
        _move(session, cast, row, move)
    assert row.status is before


@pytest.mark.parametrize(("before", "move"), [(S.APPLIED, Move.ACCEPT), (S.WAITING, Move.OFFER)])
def test_a_place_is_only_given_when_one_is_free(session, cast, offering, before, move):
    row = make.enrolment(session, offering, status=before)
    for _ in range(2):
        make.enrolment(session, offering)
    with pytest.raises(RuleBroken):
        _move(session, cast, row, move)
    assert row.status is before
    assert offering.places_taken == 2


@pytest.mark.parametrize(
    ("before", "move", "reason"),
    [(S.APPLIED, Move.DECLINE, "decline_reason"), (S.ENROLLED, Move.END, "end_reason")],
)
def test_a_reason_is_asked(session, cast, offering, before, move, reason):
    row = make.enrolment(session, offering, status=before)
    with pytest.raises(RuleBroken) as broken:
        _move(session, cast, row, move, **{reason: None})
    assert broken.value.field == reason


def test_a_second_enrolment_keeps_her_known(session, cast, offering):
    row = make.enrolment(session, offering, status=S.APPLIED)
    other = make.offering(session, cast.enterprise)
    commands.sign_up(session, VISITOR, offering_id=other.id, participant=row.participant)
    _move(session, cast, row, Move.DECLINE)
    assert _is_known(session, row) == 1


def test_a_participant_confirms_and_leaves_but_does_not_accept(session, cast, offering):
    mine = make.enrolment(session, offering, cast.participant, S.WAITING)
    me = cast.actor("participant")
    session.commit()
    set_actor(session, me)
    with pytest.raises(NotAllowed):
        commands.move(session, me, mine, Move.ACCEPT)
    with pytest.raises(RuleBroken):
        commands.move(session, me, mine, Move.CONFIRM)
    mine.status = S.OFFERED
    offering.places_taken = 1
    session.flush()
    assert commands.move(session, me, mine, Move.CONFIRM).status is S.ENROLLED


def test_her_own_step_is_told_at_once_and_anothers_waits_its_turn(session, cast, offering):
    email = {"contact_way": ContactWay.EMAIL, "email": "fatma@example.org"}
    make.reach(session, cast.participant, **email)
    mine = make.enrolment(session, offering, cast.participant, S.WAITING)
    _move(session, cast, mine, Move.OFFER)
    session.scalars(select(Notice)).one().attempts = 1  # it is on its way
    commands.move(session, cast.actor("participant"), mine, Move.CONFIRM)
    notices = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(n.kind, n.is_own_action) for n in notices] == [
        ("enrolments/offered", False),
        ("enrolments/confirmed", True),
    ]


def test_another_organisations_enrolment_is_not_found(session, cast):
    for name in ("stranger", "cooperative", "recogniser", "operator"):
        with pytest.raises(NotFound):
            queries.get_enrolment(session, cast.actor(name), cast.enrolment.uuid)


def test_the_register_holds_those_whose_days_include_it(session, cast, offering):
    today = clock.today()
    held = make.offering_session(session, offering, clock.now())
    for name, status, started, ended in (
        ("here", S.ENROLLED, 0, None),
        ("also", S.COMPLETED, -9, 0),
        ("gone", S.ENDED, -9, -1),
        ("later", S.ENROLLED, 1, None),
        ("waits", S.WAITING, None, None),
    ):
        make.enrolment(
            session, offering, make.participant(session, name), status,
            started_on=None if started is None else today + timedelta(days=started),
            ended_on=None if ended is None else today + timedelta(days=ended),
        )  # fmt: skip
    names = [row.participant.name for row in queries.list_on_register(session, held)]
    assert names == ["also", "here"]


def test_those_who_come_are_told_of_a_moved_and_a_cancelled_session(session, cast, offering):
    tomorrow = clock.now() + timedelta(days=1)
    held = make.offering_session(session, offering, tomorrow)
    make.enrolment(session, offering, make.participant(session, "comes"))
    make.enrolment(session, offering, make.participant(session, "waits"), S.WAITING)
    staff = cast.actor("coordinator")
    to: dict[str, Any] = {
        "day": clock.today() + timedelta(days=8), "starts": time(9), "ends": time(11)
    }  # fmt: skip
    assert commands.move_session(session, staff, held, **to, place="") == 1
    assert commands.move_session(session, staff, held, **to, place="") == 0  # nothing changed
    assert commands.cancel_session(session, staff, held) == 1
    told = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(n.kind, n.name) for n in told] == [
        ("enrolments/session_moved", "comes"),
        ("enrolments/session_cancelled", "comes"),
    ]


def test_a_name_with_a_bsn_is_refused(session, offering):
    with pytest.raises(RuleBroken) as broken:
        _sign_up(session, offering, "Amina 111222333")
    assert broken.value.field == "name"
    assert session.scalars(select(Participant).where(Participant.name.contains("111"))).all() == []
