"""Which message goes first, and which is seen first by who keeps the portal."""

from portal.core import clock
from portal.core.guard import set_actor
from portal.notices import queries
from portal.notices.models import Notice
from portal.notices.rules import Channel, NoticeStatus


def test_what_somebody_asked_for_goes_first_and_what_failed_last_is_seen_first(session):
    rows = {
        status: [
            Notice(
                kind="accounts/reset", channel=Channel.EMAIL, address=f"{number}@example.org",
                name="Noor", status=status, is_own_action=number == 2, not_before=clock.now(),
            )
            for number in range(4)
        ]
        for status in (NoticeStatus.WAITING, NoticeStatus.FAILED)
    }  # fmt: skip
    for row in [*rows[NoticeStatus.WAITING], *rows[NoticeStatus.FAILED]]:
        session.add(row)
        session.flush()
    waiting = rows[NoticeStatus.WAITING]
    assert list(queries.list_due(session, clock.now())) == [waiting[i] for i in (2, 0, 1, 3)]
    assert list(queries.list_failed(session)) == rows[NoticeStatus.FAILED][::-1]


def test_of_what_one_person_was_told_the_latest_is_seen_first(session, cast):
    rows = [
        Notice(
            kind="talks/told", channel=Channel.EMAIL, address="f@example.org", name="Fatma",
            participant_id=cast.participant.id, organisation_id=cast.enterprise.id,
            not_before=clock.now(),
        )
        for _ in range(3)
    ]  # fmt: skip
    for row in rows:
        session.add(row)
        session.flush()
    set_actor(session, cast.actor("guide"))
    shown = queries.list_of_person(session, cast.participant.id, most=2)
    assert list(shown) == [rows[2], rows[1]]
