"""Her profile, on a phone in Arabic and by keyboard: what she shows, to whom, and that it stops."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.browsers import press

pytestmark = pytest.mark.browser
SEES, ALONE, STOP = "الآخرون يرون هذا", "أنت فقط ترى هذا", "أوقف الآن"


def by_key(within: Locator, name: str) -> None:
    """Press a button as who uses no pointer does."""
    within.get_by_role("button", name=name).first.focus()
    within.page.keyboard.press("Enter")


def test_she_shows_it_in_arabic_is_told_who_looked_and_stops_it(city, browsers):
    her = browsers.as_one_of(city, "participant")
    her.context.add_cookies([{"name": "language", "value": "ar", "url": city.url}])
    her.goto("/my/can")
    assert her.locator("html").get_attribute("dir") == "rtl"
    first = her.locator("#observations .voices > li").first
    example = first.locator("p").first.inner_text()
    by_key(first, SEES)
    expect(first).to_contain_text(ALONE)
    her.goto("/my/can/preview")
    expect(her.locator("#shown")).not_to_contain_text(example)
    her.goto("/my/can")
    by_key(first, ALONE)
    expect(first).to_contain_text(SEES)

    her.goto("/my/can/share")
    her.locator('[name="for_whom"]').fill("Wasserij Grote Golf")
    her.keyboard.press("Enter")
    link = her.locator("#made code").inner_text()
    employer = browsers.open(city.url, viewport={"width": 1280, "height": 900}, js=city.js)
    path = link[link.index("/profile/") :]
    employer.goto(path)
    expect(employer.locator("#shown")).to_contain_text(example)

    her.goto("/my/can/share")
    made = her.locator("section.panel", has_text="Wasserij Grote Golf")
    expect(made.locator("li")).to_have_count(1)
    by_key(made, STOP)
    expect(made).to_have_count(0)
    assert employer.goto(path).status == 404
    expect(employer.locator("main")).to_contain_text("Deze link is voorbij")


def test_a_guide_gives_a_group_one_example_each(city, browsers):
    guide = browsers.as_one_of(city, "guide")
    guide.goto("/work")
    press(guide.locator("li", has_text="Soep voor de straat").first, "Lijst")
    press(guide, "Voorbeelden opschrijven")
    people = guide.locator(".levels fieldset")
    assert people.count() >= 5
    guide.locator('[name="competence"]').select_option("koken")
    guide.locator('[name="example"]').fill("Kookte soep voor veertig buren.")
    for number in range(people.count()):
        people.nth(number).locator("input").nth(number % 3).check(force=True)
    press(guide, "Opslaan")
    expect(guide.locator("main")).to_contain_text(f"Bewaard voor {people.count()} personen.")
