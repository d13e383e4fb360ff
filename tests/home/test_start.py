"""Her first page: what is next, what waits for her, and her hours as a picture."""

from datetime import date, datetime, timedelta

import pytest

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, Provenance, RecordedHow
from portal.core import clock
from portal.enrolments.rules import EnrolmentStatus
from portal.hours.rules import CountStatus, MarkedTime, last_weeks
from portal.participants.models import Programme, ProgrammeTerm
from portal.schedule.rules import SessionStatus
from tests import factories as make

SUNDAY = datetime(2026, 11, 29, 12, tzinfo=clock.LOCAL_ZONE)


def visit(
    at: datetime, minutes: int = 120, standing: CountStatus = CountStatus.COUNTS
) -> MarkedTime:
    return MarkedTime(
        at,
        at + timedelta(minutes=120),
        minutes,
        Provenance.WITHIN_TWO_DAYS,
        standing,
        "Keuken",
        "Koken",
    )


@pytest.mark.parametrize(
    ("days", "words"), [(0, "Vandaag om"), (1, "Morgen om"), (2, "dinsdag 1 december om")]
)
def test_the_next_time_is_said_in_words(session, cast, days, words):
    cast.offering_session.status = SessionStatus.CANCELLED
    with clock.freeze(SUNDAY):
        starts = clock.now() + timedelta(days=days, hours=2)
        make.offering_session(session, cast.offering, starts)
        make.offering_session(session, cast.offering, starts + timedelta(days=7))
        session.commit()
        page = cast.client("participant").page("/my")
    assert words in page.h1.text
    assert cast.offering.title in page.select_one(".next").text
    assert "6 december" not in page.select_one(".next").text


def test_where_nothing_is_planned_she_is_shown_the_way_to_find_something(cast):
    page = cast.client("participant").page("/my")
    assert page.h1.text == "Er is nog geen volgende keer."
    assert page.select_one("#coming a.button") is not None


def test_what_waits_for_her_yes_is_on_her_first_page_and_what_runs_is_not(session, cast):
    offered = make.offering(session, cast.enterprise, title="Naaien")
    until = clock.now() + timedelta(days=2)
    make.enrolment(session, offered, cast.participant, EnrolmentStatus.OFFERED, offer_until=until)
    session.commit()
    client = cast.client("participant")
    waits = client.page("/my").select_one("#undecided")
    assert "Naaien" in waits.text
    assert cast.offering.title not in waits.text
    client.submit("/my", form="#undecided form")
    assert client.page("/my").select_one("#undecided") is None
    assert "Naaien" in client.page("/my/activities").select_one("#activities").text


def test_each_week_holds_its_own_visits_and_no_minute_twice():
    monday = datetime(2026, 11, 23, 9, tzinfo=clock.LOCAL_ZONE)
    late = datetime(2026, 11, 22, 23, 30, tzinfo=clock.LOCAL_ZONE)
    visits = [
        visit(monday - timedelta(weeks=12)),  # too long ago
        visit(monday - timedelta(weeks=11)),
        visit(late),
        visit(monday),
        visit(monday + timedelta(minutes=60), standing=CountStatus.OPEN),
        visit(monday + timedelta(days=1), minutes=0),
    ]
    weeks = last_weeks(visits, date(2026, 11, 29))
    assert [week.monday for week in weeks] == [
        date(2026, 9, 7) + timedelta(weeks=number) for number in range(12)
    ]
    assert [[minutes for _, minutes in week.visits] for week in weeks if week.visits] == [
        [120], [120], [120, 60],
    ]  # fmt: skip
    assert [week.monday for week in weeks if week.visits] == [
        date(2026, 9, 7), date(2026, 11, 16), date(2026, 11, 23),
    ]  # fmt: skip


def test_the_picture_has_a_block_for_each_visit_as_high_as_it_lasted(session, cast):
    with clock.freeze(SUNDAY):
        for days, minutes in ((1, 120), (8, 60)):
            row = make.offering_session(session, cast.offering, clock.now() - timedelta(days=days))
            session.add(
                AttendanceMark(
                    session_id=row.id, enrolment_id=cast.enrolment.id,
                    organisation_id=cast.enterprise.id, participant_id=cast.participant.id,
                    status=AttendanceStatus.PRESENT, minutes=minutes, recorded_at=clock.now(),
                    how=RecordedHow.BY_HAND,
                )
            )  # fmt: skip
        session.commit()
        page = cast.client("participant").page("/my")
    heights = [int(block["height"]) for block in page.select(".weeks > svg > rect")]
    assert len(heights) == 2
    assert heights[1] == 2 * heights[0]
    assert page.select_one(".weeks figcaption").text.strip() == cast.offering.title


@pytest.mark.slow
@pytest.mark.parametrize("status", ["published", "hidden", "archived"])
def test_each_link_of_her_first_page_leads_somewhere(session, cast, status):
    make.offering_session(session, cast.offering, clock.now() + timedelta(days=1))
    cast.offering.status = status
    session.commit()
    client = cast.client("participant")
    links = {link["href"] for link in client.page("/my").main.select("a[href^='/']")}
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_her_first_page_says_nothing_of_how_many_others_there_are(session, cast):
    """Whoever signs up could read from day to day who left."""
    make.offering_session(session, cast.offering, clock.now() + timedelta(days=1))
    session.commit()
    client = cast.client("participant")
    alone = client.page("/my").select_one(".next").text
    cast.offering.places_taken = 7
    session.commit()
    assert client.page("/my").select_one(".next").text == alone


@pytest.mark.parametrize(
    ("days", "is_said"), [((-30, -1), False), ((-30, None), True), ((1, None), False)]
)
def test_the_programme_that_she_is_in_today_stands_with_her_data(session, cast, days, is_said):
    programme = Programme(name="Regeling Zuid", valid_from=clock.today(), source="Besluit")
    from_on, until_on = (clock.today() + timedelta(days=n) if n is not None else None for n in days)
    term = ProgrammeTerm(
        participant_id=cast.participant.id, programme=programme, from_on=from_on, until_on=until_on
    )
    session.add(term)
    session.commit()
    assert ("Regeling Zuid" in cast.client("participant").page("/my/data").words) is is_said
