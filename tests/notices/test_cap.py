"""Nobody gets 136 messages on a day: whatever is told, whenever, and whatever goes wrong."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.core import clock
from portal.notices import commands
from portal.notices.models import Notice
from portal.notices.rules import MOST_A_DAY, Channel, NoticeStatus, Recipient, is_quiet

BEGIN = datetime(2026, 3, 28, 7, 0, tzinfo=UTC)  # summer time begins in the night after
PHONE = "+31612345678"
ONE_PHONE = [Recipient(f"P{n}", PHONE, "nl", n, Channel.SMS) for n in (1, 2, 3)]

_told = st.tuples(
    st.just("tell"),
    st.sampled_from(ONE_PHONE),
    st.sampled_from(["enrolments/accepted", "enrolments/offered", "enrolments/reminder"]),
    st.booleans(),
    st.sampled_from([None, 1, 20]),  # hours until it is of no use
)
_worker = st.tuples(st.sampled_from(["send", "crash", "refuse", "time out", "give up", "mend"]))
_time = st.tuples(st.just("wait"), st.sampled_from([1, 30, 90, 600]))  # minutes
steps = st.lists(st.one_of(_told, _told, _worker, _worker, _time), min_size=20, max_size=60)


@dataclass
class Phone:
    """What arrives: a name that was seen before does not ring again."""

    rang: dict[object, datetime] = field(default_factory=dict)
    ordinary: Counter[tuple[int | None, date]] = field(default_factory=Counter)

    def ring(self, letter: list[Notice]) -> None:
        name = letter[0].letter
        assert name is not None
        if name in self.rang:
            return
        self.rang[name] = clock.now()
        if not any(
            n.is_own_action or n.kind == "enrolments/offered" or n.not_after for n in letter
        ):
            self.ordinary[letter[0].participant_id, clock.today()] += 1
        if not any(notice.is_own_action or notice.not_after for notice in letter):
            assert not is_quiet(clock.now())


def work(session: Session, phone: Phone, what: str) -> None:
    """One round of the worker, in which the gateway does this."""
    if what == "mend":
        for notice in session.query(Notice).filter_by(status=NoticeStatus.FAILED):
            commands.try_again(session, commands_actor(session), notice)
        session.flush()
        return
    for letter in commands.claim_letters(session):
        if what == "refuse":
            commands.give_up(letter, "HTTP 422")
            continue
        phone.ring(letter)
        if what == "send":
            commands.confirm_sent(letter)
        elif what == "time out":  # it rang, and nobody told us
            commands.note_failure(letter, "TimeoutError")
        elif what == "give up":
            commands.give_up(letter, "TimeoutError")
    session.flush()


def commands_actor(session: Session):
    return session.info["actor"]


@pytest.mark.slow
@settings(max_examples=60)
@given(steps=steps)
def test_one_phone_rings_a_few_times_a_day_at_most(session: Session, steps):
    session.execute(delete(Notice))
    phone, now = Phone(), BEGIN
    for step in steps:
        if step[0] == "wait":
            now += timedelta(minutes=step[1])
            continue
        with clock.freeze(now):
            if step[0] == "tell":
                _, to, kind, is_own, hours = step
                end = now + timedelta(hours=hours) if hours else None
                commands.tell(session, to, kind, is_own_action=is_own, not_after=end)
            else:
                work(session, phone, step[0])
    days = Counter(clock.to_local(moment).date() for moment in phone.rang.values())
    assert max(days.values(), default=0) <= MOST_A_DAY
    assert max(phone.ordinary.values(), default=0) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("is_own", [True, False])
def test_136_messages_to_one_woman_are_a_handful(session: Session, is_own):
    phone = Phone()
    for minute in range(136):
        with clock.freeze(BEGIN + timedelta(minutes=minute)):
            commands.tell(session, ONE_PHONE[0], "enrolments/offered", is_own_action=is_own)
            work(session, phone, "send")
    assert len(phone.rang) == MOST_A_DAY <= 10
    with clock.freeze(BEGIN + timedelta(days=1)):
        work(session, phone, "send")
    assert len(phone.rang) == MOST_A_DAY + 1  # the rest is one message, the morning after


@pytest.mark.parametrize("leap", [timedelta(hours=5), timedelta(days=3), timedelta(days=365)])
@pytest.mark.parametrize("then", ["send", "crash", "time out"])
def test_what_a_wrong_clock_wrote_holds_no_message_up(session: Session, leap, then):
    """A worker whose clock was ahead sent one, or died with it; what is told since goes as ever."""
    phone = Phone()
    with clock.freeze(BEGIN + leap):
        commands.tell(session, ONE_PHONE[0], "enrolments/accepted")
        work(session, phone, then)
    told = phone.rang.copy()
    phone.rang.clear()
    with clock.freeze(BEGIN):
        commands.tell(session, ONE_PHONE[0], "enrolments/reminder")
    for half_hours in range(2 * 26):
        with clock.freeze(BEGIN + timedelta(minutes=30 * half_hours)):
            work(session, phone, "send")
    assert session.query(Notice).filter_by(status=NoticeStatus.WAITING).count() == 0
    assert phone.rang.keys() - told.keys()
