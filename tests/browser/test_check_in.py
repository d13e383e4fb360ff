"""Checking in: a code typed on her phone, and cards before a tablet, while the guide looks on."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import WIDE, Browsers, axe, press, scrolls_sideways
from tests.browser.city import City

pytestmark = pytest.mark.browser


@pytest.fixture
def city(timed_city: City) -> City:
    """The clock of these journeys is set by them."""
    return timed_city


def look(city: City, page: Page) -> None:
    """A state of a page that `test_accessibility` does not come to."""
    page.wait_for_load_state()
    assert not scrolls_sideways(page), page.url
    if city.js:
        assert axe(page) == [], page.url


def come_to_next_session(city: City, browsers: Browsers) -> str:
    """Let it be five minutes after the participant's next session began; its register's address."""
    page = browsers.as_one_of(city, "participant")
    page.goto("/my")
    coming = page.locator("#coming form").first
    begins = datetime.fromisoformat(coming.locator('[name="at"]').input_value())
    uuid = coming.locator('[name="about"]').input_value()
    city.set_clock(begins + timedelta(minutes=5))
    return f"/registers/{uuid}"


def shown_on(screen: Page) -> str:
    return screen.get_by_role("img", name=" ").first.get_attribute("aria-label") or ""


def test_she_types_the_code_and_the_guide_sees_it(city, browsers):
    register = come_to_next_session(city, browsers)
    guide = browsers.as_one_of(city, "guide")
    guide.goto(register)
    screen = browsers.as_one_of(city, "guide", viewport=WIDE)
    screen.goto(f"{register}/code")
    expect(screen.locator("body")).not_to_contain_text("Yusuf")
    first = shown_on(screen)

    her = browsers.as_one_of(city, "participant")
    her.goto("/my")
    press(her, "Ik ben er: typ de code")
    city.let_pass(90)
    her.get_by_label("De code op het scherm").fill(first)
    press(her, "Ik ben er")
    expect(her.locator(".error-summary")).to_contain_text("De code is veranderd")
    look(city, her)

    if not city.js:  # it would load again by itself, ten seconds from now
        screen.reload()
    expect(screen.get_by_role("img", name=first)).to_have_count(0)
    her.get_by_label("De code op het scherm").fill(shown_on(screen))
    press(her, "Ik ben er")
    expect(her.locator("h1")).to_have_text("U staat op de lijst. Veel plezier!")

    if not city.js:
        guide.reload()
        screen.reload()
    row = guide.locator(".register > li", has_text="Samira A.")
    here = row.get_by_role("button", name="Aanwezig")
    expect(here).to_have_attribute("aria-pressed", "true")
    expect(screen.locator("#came")).to_contain_text("1 persoon is er al")
    expect(screen.locator("body")).not_to_contain_text("Samira")


def test_cards_before_a_tablet(city, browsers):
    register = come_to_next_session(city, browsers)
    tablet = browsers.as_one_of(city, "guide", viewport={"width": 800, "height": 1280})
    tablet.goto(register)
    press(tablet, "Inchecken op een tablet")
    press(tablet, "Log hier uit en open het")
    heading = tablet.locator("h1")
    expect(heading).to_have_text("Laat uw kaart zien")
    assert tablet.goto("/work").url.startswith(f"{city.url}/sign-in")
    tablet.go_back()

    def scan(card: str, words: str) -> None:
        expect(tablet.locator("#card")).to_be_focused()
        tablet.keyboard.type(f"{city.url}{card}")
        tablet.keyboard.press("Enter")
        expect(heading).to_contain_text(words)

    scan("/card/AAAAAAAAAAAAAAAAAAAAAA", "Wij kennen deze kaart niet.")
    scan(city.card, "Welkom! U staat op de lijst.")
    look(city, tablet)
    assert "Samira" not in tablet.content()
    expect(heading).to_have_text("Laat uw kaart zien")
    scan(city.card, "U staat al op de lijst. Welkom!")


def test_her_card_brings_her_back_to_the_code_that_she_scanned(city, browsers):
    register = come_to_next_session(city, browsers)
    screen = browsers.as_one_of(city, "guide")
    screen.goto(f"{register}/code")
    code = shown_on(screen).replace(" ", "")
    her = browsers.open(city.url, js=city.js)
    her.goto(f"/check-in/{code}")
    expect(her.locator("h1")).to_have_text("Wie bent u?")
    look(city, her)
    city.let_pass(120)
    her.goto(city.card)
    expect(her.locator("h1")).to_have_text("Bent u er?")
    press(her, "Ik ben er")
    expect(her.locator("h1")).to_have_text("U staat op de lijst. Veel plezier!")
