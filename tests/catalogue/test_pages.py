"""What a visitor finds, and that it is right at once."""

from datetime import UTC, datetime, time, timedelta, tzinfo

import pytest
from bs4 import Tag
from icalendar import Calendar
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.offerings.models import Offering
from portal.offerings.rules import DutchLevel, Intake, OfferingKind, OfferingStatus, WorkWord
from portal.offerings.rules.competences import competences
from portal.organisations.rules import OrganisationStatus
from portal.schedule.models import Series
from portal.schedule.rules import SessionStatus
from portal.web.i18n import LANGUAGES
from tests import factories as make
from tests.cast import Cast
from tests.page_audit import Page

KATENDRECHT = "BU05990870"
COOL = "BU05990112"
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def _monday_morning():
    with clock.freeze(NOW):
        yield


@pytest.fixture
def city(session: Session, cast: Cast) -> Cast:
    """Besides the cast's own: three offerings that differ in all a visitor may ask."""
    wood = make.offering(
        session, cast.enterprise, title="Meubels maken", slug="meubels", area_code=COOL,
        kind=OfferingKind.PRE_TRAJECTORY, work_word=WorkWord.MAKEN, intake=Intake.BY_INVITATION,
        dutch_level=DutchLevel.A2, spoken=["nl", "ar"], competences=["samenwerken"],
    )  # fmt: skip
    session.add(
        Series(
            offering_id=wood.id, weekdays=[1, 3], starts=time(9, 30), ends=time(12),
            first_on=NOW.date(), last_on=NOW.date() + timedelta(weeks=10, days=-1),
            skips_school_holidays=True,
        )
    )  # fmt: skip
    make.offering_session(session, wood, NOW + timedelta(days=1))
    shop = make.offering(
        session, cast.other_enterprise, title="50% winkel", slug="winkel", status="full",
        work_word=WorkWord.VERKOPEN, places=5, places_taken=5, area_code=COOL, spoken=["nl"],
    )  # fmt: skip
    make.offering_session(session, shop, NOW + timedelta(hours=6))  # Monday afternoon
    make.offering(
        session, cast.other_enterprise, title="Oude fietsen", slug="fietsen", status="closed",
        work_word=WorkWord.VERVOEREN, area_code=COOL, spoken=[],
    )  # fmt: skip
    session.commit()
    return cast


def one(page: Page, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def titles(cast: Cast, url: str, who: str = "visitor") -> list[str]:
    page = cast.client(who).page(url)
    return [heading.get_text(strip=True) for heading in page.select("#results > .cards > .card h3")]


ALL = ["Meubels maken", "Koken voor de buurt", "50% winkel", "Oude fietsen"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ALL),
        ("work=maken", ALL[:1]),
        ("work=maken&work=verkopen", [ALL[0], ALL[2]]),
        ("kind=pre_trajectory", ALL[:1]),
        ("area=WK059901&work=maken&work=helpen", ALL[:1]),
        (f"area={COOL}", [ALL[0], ALL[2], ALL[3]]),
        ("day=tue", ALL[:1]),
        ("day=tue&day=mon", [ALL[0], ALL[2]]),
        ("day=mon&part=morning", []),
        ("part=afternoon", [ALL[2]]),
        ("day=thu&part=morning", ALL[:1]),
        ("level=a1", ALL[1:]),
        ("language=ar", ALL[:1]),
        ("q=MEUBEL", ALL[:1]),
        ("q=maken+meubels", ALL[:1]),
        ("q=oever+winkel", [ALL[2]]),
        ("q=50%25", [ALL[2]]),
        ("q=%25", []),
        ("q=_", []),
        ("q=%5C", []),
        ("work=x&kind=x&day=x&part=x&level=x&language=x&page=x&sort=x", ALL),
        ("page=0", ALL),
        ("page=-3", ALL),
        ("page=99999999999999999999", ALL),
        ("area=nowhere", []),
    ],
)
def test_find_by_what_is_asked(city: Cast, search, found):
    assert sorted(titles(city, f"/offerings?{search}")) == sorted(found)


def test_find_puts_a_free_place_and_the_soonest_first(city: Cast, session: Session):
    soon = make.offering(session, city.enterprise, title="Vandaag nog")
    make.offering_session(session, soon, NOW + timedelta(hours=1))
    session.commit()
    # No date, then full although it is sooner, then closed.
    assert titles(city, "/") == ["Vandaag nog", ALL[0], ALL[2], ALL[1], ALL[3]]


def test_find_says_what_it_is_in_words(city: Cast):
    page = city.client().page("/offerings?work=maken")
    card = one(page, ".card").get_text(" ", strip=True)
    assert "12" in card
    assert "Cool, Centrum" in card
    assert "09.30" in card
    assert "10" in card  # weeks
    assert one(page, "[data-count]").get_text().startswith("1 ")
    assert one(page, "input[value=maken]").has_attr("checked")
    assert not one(page, "input[value=verkopen]").has_attr("checked")


def test_find_offers_a_way_out_when_nothing_fits(city: Cast):
    page = city.client().page("/offerings?q=ruimtevaart")
    assert page.select("#results a[href='/offerings']")
    assert one(page, "input[name=q]")["value"] == "ruimtevaart"


def test_what_is_asked_is_said_and_taken_away_one_by_one(city: Cast):
    client = city.client()
    page = client.page("/offerings?q=meubels&work=maken&also=free&day=x")
    ways = [str(tag["href"]).partition("#")[0] for tag in page.select(".chips a")]
    assert ways == [
        "/offerings?work=maken&also=free",
        "/offerings?q=meubels&also=free",
        "/offerings?q=meubels&work=maken",
    ]
    assert not client.page("/offerings").select(".chips")
    near = client.page("/offerings?q=ruimtevaart").select("#results .card h3 a")
    assert near  # what one may like instead is looked at here and now


def test_find_says_how_many_each_choice_leaves(city: Cast):
    page = city.client().page("/offerings?work=maken&area=WK059901&also=near")
    words = {tag["for"]: tag.get_text(" ", strip=True) for tag in page.select("label[for]")}
    assert "(1)" in words["area-WK059901"]
    selling = one(page, "input[value=verkopen]")["id"]
    assert "(1)" in words[selling]
    assert one(page, "input[value=near]").has_attr("checked")
    assert "(1)" in one(page, "option[value=pre_trajectory]").get_text()


def test_find_offers_searches_that_find_something(city: Cast):
    client = city.client()
    page = client.page("/offerings?q=meubels&part=evening&also=free&also=school&page=7&x=1")
    ways = [str(tag["href"]) for tag in page.select("#results .lines a")]
    assert ways == ["/offerings?q=meubels&also=free&also=school#results"]
    assert titles(city, ways[0]) == ALL[:1]
    assert titles(city, str(one(client.page("/offerings?q=xyzzyq"), "#results .lines a")["href"]))
    page = client.page("/offerings?q=meubls")
    assert "meubels" in one(page, "#results > p").get_text()


def test_find_refuses_a_citizen_number_and_repeats_nothing(city: Cast):
    page = city.client().page("/offerings?q=111222333", status=422)
    assert page.select_one(".error-summary")


def test_find_shows_16_a_page_and_keeps_the_search(session: Session, cast: Cast):
    for number in range(17):
        make.offering(session, cast.enterprise, title=f"Werk {number:02}", work_word="maken")
    session.commit()
    page = cast.client().page("/offerings?work=maken")
    assert len(page.select(".card")) == 16
    following = one(page, "a[rel=next]")["href"]
    assert "work=maken" in following
    assert titles(cast, f"/offerings{following}") == ["Werk 16"]


@pytest.mark.parametrize("status", [OrganisationStatus.REGISTERED, OrganisationStatus.REFUSED])
def test_nothing_of_an_organisation_that_is_not_verified_is_public(session, cast, status):
    cast.enterprise.status = status
    session.commit()
    for who in ("visitor", "admin", "operator"):
        assert titles(cast, "/offerings", who) == []
        for ending in ("", ".ics"):
            response = cast.client(who).get(f"/offerings/{cast.offering.slug}{ending}")
            assert response.status_code == 404


@pytest.mark.parametrize("status", [OfferingStatus.DRAFT, OfferingStatus.ARCHIVED])
def test_a_draft_and_the_archive_are_nobodys_to_find(session, cast, status):
    cast.offering.status = status
    session.commit()
    for who in ("visitor", "participant", "admin", "operator"):
        assert titles(cast, "/offerings", who) == []
        for ending in ("", ".ics"):
            response = cast.client(who).get(f"/offerings/{cast.offering.slug}{ending}")
            assert response.status_code == 404


def test_show_has_a_way_in(city: Cast):
    page = city.client().page("/offerings/meubels")
    assert one(page, "a.button.big")["href"] == "/offerings/meubels/sign-up"
    assert "Cool, Centrum" in page.words
    assert "ESCO classification" in page.words or "ESCO" in page.words
    assert page.select_one("a[href='/organisations/" + city.enterprise.slug + "']")


def test_show_of_a_full_offering_leads_to_the_waiting_list(city: Cast):
    assert city.client().page("/offerings/winkel").select_one("a.button.big")


def test_show_of_a_closed_offering_has_no_way_in(city: Cast):
    page = city.client().page("/offerings/fietsen")
    assert not page.select("a[href$=sign-up]")
    assert page.select_one(".notice.info")


def test_show_gives_the_next_five_dates_and_what_does_not_go_on(session, cast):
    for number in range(1, 8):
        row = make.offering_session(session, cast.offering, NOW + timedelta(days=7 * number))
        if number == 2:
            row.status = SessionStatus.CANCELLED
    session.commit()
    dates = cast.client().page(f"/offerings/{cast.offering.slug}").select("main time")
    days = [tag["datetime"][:10] for tag in dates]
    assert days == [(NOW + timedelta(days=7 * number)).date().isoformat() for number in range(1, 7)]


def test_calendar_keeps_each_session_apart(session: Session, cast: Cast):
    summer = datetime(2026, 3, 31, 7, 30, tzinfo=UTC)  # 09.30 on the first Tuesday of summer time
    moved = make.offering_session(session, cast.offering, summer, 150, revision=2)
    gone = make.offering_session(
        session, cast.offering, summer + timedelta(days=7), status=SessionStatus.CANCELLED
    )
    session.commit()
    response = cast.client().get(f"/offerings/{cast.offering.slug}.ics")
    assert response.content_type == "text/calendar; charset=utf-8"
    assert b"\n" not in response.data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in response.data.split(b"\r\n"))
    assert b"DTSTART;TZID=Europe/Amsterdam:20260331T093000" in response.data
    calendar = Calendar.from_ical(response.data)
    assert isinstance(calendar, Calendar)
    zone: tzinfo = calendar.timezones[0].to_tz()
    for month, day, hours in ((3, 28, 1), (3, 29, 2), (10, 24, 2), (10, 25, 1)):
        assert datetime(2026, month, day, 9, tzinfo=zone).utcoffset() == timedelta(hours=hours)
    events = {str(e["UID"]): e for e in calendar.walk("VEVENT")}
    assert len(events) == 3
    first = events[f"{moved.uuid}@127.0.0.1"]
    assert first["SEQUENCE"] == 2
    assert first.decoded("DTSTART") == moved.starts_at
    assert first.decoded("DTEND") == moved.ends_at
    assert first.decoded("DTSTAMP").utcoffset() == timedelta(0)
    assert first["STATUS"] == "CONFIRMED"
    assert events[f"{gone.uuid}@127.0.0.1"]["STATUS"] == "CANCELLED"


def _count_queries(cast: Cast, engine, url: str) -> int:
    count = 0

    def seen(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(engine, "before_cursor_execute", seen)
    try:
        assert cast.client().get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", seen)
    return count


@pytest.mark.parametrize("search", ["?page=1", "?day=mon&part=morning&area=WK059901&q=werk"])
def test_find_asks_no_more_for_more(session: Session, engine, cast: Cast, search):
    def add(count: int) -> None:
        for _ in range(count):
            organisation = make.organisation(session)
            row = make.offering(session, organisation, title="Werk", area_code=COOL)
            make.offering_session(session, row, NOW + timedelta(hours=1))
            session.add(
                Series(
                    offering_id=row.id, weekdays=[0], starts=time(9), ends=time(12),
                    first_on=NOW.date(),
                )
            )  # fmt: skip
        session.commit()

    add(2)
    cast.client().get("/offerings")  # brings the index in memory up to date
    few = _count_queries(cast, engine, f"/offerings{search}")
    add(18)
    cast.client().get("/offerings")
    assert _count_queries(cast, engine, f"/offerings{search}") == few


def test_a_change_is_visible_at_once(session: Session, cast: Cast):
    assert titles(cast, "/") == ["Koken voor de buurt"]
    offering = session.get_one(Offering, cast.offering.id)
    offering.title = "Soep voor de straat"
    session.commit()
    assert titles(cast, "/") == ["Soep voor de straat"]
    offering.status = OfferingStatus.ARCHIVED
    session.commit()
    assert titles(cast, "/") == []


def test_a_card_is_drawn_once_in_a_language_until_its_offering_changes(
    city: Cast, session: Session, engine
):
    def ask(url: str) -> tuple[int, str]:
        return _count_queries(city, engine, url), city.client().get(url).text

    first, text = ask("/offerings?n=1")
    again, _ = ask("/offerings?n=2")
    english, in_english = ask("/offerings?n=3&lang=en")
    assert again < min(first, english)
    assert "Meubels maken" in text
    assert "Vol: wachtlijst" in text
    assert "Full: waiting list" in in_english
    session.scalars(select(Offering).where(Offering.slug == "winkel")).one().places = 7
    session.scalars(
        select(Offering).where(Offering.slug == "winkel")
    ).one().status = OfferingStatus.PUBLISHED
    session.commit()
    changed, text = ask("/offerings?n=4")
    assert changed > again
    assert "Bijna vol" in text
    assert "Vol: wachtlijst" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_what_somebody_can_do_in_plain_words(cast, language):
    """Each word with what it looks like and a drawing; ESCO's own label is said to be Dutch."""
    page = cast.client("visitor").page(f"/competences?lang={language}")
    for one in competences().values():
        said = page.find(id=one.key)
        assert one.plain(language) in said.h3.text
        assert one.looks_like(language) in said.text
        assert said.select_one("svg.art > *")
        link = said.select_one("a[lang=nl]")
        shown = (link["href"], link.text) if link else ("", "")
        assert shown == (one.esco_uri, one.esco_label_nl)
    assert "ESCO" in page.words
