"""Everything at once, by many: no error but a refusal in words, and the counts hold afterwards."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import time as day_time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import worker
from portal.attendance import commands as attendance
from portal.attendance.commands import walk_in
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE, participant_actor
from portal.core.errors import NotFound, PortalError
from portal.core.guard import set_actor
from portal.duplicates import commands as duplicates
from portal.duplicates.models import ParticipantMerge
from portal.duplicates.rules import MergeStatus
from portal.enrolments import commands
from portal.enrolments.commands import changes
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import (
    CHOSEN_BY_STAFF,
    HOLDS_PLACE,
    OPEN,
    EndReason,
    EnrolmentStatus,
    Move,
)
from portal.extensions import db
from portal.offerings import commands as offerings
from portal.offerings.models import Offering
from portal.offerings.rules import Intake, OfferingStatus, Step, WaitingLine
from portal.participants.models import Participant
from portal.participants.queries import who_stayed
from portal.referrals import commands as referrals
from portal.referrals.rules import AgreedHow
from portal.schedule import commands as schedule
from portal.schedule.commands import changes as series_changes
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import Pattern
from tests import factories as make
from tests.cast import Cast

pytestmark = pytest.mark.slow

S = EnrolmentStatus
HANDS, DEEDS = 6, 120  # each does so many: as much on a slow machine as on a fast one


class Hand:
    """One of many who do whatever comes to mind."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.pick = cast, random.Random(seed)
        self.staff = {
            cast.enterprise.id: cast.actor("coordinator"),
            cast.other_enterprise.id: cast.actor("stranger"),
        }
        self.did: Counter[str] = Counter()
        self.faults: list[str] = []

    def work(self, app: Flask) -> None:
        deeds: list[Callable[[Session], object]] = [
            self.sign_up, self.sign_up, self.decide, self.decide, self.take, self.leave,
            self.capacity, self.series, self.merge, self.undo, self.move_on, self.job, self.job,
            self.step, self.excuse, self.mark, self.walk_in, self.cancel,
        ]  # fmt: skip
        with app.app_context():
            for _ in range(DEEDS):
                deed = self.pick.choice(deeds)
                session = db.session()
                session.info["read_only"] = False
                set_actor(session, HOUSE)
                try:
                    deed(session)
                    session.commit()
                    self.did[deed.__name__] += 1
                except PortalError:
                    session.rollback()
                    self.did[deed.__name__ + " refused"] += 1
                except Exception as error:
                    session.rollback()
                    self.faults.append(f"{deed.__name__}: {type(error).__name__} {error}"[:600])
                db.session.remove()

    def one(self, session, model, *where):
        ids = session.scalars(select(model.id).where(*where)).all()
        if not ids:
            raise NotFound("none")
        return session.get_one(model, self.pick.choice(ids))

    def sign_up(self, session):
        person = who_stayed(session, self.one(session, Participant))
        offering = self.one(session, Offering)
        commands.sign_up(session, HOUSE, offering_id=offering.id, participant=person)

    def decide(self, session):
        row = self.one(session, Enrolment, Enrolment.status.in_(OPEN))
        staff = self.staff[row.organisation_id]
        moves = sorted(commands.moves_of(session, row))
        if not moves:
            raise NotFound("somebody was first")
        move = self.pick.choice(moves)
        if move is Move.OFFER:
            commands.offer_together(session, staff, row)
        else:
            commands.move(
                session, staff, row, move, end_reason=EndReason.UNKNOWN,
                decline_reason=CHOSEN_BY_STAFF[0],
            )  # fmt: skip

    def _hers(self, session, *statuses):
        row = self.one(session, Enrolment, Enrolment.status.in_(statuses))
        return row, participant_actor(row.participant_id, "x", [row.organisation_id])

    def take(self, session):
        row, her = self._hers(session, S.OFFERED)
        set_actor(session, her)
        commands.take_place(session, her, row)

    def leave(self, session):
        row, her = self._hers(session, *OPEN)
        set_actor(session, her)
        commands.leave(session, her, row)

    def capacity(self, session):
        row = self.one(session, Offering)
        offerings.edit(
            session, self.staff[row.organisation_id], row, places=self.pick.randint(1, 6)
        )

    def series(self, session):
        row = self.one(session, Series)
        series_changes.lock_and_refresh(session, row)
        old = row.pattern
        days = tuple(sorted(self.pick.sample(range(5), 2)))
        pattern = Pattern(
            days, day_time(self.pick.randint(8, 12)), day_time(14), old.first_on, old.last_on
        )
        change = series_changes.plan_change(session, row, pattern, clock.today())
        told = changes.list_told(session, change)
        seen = changes.print_of(change, told)
        changes.carry_out(session, self.staff[row.offering.organisation_id], change, told, seen)

    def merge(self, session):
        kept, merged = self.one(session, Participant), self.one(session, Participant)
        merge = duplicates.ask(session, self.cast.actor("coordinator"), kept=kept, merged=merged)
        if merge.status is MergeStatus.ASKED:
            duplicates.say(session, self.cast.actor("stranger"), merge, is_agreed=True)

    def undo(self, session):
        merge = self.one(session, ParticipantMerge, ParticipantMerge.status == MergeStatus.DONE)
        duplicates.undo(session, self.staff[merge.organisation_id], merge)

    def move_on(self, session):
        row = self.one(session, Enrolment, Enrolment.status == S.ENROLLED)
        there = self.one(session, Offering, Offering.organisation_id != row.organisation_id)
        referrals.move_on(
            session, self.staff[row.organisation_id], old=row, offering_id=there.id,
            agreed_how=AgreedHow.SPOKEN, good_to_know="x", history_months=3,
        )  # fmt: skip

    def job(self, session):
        self.pick.choice(worker.JOBS).do(session)

    def step(self, session):
        row = self.one(session, Offering)
        steps = [Step.CLOSE, Step.REOPEN, Step.REOPEN, Step.CONFIRM]
        if row.status is OfferingStatus.PUBLISHED and self.pick.random() < 0.2:
            offerings.hide(session, HOUSE, row)
            return
        offerings.take_step(session, HOUSE, row, self.pick.choice(steps), has_session_to_come=True)

    def _coming(self, session, offering_id):
        return self.one(
            session, OfferingSession, OfferingSession.offering_id == offering_id,
            OfferingSession.starts_at > clock.now(),
        )  # fmt: skip

    def excuse(self, session):
        row, her = self._hers(session, S.ENROLLED)
        attendance.excuse(session, her, self._coming(session, row.offering_id))

    def mark(self, session):
        row = self.one(session, Enrolment, Enrolment.status == S.ENROLLED)
        held = self.one(
            session, OfferingSession, OfferingSession.offering_id == row.offering_id,
            OfferingSession.starts_at < clock.now(),
        )  # fmt: skip
        attendance.record(
            session, self.staff[row.organisation_id], held,
            {row.id: (AttendanceStatus.PRESENT, None)}, RecordedHow.BY_HAND,
        )  # fmt: skip

    def walk_in(self, session):
        held = self.one(session, OfferingSession, OfferingSession.starts_at < clock.now())
        person = who_stayed(session, self.one(session, Participant))
        walk_in(session, self.staff[held.organisation_id], held, participant=person)

    def cancel(self, session):
        row = self.one(session, Offering)
        held = self._coming(session, row.id)
        commands.cancel_session(session, self.staff[row.organisation_id], held)


def _world(session: Session, cast: Cast) -> None:
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    for number in range(6):
        offering = make.offering(
            session, (cast.enterprise, cast.other_enterprise)[number % 2], places=3,
            intake=Intake.BY_INVITATION if number == 5 else Intake.DIRECT,
            waiting_line=WaitingLine.BY_STAFF if number == 4 else WaitingLine.FIRST_COME,
        )  # fmt: skip
        schedule.add_series(
            session, HOUSE, offering=offering,
            pattern=Pattern(
                (0, 2), day_time(9), day_time(12), monday, monday + timedelta(weeks=6)
            ),
        )  # fmt: skip
        make.offering_session(session, offering, clock.now() - timedelta(hours=2), 60)
    for number in range(14):
        make.participant(session, f"Persoon {number}")
    session.commit()


def test_whatever_many_do_at_once_the_counts_hold(app, session, cast):
    _world(session, cast)
    hands = [Hand(cast, seed) for seed in range(HANDS)]
    threads = [threading.Thread(target=hand.work, args=(app,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.expire_all()
    faults = [fault for hand in hands for fault in hand.faults]
    assert not faults, "\n".join(faults[:12])
    held = dict(
        session.execute(
            select(Enrolment.offering_id, func.count())
            .where(Enrolment.status.in_(HOLDS_PLACE))
            .group_by(Enrolment.offering_id)
        ).all()
    )
    for row in session.scalars(select(Offering)):
        assert row.places_taken == held.get(row.id, 0) <= row.places
        is_full = row.places_taken >= row.places
        assert row.status is not (OfferingStatus.PUBLISHED if is_full else OfferingStatus.FULL), (
            row.id
        )
