"""A coordinator copies and publishes in a few presses, and sees what a change does before it is."""

import re
from datetime import date, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.core import clock
from tests.browser.browsers import axe, go_to_part, press, scrolls_sideways
from tests.browser.test_coordinator import dates_of, write_offering
from tests.browser.test_sign_up import fill_in
from tests.offerings.made import photo

pytestmark = pytest.mark.browser

MOST_INTERACTIONS = 12
MOST_SECONDS = 180
WORDS_A_MINUTE = 20  # a slow typist; a press takes her five seconds
SECONDS_A_PRESS = 5


class Counting:
    """Somebody at a page whose every press, choice and filled-in field is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0
        self.typed = 0

    def press(self, name: str, **options: int) -> None:
        self.count += 1
        press(self.page, name, **options)

    def go_to_part(self, name: str) -> None:
        self.count += go_to_part(self.page, name)

    def fill(self, name: str, text: str) -> None:
        self.count += 1
        self.typed += len(text.split())
        self.page.locator(f'[name="{name}"]').fill(text)

    @property
    def seconds(self) -> float:
        """How long it takes a person who neither reads nor thinks fast."""
        return self.count * SECONDS_A_PRESS + self.typed * 60 / WORDS_A_MINUTE


def test_copy_and_publish_takes_a_handful_of_presses(city, browsers):
    page = browsers.as_one_of(city, "coordinator")
    page.goto("/work")
    she = Counting(page)
    she.go_to_part("Aanbod")
    title = page.locator("main .card h3").first.inner_text()
    she.press(title)
    she.press("Kopiëren")
    expect(page.locator("h1")).to_have_text(f"{title} kopiëren")
    she.fill("title", f"{title}, nieuwe groep {'js' if city.js else 'zonder'}")
    she.press("Opslaan en verder")
    expect(page.locator('[name="first_on"]')).to_have_value(re.compile(r"^20\d\d-\d\d-\d\d$"))
    she.press("Opslaan en verder")
    expect(page.locator("main")).to_contain_text("Zo zien bezoekers het straks.")
    assert not scrolls_sideways(page)
    she.press("Publiceer nu")
    expect(page.locator("main")).to_contain_text("Gepubliceerd")
    assert she.count == 8 <= MOST_INTERACTIONS  # one of them opens the rest of the parts
    assert she.seconds < MOST_SECONDS
    visitor = browsers.as_one_of(city)
    visitor.goto(page.url.replace("/work", ""))
    expect(visitor.locator("h1")).to_contain_text("nieuwe groep")


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _next_last_sunday(month: int) -> date:
    soon = clock.today() + timedelta(weeks=3)
    return next(
        day for year in (soon.year, soon.year + 1) if (day := _last_sunday(year, month)) > soon
    )


@pytest.mark.parametrize("month", [3, 10])
def test_a_series_over_a_change_of_the_clock_is_made_seen_first_and_changed(city, browsers, month):
    """Sundays around the last of March or October, in the morning; then an hour later."""
    change = _next_last_sunday(month)
    title = f"Zondagsoep {month} {'js' if city.js else 'zonder'}"
    page = browsers.as_one_of(city, "coordinator")
    write_offering(
        page, ("kind", "day_activity"), ("work_word", "helpen"), ("intake", "direct"),
        ("weekdays", "6"), title=title, starts="09:30", ends="12:00", places="20", times="4",
        first_on=(change - timedelta(weeks=1)).isoformat(),
    )  # fmt: skip
    expect(page.locator("main")).to_contain_text("4 bijeenkomsten")
    press(page, "Publiceer nu")
    at_work = page.url

    visitor = browsers.as_one_of(city)
    dates = dates_of(visitor, title)
    assert [day for day, _at, _offset in dates] == [
        change + timedelta(weeks=week) for week in (-1, 0, 1, 2)
    ]
    assert {at for _day, at, _offset in dates} == {time(9, 30)}
    summer, winter = timedelta(hours=2), timedelta(hours=1)
    before, after = (winter, summer) if month == 3 else (summer, winter)
    assert [offset for _day, _at, offset in dates] == [before, after, after, after]

    visitor.goto(at_work.replace("/work", ""))
    press(visitor, "Doe mee")
    fill_in(visitor, "Zahra B.")
    press(visitor, "Meld mij aan")

    page.goto(at_work)
    page.locator("main a[href*='/series/'][href$='/edit']").click()
    page.locator('[name="starts"]').fill("10:30")
    page.locator('[name="ends"]').fill("13:00")
    press(page, "Bekijk wat verandert")
    main = page.locator("main")
    expect(main).to_contain_text("4 bijeenkomsten verschuiven")
    expect(main).to_contain_text("1 persoon krijgt bericht")
    expect(main).to_contain_text("Zahra B.")
    assert not scrolls_sideways(page)
    if city.js:
        assert axe(page) == []
    assert {at for _day, at, _offset in dates_of(visitor, title)} == {time(9, 30)}
    press(page, "Veranderen en laten weten")
    expect(page.locator(".flash")).to_contain_text("1")
    assert {at for _day, at, _offset in dates_of(visitor, title)} == {time(10, 30)}


def test_what_may_not_be_cut_off_is_tapped_on_the_picture(city, browsers):
    page = browsers.as_one_of(city, "coordinator", viewport={"width": 360, "height": 800})
    page.goto("/work/offerings")
    press(page, page.locator("main .card h3").first.inner_text())
    page.goto(page.url.rstrip("/") + "/picture")
    canvas = page.locator("[data-point] canvas")
    expect(canvas).to_be_hidden()
    file = {"name": "hal.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(800, 1600))}
    page.locator('[type="file"]').set_input_files(file)
    fields = page.locator('[name="across"]'), page.locator('[name="down"]')
    if city.js:
        expect(canvas).to_be_visible()
        box = canvas.bounding_box()
        assert box["height"] > 1.9 * box["width"]
        canvas.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
        assert [int(field.input_value()) for field in fields] == [25, 75]
        assert not scrolls_sideways(page)
        assert axe(page) == []
    else:
        page.locator("main form summary").click()
        for field, number in zip(fields, ("25", "75"), strict=True):
            field.fill(number)
    page.locator('[name="alt"]').fill("Links rood, rechts blauw.")
    page.locator('[name="may_show"]').check(force=True)
    press(page, "Opslaan")
    shown = page.locator("main picture img").first
    expect(shown).to_have_attribute("alt", "Links rood, rechts blauw.")
