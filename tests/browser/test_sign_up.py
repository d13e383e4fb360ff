"""A visitor finds an activity near her and signs up, without an account."""

import re
from datetime import datetime, time

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from portal.core import clock
from tests.browser.browsers import press, tick

pytestmark = pytest.mark.browser


def count_found(page: Page) -> int:
    """How many activities the page says it found."""
    return int(page.locator("[data-count]").inner_text().split()[0])


def fill_in(page: Page, name: str) -> None:
    """From the start of signing up to its check."""
    press(page, "Begin")
    page.locator('[name="name"]').fill(name)
    press(page, "Verder")
    tick(page, "Ik kom langs")  # she comes by
    press(page, "Verder")
    expect(page.locator("main")).to_contain_text(name)
    page.wait_for_timeout(2100)  # who is quicker than a person is asked again


def test_a_visitor_finds_an_activity_and_signs_up(city, browsers):
    page = browsers.as_one_of(city)
    page.goto("/")
    everything = count_found(page)
    said = page.locator("[data-count]").inner_text()
    page.get_by_text("Kies wat bij u past").click()
    tick(page, "helpen")
    page.get_by_text("Kies een buurt").click()
    if city.js:  # what was found comes by itself, and the form anew with it: what is open stays so
        expect(page.locator("[data-count]")).not_to_have_text(said)
    tick(page, "Afrikaanderwijk")
    page.locator("#show button").click()
    expect(page).to_have_url(re.compile(r"work=helpen.*area=BU"))
    cards = page.locator("#results article")
    expect(cards.filter(has_text="Afrikaanderwijk")).to_have_count(cards.count())
    assert 0 < count_found(page) < everything

    press(cards.filter(has_text="Soep voor de straat"), "Soep voor de straat")
    expect(page.locator("main")).to_contain_text("Nog plek")
    press(page, "Doe mee")
    fill_in(page, "Zahra B.")
    press(page, "Meld mij aan")

    expect(page.locator("h1")).to_have_text("U hebt een plek")
    expect(page.locator("main")).to_contain_text("U kunt gewoon komen.")
    expect(page.locator("main")).to_contain_text("Eerste keer")
    with page.expect_download() as download:
        press(page, "Zet het in mijn agenda")
    calendar = Calendar.from_ical(download.value.path().read_bytes())
    starts = calendar.walk("VEVENT")[0]["DTSTART"].dt
    assert isinstance(starts, datetime)
    assert clock.to_local(starts).time() == starts.time() == time(10)

    card = page.locator(".pass bdi", has_text="/card/").inner_text()
    assert card.startswith(city.url)
    phone = browsers.as_one_of(city)
    phone.goto(card)
    expect(phone).to_have_url(f"{city.url}/my")
    expect(phone.locator(".greet")).to_have_text("Dag Zahra B.")
    expect(phone.locator("main")).to_contain_text("Soep voor de straat")


def test_a_filter_that_she_opens_while_results_are_on_their_way_stays_open(city, browsers):
    if not city.js:
        return  # there nothing comes by itself
    page = browsers.as_one_of(city)
    page.goto("/offerings")
    held = []
    page.route("**/offerings?*", lambda route: held.append(route))
    said = page.locator("[data-count]").inner_text()
    page.get_by_text("Kies wat bij u past").click()
    with page.expect_request("**/offerings?*"):
        tick(page, "helpen")
    page.get_by_text("Kies een buurt").click()
    for route in held:
        route.continue_()
    expect(page.locator("[data-count]")).not_to_have_text(said)
    tick(page, "Afrikaanderwijk")


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(city, browsers):
    page = browsers.as_one_of(city)
    page.goto("/offerings/soep-voor-de-straat/sign-up")
    press(page, "Begin")
    page.locator('[name="name"]').fill("   ")  # of an empty field the browser itself says it
    press(page, "Verder")
    expect(page).to_have_title(re.compile("^Fout: "))
    page.locator('[name="name"]').fill("Zahra B.")
    press(page, "Verder")
    page.locator('[value="phone"]').check(force=True)
    page.locator('[name="phone"]').fill("06 12")
    press(page, "Verder")
    expect(page).to_have_title(re.compile("^Fout: "))
    expect(page.locator('[name="phone"]')).to_have_value("06 12")
    expect(page.locator('[value="phone"]')).to_be_checked()
    if city.js:
        expect(page.locator(".error-summary")).to_be_focused()
        page.locator(".error-summary a").click()
        expect(page.locator('[name="phone"]')).to_be_focused()
        page.locator('[name="phone"]').fill("06 12345678")
        press(page, "Verder")
        expect(page.locator("h1")).to_have_text("Klopt dit?")
        page.go_back()  # a browser would ask whether to send the refused form once more
        expect(page.locator('[name="phone"]')).to_be_visible()


def test_signing_up_needs_no_mouse(city, browsers):
    """Only Tab, Space, arrows and Enter; what has the focus is always to be seen."""
    page = browsers.as_one_of(city)

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            if not focused.count():  # beyond the last one, on the way round
                continue
            if city.js:
                ring = focused.evaluate(
                    "element => { const style = getComputedStyle(element);"
                    "return style.outlineStyle + style.outlineWidth + style.boxShadow }"
                )
                assert "none0px" not in ring, f"{focused.evaluate('e => e.outerHTML')}: {ring}"
            if name in (focused.inner_text() or focused.get_attribute("name") or ""):
                return
        raise AssertionError(f"no way to {name!r} on {page.url}")

    page.goto("/offerings/soep-voor-de-straat")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Ga naar de inhoud")
    page.keyboard.press("Enter")
    for words, leads_to in (("Doe mee", r"/sign-up$"), ("Begin", r"/name\?run=")):
        tab_to(words)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(leads_to))  # a key pressed before is lost with its page
    tab_to("name")
    page.keyboard.type("Noor K.")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/reach\?run="))
    tab_to("contact_way")
    page.keyboard.press("Space")
    for _ in ("call", "email", "visit"):
        page.keyboard.press("ArrowDown")
    expect(page.locator('[value="visit"]')).to_be_checked()
    tab_to("Verder")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/check\?run="))
    page.wait_for_timeout(1900)
    tab_to("Meld mij aan")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("U hebt een plek")
