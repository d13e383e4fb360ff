"""What the tests of this room do as requests do it, and what they look at."""

from sqlalchemy import select

from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.guard import set_actor
from portal.duplicates import commands, queries
from portal.duplicates.models import ParticipantMerge
from portal.enrolments.models import Enrolment
from portal.participants import queries as people
from tests import factories as make


def as_(session, actor):
    """Read as somebody from here on, with nothing remembered of what another saw."""
    session.flush()
    session.expunge_all()
    set_actor(session, actor)
    return actor


def ask(session, cast, kept, merged, who="coordinator"):
    """As a request does: two people that the actor knows."""
    actor = as_(session, cast.actor(who))
    both = [people.get_participant(session, actor, one.uuid) for one in (kept, merged)]
    merge = commands.ask(session, actor, kept=both[0], merged=both[1])
    session.commit()
    as_(session, HOUSE)
    return session.get_one(ParticipantMerge, merge.id)


def act(session, cast, who, merge, do, **how):
    actor = as_(session, cast.actor(who))
    seen = queries.get_merge(session, actor, merge.uuid)
    do(session, actor, seen.merge, **how)
    session.commit()
    as_(session, HOUSE)
    return session.get_one(ParticipantMerge, merge.id)


def make_known_here(session, cast, entry):
    """The coordinator's enterprise comes to know somebody, too."""
    make.known(session, cast.enterprise, entry)
    session.commit()


def rows_of(session):
    """All that is kept, but the trail and the merges themselves."""
    session.flush()
    left_out = {"audit_event", "participant_merge", "merge_say", "notice"}
    return {
        table.name: {repr(row) for row in session.connection().execute(select(table))}
        for table in Base.metadata.sorted_tables
        if table.name not in left_out
    }


def whose(session, model=Enrolment):
    return [row.participant_id for row in session.scalars(select(model).order_by(model.id))]


def owners_of(session):
    """Whose each row is, by table and number."""
    return {
        table.name: dict(
            session.connection().execute(select(table.c.id, table.c.participant_id)).all()
        )
        for table in Base.metadata.sorted_tables
        if {"id", "participant_id"} <= set(table.columns.keys()) and table.name != "audit_event"
    }
