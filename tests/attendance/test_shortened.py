"""Nobody was at a session for longer than it lasts by now, by whichever way her mark is written."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.attendance.commands import closing, lock, record, record_everyone
from portal.attendance.commands.marks import Tap, register_of, save
from portal.attendance.commands.moves import fit_minutes
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries import marks_of, minutes_by_enrolment
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.guard import set_actor
from tests import factories as make

PRESENT, EXCUSED, ABSENT = AttendanceStatus
HAND = RecordedHow.BY_HAND


class Register:
    """A session of two hours that is over, and its guide."""

    def __init__(self, session, cast):
        self.session, self.guide, self.her = session, cast.actor("guide"), cast.enrolment
        at = clock.now() - timedelta(days=2)
        self.row = make.offering_session(session, cast.offering, at, 120)
        set_actor(session, self.guide)

    def say(self, *taps, tapped_at=None):
        """Save taps that nobody saw the others of."""
        row = lock(self.session, self.guide, self.row)
        save(
            self.session, self.guide, row,
            [self._apart(tap, tapped_at) for tap in taps], HAND,
            register=register_of(self.session, row), before=marks_of(self.session, row.id),
        )  # fmt: skip

    def _apart(self, tap, tapped_at):
        status, minutes = tap
        whose = self.her.id, self.her.participant_id
        return Tap(*whose, status, minutes, replaces=(uuid4(),), tapped_at=tapped_at)

    def shorten(self):
        self.row.ends_at = self.row.starts_at + timedelta(minutes=45)
        self.session.flush()
        fit_minutes(self.session, self.guide, [self.row])

    def last(self, **values):
        query = select(AttendanceChange).filter_by(**values).order_by(AttendanceChange.id.desc())
        return self.session.scalars(query).first()


def _marked_before(on):
    record(on.session, on.guide, on.row, {on.her.id: (PRESENT, 90)}, HAND)
    on.shorten()


def _marked_all_before(on):
    record_everyone(on.session, on.guide, on.row)
    on.shorten()


def _taken_back_after(on):
    record_everyone(on.session, on.guide, on.row)
    record(on.session, on.guide, on.row, {on.her.id: (ABSENT, None)}, HAND)
    on.shorten()
    closing.take_back(on.session, on.guide, on.row, on.last(status=ABSENT).batch_id)


def _settled_after(on):
    on.say((PRESENT, None), (ABSENT, None))
    on.shorten()
    chosen = on.last(status=PRESENT).event_id
    closing.settle(on.session, on.guide, on.row, on.her.id, chosen)


def _disputed_before_and_contradicted_after(on):
    on.say((PRESENT, None), (PRESENT, 100))
    on.shorten()
    on.say((EXCUSED, None), tapped_at=on.row.starts_at)  # on a phone, before the others


def _said_after(on):
    on.shorten()
    record(on.session, on.guide, on.row, {on.her.id: (PRESENT, None)}, HAND)


WAYS = [
    _marked_before, _marked_all_before, _taken_back_after, _settled_after,
    _disputed_before_and_contradicted_after, _said_after,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_mark_says_more_than_the_session_lasts_by_now(session, cast, way):
    on = Register(session, cast)
    way(on)
    session.expire_all()
    mark = session.scalars(select(AttendanceMark)).one()
    assert (mark.status, mark.minutes) == (PRESENT, 45)


def test_what_waits_to_be_settled_counts_for_no_more_either(session, cast):
    on = Register(session, cast)
    on.say((PRESENT, None), (PRESENT, 100))
    on.shorten()
    session.expire_all()
    mark = session.scalars(select(AttendanceMark)).one()
    assert mark.minutes > 45  # nobody decided yet
    mark.is_counted, mark.is_disputed = True, False
    session.flush()
    assert minutes_by_enrolment(session, [on.her.id]) == {on.her.id: 45}
