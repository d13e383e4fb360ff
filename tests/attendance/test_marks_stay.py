"""Marks stay where they were taken, whatever becomes of the dates: any walk, each step checked."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from portal.attendance import commands
from portal.attendance.commands import closing
from portal.attendance.commands.closing import go_on_after_all, mark_not_held
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries.history import list_changes
from portal.attendance.queries.sheet import get_sheet
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.check_in.commands import check_in
from portal.core import clock
from portal.core.actor import HOUSE, participant_actor
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import as_house, set_actor
from portal.enrolments import commands as enrolments
from portal.hours.queries import hours_of, list_visits
from portal.impact.queries.counting import count_period
from portal.impact.rules import Period
from portal.phones.commands import take_in
from portal.phones.rules import Event, EventKind
from portal.schedule.commands import add_series
from portal.schedule.commands.changes import (
    apply_change,
    lock_and_refresh,
    plan_change,
    plan_removal,
)
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import NotHeldReason, Pattern
from tests import factories as make

PRESENT, EXCUSED, ABSENT = AttendanceStatus
BEGINS = datetime(2026, 3, 2, 7, tzinfo=UTC)  # a Monday, 08.00 in Amsterdam
FIRST = date(2026, 3, 2)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
picks = st.integers(0, 99)
hours = st.sampled_from([time(9), time(14), time(15)])
lengths = st.sampled_from([60, 120, 210])


def ends_after(starts: time, minutes: int) -> time:
    return (datetime.combine(FIRST, starts) + timedelta(minutes=minutes)).time()


class Dates(RuleBasedStateMachine):
    """One group on two half-days a week, its people, its staff, a phone without a signal, time."""

    def __init__(self, session, cast):
        super().__init__()
        self.session, self.now = session, BEGINS
        self.guide, self.coordinator = cast.actor("guide"), cast.actor("coordinator")
        self.enterprise = cast.enterprise
        self.on_phone: list[Event] = []
        self.seen: dict[uuid.UUID, datetime] = {}  # by the change: when its session was, as tapped
        self.taken: dict[uuid.UUID, datetime | None] = {}

    @initialize()
    def open_group(self):
        """A group of two that meets on Tuesdays and Thursdays."""
        set_actor(self.session, HOUSE)
        with clock.freeze(self.now):
            self.offering = make.offering(self.session, self.enterprise)
            who = [make.participant(self.session, name) for name in ("Ayse", "Ben")]
            self.participant = who[0]
            self.her = participant_actor(self.participant.id, "Ayse", [self.enterprise.id])
            day = FIRST - timedelta(days=30)
            self.people = [
                make.enrolment(self.session, self.offering, one, started_on=day) for one in who
            ]
            pattern = Pattern((1, 3), time(14), time(17, 30), FIRST, FIRST + timedelta(days=20))
            series = add_series(self.session, HOUSE, offering=self.offering, pattern=pattern)
            self.series_id = series.id
            self.before = self._reported()
        self.session.commit()

    def _reported(self):
        """What a report counts; other walks left their hours in this house."""
        with as_house(self.session):
            cells = count_period(self.session, self.enterprise.id, YEAR).cells
        return cells["minutes"].value

    # -- doing ----------------------------------------------------------------------------------

    def _do(self, actor, what, *args, **values):
        """Do it as a request would, all or nothing, and note when what it wrote was taken."""
        before = {row.id: row.starts_at for row in self._sessions()}
        with clock.freeze(self.now):
            set_actor(self.session, actor)
            try:
                what(*args, **values)
                self.session.commit()
            except (RuleBroken, NotAllowed, NotFound):
                self.session.rollback()
        set_actor(self.session, HOUSE)
        for change in self.session.execute(
            select(AttendanceChange.event_id, AttendanceChange.session_id)
            .join(OfferingSession, OfferingSession.id == AttendanceChange.session_id)
            .where(OfferingSession.offering_id == self.offering.id)
        ):
            when = self.seen.get(change.event_id) or before.get(change.session_id)
            self.taken.setdefault(change.event_id, when)

    def _sessions(self):
        set_actor(self.session, HOUSE)
        return self.session.scalars(
            select(OfferingSession)
            .where(OfferingSession.offering_id == self.offering.id)
            .order_by(OfferingSession.starts_at)
            .execution_options(populate_existing=True)
        ).all()

    def _near(self, pick, *, ahead=False):
        """A session around now; the first ones that are still to come are the likeliest."""
        rows = [row for row in self._sessions() if not row.is_cancelled or pick % 10 == 9]
        coming = [row for row in rows if row.starts_at > self.now]
        begun = [row for row in rows if row.starts_at <= self.now][::-1]
        near = [*coming[:2], *([] if ahead else begun[:2])] or rows or self._sessions()
        return near[pick // 10 % len(near)]

    def _open(self, pick, before=timedelta(minutes=20)):
        """A session of which the register is open: time goes on until it is."""
        row = self._near(pick)
        self.now = max(self.now, row.starts_at - before)
        return row

    @rule(hours=st.sampled_from([-11.0, -0.3, 0.2, 4.0, 30.0]))
    def go(self, hours):
        """Time passes: to just before the next session, into it, or past it."""
        coming = [row for row in self._sessions() if row.starts_at > self.now]
        if coming:
            self.now = max(self.now, coming[0].starts_at + timedelta(hours=hours))

    @rule(pick=picks, who=st.integers(0, 1), status=st.sampled_from([PRESENT, PRESENT, ABSENT]),
          minutes=st.none() | st.sampled_from([30, 60, 200]))  # fmt: skip
    def mark(self, pick, who, status, minutes):
        """The guide writes down who came."""
        row, key = self._open(pick), self.people[who].id
        self._do(self.guide, commands.record, self.session, self.guide, row,
                 {key: (status, minutes)}, RecordedHow.BY_HAND)  # fmt: skip

    @rule(pick=picks)
    def everyone(self, pick):
        """Everybody is here."""
        row = self._open(pick)
        self._do(self.guide, commands.record_everyone, self.session, self.guide, row)

    @rule(pick=picks)
    def check_in(self, pick):
        """She is there and says so."""
        self._do(self.her, check_in, self.session, self.her, self._open(pick))

    @rule(pick=picks)
    def excuse(self, pick):
        """She says ahead that she does not come."""
        row = self._near(pick, ahead=True)
        self._do(self.her, commands.excuse, self.session, self.her, row)

    @rule(pick=picks)
    def close(self, pick):
        """What stands there counts."""
        row = self._open(pick, timedelta(hours=-pick % 2))
        self._do(self.guide, closing.close, self.session, self.guide, row)

    @rule(pick=picks)
    def undo(self, pick):
        """What was done together is taken back."""
        row = self._near(pick)
        batches = self.session.scalars(
            select(AttendanceChange.batch_id).where(
                AttendanceChange.session_id == row.id, AttendanceChange.batch_id.is_not(None)
            )
        ).all()
        if batches:
            batch = batches[pick % len(batches)]
            self._do(self.guide, closing.take_back, self.session, self.guide, row, batch)

    @rule(pick=picks, days=st.integers(0, 8), starts=hours, minutes=lengths)
    def move(self, pick, days, starts, minutes):
        """The coordinator moves one session, or makes it shorter."""
        row = self._near(pick, ahead=True)
        day = clock.to_local(self.now).date() + timedelta(days=days)
        self._move(row, day, starts, minutes)

    @rule(pick=picks, minutes=lengths)
    def shorten(self, pick, minutes):
        """The same beginning, another end."""
        row = self._near(pick, ahead=True)
        begins = clock.to_local(row.starts_at)
        self._move(row, begins.date(), begins.time(), minutes)

    @rule(pick=picks)
    def move_back(self, pick):
        """What was moved goes back to where it was."""
        left = [row for row in self._sessions() if row.not_held_reason == "moved"]
        if left:
            then = left[pick % len(left)]
            begins = clock.to_local(then.starts_at)
            row = self._near(pick, ahead=True)
            self._move(row, begins.date(), begins.time(), then.minutes)

    def _move(self, row, day, starts, minutes):
        self._do(
            self.coordinator, enrolments.move_session, self.session, self.coordinator, row,
            day=day, starts=starts, ends=ends_after(starts, minutes), place="",
        )  # fmt: skip

    @rule(days=st.sampled_from([(1, 3), (2,), (0, 4), (1, 2, 3)]), starts=hours, minutes=lengths,
          weeks=st.integers(0, 3))  # fmt: skip
    def change_series(self, days, starts, minutes, weeks):
        """Other days, another time, another length, fewer or more weeks; and back again."""

        def change():
            series = self.session.get(Series, self.series_id)
            if series is None:
                return
            lock_and_refresh(self.session, series)
            last_on = clock.today() + timedelta(weeks=weeks)
            pattern = replace(
                series.pattern, weekdays=days, starts=starts, ends=ends_after(starts, minutes),
                last_on=max(last_on, series.pattern.first_on),
            )  # fmt: skip
            plan = plan_change(self.session, series, pattern, clock.today())
            apply_change(self.session, self.coordinator, plan)

        self._do(self.coordinator, change)

    @rule(pick=picks)
    def cancel(self, pick):
        """One session is called off, or what is left of all of them."""
        row = self._near(pick, ahead=True)

        def remove():
            series = self.session.get(Series, self.series_id)
            if series is not None:
                apply_change(self.session, self.coordinator, plan_removal(self.session, series))

        if pick < 10:
            self._do(self.coordinator, remove)
        else:
            self._do(
                self.coordinator, enrolments.cancel_session, self.session, self.coordinator, row
            )

    @rule(pick=picks)
    def not_held(self, pick):
        """It did not go on."""
        row = self._open(pick, timedelta(0))
        self._do(self.guide, mark_not_held, self.session, self.guide, row, NotHeldReason.NO_ROOM)

    @rule(pick=picks)
    def bring_back(self, pick):
        """It did go on after all."""
        off = [one for one in self._sessions() if one.is_cancelled and one.starts_at <= self.now]
        if off:
            row = off[pick % len(off)]
            self._do(self.guide, go_on_after_all, self.session, self.guide, row)

    @rule(pick=picks, who=st.integers(0, 1), status=st.sampled_from([PRESENT, PRESENT, ABSENT]),
          minutes=st.none() | st.sampled_from([30, 200]),
          later=st.sampled_from([0.0, 0.5, 12.0]))  # fmt: skip
    def tap_on_phone(self, pick, who, status, minutes, later):
        """A tap without a signal, at the session as the phone knows it; it is sent later."""
        row = self._near(pick, ahead=later > 0)
        if row.is_cancelled:
            return
        tapped_at = max(self.now, row.starts_at - timedelta(hours=1) + timedelta(hours=later))
        event = Event(
            uuid.uuid4(), EventKind.MARK, row.uuid, self.people[who].uuid, status, minutes,
            tapped_at=tapped_at, starts_at=row.starts_at,
        )  # fmt: skip
        self.on_phone.append(event)
        self.seen[event.id] = row.starts_at

    @rule()
    def send(self):
        """The phone has a signal again, and sends all of it; some of it twice."""
        due = [event for event in self.on_phone if (event.tapped_at or self.now) <= self.now]
        for event in due:
            for _ in range(2):
                self._do(self.guide, take_in, self.session, self.guide, [event], self.now)
        self.on_phone = [event for event in self.on_phone if event not in due]

    # -- what holds after each step ---------------------------------------------------------------

    @invariant()
    def each_mark_lies_within_the_session_at_which_it_was_taken(self):
        if not hasattr(self, "offering"):
            return
        times = {row.id: row for row in self._sessions()}
        for mark in self.session.scalars(
            select(AttendanceMark)
            .where(AttendanceMark.session_id.in_(times))
            .execution_options(populate_existing=True)
        ):
            if mark.status is EXCUSED:  # is about the time to come: she is told, and asked anew
                continue
            row = times[mark.session_id]
            assert self.taken[mark.event_id] == row.starts_at, "it followed to another time"
            if not mark.is_disputed:
                assert mark.minutes <= row.minutes, "longer than the session lasts"

    @invariant()
    def her_hours_are_the_same_everywhere(self):
        if not hasattr(self, "offering"):
            return
        with clock.freeze(self.now), as_house(self.session):
            rows = [row for row in self._sessions() if not row.is_cancelled]
            counted = [
                row for row in rows if (get := get_sheet(self.session, row)) and get.is_closed
            ]
            on_register = in_history = 0
            for row in counted:
                lines = get_sheet(self.session, row).lines
                on_register += sum(
                    line.mark.minutes for line in lines
                    if line.enrolment_id == self.people[0].id and line.mark and not line.others
                )  # fmt: skip
                disputed = {line.name for line in lines if line.others}
                in_history += sum(
                    min(one.minutes, row.minutes)
                    for one in list_changes(self.session, row.id)
                    if one.holds and one.name == self.participant.name not in disputed
                )
            hers = hours_of(self.session, self.participant.id).all
            reported = self._reported() - self.before
            visits = list_visits(self.session, self.participant.id)
            other = hours_of(self.session, self.people[1].participant_id).all.minutes
        assert hers.minutes + hers.twice == on_register == in_history
        assert reported == hers.minutes + other
        assert sum(one.minutes for one in visits) >= on_register
        set_actor(self.session, HOUSE)


def walk(session, cast, examples, steps):
    run_state_machine_as_test(
        lambda: Dates(session, cast),  # type: ignore[arg-type] # it may be any maker of one
        settings=settings(
            max_examples=examples, stateful_step_count=steps,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.slow
def test_any_walk_through_dates_and_marks(session, cast):
    walk(session, cast, 6, 20)
