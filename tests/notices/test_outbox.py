"""What may be sent when: one message a day, retries, and no message lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE, participant_actor
from portal.core.guard import set_actor
from portal.notices import commands, queries
from portal.notices.models import Notice
from portal.notices.rules import (
    LEASE,
    MOST_ATTEMPTS,
    Channel,
    NoticeStatus,
    Recipient,
    next_attempt,
    next_morning,
)

NOON = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)  # a Friday; summer time begins that Sunday
FATMA = Recipient("Fatma", "fatma@example.org", "nl", participant_id=1)
STAFF = Recipient("Guus", "guus@example.org", "nl")


def tell(session: Session, to: Recipient = FATMA, **options: Any) -> Notice:
    notice = commands.tell(session, to, "enrolments/accepted", **options)
    session.flush()
    return notice


def test_what_is_due_together_travels_together(session: Session):
    with clock.freeze(NOON):
        first, second = tell(session), tell(session)
        assert commands.claim_letters(session) == [[first, second]]


def test_a_second_message_that_day_waits_for_the_morning(session: Session):
    with clock.freeze(NOON):
        tell(session)
        commands.confirm_sent(commands.claim_letters(session)[0])
        later = tell(session)
        assert commands.claim_letters(session) == []
        assert later.not_before == next_morning(NOON)
    with clock.freeze(next_morning(NOON)):
        assert commands.claim_letters(session) == [[later]]


def test_her_own_doing_is_answered_at_once_and_uses_nothing_up(session: Session):
    with clock.freeze(NOON):
        tell(session)
        commands.confirm_sent(commands.claim_letters(session)[0])
        answer = tell(session, is_own_action=True)
        assert commands.claim_letters(session) == [[answer]]


def test_staff_are_told_each_time(session: Session):
    with clock.freeze(NOON):
        first, second = tell(session, STAFF), tell(session, STAFF)
        assert commands.claim_letters(session) == [[first], [second]]


def test_the_morning_after_is_nine_by_the_wall_clock():
    saturday = NOON + timedelta(days=1)
    assert clock.to_local(next_morning(saturday)).isoformat() == "2026-03-29T09:00:00+02:00"


def test_a_claimed_letter_comes_free_again_when_the_worker_died(session: Session):
    with clock.freeze(NOON):
        notice = tell(session)
        assert commands.claim_letters(session) == [[notice]]
        assert commands.claim_letters(session) == []
    with clock.freeze(NOON + LEASE):
        assert commands.claim_letters(session) == [[notice]]


def test_failures_are_tried_again_ever_later_and_then_given_up(session: Session):
    moment, waits = NOON, []
    notice = tell(session, STAFF)
    notice.not_before = NOON
    while notice.status is NoticeStatus.WAITING:
        with clock.freeze(moment):
            [letter] = commands.claim_letters(session)
            commands.note_failure(letter, "ConnectionRefusedError")
        waits.append(notice.not_before - moment)
        moment = notice.not_before
    assert notice.attempts == MOST_ATTEMPTS
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 2, 4, 8)]
    assert queries.list_failed(session) == [notice]
    assert next_attempt(NOON, MOST_ATTEMPTS) is None


def test_what_was_said_is_not_kept(session: Session):
    with clock.freeze(NOON):
        notice = tell(session, STAFF, token="secret")
        commands.confirm_sent(commands.claim_letters(session)[0])
    assert notice.data == {}


def test_somebody_without_an_address_is_told_by_staff(session: Session, cast):
    nobody = Recipient("Semhar", "", "ti", participant_id=2)
    notice = tell(session, nobody, organisation_id=cast.enterprise.id)
    assert notice.channel is Channel.CALL
    assert commands.claim_letters(session) == []
    assert queries.list_calls(session) == [notice]
    commands.mark_told(session, cast.actor("guide"), notice)
    assert queries.list_calls(session) == []


@pytest.mark.parametrize("name", ["stranger", "participant", "visitor"])
def test_another_organisations_calls_are_not_seen(session: Session, cast, name):
    tell(session, Recipient("Semhar", "", "ti", 2), organisation_id=cast.enterprise.id)
    set_actor(session, cast.actor(name))
    assert queries.list_calls(session) == []
    assert session.scalars(select(Notice)).all() == []


def test_what_is_not_true_any_more_is_not_told(session: Session):
    with clock.freeze(NOON):
        offered = tell(session, state_of="one")
        set_actor(session, participant_actor(1, "Fatma", ()))  # she says yes on her own page
        tell(session, state_of="another")
        tell(session)
        confirmed = tell(session, state_of="one")
        set_actor(session, HOUSE)
        [letter] = commands.claim_letters(session)
    assert offered not in letter
    assert confirmed in letter
    assert len(letter) == 3


def test_what_is_under_way_is_not_taken_back(session: Session):
    with clock.freeze(NOON):
        offered = tell(session, state_of="one")
        commands.claim_letters(session)
        tell(session, state_of="one")
        commands.confirm_sent([offered])
        session.flush()
    assert len(session.scalars(select(Notice)).all()) == 2


def test_a_call_about_what_changed_since_is_not_made(session: Session, cast):
    nobody = Recipient("Semhar", "", "ti", participant_id=2)
    tell(session, nobody, organisation_id=cast.enterprise.id, state_of="one")
    last = tell(session, nobody, organisation_id=cast.enterprise.id, state_of="one")
    assert queries.list_calls(session) == [last]
