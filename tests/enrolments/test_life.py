"""Any walk through the life of enrolments: what is promised of them holds after each step."""

from collections import Counter
from datetime import UTC, datetime, timedelta

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

from portal.core import clock
from portal.core.actor import HOUSE, ActorKind, participant_actor
from portal.core.audit import AuditEvent
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.guard import set_actor
from portal.enrolments import commands, jobs, queries
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import (
    HOLDS_PLACE,
    OPEN,
    STOPPED,
    TRANSITIONS,
    DeclineReason,
    EndReason,
    EnrolmentStatus,
    Move,
    fills_by_itself,
)
from portal.enrolments.rules.line import next_party
from portal.notices.commands import confirm_sent
from portal.notices.models import Notice
from portal.notices.rules import NoticeStatus, is_quiet
from portal.offerings import commands as offerings
from portal.offerings.queries import lock_offering
from portal.offerings.rules import Intake, OfferingStatus, Step, WaitingLine, status_for_places
from tests import databases, factories as make

S = EnrolmentStatus
ALL_JOBS = (
    jobs.lapse_offers, jobs.fill_lines, jobs.answer_where_it_stopped, jobs.keep_promises,
)  # fmt: skip
BEGINS = datetime(2026, 3, 26, 9, tzinfo=UTC)  # a few days before summer time
picks = st.integers(0, 99)


class Life(RuleBasedStateMachine):
    """One group, the people around it, its staff, the house, and time."""

    def __init__(self, session, cast):
        super().__init__()
        self.session, self.staff, self.now = session, cast.actor("coordinator"), BEGINS
        self.enterprise = cast.enterprise
        self.people, self.is_filled = [], True

    @initialize(
        places=st.integers(1, 3),
        intake=st.sampled_from([Intake.DIRECT, Intake.DIRECT, Intake.BY_INVITATION]),
        friends=st.lists(st.none() | picks, min_size=3, max_size=6),
    )
    def open_group(self, places, intake, friends):
        """A small group, and more people than it holds."""
        with clock.freeze(self.now):
            self.offering = make.offering(
                self.session, self.enterprise, places=places, intake=intake
            )
            make.offering_session(self.session, self.offering, BEGINS + timedelta(days=20))
        self.session.commit()
        for friend in friends:
            self._sign_up(1, friend)

    def _do(self, what, *args, **values):
        """Do it as a request would: all of it or nothing."""
        with clock.freeze(self.now):
            try:
                what(*args, **values)
                self.session.commit()
            except (RuleBroken, NotAllowed):
                self.session.rollback()
        set_actor(self.session, HOUSE)

    def _rows(self):
        return self.session.scalars(
            select(Enrolment)
            .where(Enrolment.offering_id == self.offering.id)
            .order_by(Enrolment.id)
            .execution_options(populate_existing=True)
        ).all()

    def _row(self, pick, among=frozenset(S)):
        """One of the sign-ups, of those in some states when there are any."""
        rows = self._rows()
        chosen = [row for row in rows if row.status in among] or rows
        return chosen[pick % len(chosen)]

    @rule(pick=picks, friend=st.none() | picks)
    def sign_up(self, pick, friend):
        """Somebody new, or one of those who were here before; maybe together with one of them."""
        self._sign_up(pick, friend)

    def _sign_up(self, pick, friend):
        if pick % 3 or not self.people:
            self.people.append(make.participant(self.session, f"P{len(self.people)}"))
            self.session.commit()
            person = self.people[-1]
        else:
            person = self.people[pick % len(self.people)]
        rows = self._rows()
        key = rows[friend % len(rows)].uuid if friend is not None and rows else None
        self._do(
            commands.sign_up, self.session, HOUSE,
            offering_id=self.offering.id, participant=person, together=key,
        )  # fmt: skip

    @rule(picked=st.lists(st.tuples(picks, picks), min_size=1, max_size=4))
    def staff_decide(self, picked):
        """Mostly what the pages offer them, at times what they can't do."""
        for who, what in picked:
            row = self._row(who, OPEN)
            moves = [move for start, move in TRANSITIONS if start is row.status] or list(Move)
            move = list(Move)[what % len(Move)] if what % 5 == 0 else moves[what % len(moves)]
            self._do(
                commands.move, self.session, self.staff, row, move,
                end_reason=EndReason.MOVED, decline_reason=DeclineReason.GROUP_FULL,
            )  # fmt: skip

    @rule(pick=picks)
    def staff_offer(self, pick):
        self._do(commands.offer_together, self.session, self.staff, self._row(pick))

    @rule(
        pick=picks,
        among=st.sampled_from([frozenset(S), HOLDS_PLACE, frozenset({S.OFFERED})]),
        what=st.sampled_from([commands.take_place, commands.leave]),
    )
    def she_answers(self, pick, among, what):
        row = self._row(pick, among)
        her = participant_actor(row.participant_id, row.participant.name, [row.organisation_id])
        set_actor(self.session, her)
        self._do(what, self.session, her, row)

    @rule(
        places=st.none() | st.integers(1, 6),
        line=st.sampled_from([*WaitingLine, WaitingLine.FIRST_COME]),
        hours=st.integers(1, 96),
    )
    def other_rules(self, places, line, hours):
        values = {"waiting_line": line, "offer_hours": hours}
        if places is not None:
            values["places"] = places
        self._do(offerings.edit, self.session, self.staff, self.offering, **values)
        self.is_filled = False

    @rule(step=st.sampled_from([Step.CLOSE, Step.REOPEN, Step.ARCHIVE, Step.HIDE]))
    def other_status(self, step):
        if step is Step.HIDE:
            self._do(self._hide)
        else:
            self._do(
                offerings.take_step, self.session, self.staff, self.offering, step,
                has_session_to_come=True,
            )  # fmt: skip
        self.is_filled = False

    def _hide(self):
        offering = lock_offering(self.session, self.offering.id)
        if offering.status is OfferingStatus.HIDDEN:  # "it still runs"
            offering.status = status_for_places(
                OfferingStatus.PUBLISHED, offering.places, offering.places_taken
            )
        elif offering.status is not OfferingStatus.ARCHIVED:
            offering.status = OfferingStatus.HIDDEN

    @rule()
    def messages_arrive(self):
        self._do(self._deliver)

    def _deliver(self):
        waiting = self.session.scalars(select(Notice).where(Notice.status == NoticeStatus.WAITING))
        confirm_sent(list(waiting))

    @rule(hours=st.integers(1, 40), order=st.permutations(ALL_JOBS))
    def time_goes_by(self, hours, order):
        self.now += timedelta(hours=hours)
        self._work(order)

    def _work(self, order=ALL_JOBS):
        for job in order:
            self._do(job, self.session)
        self._do(jobs.fill_lines, self.session)
        self.is_filled = True

    @invariant()
    def no_place_is_given_twice_and_none_is_lost(self):
        offering = lock_offering(self.session, self.offering.id)
        rows = self._rows()
        assert offering.places_taken == sum(row.status in HOLDS_PLACE for row in rows)
        assert offering.places_taken <= offering.places
        assert status_for_places(offering.status, offering.places, offering.places_taken) is (
            offering.status
        )
        self.session.commit()

    @invariant()
    def everybody_is_in_one_state(self):
        open_ones = Counter(row.participant_id for row in self._rows() if row.status in OPEN)
        assert not open_ones or max(open_ones.values()) == 1
        for row in self._rows():
            took_part = row.status in {S.ENROLLED, S.COMPLETED, S.ENDED}
            assert (row.started_on is not None) == took_part
            assert (row.ended_on is not None) == (row.status in {S.COMPLETED, S.ENDED})
            assert (row.end_reason is not None) == (row.status is S.ENDED)
            assert (row.decline_reason is not None) == (row.status is S.DECLINED)
            assert (row.offer_until is not None) == (row.status is S.OFFERED)
            assert row.offer_until is None or not is_quiet(row.offer_until)

    @invariant()
    def the_trail_explains_it(self):
        rows = self._rows()
        trail: dict[int, list[AuditEvent]] = {row.id: [] for row in rows}
        for event in self.session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject == "enrolment", AuditEvent.subject_id.in_(trail))
            .order_by(AuditEvent.id)
        ):
            trail[event.subject_id].append(event)
        for row in rows:
            events = trail[row.id]
            steps = [one for one in events if "before" in one.data]
            status = S(events[0].event.removeprefix("enrolment."))
            by_house = 0
            for step in steps:
                assert S(step.data["before"]) is status
                status = TRANSITIONS[status, Move(step.data["move"])]
                assert step.event == f"enrolment.{status.value}"
                by_house += status is S.OFFERED and step.actor_kind is ActorKind.HOUSE
            assert status is row.status
            assert by_house <= 1  # nobody is offered a place twice by the house

    @invariant()
    def no_chair_is_empty_while_somebody_waits_for_it(self):
        if not self.is_filled:
            return
        offering = self.session.get(type(self.offering), self.offering.id, populate_existing=True)
        if fills_by_itself(offering.status, offering.waiting_line):
            line = queries.line_of(self.session, offering.id)
            assert not next_party(line, offering.places_free, offering.places)

    def teardown(self):
        """Nothing hangs for ever: in time everybody has an answer, or waits for staff to choose."""
        if not hasattr(self, "offering"):
            return
        for _ in range(30):
            self.now = (self.now + timedelta(days=5)).replace(hour=16)
            self._do(self._deliver)
            self._work()
            left = {row.status for row in self._rows()}
            if not left & {S.APPLIED, S.OFFERED}:
                break
        assert not left & {S.APPLIED, S.OFFERED}
        if self.offering.status in STOPPED:
            assert S.WAITING not in left
        self.no_chair_is_empty_while_somebody_waits_for_it()


@pytest.mark.slow
def test_the_life_of_an_enrolment(session, cast):
    run_state_machine_as_test(
        lambda: Life(session, cast),  # type: ignore[arg-type] # it may be any maker of one
        settings=settings(
            max_examples=databases.examples(
                40, is_first=session.get_bind().dialect.name == databases.DATABASES[0]
            ),
            stateful_step_count=12,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
