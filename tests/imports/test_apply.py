"""An import makes what it needs, changes nothing the second time, and goes again whole."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.attendance.commands import closing, record
from portal.attendance.commands.marks import Tap, register_of, save
from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.rules import Provenance, RecordedHow, provenance
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.imports import commands, jobs
from portal.imports.models import RegisterImport
from portal.imports.rules import ImportStatus
from portal.imports.rules.plans import Choices
from portal.notices.models import Notice
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.deeds import deeds
from tests.imports.sheets import ABSENT, EXCUSED, PRESENT, imported, reading, weeks_ago

S = EnrolmentStatus
_PLAIN = {"audit_event", "register_import", "attendance_change", "catalogue_stamp", "feed_item"}


def rows_of(session):
    """All that is kept, but what only grows, and how often a register was saved."""
    session.flush()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in _PLAIN:
            columns = [c for c in table.columns if c.name not in ("version", "created_at")]
            found[table.name] = {
                repr(row) for row in session.connection().execute(select(*columns))
            }
    return found


def at(session, offering, weeks, hour=10):
    """A session so many weeks ago."""
    starts_at = clock.from_local(weeks_ago(weeks), time(hour))
    return make.offering_session(session, offering, starts_at, 120)


@pytest.fixture
def coordinator(session, cast):
    return cast.actor("coordinator")


def do(session, actor, row, what=commands.apply):
    """As a request does."""
    session.flush()
    set_actor(session, actor)
    is_small = what(session, actor, row)
    while is_small:
        is_small = commands.go_on(session, actor, row.id)
    session.commit()
    set_actor(session, HOUSE)
    session.expire_all()
    return session.get_one(RegisterImport, row.id)


def applied(session, actor, offering, days, rows, **choices):
    row = imported(session, actor, offering, reading(days, rows))
    row.choices = Choices(**choices).to_json()
    return do(session, actor, row)


def marks(session):
    rows = session.execute(
        select(
            Participant.name,
            OfferingSession.starts_at,
            AttendanceMark.status,
            AttendanceMark.minutes,
        )
        .join(Participant, Participant.id == AttendanceMark.participant_id)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
    )
    return {(row[0], clock.to_local(row[1]).date()): (row[2], row[3]) for row in rows}


def test_marks_people_and_sessions_are_made(session, cast, coordinator):
    cast.participant.name = "Fatma A."
    at(session, cast.offering, 2)
    taken = cast.offering.places_taken
    days = [weeks_ago(3), weeks_ago(2)]
    rows = [("Fatma A.", "h x"), ("Hendrik", "a z")]
    row = applied(session, coordinator, cast.offering, days, rows)
    assert (row.status, row.done, row.total) == (ImportStatus.APPLIED, 2, 2)
    assert marks(session) == {
        ("Fatma A.", days[0]): (PRESENT, 60),
        ("Fatma A.", days[1]): (PRESENT, 120),
        ("Hendrik", days[0]): (ABSENT, 0),
        ("Hendrik", days[1]): (EXCUSED, 0),
    }
    hendrik = session.scalars(select(Enrolment).order_by(Enrolment.id.desc())).first()
    assert (hendrik.status, hendrik.started_on) == (S.ENROLLED, days[0])
    session.refresh(cast.offering)
    assert cast.offering.places_taken == taken + 1
    registers = session.scalars(select(Register)).all()
    assert all(register.closed_at for register in registers)
    assert set(session.scalars(select(AttendanceMark.is_counted))) == {True}
    change = session.scalars(select(AttendanceChange)).first()
    found = provenance(change.how, change.recorded_at, clock.now())
    assert found is Provenance.IMPORTED
    assert session.scalar(select(func.count()).select_from(Notice)) == 0


@pytest.mark.slow
def test_the_same_file_again_changes_nothing(session, cast, coordinator):
    days, rows = [weeks_ago(3), weeks_ago(2)], [("Fatma A.", "x x"), ("Hendrik", "a 1u")]
    applied(session, coordinator, cast.offering, days, rows)
    before = rows_of(session)
    history = session.scalar(select(func.count()).select_from(AttendanceChange))
    with pytest.raises(RuleBroken, match="here already"):
        applied(session, coordinator, cast.offering, days, rows)
    session.rollback()
    set_actor(session, HOUSE)
    assert rows_of(session) == before
    assert session.scalar(select(func.count()).select_from(AttendanceChange)) == history


@pytest.mark.slow
def test_what_is_here_stays_unless_it_is_said(session, cast, coordinator):
    one = at(session, cast.offering, 2)
    cast.enrolment.started_on = weeks_ago(8)
    session.commit()
    set_actor(session, coordinator)
    mark = {cast.enrolment.id: (PRESENT, 30)}
    record(session, coordinator, one, mark, RecordedHow.BY_HAND)
    closing.close(session, coordinator, one)
    name, days = cast.participant.name, [weeks_ago(2), weeks_ago(3)]
    applied(session, coordinator, cast.offering, days, [(name, "a x")])
    assert marks(session)[name, days[0]] == (PRESENT, 30)
    applied(session, coordinator, cast.offering, days, [(name, "a x")], takes_file=True)
    assert marks(session)[name, days[0]] == (ABSENT, 0)
    assert not session.scalar(select(func.count()).where(AttendanceMark.is_disputed))


@pytest.mark.slow
def test_who_left_before_is_there_for_those_days(session, cast, coordinator):
    mine = cast.enrolment
    mine.started_on, mine.ended_on, mine.status = weeks_ago(10), weeks_ago(8), S.ENDED
    days = [weeks_ago(12), weeks_ago(9), weeks_ago(6), weeks_ago(5)]
    applied(session, coordinator, cast.offering, days, [(cast.participant.name, "x x x x")])
    hers = session.scalars(
        select(Enrolment)
        .where(
            Enrolment.participant_id == cast.participant.id,
            Enrolment.offering_id == cast.offering.id,
        )
        .order_by(Enrolment.id)
    ).all()
    assert [(e.started_on, e.ended_on, e.status) for e in hers] == [
        (days[0], weeks_ago(8), S.ENDED),
        (days[2], days[3], S.ENDED),
    ]
    assert hers[1].end_reason is EndReason.UNKNOWN


@pytest.mark.slow
def test_a_new_person_of_long_ago_or_without_a_place_took_part_then(session, cast, coordinator):
    old = applied(session, coordinator, cast.offering, [weeks_ago(30)], [("Oud", "x")])
    cast.offering.places = cast.offering.places_taken
    session.commit()
    full = applied(session, coordinator, cast.offering, [weeks_ago(1)], [("Vol", "x")])
    for row in (old, full):
        (enrolment_id,) = row.made["enrolments"]
        found = session.get_one(Enrolment, enrolment_id)
        assert (found.status, found.started_on) == (S.ENDED, found.ended_on)


@pytest.mark.slow
def test_taken_back_it_is_as_before(session, cast, coordinator):
    cast.participant.name = "Fatma A."
    cast.enrolment.started_on = weeks_ago(2)
    other = make.enrolment(session, cast.offering, make.participant(session, "Semhar G."))
    there, closed = at(session, cast.offering, 2), at(session, cast.offering, 4)
    session.commit()
    set_actor(session, coordinator)
    hand = RecordedHow.BY_HAND
    record(session, coordinator, there, {other.id: (PRESENT, 45)}, hand)
    other.started_on = weeks_ago(9)
    session.flush()
    record(session, coordinator, closed, {other.id: (ABSENT, None)}, hand)
    closing.close(session, coordinator, closed)
    session.commit()
    set_actor(session, HOUSE)
    before = rows_of(session)
    days = [weeks_ago(4), weeks_ago(3), weeks_ago(2)]
    rows = [("Fatma A.", "x h x"), ("Semhar G.", "x x a"), ("Hendrik", "x x x")]
    row = applied(session, coordinator, cast.offering, days, rows, takes_file=True)
    assert rows_of(session) != before
    row = do(session, coordinator, row, commands.take_back)
    assert (row.status, row.made["stays"]) == (ImportStatus.TAKEN_BACK, [])
    after = rows_of(session)
    assert {
        name: after[name] ^ before[name]
        for name in after
        if name not in ("attendance_mark", "register")
    } == {name: set() for name in after if name not in ("attendance_mark", "register")}
    assert marks(session) == {
        ("Semhar G.", days[0]): (ABSENT, 0), ("Semhar G.", days[2]): (PRESENT, 45)
    }  # fmt: skip
    by_session = dict(session.execute(select(Register.session_id, Register.closed_at)).all())
    assert (by_session[there.id], bool(by_session[closed.id])) == (None, True)
    again = applied(session, coordinator, cast.offering, days, rows, takes_file=True)
    assert again.made["marks"] == 9


@pytest.mark.slow
def test_what_others_built_on_stays(session, cast, coordinator):
    days = [weeks_ago(3), weeks_ago(2)]
    row = applied(session, coordinator, cast.offering, days, [("Hendrik", "x x"), ("Ali", "x .")])
    hendrik = row.made["enrolments"][0]
    first = session.get_one(OfferingSession, row.made["sessions"][0])
    new = at(session, cast.offering, 1)
    session.commit()
    set_actor(session, coordinator)
    record(session, coordinator, new, {hendrik: (PRESENT, None)}, RecordedHow.BY_HAND)
    row = do(session, coordinator, row, commands.take_back)
    assert marks(session) == {("Hendrik", weeks_ago(1)): (PRESENT, 120)}
    assert [text.partition(":")[0] for text in row.made["stays"]] == ["enrolment", "participant"]
    assert session.get(OfferingSession, first.id) is None
    assert session.scalar(select(Participant.id).where(Participant.name == "Ali")) is None


@pytest.mark.parametrize(("weeks", "goes_back"), [(5, False), (4, True), (3, True)])
def test_her_first_day_goes_back_unless_she_has_marks_from_before_it(
    session, cast, coordinator, weeks, goes_back
):
    """She began four weeks ago; the file says six; a guide marks her at one more session."""
    cast.enrolment.started_on = weeks_ago(4)
    by_hand = at(session, cast.offering, weeks)
    rows = [(cast.participant.name, "x")]
    row = applied(session, coordinator, cast.offering, [weeks_ago(6)], rows)
    assert cast.enrolment.started_on == weeks_ago(6)
    assert "enrolment.started_earlier" in deeds(session)
    set_actor(session, cast.actor("guide"))
    marked = {cast.enrolment.id: (PRESENT, None)}
    record(session, cast.actor("guide"), by_hand, marked, RecordedHow.BY_HAND)
    row = do(session, coordinator, row, commands.take_back)
    stays = [] if goes_back else [f"started:{cast.enrolment.id}"]
    assert row.made["stays"] == stays
    assert "import.taken_back" in deeds(session)
    assert ("enrolment.started_later_again" in deeds(session)) is goes_back
    assert cast.enrolment.started_on == weeks_ago(4 if goes_back else 6)
    assert {day for _, day in marks(session)} == {weeks_ago(weeks)}


@pytest.mark.parametrize("is_disputed", [False, True])
def test_a_register_closes_when_it_is_over_and_nobody_contradicts_anybody(
    session, cast, coordinator, is_disputed
):
    other = make.enrolment(session, cast.offering, make.participant(session, "Hendrik"))
    other.started_on = cast.enrolment.started_on = weeks_ago(9)
    row = at(session, cast.offering, 3)
    session.flush()
    set_actor(session, cast.actor("guide"))
    apart = (uuid4(),) if is_disputed else None  # named what nobody ever saved
    taps = [
        Tap(cast.enrolment.id, cast.participant.id, status, minutes, replaces=apart)
        for status, minutes in ((PRESENT, 60), (ABSENT, None))
    ]
    register = register_of(session, row)
    guide, how = cast.actor("guide"), RecordedHow.BY_HAND
    save(session, guide, row, taps, how, register=register, before={})
    assert register.disputes == is_disputed
    done = applied(session, coordinator, cast.offering, [weeks_ago(3)], [("Hendrik", "x")])
    assert (done.status, done.made["marks"]) == (ImportStatus.APPLIED, 1)
    session.refresh(register)
    assert (register.closed_at is None) == is_disputed
    assert done.made["closed"] == ([] if is_disputed else [row.id])
    assert (
        bool(session.scalar(select(func.count()).where(AttendanceMark.is_counted))) != is_disputed
    )


@pytest.mark.slow
def test_a_session_cancelled_meanwhile_is_skipped_and_the_rest_goes_on(
    session, cast, coordinator, monkeypatch
):
    monkeypatch.setattr(commands, "AT_ONCE", 0)
    one, two = at(session, cast.offering, 3), at(session, cast.offering, 2)
    row = applied(
        session, coordinator, cast.offering, [weeks_ago(3), weeks_ago(2)], [("Hendrik", "x x")]
    )
    assert (row.status, marks(session)) == (ImportStatus.APPLYING, {})
    one.status = SessionStatus.CANCELLED
    session.commit()
    jobs.carry_on(session)
    session.expire_all()
    assert (row.status, row.made["skipped"], row.made["marks"]) == (
        ImportStatus.APPLIED, [one.id], 1
    )  # fmt: skip
    assert session.scalars(select(AttendanceMark.session_id)).all() == [two.id]
    assert session.scalar(select(AttendanceMark.recorded_by_id)) == coordinator.user_id


@pytest.mark.slow
def test_it_goes_on_where_the_worker_was_killed(session, engine, cast, coordinator, monkeypatch):
    monkeypatch.setattr(commands, "AT_ONCE", 0)
    days = [weeks_ago(weeks) for weeks in range(2, 8)]
    row = applied(session, coordinator, cast.offering, days, [("Hendrik", "x " * 6)])
    import_id = row.id
    session.commit()
    for _ in range(20):
        with Session(engine) as worker:  # it dies before the second day is committed
            set_actor(worker, HOUSE)
            if commands.go_on(worker, None, import_id):
                worker.commit()
                commands.go_on(worker, None, import_id)
                worker.rollback()
            else:
                worker.commit()
    session.expire_all()
    assert (row.status, row.done, row.made["marks"]) == (ImportStatus.APPLIED, 6, 6)
    assert len(marks(session)) == 6


def test_only_who_decides_about_people_imports_and_once(session, cast, coordinator):
    row = imported(session, coordinator, cast.offering, reading([weeks_ago(2)], [("Jan", "x")]))
    for who in ("guide", "participant", "viewer"):
        with pytest.raises(NotAllowed):
            commands.apply(session, cast.actor(who), row)
    do(session, coordinator, row)
    with pytest.raises(RuleBroken):
        do(session, coordinator, row)
    session.rollback()


@pytest.mark.slow
def test_a_cooperative_imports_for_a_member_whom_it_knows_there(session, cast):
    them = cast.actor("cooperative")
    cast.enrolment.started_on = weeks_ago(9)
    days, rows = [weeks_ago(2)], [(cast.participant.name, "x"), ("Nieuw", "x")]
    row = applied(session, them, cast.offering, days, rows)
    assert (row.made["marks"], row.made["participants"]) == (1, [])
    assert row.organisation_id == cast.cooperative.id


@pytest.mark.slow
def test_what_a_file_said_is_emptied(session, cast, coordinator):
    days = [weeks_ago(2)]
    row = applied(session, coordinator, cast.offering, days, [("Hendrik", "x")])
    unused = imported(session, coordinator, cast.offering, reading(days, [("Piet", "x")]))
    session.commit()
    with clock.freeze(clock.now() + timedelta(days=8)):
        jobs.forget(session)
        session.commit()
        assert session.get(RegisterImport, unused.id, populate_existing=True) is None
        assert row.reading
    with clock.freeze(clock.now() + timedelta(days=15)):
        for status, keeps in ((ImportStatus.TAKING_BACK, True), (row.status, False)):
            row.status = status
            session.commit()
            jobs.forget(session)
            session.refresh(row)
            assert bool(row.reading) is keeps
    session.commit()
    assert (row.reading, row.choices) == ({}, {})
    assert do(session, coordinator, row, commands.take_back).status is ImportStatus.TAKEN_BACK
    assert isinstance(row.taken_back_at, datetime)


@pytest.mark.slow
def test_days_before_two_stretches_of_hers_move_the_first_of_them_only(session, cast, coordinator):
    """She took part twice; two days before both begin the first one earlier, and not the second."""
    mine = cast.enrolment
    mine.started_on, mine.ended_on, mine.status = weeks_ago(10), weeks_ago(8), S.ENDED
    later = make.enrolment(session, cast.offering, cast.participant)
    later.started_on = weeks_ago(5)
    days = [weeks_ago(12), weeks_ago(11)]
    applied(session, coordinator, cast.offering, days, [(cast.participant.name, "x x")])
    assert (mine.started_on, later.started_on) == (days[0], weeks_ago(5))
