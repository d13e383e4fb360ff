"""Finding on a phone: what was found comes into view with its number, with and without a script."""

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


_VOICE = """
window.said = [];
speechSynthesis.getVoices = () => [{ lang: "nl-NL" }];
speechSynthesis.speak = (one) => window.said.push([one.lang, one.text]);
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_an_activity_is_read_aloud_where_there_is_a_voice(city, browsers):
    page = browsers.open(city.url, js=city.js)
    page.goto("/offerings?q=soep")
    first = page.locator("#results article a").first.get_attribute("href")
    page.goto(first)
    button = page.locator("[data-aloud]")
    expect(button).to_be_hidden()  # here is none
    page.add_init_script(_VOICE)
    page.goto(first)
    if city.js:
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        said = page.evaluate("window.said")
        assert said[0] == ["nl-NL", page.locator("h1").inner_text()]
        assert len(said) > 3
        assert axe(page) == []
        button.press("Enter")
        expect(button).to_have_attribute("aria-pressed", "false")


def test_what_is_asked_comes_as_a_sheet_and_goes_by_the_keyboard(city, browsers):
    page = browsers.open(city.url, js=city.js, viewport=NARROWEST)
    page.goto("/offerings?q=soep&day=mon")
    page.locator(".filters summary").first.click()
    if city.js:
        expect(page.locator("dialog.sheet input").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("dialog.sheet")).to_have_count(0)
        expect(page.locator(".filters")).not_to_have_attribute("open", "")
        page.locator(".filters summary").first.press("Enter")
        expect(page.locator("dialog.sheet #show button")).to_be_in_viewport()
        page.keyboard.press("Escape")
    page.locator(".chips a").last.click()
    expect(page.locator(".chips li")).to_have_count(1)
    expect(page.locator("[data-count]")).to_be_in_viewport()
    assert not scrolls_sideways(page)
