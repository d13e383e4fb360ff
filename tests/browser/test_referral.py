"""A referrer finds an activity for somebody, refers her, and sees that she has the place."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import axe, go_to_part, press, scrolls_sideways, tick

pytestmark = pytest.mark.browser

TITLE = "Werken met een dienblad"
NOTE = "Komt met een kinderwagen. Kookt graag."


def status(page: Page) -> str:
    """The word in which the referrer reads what became of it."""
    return page.locator("section .tag").first.inner_text()


def look_at(page: Page) -> None:
    """What no page may be: wider than its window, or closed to somebody."""
    assert not scrolls_sideways(page)
    assert axe(page) == []


def test_a_referral_becomes_a_place_without_a_phone_call(city, browsers):
    referrer = browsers.as_one_of(city, "referrer")
    name = f"Roza {'J' if city.js else 'K'}."
    referrer.goto("/offerings/werken-met-een-dienblad")
    press(referrer, "Verwijs iemand")
    expect(referrer.locator("main")).to_contain_text("De begeleider leest wat u hier schrijft")
    referrer.locator('[name="name"]').fill(name)
    tick(referrer, "Komt langs")
    referrer.locator('[name="good_to_know"]').fill(NOTE)
    press(referrer, "Verwijs en toon de kaart")  # without her yes nobody is referred
    expect(referrer).to_have_title(re.compile("^Fout: "))
    expect(referrer.locator('[name="good_to_know"]')).to_have_value(NOTE)
    tick(referrer, "De persoon was erbij en zei ja")
    if city.js:
        look_at(referrer)
    press(referrer, "Verwijs en toon de kaart")
    expect(referrer.locator("h1")).to_have_text(name)
    assert status(referrer) == "Aangemeld, nog geen antwoord"
    card = referrer.locator(".pass bdi", has_text="/card/").inner_text()
    followed = referrer.url

    coordinator = browsers.as_one_of(city, "coordinator")
    coordinator.goto("/work/applications")
    row = coordinator.locator("main li").filter(has_text=name)
    expect(row).to_contain_text("Wijkteam Zuiderkruin")
    expect(row).to_contain_text(NOTE)
    press(row, "Plek geven")

    referrer.goto("/work")
    go_to_part(referrer, "Verwijzingen")
    expect(referrer.locator("main li").filter(has_text=name)).to_contain_text("Doet mee")
    press(referrer.locator("main li").filter(has_text=name), name)
    expect(referrer).to_have_url(followed)
    assert status(referrer) == "Doet mee"
    if city.js:
        look_at(referrer)

    phone = browsers.as_one_of(city)
    phone.goto(card)
    press(phone, "Mijn activiteiten")
    expect(phone.locator("#referrals")).to_contain_text("Wijkteam Zuiderkruin")
    expect(phone.locator("#referrals")).to_contain_text(NOTE)
    expect(phone.locator("#referrals")).to_contain_text("Doet mee")
    if city.js:
        look_at(phone)
    press(phone, "Stop dit allemaal")
    expect(phone.locator("#referrals")).to_have_count(0)
    coordinator.goto("/participants")  # her place stays
    coordinator.locator('main [name="name"]').fill(name)
    coordinator.locator('main [name="name"]').press("Enter")
    expect(coordinator.locator("main")).to_contain_text(name)
    referrer.goto(followed)
    expect(referrer.locator("h1")).to_have_text("Deze verwijzing is niet meer te volgen")
    expect(referrer.locator("main")).not_to_contain_text(name)
