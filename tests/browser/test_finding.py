"""Finding on a phone: what was found comes into view with its number, with and without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import NARROWEST, axe, press, scrolls_sideways, tick

pytestmark = pytest.mark.browser


def test_what_was_found_comes_into_view(city, browsers):
    page = browsers.open(city.url, js=city.js, viewport=NARROWEST)
    page.goto("/")
    count = page.locator("[data-count]")
    said = count.inner_text()
    page.locator('main [name="q"]').fill("naaien")
    press(page, "Zoeken")
    expect(count).not_to_have_text(said)
    expect(count).to_be_in_viewport()
    if city.js:
        expect(count).to_be_focused()
    expect(page.locator("#results article").first).to_be_in_viewport()
    page.locator(".filters summary").first.click()
    said = count.inner_text()
    tick(page, "maandag")
    if city.js:
        expect(count).not_to_have_text(said)
        show = page.locator("#show button")
        expect(show).to_be_in_viewport()
        expect(show).to_have_text(f"Toon {count.inner_text().split()[0]}")
        assert axe(page) == []
    page.locator("#show button").click()
    expect(count).to_be_in_viewport()
    assert not scrolls_sideways(page)


def test_what_was_done_has_the_focus(city, browsers):
    page = browsers.as_one_of(city, "participant", viewport=NARROWEST)
    page.goto("/my/data")
    press(page, "Ik wil dit bericht niet meer")
    news = page.locator(".flash")
    expect(news).to_be_in_viewport()
    expect(news).to_be_focused()
    press(page, "Ja, stuur mij bericht")
    expect(news).to_be_focused()
