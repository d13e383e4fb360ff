"""A coordinator publishes what is offered, and answers who signs up."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from portal.core import clock
from tests.browser.browsers import PHONE, go_to_part, press, tick
from tests.browser.test_sign_up import fill_in

pytestmark = pytest.mark.browser


@pytest.fixture
def to_summer() -> date:
    """The Sunday on which the next change to summer time is, some weeks from now."""
    soon = clock.today() + timedelta(weeks=4)
    return next(day for day in _last_sundays_of_march(soon.year) if day > soon)


def _last_sundays_of_march(year: int) -> Iterator[date]:
    for last in (date(year, 3, 31), date(year + 1, 3, 31)):
        yield last - timedelta(days=(last.weekday() + 1) % 7)


LONGEST = 2_000  # pixels of a page of the form, on a phone; the longest says when it is


def write_offering(page: Page, *chosen: tuple[str, str], **texts: str) -> None:
    """Walk the form's short pages from the coordinator's own list, up to what visitors will see.

    `chosen` are a field's name and the value that is ticked, for each page that asks it.
    """
    page.goto("/work")
    go_to_part(page, "Aanbod")
    press(page, "Nieuw aanbod")
    texts = {
        "summary": "Samen koken en eten.",
        "what": "U kookt met anderen.",
        "for_whom": "Voor wie van koken houdt.",
        "address": "Kadeweg 1",
        **texts,
    }
    chosen = (*chosen, ("competences", "samenwerken"), ("replaces_no_paid_work", "y"))
    while not page.url.endswith("/preview"):
        if (page.viewport_size or PHONE)["width"] <= PHONE["width"]:
            assert page.evaluate("document.documentElement.scrollHeight") <= LONGEST, page.url
        for fold in ("Wat kunnen mensen leren? Kies", "Tot wanneer, en", "Antwoorden, wachtlijst"):
            if page.locator("summary", has_text=fold).count():
                page.locator("summary", has_text=fold).click()
        for name, text in texts.items():
            if (field := page.locator(f'form.panel [name="{name}"]')).count():
                field.fill(text)
        for name in ("work_word", "domain"):
            if (field := page.locator(f'[name="{name}"]')).count():
                field.select_option(index=1)
        for name, value in chosen:
            if (tick := page.locator(f'form.panel [name="{name}"][value="{value}"]')).count():
                tick.check(force=True)
        before = page.url
        press(page, "Opslaan en verder")
        expect(page).not_to_have_url(before)  # not what htmx writes down


def dates_of(page: Page, title: str) -> list[tuple[date, time, timedelta | None]]:
    """What a visitor's calendar file says: day, wall clock, difference with UTC."""
    page.goto("/offerings?q=" + title.replace(" ", "+"))
    press(page.locator("#results .cards"), title)
    with page.expect_download() as download:
        page.locator('main a[href$=".ics"]').click()
    calendar = Calendar.from_ical(download.value.path().read_bytes())
    starts = [event["DTSTART"].dt for event in calendar.walk("VEVENT")]
    return [(at.date(), at.time(), at.utcoffset()) for at in starts]


def test_a_pre_trajectory_crosses_to_summer_time_and_three_people_are_answered(
    city, browsers, to_summer
):
    title = "Koken op weg naar werk"
    first_on = to_summer - timedelta(weeks=4, days=6)  # a Monday
    page = browsers.as_one_of(city, "coordinator")
    write_offering(
        page, ("kind", "pre_trajectory"), ("work_word", "maken"), ("intake", "by_invitation"),
        ("waiting_line", "by_staff"), ("weekdays", "0"), ("weekdays", "3"),
        title=title, starts="09:30", ends="12:30", first_on=first_on.isoformat(),
        weeks="10", places="12",
    )  # fmt: skip
    expect(page.locator("main")).to_contain_text("20 bijeenkomsten")
    expect(page.locator("main")).to_contain_text("Zo zien bezoekers het straks.")
    press(page, "Publiceer nu")
    expect(page.locator("main")).to_contain_text("Gepubliceerd")

    visitor = browsers.as_one_of(city)
    dates = dates_of(visitor, title)
    assert [day for day, _at, _offset in dates] == [
        first_on + timedelta(weeks=week, days=days) for week in range(10) for days in (0, 3)
    ]
    assert {at for _day, at, _offset in dates} == {time(9, 30)}
    for day, _at, offset in dates:
        assert offset == timedelta(hours=1 if day < to_summer else 2)

    for name in ("Zahra B.", "Noor K.", "Emre D."):
        visitor = browsers.as_one_of(city)
        visitor.goto("/offerings/koken-op-weg-naar-werk")
        press(visitor, "Doe mee")
        fill_in(visitor, name)
        press(visitor, "Meld mij aan")
        expect(visitor.locator("h1")).to_have_text("U bent aangemeld")

    def answer(name: str) -> None:
        page.goto("/work/applications")
        lines = page.locator("main li").filter(has_text=title).filter(has_text=name)
        press(lines, {"Zahra B.": "Plek geven", "Noor K.": "Wachtlijst"}.get(name, "Afwijzen"))

    answer("Zahra B.")
    answer("Noor K.")
    answer("Emre D.")
    tick(page, "De tijden passen niet")
    press(page, "Afwijzen met deze reden")
    expect(page.locator(".flash")).to_be_visible()
    page.goto("/work/offerings/koken-op-weg-naar-werk/people")
    expect(page.locator("section", has_text="Doen mee")).to_contain_text("Zahra B.")
    expect(page.locator("section", has_text="Wachtlijst")).to_contain_text("Noor K.")
    expect(page.locator("main")).not_to_contain_text("Emre D.")
    visitor.goto("/my/activities")
    expect(visitor.locator("#activities")).not_to_contain_text("wacht")


def test_a_day_activity_on_tuesdays_gives_a_place_at_once(city, browsers, to_summer):
    title = "Dinsdagsoep"
    first_on = to_summer - timedelta(days=5)  # a Tuesday
    page = browsers.as_one_of(city, "coordinator")
    write_offering(
        page, ("kind", "day_activity"), ("work_word", "helpen"), ("intake", "direct"),
        ("weekdays", "1"), title=title, starts="13:00", ends="15:30", places="20",
        first_on=first_on.isoformat(), last_on=(first_on + timedelta(weeks=5)).isoformat(),
    )  # fmt: skip
    press(page, "Publiceer nu")
    expect(page.locator("main")).to_contain_text("0 van 20 plekken")

    visitor = browsers.as_one_of(city)
    dates = dates_of(visitor, title)
    assert [day for day, _at, _offset in dates] == [
        first_on + timedelta(weeks=week) for week in range(6)
    ]
    assert {at for _day, at, _offset in dates} == {time(13)}
    assert [offset for _day, _at, offset in dates] == [
        timedelta(hours=1), *[timedelta(hours=2)] * 5
    ]  # fmt: skip
    visitor.goto("/offerings/dinsdagsoep/sign-up")
    fill_in(visitor, "Zahra B.")
    press(visitor, "Meld mij aan")
    expect(visitor.locator("h1")).to_have_text("U hebt een plek")
    page.reload()
    expect(page.locator("main")).to_contain_text("1 van 20 plekken")
