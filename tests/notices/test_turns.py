"""What becomes of a message while it waits: it lapses, changes its reader, or is told by staff."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.core import clock
from portal.core.audit import AuditEvent
from portal.notices import commands
from portal.notices.rules import OPTIONAL, Channel, NoticeStatus, Recipient

NOON = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
FATMA = Recipient("Fatma", "fatma@example.org", "nl", participant_id=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.freeze(NOON):
        yield


def _tell(session, kind="enrolments/accepted", **values):
    notice = commands.tell(session, FATMA, kind, **values)
    session.flush()
    return notice


@pytest.mark.parametrize(("seconds", "is_over"), [(-1, True), (0, True), (1, False)])
def test_a_message_is_of_no_use_from_its_last_moment_on(session, seconds, is_over):
    notice = _tell(session, not_after=NOON + timedelta(seconds=seconds))
    commands.lapse_overdue(session)
    session.refresh(notice)
    assert (notice.status is NoticeStatus.LAPSED) is is_over


def test_who_reads_another_language_by_now_is_written_to_in_that(session, cast):
    notice = _tell(session, organisation_id=cast.enterprise.id)
    now = Recipient("Fatma A.", FATMA.address, "tr", participant_id=1)
    assert commands.claim_letters(session, lambda _, pairs: dict.fromkeys(pairs, now)) == [[notice]]
    assert (notice.name, notice.language) == ("Fatma A.", "tr")


@pytest.mark.parametrize("kind", [*sorted(OPTIONAL), "enrolments/accepted"])
def test_staff_are_to_tell_only_what_she_has_to_know(session, cast, kind):
    notice = _tell(session, kind, organisation_id=cast.enterprise.id)
    now = Recipient("Fatma", "", "nl", 1, Channel.CALL)
    assert commands.claim_letters(session, lambda _, pairs: dict.fromkeys(pairs, now)) == []
    lapsed = notice.status is NoticeStatus.LAPSED
    assert lapsed is (kind in OPTIONAL)
    assert lapsed or notice.channel is Channel.CALL


def test_a_letter_that_was_tried_goes_whole_or_not_at_all(session):
    """In the evening only one of the two can't wait; under one name the same is said each time."""
    both = _tell(session, not_after=NOON + timedelta(hours=12)), _tell(session)
    assert commands.claim_letters(session) == [list(both)]
    with clock.freeze(NOON.replace(hour=21)):
        assert commands.claim_letters(session) == []


@pytest.mark.parametrize("times", [1, 2])
def test_that_staff_told_her_is_noted_once(session, cast, times):
    notice = _tell(session, organisation_id=cast.enterprise.id)
    for _ in range(times):
        commands.mark_told(session, cast.actor("guide"), notice)
    session.flush()
    noted = select(func.count()).where(AuditEvent.event == "notice.told")
    assert session.scalar(noted) == 1
