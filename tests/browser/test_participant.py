"""What a participant does with one tap: leave the line, not come this time, agree."""

import re
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import NARROWEST, axe, press, scrolls_sideways, tick
from tests.browser.city import City

pytestmark = pytest.mark.browser

FULL = "/offerings/fietsles-voor-vrouwen"


def look_at(page: Page) -> None:
    assert not scrolls_sideways(page)
    assert axe(page) == []


def link_in_mail(city: City, to: str) -> str:
    """The link in the last letter to somebody, as it left the house."""
    city.flask("work", "--once")
    letters = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (city.instance / "outbox").glob("*.eml")
    ]
    texts = [letter.get_content() for letter in letters if letter["To"] == to]
    links = re.findall(r"/a/[\w-]+", texts[-1])
    return str(links[0])


def test_she_leaves_the_line_from_a_message(city, browsers):
    page = browsers.as_one_of(city)
    page.goto(f"{FULL}/sign-up")
    press(page, "Begin")
    page.locator('[name="name"]').fill("Nadia K.")
    press(page, "Verder")
    tick(page, "Met e-mail")
    page.locator('[name="email"]').fill("nadia@example.org")
    press(page, "Verder")
    page.wait_for_timeout(2100)  # who is quicker than a person is asked again
    press(page, "Meld mij aan")
    expect(page.locator("h1")).to_have_text("U staat op de wachtlijst")
    number = re.search(r"nummer (\d+)", page.locator("main").inner_text())
    assert number

    phone = browsers.open(city.url, js=city.js, viewport=NARROWEST)  # the mail's own browser
    phone.goto(link_in_mail(city, "nadia@example.org"))
    expect(phone.locator("main")).to_contain_text(f"U bent nummer {number[1]} in de rij")
    expect(phone.locator("body")).not_to_contain_text("Nadia")
    if city.js:
        look_at(phone)
    press(phone, "Ik wil dit niet meer")
    press(phone, "Nee, ik blijf")
    expect(phone.locator("h1")).to_have_text("U staat op de wachtlijst")
    press(phone, "Ik wil dit niet meer")
    press(phone, "Ja, haal mij van de lijst")
    expect(phone.locator("h1")).to_have_text("U staat niet meer op de lijst")
    page.goto("/my/activities")
    expect(page.locator("#activities")).not_to_contain_text("U bent nummer")
    press(phone, "Meld mij weer aan")  # a new turn, at the end of the line
    expect(phone.locator("h1")).to_have_text("U staat op de wachtlijst")


def test_she_does_not_come_and_comes_after_all(city, browsers):
    page = browsers.as_one_of(city, "participant")
    page.goto("/my/times")
    button = page.get_by_role("button", name="Ik kan niet")
    to_come = page.locator("#coming li", has=button).first  # what began already has none
    when = to_come.locator("b").inner_text()
    first = page.locator("#coming li", has_text=when).first
    first.get_by_role("button", name="Ik kan niet").focus()
    page.keyboard.press("Enter")
    expect(first).to_contain_text("U komt niet")
    expect(page.get_by_role("status").first).to_contain_text("u komt niet")
    if city.js:
        look_at(page)
    press(first, "Ik kom toch")
    expect(first.get_by_role("button", name="Ik kan niet")).to_be_visible()
    assert first.locator("b").inner_text() == when


def test_she_and_her_guide_agree(city, browsers):
    guide, her = browsers.as_one_of(city, "guide"), browsers.as_one_of(city, "participant")
    her.goto("/my")
    name = her.locator(".greet").inner_text().removeprefix("Dag ")
    guide.goto("/participants")
    guide.locator('[name="name"]').first.fill(name)
    guide.keyboard.press("Enter")
    press(guide, name)
    press(guide, "Afspraken")
    press(guide, "Maak een nieuwe versie")
    guide.locator('[name="goals"]').fill("Ik wil meer Nederlands spreken.")
    guide.locator('[name="participant_does"]').fill("Ik kom op dinsdag.")
    guide.locator('[name="guide_does"]').fill("Wij praten elke maand.")
    guide.locator('[name="minutes_per_week"]').fill("10")
    press(guide, "Opslaan")
    press(guide, "Ik ben het eens")
    expect(guide.locator("main")).to_contain_text("Nog niet door allebei bevestigd")

    her.goto("/my")
    press(her, "Lees uw afspraken")
    expect(her.locator("main")).to_contain_text("Ik wil meer Nederlands spreken.")
    if city.js:
        look_at(her)
    press(her, "Ja, ik ben het eens")
    expect(her.locator("main")).to_contain_text("U zei ja op")
    guide.reload()
    expect(guide.locator("main")).to_contain_text("Allebei ja gezegd")
