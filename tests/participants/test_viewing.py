"""The record of who looked: each viewer of each day, in each of her organisations, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from sqlalchemy import select

from portal.core import clock
from portal.core.audit import AuditEvent
from portal.participants.commands import VIEWED, note_view
from tests import factories as make


def test_every_viewer_of_every_day_is_written_down_once(session, cast):
    guide = cast.actor("guide")
    viewers = [
        guide, cast.actor("coordinator"), cast.actor("stranger"),
        replace(guide, organisation_id=cast.other_enterprise.id),  # the same guide, elsewhere
    ]  # fmt: skip
    people = [cast.participant, make.participant(session)]
    late = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # 23.30; an hour on it is the next day
    days = [late, late + timedelta(hours=1), late + timedelta(days=1)]
    views = list(product(days, viewers, people))
    for moment, who, whom in views:
        with clock.freeze(moment):
            for _ in range(2):
                note_view(session, who, whom.id)
                session.flush()
    rows = session.scalars(select(AuditEvent).where(AuditEvent.event == VIEWED)).all()
    found = [(r.created_at, r.user_id, r.organisation_id, r.subject_id) for r in rows]
    assert sorted(found) == sorted(
        (moment, who.user_id, who.organisation_id, whom.id) for moment, who, whom in views
    )
