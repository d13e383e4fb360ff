"""Each task of the handbook is done as its page says, and its page leads there and back."""

import pytest
from playwright.sync_api import expect

from tests.browser.handbook import JOURNEYS, walk
from tests.browser.test_talks import looked_at, tab_to

pytestmark = pytest.mark.browser


def test_each_task_is_done_as_its_page_says(city, browsers):
    for name in JOURNEYS:
        page = walk(browsers, city, name)
        page.locator("footer").get_by_role("link", name="Hulp: ").click()
        expect(page).to_have_url(f"{city.url}/help/{name}")


def test_found_chosen_and_written_to_by_keyboard_alone(city, browsers):
    page = browsers.as_one_of(city, "coordinator")
    keys = page.keyboard
    page.goto("/work")
    if city.js:
        keys.press("/")
    else:
        page.goto("/find")
    expect(page.locator('[name="words"]')).to_be_focused()
    keys.type("soep")
    keys.press("Enter")
    expect(page.locator("#found")).to_contain_text("Gevonden")
    page.goto("/participants")
    ticks = page.locator(".tick[name=who]")
    ticks.nth(0).focus()
    for _ in range(4):
        keys.press("Space")
        at = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
        bar = page.locator(".picked").bounding_box()
        assert at <= bar["y"], "the bar lies over what has the focus"
        keys.press("Tab")
        while not page.evaluate("document.activeElement.matches('.tick')"):
            keys.press("Tab")
    page.locator(".picked button").first.focus()
    keys.press("Enter")
    expect(page.locator(".picks li")).to_have_count(4)
    page.locator("textarea").focus()
    keys.type("Tot morgen!")
    page.locator('button[value="look"]').focus()
    keys.press("Enter")
    expect(page.locator("#arrives")).to_be_visible()


def test_a_week_is_walked_by_keyboard_alone(city, browsers):
    page = browsers.as_one_of(city, "coordinator")
    page.goto("/work/week")
    looked_at(page, js=city.js)
    heading, links = page.locator("h1"), page.locator(".week .slot a")
    this, number = heading.inner_text(), links.count()
    assert number
    tab_to(page, "a[rel=prev]")
    seen = 0
    for _ in range(number + 6):
        page.keyboard.press("Tab")
        if page.locator(".week .slot a:focus").count():
            seen += 1
            box = page.locator(":focus").bounding_box()
            assert 0 <= box["y"] <= page.viewport_size["height"] - box["height"]
    assert seen == number
    if city.js:
        page.keyboard.press("ArrowRight")
        expect(heading).not_to_have_text(this)
        page.keyboard.press("ArrowLeft")
        expect(heading).to_have_text(this)
    tab_to(page, "a[href$='/week/calendar']")
    page.keyboard.press("Enter")
    tab_to(page, "main button[value=on]")
    page.keyboard.press("Enter")
    expect(page.locator("main a[href^='webcal:']")).to_have_count(2)
    looked_at(page, js=city.js)
