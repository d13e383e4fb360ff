"""What is tried again and how soon, and which message uses up her day."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.notices import commands, queries
from portal.notices.rules import LONGEST_WAIT, Channel, NoticeStatus, Recipient
from tests import factories as make


def told(session, cast, **values):
    make.reach(session, cast.participant, contact_way="phone", phone="+31612345678")
    to = Recipient("Fatma A.", "+31612345678", "nl", cast.participant.id, Channel.SMS)
    notice = commands.tell(session, to, "enrolments/offered", title="Koken", **values)
    session.flush()
    return notice


@pytest.mark.parametrize("status", NoticeStatus)
def test_staff_try_again_only_what_failed(session, cast, status):
    notice = told(session, cast)
    notice.status = status
    commands.try_again(session, cast.actor("guide"), notice)
    is_again = status in (NoticeStatus.FAILED, NoticeStatus.WAITING)
    assert (notice.status is NoticeStatus.WAITING) is is_again


@pytest.mark.parametrize("wait", [0, 3600, 10**6])
def test_a_carrier_that_asks_for_a_long_time_waits_no_longer_than_the_longest(session, cast, wait):
    notice, now = told(session, cast), clock.now()
    notice.attempts = 1
    with clock.freeze(now):
        commands.note_failure([notice], "HTTP 503", wait=wait)
    assert notice.not_before - now <= LONGEST_WAIT
    assert notice.not_before - now >= min(timedelta(seconds=wait), LONGEST_WAIT)


@pytest.mark.parametrize("is_own", [True, False])
def test_what_she_asked_for_herself_uses_up_no_message_of_the_day(session, cast, is_own):
    notice = told(session, cast, is_own_action=is_own)
    commands._claim([notice], clock.now())
    commands.confirm_sent([notice])
    session.flush()
    found = queries.list_told_today(session, [cast.participant.id], clock.now())
    assert bool(found) is not is_own
