"""A word with the guide, and a search that is kept: by the keyboard alone, with nothing for axe."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import NARROWEST, WIDE, axe, scrolls_sideways

pytestmark = pytest.mark.browser
_MOST_TABS = 60


def tab_to(page: Page, selector: str) -> None:
    """Go on until it has the focus, as who has no mouse does."""
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"no way to {selector} on {page.url}")


def looked_at(page: Page, *, js: bool = True) -> None:
    assert not js or axe(page) == []  # it needs a script itself
    assert not scrolls_sideways(page)


def test_she_and_her_guide_write_to_each_other(city, browsers):
    her = browsers.as_one_of(city, "participant", viewport=NARROWEST)
    her.goto("/my")
    tab_to(her, "a[href$='/messages']")
    her.keyboard.press("Enter")
    expect(her.locator("main")).to_contain_text("proeven")  # what the guide wrote, in the city
    looked_at(her, js=city.js)
    tab_to(her, "[name=body]")
    her.keyboard.type("Ja, graag!")
    tab_to(her, "main button")
    her.keyboard.press("Enter")
    expect(her.locator(".flash")).to_be_focused()
    expect(her.locator("main")).to_contain_text("Ja, graag!")
    looked_at(her, js=city.js)
    guide = browsers.as_one_of(city, "guide", viewport=WIDE)
    guide.goto(her.url.replace("/my/", "/work/"))
    expect(guide.locator("main")).to_contain_text("Ja, graag!")
    looked_at(guide, js=city.js)
    tab_to(guide, "[name=body]")


def test_who_finds_nothing_asks_to_be_told(city, browsers):
    page = browsers.open(city.url, js=city.js, viewport=NARROWEST)
    page.goto("/offerings?q=ruimtevaart")
    expect(page.locator("#results article").first).to_be_visible()
    looked_at(page, js=city.js)
    tab_to(page, "a[href^='/searches/keep']")
    page.keyboard.press("Enter")
    tab_to(page, "[name=contact]")
    page.keyboard.type("geen nummer")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_visible()
    looked_at(page, js=city.js)
    page.locator("[name=contact]").fill("06 12345678")
    page.locator("[name=contact]").press("Enter")
    expect(page.locator("h1")).to_contain_text("Kijk op uw telefoon")
    looked_at(page, js=city.js)


def test_a_new_organisation_walks_its_steps(house, browsers):
    admin = browsers.open(house.url, cookies=[house.cookie_of("admin")], viewport=NARROWEST)
    admin.goto("/work")
    looked_at(admin)
    first = admin.locator("main ol.goes a").first.get_attribute("href")
    tab_to(admin, f"main ol.goes a[href='{first}']")
    with admin.expect_navigation():
        admin.keyboard.press("Enter")
    assert admin.url.endswith(str(first))
