"""A session that gets another time leaves what was written down of it where that was taken."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from portal.absences.queries import list_long_absent
from portal.attendance import commands
from portal.attendance.commands import closing
from portal.attendance.commands.closing import go_on_after_all
from portal.attendance.queries import marks_of
from portal.attendance.queries.history import list_changes
from portal.attendance.rules import AttendanceStatus, CorrectionReason, Provenance, RecordedHow
from portal.check_in.commands import check_in
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.enrolments.commands import cancel_session, move_session
from portal.hours.queries import hours_of, list_visits
from portal.impact.queries.counting import count_period
from portal.impact.rules import Period
from portal.notices.models import Notice
from portal.schedule.commands import add_series
from portal.schedule.commands.changes import apply_change, plan_change
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason, Pattern
from tests import factories as make
from tests.phones.test_events import Phone

PRESENT, EXCUSED, ABSENT = AttendanceStatus
MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 11, 45, tzinfo=UTC)  # 12.45 in Amsterdam
ROUND = Pattern((0,), time(13), time(16, 30), MONDAY, MONDAY + timedelta(days=29))


@pytest.fixture(autouse=True)
def _a_quarter_before():
    with clock.freeze(NOW):
        yield


@pytest.fixture
def coordinator(cast):
    return cast.actor("coordinator")


@pytest.fixture
def series(session, cast, coordinator):
    """A group of 16 on Mondays; today's session begins in a quarter of an hour."""
    session.delete(cast.offering_session)
    offering = make.offering(session, cast.enterprise, places=16)
    for _ in range(15):
        make.enrolment(session, offering)
    cast.theirs = make.enrolment(session, offering, cast.participant)
    set_actor(session, coordinator)
    return add_series(session, coordinator, offering=offering, pattern=ROUND)


@pytest.fixture
def today(session, series):
    return sessions(session, series)[0]


def sessions(session, series):
    return session.scalars(
        select(OfferingSession)
        .where(OfferingSession.offering_id == series.offering_id)
        .order_by(OfferingSession.starts_at)
        .execution_options(populate_existing=True)
    ).all()


def move(session, actor, row, day, starts=time(13), ends=time(14)):
    set_actor(session, actor)
    return move_session(session, actor, row, day=day, starts=starts, ends=ends, place="")


def everybody(session, cast, row):
    set_actor(session, cast.actor("guide"))
    assert commands.record_everyone(session, cast.actor("guide"), row) == 16


def begins(row):
    return clock.to_local(row.starts_at).date(), clock.to_local(row.starts_at).time()


def test_sixteen_marks_stay_when_it_goes_to_next_week(session, cast, coordinator, series, today):
    everybody(session, cast, today)
    assert move(session, coordinator, today, MONDAY + timedelta(days=8)) == 16
    [stayed, *_] = rows = sessions(session, series)
    assert (stayed.id, begins(stayed)) == (today.id, (MONDAY, time(13)))
    assert (stayed.is_cancelled, stayed.not_held_reason) == (True, NotHeldReason.MOVED)
    assert [mark.minutes for mark in marks_of(session, stayed.id).values()] == [210] * 16
    [there] = [row for row in rows if begins(row) == (MONDAY + timedelta(days=8), time(13))]
    assert (there.minutes, marks_of(session, there.id)) == (60, {})
    assert there.series_id == stayed.series_id


def test_hours_do_not_go_to_another_week(session, cast, coordinator, series, today):
    her = cast.actor("participant")
    set_actor(session, her)
    check_in(session, her, today)
    move(session, coordinator, today, MONDAY + timedelta(days=8))
    with clock.freeze(NOW + timedelta(days=8, hours=2)):
        set_actor(session, cast.actor("guide"))
        for row in sessions(session, series):
            if not row.is_cancelled and row.starts_at <= clock.now():
                closing.close(session, cast.actor("guide"), row)
        set_actor(session, her)
        assert hours_of(session, her.participant_id).all.minutes == 0
        assert list_visits(session, her.participant_id) == []
        figures = count_period(session, cast.enterprise.id, Period(MONDAY, date(2026, 4, 1)))
    assert figures.cells["minutes"].value == 0
    assert figures.plain["sessions_cancelled"] == 0  # it takes place, at another time


def test_moved_back_its_marks_are_there_again(session, cast, coordinator, series, today):
    everybody(session, cast, today)
    move(session, coordinator, today, MONDAY + timedelta(days=8))
    [there] = [row for row in sessions(session, series) if begins(row)[0] == date(2026, 3, 10)]
    move(session, coordinator, there, MONDAY, time(13), time(16, 30))
    [back, *_] = rows = sessions(session, series)
    assert (back.id, back.is_cancelled, len(marks_of(session, back.id))) == (today.id, False, 16)
    assert [row.was_moved for row in rows if row.id == there.id] == [True]


@pytest.mark.parametrize(
    ("values", "moves"),
    [
        ({"weekdays": (1,)}, True),
        ({"starts": time(14)}, True),
        ({"ends": time(14)}, False),
        ({"starts": time(12, 50), "ends": time(13, 50)}, True),
    ],
)
def test_a_series_that_changes_leaves_the_marks_of_today(
    session, cast, coordinator, series, today, values, moves
):
    everybody(session, cast, today)
    set_actor(session, coordinator)
    before = replace(series.pattern)
    apply_change(
        session, coordinator,
        plan_change(session, series, replace(series.pattern, **values), MONDAY),
    )  # fmt: skip
    rows = sessions(session, series)
    [stayed] = [row for row in rows if row.id == today.id]
    assert begins(stayed) == (MONDAY, time(13))
    assert stayed.was_moved is moves
    minutes = {mark.minutes for mark in marks_of(session, stayed.id).values()}
    assert minutes == ({210} if moves else {60})
    assert [row for row in rows if row.id != today.id and marks_of(session, row.id)] == []
    assert sum(not row.is_cancelled for row in rows) == 5
    apply_change(session, coordinator, plan_change(session, series, before, MONDAY))
    [back] = [row for row in sessions(session, series) if row.id == today.id]
    assert (back.is_cancelled, back.minutes) == (False, 210)
    assert len(marks_of(session, back.id)) == 16


def test_a_shorter_session_shortens_its_marks_and_says_so(
    session, cast, coordinator, series, today
):
    her, guide = cast.actor("participant"), cast.actor("guide")
    set_actor(session, her)
    check_in(session, her, today)
    move(session, coordinator, today, MONDAY)
    set_actor(session, guide)
    [mark] = marks_of(session, today.id).values()
    assert mark.minutes == today.minutes == 60
    last, first = list_changes(session, today.id)
    assert (last.minutes, last.before, last.reason) == (60, (PRESENT, 210), CorrectionReason.MOVED)
    assert (first.minutes, first.how) == (210, RecordedHow.CHECKED_IN)
    with clock.freeze(NOW + timedelta(hours=3)):
        closing.close(session, guide, today)
        [visit] = list_visits(session, her.participant_id)
    assert (visit.minutes, visit.provenance) == (60, Provenance.CHECKED_IN)


def test_only_an_excuse_goes_nowhere_and_the_session_itself_moves(
    session, cast, coordinator, series, today
):
    her = cast.actor("participant")
    set_actor(session, her)
    commands.excuse(session, her, today)
    move(session, coordinator, today, MONDAY + timedelta(days=1))
    assert begins(today) == (MONDAY + timedelta(days=1), time(13))
    assert marks_of(session, today.id) == {}
    kinds = session.scalars(select(Notice.kind)).all()
    assert set(kinds) == {"enrolments/session_moved"}


def test_who_stayed_away_from_what_was_called_off_was_not_absent(
    session, cast, coordinator, series, today
):
    guide = cast.actor("guide")
    series.offering.absences_signal = 1
    set_actor(session, guide)
    commands.record(session, guide, today, {cast.theirs.id: (ABSENT, None)}, RecordedHow.BY_HAND)
    assert len(list_long_absent(session, guide, clock.now())) == 1
    set_actor(session, coordinator)
    cancel_session(session, coordinator, today)
    set_actor(session, guide)
    assert list_long_absent(session, guide, clock.now()) == []


# -- phones without a signal ------------------------------------------------------------


@pytest.fixture
def phone(cast, session, series, today):
    """It knows today's session; then nothing comes through any more."""
    session.commit()
    found = Phone(cast)
    found.session, found.cast = str(today.uuid), type("Hers", (), {"enrolment": cast.theirs})
    return found


def tap(phone, row, minutes_after, *, status="present"):
    at = row.starts_at + timedelta(minutes=minutes_after)
    return phone.mark(status, tapped_at=at.isoformat(), starts_at=row.starts_at.isoformat())


@pytest.mark.parametrize("had_marks", [True, False])
def test_a_late_tap_lands_where_it_was_made(
    session, cast, coordinator, series, today, phone, had_marks
):
    """The group met, as nobody there had heard that it was moved."""
    event = tap(phone, today, 30)
    if had_marks:
        everybody(session, cast, today)
    move(session, coordinator, today, MONDAY + timedelta(days=8))
    session.commit()
    with clock.freeze(NOW + timedelta(hours=6)):
        body = {"sent_at": clock.now().isoformat()}
        [result] = phone.send(event, **body)["results"]
        assert result["status"] in ("ok", "stale"), result
        [again] = phone.send(event, **body)["results"]
        assert again["status"] == "duplicate"
    held, *rest = sessions(session, series)
    assert (begins(held), held.is_cancelled) == ((MONDAY, time(13)), False)  # somebody was there
    assert cast.theirs.id in marks_of(session, held.id)
    assert [row for row in rest if marks_of(session, row.id)] == []


def test_a_late_tap_does_not_land_where_the_session_was_held_since(
    session, cast, coordinator, series, today, phone
):
    event = tap(phone, today, 30)
    move(session, coordinator, today, MONDAY + timedelta(days=1))
    session.commit()
    with clock.freeze(NOW + timedelta(days=1, minutes=30)):
        everybody(session, cast, today)
        closing.close(session, cast.actor("guide"), today)
        session.commit()
        assert phone.became(event) == ["ok"]
    held, moved, *_ = sessions(session, series)
    assert (begins(held)[0], set(marks_of(session, held.id))) == (MONDAY, {cast.theirs.id})
    assert not any(mark.is_disputed for mark in marks_of(session, moved.id).values())


@pytest.mark.parametrize("status", ["absent", "excused"])
def test_who_was_not_there_does_not_bring_a_session_back(
    session, cast, coordinator, series, today, phone, status
):
    event = tap(phone, today, 30, status=status)
    move(session, coordinator, today, MONDAY + timedelta(days=8))
    session.commit()
    with clock.freeze(NOW + timedelta(hours=6)):
        assert phone.became(event) == ["ok"]
        stayed = sessions(session, series)[0]
        assert (begins(stayed), stayed.was_moved) == ((MONDAY, time(13)), True)
        assert len(marks_of(session, stayed.id)) == 1
        set_actor(session, cast.actor("guide"))
        go_on_after_all(session, cast.actor("guide"), stayed)
    assert not stayed.is_cancelled


def test_a_phone_that_speaks_of_a_time_that_never_was_is_told(session, phone, today):
    event = phone.mark(starts_at=(today.starts_at + timedelta(minutes=7)).isoformat())
    [result] = phone.send(event)["results"]
    assert (result["status"], bool(result["message"])) == ("rejected", True)


# -- pages ------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("page", ["", "/walk-in", "/not-held"])
def test_a_page_drawn_for_another_time_is_refused(session, cast, coordinator, series, today, page):
    session.commit()
    guide, address = cast.client("guide"), f"/registers/{today.uuid}{page}"
    drawn = guide.page(address)
    move(session, coordinator, today, MONDAY, time(13, 30), time(14, 30))
    session.commit()
    values = {"/not-held": {"reason": "no_room"}, "/walk-in": {"name": "Ali"}}.get(page, {})
    form = {"/walk-in": "form:has([name='name'])", "/not-held": 0}.get(page, "#register-form")
    answer = guide.submit(drawn, form=form, button="all" if not page else None, **values)
    assert answer.status_code == 422
    assert marks_of(session, today.id) == {}


def test_what_was_moved_says_so_and_is_no_choice(session, cast, coordinator, series, today):
    everybody(session, cast, today)
    session.commit()
    guide = cast.client("guide")
    move(session, coordinator, today, MONDAY + timedelta(days=8))
    session.commit()
    page = guide.page(f"/registers/{today.uuid}")
    assert page.select_one(".notice.stop b")
    coming = sessions(session, series)[1]
    session.commit()
    values = [box["value"] for box in guide.page(f"/registers/{coming.uuid}/not-held").select(
        "input[name='reason']"
    )]  # fmt: skip
    assert "moved" not in values
    set_actor(session, coordinator)
    with pytest.raises(RuleBroken, match="already"):
        cancel_session(session, coordinator, today)
