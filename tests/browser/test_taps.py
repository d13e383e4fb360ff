"""How many taps the daily things take on a phone; a field that has to be tapped counts as one."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsers import press

pytestmark = pytest.mark.browser
_FOUND_WITHIN = 20  # seconds of hers: what the machine takes is in `make bench`
_A_LETTER, _A_TAP = 0.25, 1.5  # seconds of a person who types with one finger
NAMES = [
    f"{first} {last}." for first in ("Quirine", "Ottilie", "Wolfert", "Xandra") for last in "BDFHKM"
]


class Taps:
    """Counts what is tapped in a window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number = 0

    def tap(self, what: Locator) -> None:
        what.click()
        self.page.wait_for_load_state("domcontentloaded")
        self.number += 1

    def press(self, words: str) -> None:
        press(self.page, words)
        self.number += 1

    def write(self, field: Locator, text: str) -> None:
        """Type; a field that is ready for it needs no tap."""
        if not field.evaluate("field => field === document.activeElement"):
            self.tap(field)
        field.fill(text)


def test_what_she_does_each_day_takes_few_taps(city, browsers):
    page = browsers.as_one_of(city, "participant")
    page.goto("/my")
    expect(page.locator(".next h1")).to_be_in_viewport()  # when, with no tap

    contact = Taps(page)
    contact.press("Mijn gegevens")
    contact.press("Dit veranderen of bevestigen")
    contact.write(page.locator('[name="email"]'), "samira@post.example")
    contact.press("Opslaan")
    expect(page.locator(".flash")).to_be_in_viewport()
    assert contact.number == 4

    page.goto("/my")  # her guide writes first, whatever she read before
    talk = str(page.locator("main a[href$='/messages']").first.get_attribute("href"))
    guide = browsers.as_one_of(city, "guide")
    guide.goto(talk.replace("/my/", "/work/"))
    guide.fill('[name="body"]', "Kom je vrijdag?")
    press(guide, "Verstuur")
    expect(guide.locator(".talk")).to_contain_text("Kom je vrijdag?")
    page.goto("/my")
    word = Taps(page)
    word.press("Er is een bericht voor u")
    word.write(page.locator('main form [name="body"]'), "Ik kom wat later.")
    word.press("Verstuur")
    expect(page.locator(".talk li").first).to_contain_text("Ik kom wat later.")
    assert word.number == 3


def test_three_words_and_a_postcode_find_something_within_twenty_seconds(city, browsers):
    page = browsers.as_one_of(city)
    page.goto("/")
    find = Taps(page)
    field = page.locator('main [name="q"]')
    find.tap(field)
    words = "leren fiets maken 3081"
    field.press_sequentially(words)
    find.press("Zoeken")
    first = page.locator("#results article").first
    expect(first).to_contain_text("Leren fietsen maken")
    expect(first).to_be_in_viewport()
    assert find.number == 2
    assert len(words) * _A_LETTER + find.number * _A_TAP < _FOUND_WITHIN


def test_twenty_four_names_come_into_a_group_with_a_few_taps(city, browsers):
    page = browsers.as_one_of(city, "coordinator")
    page.goto("/work/offerings/naaien-met-de-deur-open/people")
    group = Taps(page)
    group.press("Een hele groep")
    group.write(page.locator('[name="names"]'), "\n".join(NAMES))
    group.press("Zet ze in de groep")
    expect(page.locator(".flash")).to_be_in_viewport()
    expect(page.locator("main")).to_contain_text(NAMES[0])
    assert group.number <= 3
