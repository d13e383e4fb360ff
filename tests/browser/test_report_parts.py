"""What goes into a report beside its figures: a bookkeeper's sheet, pictures, words, and others."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.core import clock
from tests.browser.browsers import axe, press, scrolls_sideways, tick
from tests.impact.money_sheets import SHEET
from tests.offerings.made import photo

pytestmark = pytest.mark.browser

_SAID = "Nu praat ik met iedereen aan de bar."


def hears(page: Page, news: str) -> None:
    """The news after a tap is in view, on a page that fits the phone."""
    expect(page.locator(".flash")).to_contain_text(news)
    expect(page.locator(".flash")).to_be_in_viewport()
    assert not scrolls_sideways(page)


def choose(page: Page, name: str) -> None:
    """Press a button without a hand on the screen."""
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state("domcontentloaded")


def fault(page: Page, words: str) -> None:
    """What is wrong is said in view, and beside its field."""
    expect(page.locator(".error-summary").first).to_be_in_viewport()
    expect(page.locator("main")).to_contain_text(words)
    assert not scrolls_sideways(page)


def compiled(page: Page, days: int) -> str:
    """A new report, over days of which no other journey hands one in; its address."""
    until = clock.today() - timedelta(days=35)
    page.goto("/work/reports/new")
    page.locator('[name="from_on"]').fill((until - timedelta(days=days)).isoformat())
    page.locator('[name="until_on"]').fill(until.isoformat())
    press(page, "Maak het verslag")
    hears(page, "De cijfers liggen vast")
    return page.url.partition("?")[0]


def test_a_bookkeepers_sheet_is_read_applied_and_taken_back(city, browsers):
    page = browsers.as_one_of(city, "admin")
    page.goto("/work/reports/money")
    press(page, "Geld uit een spreadsheet")
    press(page, "Lezen")
    fault(page, "Kies eerst een bestand.")
    month = clock.today().replace(day=1) - timedelta(days=1)  # in no report that was recognised
    lines = SHEET.replace("10-2025", f"{month:%m-%Y}").replace("11-2025", f"{month:%m-%Y}")
    sheet = {"name": "boek.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    page.locator('[name="file"]').set_input_files(sheet)
    press(page, "Lezen")
    expect(page.locator("main")).to_contain_text("Klopt dit?")
    assert not scrolls_sideways(page)
    if city.js:
        assert axe(page) == []
    for field in page.locator("main select").all():
        if not field.input_value():
            field.select_option(index=1)
    if page.locator('[name="takes_file"]').count():  # the month was filled in by hand
        page.locator('[name="takes_file"]').check(force=True)
    choose(page, "Overnemen")
    hears(page, "Overgenomen")
    choose(page, "Alles terugdraaien")
    hears(page, "Teruggedraaid")


def test_a_picture_stands_in_a_report_until_somebody_no_longer_agrees(city, browsers):
    page = browsers.as_one_of(city, "admin")
    address = compiled(page, 20)
    press(page, "Foto's")
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    page.locator('[name="file"]').set_input_files(file)
    page.locator('[name="alt"]').fill("Een kist met wortels.")
    press(page, "Opslaan")
    fault(page, "akkoord")
    page.locator('[name="file"]').set_input_files(file)
    tick(page, "Iedereen op de foto")
    choose(page, "Opslaan")
    hears(page, "Opgeslagen")
    page.goto(address)
    expect(page.get_by_alt_text("Een kist met wortels.")).to_be_attached()
    page.goto(f"{address}/pictures")
    choose(page, "Haal de foto weg")
    hears(page, "weg")
    page.goto(address)
    expect(page.get_by_alt_text("Een kist met wortels.")).to_have_count(0)


def test_only_her_own_yes_prints_what_she_said(city, browsers):
    page = browsers.as_one_of(city, "admin")
    address = compiled(page, 22)
    press(page, "Eigen woorden")
    person = page.locator('[name="person"]')
    person.select_option(label="Samira A.")
    page.locator('[name="words"]').fill("Samira praat met iedereen.")
    press(page, "Vraag het haar")
    fault(page, "Laat de naam weg")
    page.locator('[name="words"]').fill("Nu praat ik met iedereen.")
    choose(page, "Vraag het haar")
    hears(page, "Het is haar gevraagd")
    page.goto(address)
    expect(page.locator("main")).not_to_contain_text("praat ik met")

    her = browsers.as_one_of(city, "participant")
    her.goto("/my")
    press(her, "Mogen uw woorden")
    expect(her.get_by_role("button", name="Ja, dit mag erin")).to_be_in_viewport()
    her.get_by_text("De woorden veranderen").click()
    her.locator('[name="words"]').fill(_SAID)
    if city.js:
        assert axe(her) == []
    choose(her, "Ja, zo")
    hears(her, "Dit staat in het verslag")
    page.goto(address)
    expect(page.locator("blockquote[lang=nl]")).to_have_text(_SAID)
    if city.js:
        assert axe(page) == []

    her.goto("/my")
    choose(her, "Mijn woorden terugnemen")
    hears(her, "Uw woorden zijn weg")
    expect(her.locator("main")).not_to_contain_text(_SAID)
    page.goto(address)
    expect(page.locator("main")).not_to_contain_text(_SAID)


def test_providers_say_yes_to_one_report(city, browsers):
    page = browsers.as_one_of(city, "admin")
    page.goto("/work/reports/together?days=2025-07-01/2025-12-31")
    press(page, "Vraag het hun")
    fault(page, "Geef het een naam")
    page.locator('[name="name"]').fill("Perceel Zuid")
    tick(page, "De Kaapstander")
    tick(page, "Coöperatie Zuiderbinten")
    choose(page, "Vraag het hun")
    hears(page, "Gevraagd")
    address = page.url.partition("?")[0]

    other = browsers.as_one_of(city, "cooperative")
    other.goto("/work")
    other.get_by_text("zonder haast").click()
    other.locator("main a[href^='/work/reports/together/']").first.click()
    expect(other).to_have_url(address)
    choose(other, "Ja, wij doen mee")
    hears(other, "Opgeslagen")

    page.goto(address)
    choose(page, "Maak het verslag")
    hears(page, "De cijfers liggen vast")
    expect(page.locator("main")).to_contain_text("Coöperatie Zuiderbinten")
    if city.js:
        assert axe(page) == []
