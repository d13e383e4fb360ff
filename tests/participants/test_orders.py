"""In which order organisations are named to her, and what the trail says of a programme's end."""

from datetime import timedelta

from sqlalchemy import select

from portal.core import clock
from portal.core.audit import AuditEvent
from portal.participants import commands, queries
from portal.participants.models import Programme
from tests import factories as make


def test_organisations_are_named_in_the_order_of_their_names(session):
    ids = [make.organisation(session, name).id for name in ("Zon", "Anker", "Molen")]
    assert list(queries.names_of(session, ids).values()) == ["Anker", "Molen", "Zon"]


def test_the_trail_says_until_when_a_programme_holds(session, cast):
    today, operator = clock.today(), cast.actor("operator")
    programme = Programme(name="Samen doen", valid_from=today - timedelta(days=9))
    session.add(programme)
    session.flush()
    for day in (today, None):
        commands.end_programme(session, operator, programme, valid_until=day)
    written = select(AuditEvent.data).where(AuditEvent.event == "programme.ended")
    said = session.scalars(written.order_by(AuditEvent.id)).all()
    assert [one["until"] for one in said] == [today.isoformat(), ""]
