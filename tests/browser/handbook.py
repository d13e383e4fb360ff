"""The tasks of the handbook, each walked as its page says, up to where its picture is taken."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.browsers import Browsers, press
from tests.browser.city import City

WINDOW: ViewportSize = {"width": 360, "height": 640}


def _says(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(re.compile(words))


def post(page: Page) -> None:
    page.goto("/work/offerings")
    press(page, "Nieuw")
    title, begun = page.locator('[name="title"]'), page.get_by_role("link", name="Ga ermee verder")
    expect(title.or_(begun)).to_be_visible()
    if begun.count():  # where she began one already
        begun.click()
        press(page, "Wat is het?")
    expect(title).to_be_visible()


def register(page: Page) -> None:
    page.goto("/work")
    page.locator(".times a").first.click()
    expect(page.locator(".register > li").first).to_be_visible()


def offline(page: Page) -> None:
    page.goto("/registers")
    _says(page, "bereik|internet")


def group(page: Page) -> None:
    page.goto("/work/offerings/soep-voor-de-straat/people")
    press(page, "Een hele groep")
    page.locator('[name="names"]').fill("Zahra B.\nEmre D.\nIlse van W.")


def answer(page: Page) -> None:
    page.goto("/work/applications")
    expect(page.locator("main li").first).to_be_visible()


def message(page: Page) -> None:
    page.goto("/participants")
    for number in range(3):
        page.locator('input[name="who"]').nth(number).check()
    press(page, "Schrijf aan hen")
    page.locator("textarea").fill("Maandag is de keuken dicht. Tot dinsdag!")
    expect(page.locator(".picks li")).to_have_count(3)


def report(page: Page) -> None:
    page.goto("/work/reports")
    press(page, "Verslag maken")
    expect(page.locator("main form")).to_be_visible()


def recognise(page: Page) -> None:
    page.goto("/recognition")
    expect(page.locator("main .lines li").first).to_be_visible()


def team(page: Page) -> None:
    page.goto("/work/team")
    press(page, "Nodig iemand uit")
    page.locator('[name="name"]').fill("Nadia E.")


def run(page: Page) -> None:
    page.goto("/operator/organisations?status=verified")
    expect(page.locator("main article").first).to_be_visible()


JOURNEYS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "post": ("coordinator", post),
    "register": ("guide", register),
    "offline": ("guide", offline),
    "group": ("coordinator", group),
    "answer": ("coordinator", answer),
    "message": ("coordinator", message),
    "report": ("admin", report),
    "recognise": ("recogniser", recognise),
    "team": ("admin", team),
    "run": ("operator", run),
}


def walk(browsers: Browsers, city: City, name: str) -> Page:
    """Do a task as the handbook says; the window in which it was done."""
    who, journey = JOURNEYS[name]
    page = browsers.as_one_of(city, who, viewport=WINDOW)
    journey(page)
    return page
