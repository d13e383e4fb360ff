"""Whatever a file says and whatever is here: applied and taken back, it is as it was."""

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.commands import closing, record
from portal.attendance.models import AttendanceMark, Register
from portal.attendance.rules import RecordedHow
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.extensions import db
from portal.imports import commands
from portal.imports.rules import ImportStatus
from tests import databases, factories as make
from tests.cast import build_cast
from tests.imports.sheets import ABSENT, EXCUSED, PRESENT, weeks_ago
from tests.imports.test_apply import applied, at, do, marks, rows_of

pytestmark = pytest.mark.slow
WEEKS = (5, 4, 3)
CODES = st.sampled_from(["x", "z", "a", "h", "1u", "."])
HERE = st.sampled_from([None, (PRESENT, None), (PRESENT, 45), (EXCUSED, None), (ABSENT, None)])


def counted(session):
    """Which registers are closed, and which marks count."""
    closed = select(Register.session_id).where(Register.closed_at.is_not(None))
    marks = select(AttendanceMark.id).where(AttendanceMark.is_counted)
    return set(session.scalars(closed)), len(session.scalars(marks).all())


@settings(max_examples=20)
@given(
    rows=st.lists(st.lists(CODES, min_size=3, max_size=3), min_size=3, max_size=3),
    here=st.lists(HERE, min_size=3, max_size=3),
    closed=st.lists(st.booleans(), min_size=3, max_size=3),
    since=st.integers(2, 8),
    takes_file=st.booleans(),
)
def test_applied_and_taken_back(app, engine, rows, here, closed, since, takes_file):
    with app.app_context(), Session(engine, expire_on_commit=False) as session:
        databases.clean(db.engine, Base.metadata)
        set_actor(session, HOUSE)
        cast = build_cast(app, session)
        cast.participant.name, cast.enrolment.started_on = "Fatma A.", weeks_ago(since)
        other = make.enrolment(session, cast.offering, make.participant(session, "Semhar G."))
        other.started_on = weeks_ago(9)
        actor = cast.actor("coordinator")
        sessions = [at(session, cast.offering, weeks) for weeks in WEEKS[:2]]
        session.commit()
        for one, mark, is_closed in zip(sessions, here, closed, strict=False):
            set_actor(session, actor)
            if mark:
                record(session, actor, one, {other.id: mark}, RecordedHow.BY_HAND)
            if is_closed:
                closing.close(session, actor, one)
        session.commit()
        set_actor(session, HOUSE)
        before, marked, shut = rows_of(session), marks(session), counted(session)
        names = ("Fatma A.", "Semhar G.", "Hendrik")
        lines = [(name, " ".join(codes)) for name, codes in zip(names, rows, strict=True)]
        days = [weeks_ago(weeks) for weeks in WEEKS]
        if all(code == "." for codes in rows for code in codes):
            return
        try:
            row = applied(session, actor, cast.offering, days, lines, takes_file=takes_file)
        except RuleBroken:  # all of it was here already
            session.rollback()
            return
        row = do(session, actor, row, commands.take_back)
        assert (row.status, row.made["stays"]) == (ImportStatus.TAKEN_BACK, [])
        assert (marks(session), counted(session)) == (marked, shut)
        after = rows_of(session)
        for name in before.keys() - {AttendanceMark.__tablename__, "register"}:
            assert after[name] == before[name], name
