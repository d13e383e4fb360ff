"""What comes after the taps: closing, taking back together, deciding between two, and why."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.attendance import commands
from portal.attendance.commands import closing
from portal.attendance.commands.marks import Tap, register_of, save
from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.queries import marks_of
from portal.attendance.queries.history import list_entries
from portal.attendance.queries.sheet import get_sheet, last_bulk
from portal.attendance.rules import (
    AttendanceStatus,
    CorrectionReason,
    RecordedHow,
    RegisterState,
    came_later,
    register_state,
)
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from tests import factories as make

PRESENT, EXCUSED, ABSENT = AttendanceStatus
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def second(session, cast):
    enrolment = make.enrolment(session, cast.offering, make.participant(session, "Ali B."))
    session.flush()
    return enrolment


def marks(session):
    rows = session.execute(
        select(AttendanceMark.enrolment_id, AttendanceMark.status, AttendanceMark.minutes)
    )
    return {row.enrolment_id: (row.status, row.minutes) for row in rows}


def dispute(session, cast, guide, first=PRESENT, other=ABSENT):
    """Two phones that had not seen each other; the taps' event ids."""
    key, held = cast.enrolment.id, cast.offering_session
    taps = [
        Tap(
            key, cast.participant.id, status,
            tapped_at=clock.now() - minutes * timedelta(minutes=1), replaces=(),
        )
        for status, minutes in ((first, 30), (other, 20))
    ]  # fmt: skip
    for tap in taps:
        save(
            session, guide, held, [tap], RecordedHow.BY_HAND,
            register=register_of(session, held), before=marks_of(session, held.id),
        )  # fmt: skip
        session.flush()
    return [tap.event_id for tap in taps]


@pytest.mark.parametrize(
    ("ends", "marked", "people", "known", "state"),
    [
        (HOUR, 1, 2, {}, RegisterState.NOW),
        (3 * HOUR, 1, 2, {}, RegisterState.COMING),
        (-HOUR, 1, 2, {}, RegisterState.INCOMPLETE),
        (-HOUR, 0, 2, {}, RegisterState.INCOMPLETE),
        (-3 * DAY, 0, 2, {}, RegisterState.NEVER_LOGGED),
        (-3 * DAY, 1, 2, {}, RegisterState.INCOMPLETE),
        (-3 * DAY, 2, 2, {}, RegisterState.TO_CLOSE),
        (-3 * DAY, 0, 0, {}, RegisterState.NOBODY),
        (-3 * DAY, 1, 2, {"is_closed": True}, RegisterState.CLOSED),
        (-3 * DAY, 2, 2, {"is_closed": True, "disputes": 1}, RegisterState.TO_SETTLE),
        (-3 * DAY, 0, 2, {"is_cancelled": True}, RegisterState.NOT_HELD),
    ],
)
def test_what_a_register_asks(ends, marked, people, known, state):
    found = register_state(
        NOW + ends - 2 * HOUR, NOW + ends, NOW, marked=marked, people=people,
        **{"disputes": 0, "is_cancelled": False, "is_closed": False, **known},
    )  # fmt: skip
    assert found is state


def test_a_tap_is_late_when_it_was_long_on_its_way():
    assert not came_later(None, NOW)
    assert not came_later(NOW - timedelta(minutes=2), NOW)
    assert came_later(NOW - timedelta(minutes=3), NOW)


def test_closing_makes_marks_count_once(session, cast, guide, second):
    held = cast.offering_session
    commands.record(session, guide, held, {cast.enrolment.id: (PRESENT, 90)}, RecordedHow.BY_HAND)
    assert not session.scalars(select(AttendanceMark.is_counted)).one()
    closing.close(session, guide, held)
    first = session.scalars(select(Register.closed_at)).one()
    closing.close(session, guide, held)
    assert session.scalars(select(Register.closed_at)).one() == first
    assert session.scalars(select(AttendanceMark.is_counted)).one()
    sheet = get_sheet(session, held)
    assert (sheet.is_closed, sheet.closed_by, sheet.marked) == (True, "Guide", 1)
    assert [entry.deed for entry in list_entries(session, held)] == ["register.closed", ""]


def test_a_register_is_not_closed_before_it_begins(session, cast, guide):
    later = make.offering_session(session, cast.offering, clock.now() + HOUR)
    with pytest.raises(RuleBroken, match="not begun"):
        closing.close(session, guide, later)


def test_a_register_in_dispute_is_not_closed(session, cast, guide):
    dispute(session, cast, guide)
    with pytest.raises(RuleBroken, match="Settle"):
        closing.close(session, guide, cast.offering_session)


def test_after_closing_a_change_says_why(session, cast, guide):
    held, key = cast.offering_session, cast.enrolment.id
    commands.record_everyone(session, guide, held)
    closing.close(session, guide, held)
    absent = {key: (ABSENT, None)}
    with pytest.raises(RuleBroken) as refusal:
        commands.record(session, guide, held, absent, RecordedHow.BY_HAND)
    assert refusal.value.field == "reason"
    why = CorrectionReason.HEARD_LATER
    commands.record(session, guide, held, absent, RecordedHow.BY_HAND, reason=why)
    assert marks(session) == {key: (ABSENT, 0)}
    assert session.scalars(select(AttendanceMark.is_counted)).one()
    entry = list_entries(session, held)[0]
    assert (entry.changes[0].reason, entry.changes[0].before) == (why, (PRESENT, 120))


def test_what_was_done_together_is_taken_back_together(session, cast, guide, second):
    held, key = cast.offering_session, cast.enrolment.id
    commands.record(session, guide, held, {second.id: (EXCUSED, None)}, RecordedHow.BY_HAND)
    third = make.enrolment(session, cast.offering, make.participant(session, "Cem"))
    session.flush()
    commands.record_everyone(session, guide, held)
    commands.record(session, guide, held, {third.id: (ABSENT, None)}, RecordedHow.BY_HAND)
    bulk = last_bulk(session, held.id)
    assert (bulk.people, bulk.how) == (1, RecordedHow.ALL_AT_ONCE)
    assert closing.take_back(session, guide, held, bulk.batch_id) == 1
    assert marks(session) == {second.id: (EXCUSED, 0), third.id: (ABSENT, 0)}
    assert last_bulk(session, held.id) is None
    assert closing.take_back(session, guide, held, bulk.batch_id) == 0
    assert key not in marks(session)


def test_what_comes_back_says_how_it_came_to_be_at_first(session, cast, guide, second, monkeypatch):
    held, key = cast.offering_session, cast.enrolment.id
    here = {key: (PRESENT, None)}
    at_first = clock.now() - timedelta(minutes=20)
    with monkeypatch.context() as then:
        then.setattr(clock, "now", lambda: at_first)
        commands.record(session, guide, held, here, RecordedHow.CHECKED_IN)
    both = {key: (ABSENT, None), second.id: (ABSENT, None)}
    commands.record(session, guide, held, both, RecordedHow.BY_HAND)
    batch_id = last_bulk(session, held.id).batch_id
    assert closing.take_back(session, guide, held, batch_id) == 2
    session.expire_all()
    mark = session.scalars(select(AttendanceMark)).one()
    assert (mark.how, mark.recorded_at, mark.status) == (RecordedHow.CHECKED_IN, at_first, PRESENT)
    assert list_entries(session, held)[0].changes[0].how is RecordedHow.UNDONE


def test_what_counts_is_taken_back_with_a_reason(session, cast, guide):
    held = cast.offering_session
    commands.record_everyone(session, guide, held)
    closing.close(session, guide, held)
    batch_id = session.scalars(select(AttendanceChange.batch_id)).one()
    with pytest.raises(RuleBroken) as refusal:
        closing.take_back(session, guide, held, batch_id)
    assert refusal.value.field == "reason"
    why = CorrectionReason.WRONG_TAP
    assert closing.take_back(session, guide, held, batch_id, reason=why) == 1
    assert marks(session) == {}


def test_a_person_decides_between_two(session, cast, guide):
    held, key = cast.offering_session, cast.enrolment.id
    earlier, later = dispute(session, cast, guide)
    (line,) = get_sheet(session, held).lines
    assert [one.event_id for one in line.sayings] == [later, earlier]
    assert line.mark.came_later
    closing.settle(session, guide, held, key, earlier)
    session.flush()
    assert marks(session) == {key: (PRESENT, 120)}
    assert session.scalars(select(Register.disputes)).one() == 0
    (line,) = get_sheet(session, held).lines
    assert (line.others, line.mark.how) == ((), RecordedHow.BY_HAND)
    assert list_entries(session, held)[0].changes[0].how is RecordedHow.SETTLED
    assert len(list_entries(session, held)) == 3
    with pytest.raises(RuleBroken, match="settled already"):
        closing.settle(session, guide, held, key, later)
    with pytest.raises(NotFound):
        closing.settle(session, guide, held, key, uuid.uuid4())


def test_it_is_told_which_cooperative_wrote_for_a_member(session, cast):
    actor = cast.actor("cooperative")
    set_actor(session, actor)
    commands.record_everyone(session, actor, cast.offering_session)
    closing.close(session, actor, cast.offering_session)
    session.flush()
    for name in ("cooperative", "guide"):
        set_actor(session, cast.actor(name))
        entries = list_entries(session, cast.offering_session)
        assert {entry.for_member_by for entry in entries} == {cast.cooperative.name}


def test_who_excuses_herself_leaves_the_disputes_of_others(session, cast, guide, second):
    held = make.offering_session(session, cast.offering, clock.now() + HOUR)
    for status in (PRESENT, ABSENT):
        save(
            session, guide, held,
            [Tap(second.id, second.participant_id, status, replaces=())], RecordedHow.BY_HAND,
            register=register_of(session, held), before=marks_of(session, held.id),
        )  # fmt: skip
    her = cast.actor("participant")
    set_actor(session, her)
    commands.excuse(session, her, held)
    assert register_of(session, held).disputes == 1


def test_what_a_longer_session_had_is_settled_and_taken_back_when_it_is_shorter(
    session, cast, guide
):
    held, key = cast.offering_session, cast.enrolment.id
    first, _ = dispute(session, cast, guide)
    held.ends_at -= HOUR
    closing.settle(session, guide, held, key, first)
    assert marks(session) == {key: (PRESENT, 60)}
    commands.record(session, guide, held, {key: (ABSENT, None)}, RecordedHow.BY_HAND)
    batch_id = uuid.uuid4()
    together = Tap(key, cast.participant.id, EXCUSED, batch_id=batch_id)
    save(
        session, guide, held, [together], RecordedHow.BY_HAND,
        register=register_of(session, held), before=marks_of(session, held.id),
    )  # fmt: skip
    assert closing.take_back(session, guide, held, batch_id) == 1


@pytest.mark.parametrize("is_touched", [False, True])
def test_a_register_that_a_file_closed_opens_again_unless_somebody_wrote_since(
    session, cast, guide, second, is_touched
):
    held, file = cast.offering_session, uuid.uuid4()
    of_the_file = [
        Tap(one.id, one.participant_id, PRESENT, batch_id=file) for one in (cast.enrolment, second)
    ]
    save(session, guide, held, of_the_file, RecordedHow.IMPORTED)
    closing.close(session, guide, held)
    with clock.freeze(clock.now() + timedelta(minutes=5)):
        if is_touched:
            why = CorrectionReason.HEARD_LATER
            absent = {second.id: (ABSENT, None)}
            commands.record(session, guide, held, absent, RecordedHow.BY_HAND, reason=why)
        closing.give_back(session, guide, held, file, only_its=(), closed_it=True, began_it=False)
    assert marks(session) == ({second.id: (ABSENT, 0)} if is_touched else {})
    closed_at = session.scalars(select(Register.closed_at)).one()
    assert (closed_at is not None) is is_touched
