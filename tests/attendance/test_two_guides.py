"""Two guides save one register by plain forms: nobody's mark is lost unsaid, as with two phones."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.attendance.models import AttendanceMark, Register
from portal.attendance.queries.sheet import beside
from portal.attendance.rules import AttendanceStatus
from portal.core.guard import set_actor
from tests import factories as make

FORM = "#register-form"
HERE, EXCUSED, ABSENT = (status.value for status in AttendanceStatus)


@pytest.fixture
def address(cast):
    return f"/registers/{cast.offering_session.uuid}"


def said(session):
    session.rollback()
    mark = session.scalars(select(AttendanceMark)).one()
    found = (mark.status.value, mark.minutes, mark.is_disputed)
    session.rollback()
    return found


def both_say(cast, address, first, second):
    """Both opened the page before either of them saved; what the second one sees then."""
    guide, coordinator = cast.client("guide"), cast.client("coordinator")
    pages = [one.page(address) for one in (guide, coordinator)]
    send(guide, pages[0], **first)
    return send(coordinator, pages[1], **second)


def send(client, page, **pressed):
    """Press a button of the register, as a browser without JavaScript sends it."""
    hidden = {one["name"]: one["value"] for one in page.select(f"{FORM} input[type=hidden]")}
    return client.page(client.post(page.url, data=hidden | pressed, follow_redirects=True))


def mark(cast, status):
    return {f"mark-{cast.enrolment.id}": status}


def minutes(cast, number):
    return {f"minutes-{cast.enrolment.id}": str(number)}


@pytest.mark.parametrize(("first", "second"), [*itertools.permutations((HERE, EXCUSED, ABSENT), 2)])
@pytest.mark.parametrize("was", [None, HERE, ABSENT])
def test_different_marks_are_a_dispute(session, cast, address, was, first, second):
    if was:
        client = cast.client("guide")
        send(client, client.page(address), **mark(cast, was))
    page = both_say(cast, address, mark(cast, first), mark(cast, second))
    if was == first:  # which was there, so she said nothing new
        assert said(session)[::2] == (second, False)
        return
    settles = page.select(f'[name="settle-{cast.enrolment.id}"]')
    assert {one["data-status"] for one in settles} == {first, second}
    assert said(session)[2]


def test_different_minutes_are_one_too(session, cast, address):
    both_say(cast, address, minutes(cast, 60), minutes(cast, 90))
    assert said(session)[2]


def test_the_same_twice_is_none(session, cast, address):
    both_say(cast, address, mark(cast, ABSENT), mark(cast, ABSENT))
    assert said(session) == (ABSENT, 0, False)


def test_who_saw_the_others_mark_changes_it(session, cast, address):
    for who, status in (("guide", HERE), ("coordinator", ABSENT), ("guide", EXCUSED)):
        client = cast.client(who)
        send(client, client.page(address), **mark(cast, status))
    assert said(session) == (EXCUSED, 0, False)


def test_one_guide_in_two_windows_is_one_guide(session, cast, address):
    client = cast.client("guide")
    page = client.page(address)
    for status in (HERE, ABSENT):
        send(client, page, **mark(cast, status))
    assert said(session) == (ABSENT, 0, False)


def test_everyone_is_here_leaves_what_a_colleague_wrote(session, cast, address):
    make.enrolment(session, cast.offering, make.participant(session, "Ali B."))
    session.commit()
    guide, coordinator = cast.client("guide"), cast.client("coordinator")
    page = coordinator.page(address)
    send(guide, guide.page(address), **mark(cast, ABSENT))
    coordinator.page(coordinator.submit(page, form=FORM, button="all"))
    session.rollback()
    marks = {one.enrolment_id: one for one in session.scalars(select(AttendanceMark))}
    assert (marks[cast.enrolment.id].status, len(marks)) == (AttendanceStatus.ABSENT, 2)
    session.rollback()


def test_who_walks_in_and_was_written_down_meanwhile(session, cast, address):
    guide, coordinator = cast.client("guide"), cast.client("coordinator")
    page = coordinator.page(f"{address}/walk-in")
    send(guide, guide.page(address), **mark(cast, ABSENT))
    coordinator.page(
        coordinator.submit(page, form="form:has([name=card])", card="card-of-fatma", button="card")
    )
    assert said(session)[2]


@pytest.mark.slow
def test_what_was_said_about_another_day_is_no_part_of_a_dispute(session, cast, address):
    both_say(cast, address, mark(cast, HERE), mark(cast, ABSENT))
    begins = cast.offering_session.starts_at - timedelta(days=7)
    other = make.offering_session(session, cast.offering, begins)
    session.commit()
    both_say(cast, f"/registers/{other.uuid}", mark(cast, EXCUSED), mark(cast, HERE))
    set_actor(session, cast.actor("guide"))
    for row, said_first in ((cast.offering_session, HERE), (other, EXCUSED)):
        said_there = beside(session, session.get_one(Register, row.id))
        assert [one.status.value for one in said_there[cast.enrolment.id]] == [said_first]
