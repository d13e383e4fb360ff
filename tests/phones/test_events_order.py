"""Events of two phones end in the same marks, in whatever order, batches and number they come."""

import uuid
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from portal.attendance import commands
from portal.attendance.commands import closing
from portal.attendance.commands.marks import Tap, register_of
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries import sheet
from portal.attendance.queries.sheet import as_weighed
from portal.attendance.rules import AttendanceStatus, CorrectionReason, RecordedHow, standing
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.phones.commands import Became, take_in
from portal.phones.rules import Event, EventKind
from tests import factories as make

PRESENT, EXCUSED, ABSENT = AttendanceStatus
HAND = RecordedHow.BY_HAND
VALUES = [(PRESENT, None), (PRESENT, 60), (ABSENT, None), (EXCUSED, None), (None, None)]
IDS = [uuid.UUID(int=2**100 + number) for number in range(7)]
ACTS = ["tap", "tap", "tap", "save", "all", "undo", "close", "settle"]

MANY = settings(max_examples=150)


class Room:
    """A register with two people, and all that was ever saved on it."""

    def __init__(self, session, cast):
        self.session, self.actor, self.cast = session, cast.actor("guide"), cast
        self.other = make.enrolment(session, cast.offering)
        self.people = [cast.enrolment, self.other]
        self.keys = [one.uuid for one in self.people]
        self.ids = [one.id for one in self.people]
        self.row = cast.offering_session
        self.uuid = self.row.uuid
        session.commit()
        set_actor(session, self.actor)

    def event(self, tap):
        number, person, (status, minutes), seen, minute = tap
        return Event(
            IDS[number], EventKind.MARK, self.uuid, self.keys[person], status, minutes,
            tuple(IDS[one] for one in seen), clock.now() - timedelta(minutes=minute),
        )  # fmt: skip

    def send(self, events):
        return [one.status for one in take_in(self.session, self.actor, events, clock.now())]

    def marks(self):
        self.session.flush()
        rows = self.session.execute(
            select(
                AttendanceMark.enrolment_id, AttendanceMark.status, AttendanceMark.minutes,
                AttendanceMark.event_id, AttendanceMark.has_rivals, AttendanceMark.is_disputed,
            ).order_by(AttendanceMark.enrolment_id)
        )  # fmt: skip
        return [tuple(row) for row in rows]

    def weighed(self):
        """The marks as they must be, from the whole history."""
        found = []
        register = register_of(self.session, self.row)
        for enrolment_id in self.ids:
            rows = self.session.execute(
                select(AttendanceChange.__table__).where(
                    AttendanceChange.enrolment_id == enrolment_id
                )
            ).all()
            stood = standing.stand([as_weighed(register, row) for row in rows])
            if stood.holds is not None and stood.holds.value is not None:
                rivals = stood.has_rivals, bool(stood.others)
                found.append((enrolment_id, *stood.holds.value, stood.holds.event_id, *rivals))
        return sorted(found)


@pytest.fixture
def room(session, cast):
    return Room(session, cast)


taps = st.tuples(
    st.integers(1, 6),
    st.integers(0, 1),
    st.sampled_from(VALUES),
    st.sets(st.integers(0, 6), max_size=3),  # 0 is what the portal wrote before all of them
    st.integers(0, 3),
)
honest = st.lists(taps, min_size=1, unique_by=lambda tap: tap[0]).map(
    lambda found: [
        (number, person, value, {one for one in seen if one < number}, minute)
        for number, person, value, seen, minute in found
    ]
)
any_at_all = st.lists(taps, min_size=1, unique_by=lambda tap: tap[0])


@st.composite
def deliveries(draw, found):
    """All of these in some order, some of them twice or more, in batches of some sizes."""
    again = draw(st.lists(st.sampled_from(found), max_size=4))
    order = draw(st.permutations([*found, *again]))
    cuts = draw(st.sets(st.integers(1, max(1, len(order) - 1)), max_size=4))
    edges = [0, *sorted(cuts), len(order)]
    return [order[one:two] for one, two in pairwise(edges) if one < two]


def end_of(room, batches, *, begins_with_ours):
    """The marks after these batches; nothing of it stays."""
    if begins_with_ours:
        first = Tap(room.ids[0], room.cast.participant.id, EXCUSED, event_id=IDS[0])
        commands._save(room.session, room.actor, room.row, [first], HAND, {})
    for batch in batches:
        became = room.send([room.event(tap) for tap in batch])
        assert set(became) <= {Became.OK, Became.DUPLICATE, Became.STALE}
        assert room.marks() == room.weighed()
    ended = room.marks()
    kept = room.session.scalars(select(AttendanceChange.event_id)).all()
    assert len(kept) == len(set(kept))
    room.session.rollback()
    return ended


def check_order(room, found, data, begins_with_ours):
    with clock.freeze(clock.now()):
        first = end_of(room, [found], begins_with_ours=begins_with_ours)
        batches = data.draw(deliveries(found))
        assert end_of(room, batches, begins_with_ours=begins_with_ours) == first


@settings(max_examples=6)
@given(st.one_of(honest, any_at_all), st.data(), st.booleans())
def test_any_order_ends_in_the_same_marks(room, found, data, begins_with_ours):
    check_order(room, found, data, begins_with_ours)


@pytest.mark.slow
@MANY
@given(st.one_of(honest, any_at_all), st.data(), st.booleans())
def test_any_order_ends_in_the_same_marks_many_times(room, found, data, begins_with_ours):
    check_order(room, found, data, begins_with_ours)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(ACTS), taps), max_size=12))
def test_what_is_shown_is_what_the_whole_history_says(room, acts):
    """Whatever came before: phones, pages, a batch taken back, a closed register, a settled one."""
    begin = clock.now()
    for number, (act, tap) in enumerate(acts):
        with clock.freeze(begin + timedelta(seconds=number)):
            do(room, act, tap)
        assert room.marks() == room.weighed(), act
    room.session.rollback()


def do(room, act, tap):
    _number, person, (status, minutes), seen, _minute = tap
    reason = CorrectionReason.WRONG_TAP if seen else None
    with room.session.begin_nested():
        try:
            if act == "tap":
                room.send([room.event(tap)])
            elif act == "save" and status:
                mark = {room.ids[person]: (status, minutes)}
                commands.record(room.session, room.actor, room.row, mark, HAND, reason=reason)
            elif act == "all":
                commands.record_everyone(room.session, room.actor, room.row, reason=reason)
            elif act == "undo":
                batches = room.session.scalars(select(AttendanceChange.batch_id)).all()
                for batch_id in {one for one in batches if one}:
                    closing.take_back(room.session, room.actor, room.row, batch_id, reason=reason)
            elif act == "close":
                closing.close(room.session, room.actor, room.row)
            elif act == "settle":
                _settle(room, person)
        except RuleBroken:
            pass


def _settle(room, person):
    query = select(AttendanceChange.event_id).where(
        AttendanceChange.enrolment_id == room.ids[person]
    )
    for event_id in room.session.scalars(query.limit(1)).all():
        closing.settle(room.session, room.actor, room.row, room.ids[person], event_id)


def test_a_save_reads_no_more_rows_where_a_dispute_has_lasted_long(room, monkeypatch):
    """Two phones go on without seeing each other: what was replaced is not read again."""
    read = []

    def reading(register, row):
        read.append(row)
        return as_weighed(register, row)

    monkeypatch.setattr(sheet, "as_weighed", reading)

    def go_on(rounds):
        for _ in range(rounds):
            read.clear()
            for phone, status in enumerate((PRESENT, ABSENT)):
                key, seen = uuid.uuid4(), last[phone : phone + 1]
                last[phone : phone + 1] = [key]
                room.send(
                    [Event(key, EventKind.MARK, room.uuid, room.keys[0], status, None, (*seen,))]
                )
        return len(read)

    last = []
    soon, late = go_on(2), go_on(20)
    assert room.marks() == room.weighed()
    assert soon == late > 0
