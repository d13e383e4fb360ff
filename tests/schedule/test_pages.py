"""A coordinator's pages: the list, the form that gives dates, the staff page and its buttons."""

from datetime import time, timedelta

import pytest
from sqlalchemy import event, func, select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.offerings.rules import OfferingKind, OfferingStatus
from portal.schedule.commands import add_series
from portal.schedule.models import Series
from portal.schedule.rules import Pattern
from tests import factories as make
from tests.schedule.walked import NEW, newest, values_of, walk


@pytest.fixture
def coordinator(cast):
    return cast.client("coordinator")


@pytest.mark.slow
def test_a_day_activity_without_an_end_goes_on(session, cast, coordinator):
    walk(coordinator, **values_of(kind="day_activity", weekdays=["1"]))
    series = session.scalars(select(Series)).one()
    assert series.last_on is None
    assert series.weekdays == [1]


def test_the_same_form_sent_twice_makes_one_offering(session, cast, coordinator):
    page = coordinator.page(NEW)
    values = {name: values_of()[name] for name in ("kind", "title", "work_word", "domain")}
    first = coordinator.submit(page, follow=False, **values)
    second = coordinator.submit(page, follow=False, **values)
    assert first.location == second.location
    assert session.scalar(select(func.count(Offering.id))) == 2  # the cast has one


@pytest.mark.slow
@pytest.mark.one_database  # the form refuses it, and asks no row
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"kind": None}, "kind"),
        ({"kind": "holiday"}, "kind"),
        ({"competences": None}, "competences"),
        ({"competences": ["nonsense"]}, "competences"),
        (
            {
                "competences": [
                    *("raad-geven", "omgaan-met-mensen", "best-doen", "afspraken-nakomen"),
                    *("rekenen", "rustig-blijven", "berichten"),
                ]
            },
            "competences",
        ),
        ({"area_code": "BU0"}, "area_code"),
        ({"places": "0"}, "places"),
        ({"places": "many"}, "places"),
        ({"costs_cents": "a lot"}, "costs_cents"),
        ({"weekdays": None}, "weekdays"),
        ({"weekdays": ["9"]}, "weekdays"),
        ({"ends": "09:00"}, "ends"),
        ({"ends": "25:00"}, "ends"),
        ({"first_on": "2020-01-01"}, "first_on"),
        ({"first_on": "2026-02-30"}, "first_on"),
        ({"weeks": ""}, "weeks"),
        ({"weeks": "105"}, "weeks"),
        ({"what": "Mijn nummer is 111222333."}, "what"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_the_rest_is_kept(
    session, cast, coordinator, wrong, field
):
    page = walk(coordinator, **values_of(**{"summary": "Dit blijft staan.", **wrong}))
    assert page.status == 422
    assert page.select_one(f".error-summary a[href='#{field}']")
    assert page.select_one(f"#{field}-error")
    if kept := page.select_one("#summary"):
        assert kept["value"] == "Dit blijft staan."
    assert session.scalar(select(func.count(Offering.id))) <= 2  # the cast's own, and the draft


@pytest.mark.slow
def test_fields_left_out_by_a_stranger_program_are_empty(session, cast, coordinator):
    walk(
        coordinator,
        **values_of(travel=None, first_time=None, costs_cents=None, contact_name=None),
    )
    assert (newest(session).travel, newest(session).costs_cents) == ("", 0)


def test_edit_keeps_places_above_those_taken(session, cast, coordinator):
    url = f"/work/offerings/{cast.offering.slug}/edit"
    other = make.participant(session, "Ali B.")
    offering = session.get(Offering, cast.offering.id)
    make.enrolment(session, offering, other)
    session.commit()
    page = coordinator.page(coordinator.submit(f"{url}/joining", places=1), status=422)
    assert page.select_one("#places-error")
    assert page.select_one("#places")["value"] == "1"
    coordinator.page(coordinator.submit(f"{url}/joining", places=2))
    coordinator.page(coordinator.submit(f"{url}/what", title="Koken"))
    assert newest(session).status is OfferingStatus.FULL
    assert newest(session).title == "Koken"


def test_publish_without_a_date_says_what_is_missing(session, cast, coordinator):
    draft = make.offering(session, cast.enterprise, status=OfferingStatus.DRAFT, published_at=None)
    session.commit()
    url = f"/work/offerings/{draft.slug}"
    refused = coordinator.submit(url, form="form[action$=publish]", button="now", follow=False)
    page = coordinator.page(refused, status=422)
    assert page.select_one(".error-summary")
    assert page.select_one(".notice li")
    assert newest(session).status is OfferingStatus.DRAFT


def test_further_dates_are_added_and_taken_away(session, cast, coordinator):
    empty = make.offering(session, cast.enterprise, kind=OfferingKind.PRE_TRAJECTORY)
    session.commit()
    url = f"/work/offerings/{empty.slug}"
    times = {"weekdays": ["4"], "starts": "13:00", "ends": "16:00", "weeks": "3"}
    page = coordinator.page(
        coordinator.submit(f"{url}/series/new", first_on="2020-01-01", **times), status=422
    )
    page = coordinator.page(coordinator.submit(page, first_on=clock.today() + timedelta(days=1)))
    assert "13.00 tot 16.00" in page.words
    page = coordinator.page(page.select_one("a[href$=remove]")["href"])
    page = coordinator.page(coordinator.submit(page, button="apply"))
    assert "13.00 tot 16.00" not in page.words
    assert session.scalar(select(func.count(Series.id))) == 0


@pytest.mark.parametrize("path", ["", "/edit/what", "/series/new"])
@pytest.mark.parametrize("who", ["stranger", "cooperative"])
def test_another_organisations_offering_is_not_there(cast, who, path):
    cast.client(who).page(f"/work/offerings/{cast.offering.slug}{path}", status=404)


def test_another_organisations_series_is_not_there(session, cast):
    series = Series(
        offering_id=cast.offering.id, weekdays=[1], first_on=clock.today(),
        starts=clock.now().time().replace(hour=9), ends=clock.now().time().replace(hour=10),
    )  # fmt: skip
    theirs = make.offering(session, cast.other_enterprise)
    session.add(series)
    session.commit()
    stranger = cast.client("stranger")
    page = stranger.page(f"/work/offerings/{theirs.slug}")
    token = page.select_one("[name=csrf_token]")["value"]
    for what in ("remove", "edit"):
        response = stranger.post(
            f"/work/offerings/{theirs.slug}/series/{series.id}/{what}", data={"csrf_token": token}
        )
        assert response.status_code == 404


def test_the_archive_is_a_list_of_its_own(session, cast, coordinator):
    make.offering(session, cast.enterprise, title="Oud werk", status=OfferingStatus.ARCHIVED)
    session.commit()
    assert "Oud werk" not in coordinator.page("/work/offerings").words
    assert "Oud werk" in coordinator.page("/work/offerings?show=archive").words
    assert "Koken voor de buurt" not in coordinator.page("/work/offerings?show=archive").words


def test_the_number_of_queries_does_not_grow_with_the_list(session, cast, coordinator, engine):
    def queries_with(rows):
        for _ in range(rows):
            offering = make.offering(session, cast.enterprise)
            make.offering_session(session, offering, clock.now() + timedelta(days=1))
            session.add(
                Series(
                    offering_id=offering.id, weekdays=[1], first_on=clock.today(),
                    starts=clock.now().time().replace(hour=9),
                    ends=clock.now().time().replace(hour=10),
                )
            )  # fmt: skip
        session.commit()
        seen: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        coordinator.page("/work/offerings")
        return len(seen)

    assert queries_with(2) == queries_with(18)


@pytest.mark.slow
def test_a_copy_is_published_with_its_looks_and_its_times(session, cast, coordinator):
    source = session.get(Offering, cast.offering.id)
    source.competences = ["samenwerken"]
    source.texts.append(OfferingText(language="en", title="Cooking", what="You cook."))
    source.picture = OfferingPicture(
        alt="Een pan", digest="0123456789abcdef", width=2, height=1, avif=b"avif", webp=b"webp"
    )
    add_series(
        session, HOUSE, offering=source,
        pattern=Pattern((1,), time(9, 30), time(12), clock.today() + timedelta(days=1)),
    )  # fmt: skip
    session.commit()
    page = coordinator.page(f"/work/offerings/{source.slug}/copy")
    assert page.select_one("#title")["value"] == source.title
    page = coordinator.page(coordinator.submit(page))
    assert page.url.endswith("/series/new")
    assert page.select_one("#starts")["value"] == "09:30"
    copied = newest(session)
    page = coordinator.page(f"/work/offerings/{copied.slug}/edit/words")
    coordinator.page(coordinator.submit(page, what="Wij bakken samen."))
    page = walk(coordinator, f"/work/offerings/{copied.slug}/series/new")
    copied = newest(session)
    assert page.url == f"/work/offerings/{copied.slug}/preview"
    assert (copied.slug != source.slug, copied.places_taken) == (True, 0)
    [text] = session.get(Offering, copied.id).texts
    assert (text.language, text.title, text.what) == ("en", "Cooking", "You cook.")
    picture = session.get(Offering, copied.id).picture
    assert (picture.alt, picture.avif, picture.webp) == ("Een pan", b"avif", b"webp")
    session.rollback()
    coordinator.page(coordinator.submit(page, form="form[action$=publish]", button="now"))
    assert newest(session).status is OfferingStatus.PUBLISHED


def test_what_is_in_the_archive_can_be_copied_and_stays_there(session, cast, coordinator):
    source = make.offering(
        session, cast.enterprise, status=OfferingStatus.ARCHIVED, competences=["samenwerken"]
    )
    session.commit()
    coordinator.page(coordinator.submit(f"/work/offerings/{source.slug}/copy"))
    assert newest(session).status is OfferingStatus.DRAFT
    assert session.get(Offering, source.id).status is OfferingStatus.ARCHIVED


@pytest.mark.slow
def test_a_new_offering_with_two_half_days_and_days_off(session, cast, coordinator):
    tuesday = clock.today() + timedelta(days=(1 - clock.today().weekday()) % 7 + 7)
    values = values_of(
        weekdays=["1"], first_on=tuesday, weeks="", times="6", days_off=[tuesday],
        second_weekdays=["3"], second_starts="13:00", second_ends="16:00",
    )  # fmt: skip
    page = walk(coordinator, **values)
    assert "6 bijeenkomsten" in page.words
    both = session.scalars(select(Series).order_by(Series.id)).all()
    assert [one.weekdays for one in both] == [[1], [3]]
    assert {one.last_on for one in both} == {
        tuesday + timedelta(weeks=3), tuesday + timedelta(weeks=2, days=2),
    }  # fmt: skip


@pytest.mark.one_database  # the form refuses it, and asks no row
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"second_weekdays": ["1"], "second_starts": "11:00", "second_ends": "13:00"},
         "second_starts"),
        ({"second_weekdays": ["4"], "second_starts": "11:00"}, "second_ends"),
        ({"second_weekdays": ["4"], "second_starts": "11:00", "second_ends": "10:00"},
         "second_ends"),
        ({"times": "3"}, "times"),
        ({"weeks": "", "last_on": ""}, "weeks"),
        ({"weeks": "", "times": "501"}, "times"),
        ({"days_off": ["gisteren"]}, "days_off"),
        ({"days_off": [f"2030-0{month}-{day}" for month in range(1, 6) for day in range(10, 32)
                       if (month, day) not in {(2, 29), (2, 30), (2, 31), (4, 31)}]}, "days_off"),
        ({"offer_hours": "1"}, "offer_hours"),
        ({"text_language": "xx"}, "text_language"),
    ],
)  # fmt: skip
def test_a_wrong_plan_is_told_beside_its_field(session, cast, coordinator, wrong, field):
    page = walk(coordinator, **values_of(**wrong))
    assert page.status == 422
    assert page.select_one(f"#{field}-error")


def test_a_preview_is_what_visitors_will_see_and_is_for_its_own_staff(session, cast, coordinator):
    draft = make.offering(session, cast.enterprise, status=OfferingStatus.DRAFT, published_at=None)
    session.commit()
    url = f"/work/offerings/{draft.slug}/preview"
    page = coordinator.page(url)
    assert draft.what in page.words
    assert page.select_one(".notice li")  # what is missing
    assert not page.select_one(f"a[href='/offerings/{draft.slug}/sign-up']")
    cast.client("stranger").page(url, status=404)
    cast.client("visitor").page(f"/offerings/{draft.slug}", status=404)


@pytest.mark.slow
def test_publish_on_a_day_and_not_after_all(session, cast, coordinator):
    draft = make.offering(session, cast.enterprise, status=OfferingStatus.DRAFT, published_at=None)
    session.commit()
    url = f"/work/offerings/{draft.slug}"
    form = {"form": "form[action$=publish]", "button": "on"}
    for wrong in ("", "2020-01-01", "morgen"):
        page = coordinator.page(coordinator.submit(url, publish_on=wrong, **form), status=422)
        assert page.select_one(".error-summary")
    day = clock.today() + timedelta(days=4)
    page = coordinator.page(coordinator.submit(url, publish_on=day, **form))
    assert "vanzelf gepubliceerd op" in page.words
    assert newest(session).publish_on == day
    coordinator.page(coordinator.submit(page, form=form["form"], button="not"))
    assert newest(session).publish_on is None


@pytest.mark.slow
def test_it_still_runs_is_one_press_on_the_page_of_the_day(session, cast, coordinator):
    offering = session.get(Offering, cast.offering.id)
    offering.published_at = clock.now() - timedelta(days=91)
    session.commit()
    page = coordinator.page("/work")
    coordinator.page(coordinator.submit(page, form="form[action$=confirm]"))
    session.expire_all()
    assert session.get(Offering, cast.offering.id).confirmed_at is not None
    session.rollback()
    assert not coordinator.page("/work").select_one("form[action$=confirm]")
