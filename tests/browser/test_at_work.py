"""By keyboard alone, on a phone: a duty in four ways, and who is visible to a company or not."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import axe, scrolls_sideways
from tests.browser.test_contract import LINES

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
GROUPS = {
    "participatiewet": "Participatiewet", "bol-niveau-2-4": "BOL niveau",
    "inkoop-bij-sociale-bedrijven": "Inkoop bij", "uren": "Scholing",
}  # fmt: skip
# A day is typed as its parts, and there is a button for a calendar behind them.
_DAYS = ("from_on", "until_on", "born_on", "seen_on")


def tab_to(page: Page, selector: str, words: str = "") -> None:
    """Press Tab until something has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.locator(f":is({selector}):focus", has_text=words).count():
            return
    raise AssertionError(f"{selector} {words}: not reached at {page.url}")


def enter(page: Page, words: str, selector: str = "button, a, summary") -> None:
    """Tab to a button, a link or what unfolds, and press Enter."""
    tab_to(page, selector, words)
    if page.locator("summary:focus").count():
        page.keyboard.press("Enter")
        return
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.keyboard.press("Enter")


def type_in(page: Page, values: Mapping[str, str]) -> None:
    """Tab through a form, from its first field on, and type."""
    for name, value in values.items():
        tab_to(page, f'form[method=post] [name="{name}"]')
        if name in _DAYS:
            type_day(page, value)
        else:
            page.keyboard.type(value)


def type_day(page: Page, value: str) -> None:
    """In the order in which this browser asks for it."""
    year, month, day = value.split("-")
    for order in ((month, day, year), (day, month, year)):
        page.keyboard.type("".join(order))
        if page.locator(":focus").input_value() == value:
            return
        for _ in order:
            page.keyboard.press("ArrowLeft")
    raise AssertionError(f"{value} can't be typed at {page.url}")


def test_a_duty_in_four_ways_by_keyboard_alone(city, browsers):
    page = browsers.as_one_of(city, "employer", viewport=PHONE)
    page.goto("/work")
    enter(page, "Opdrachten")
    enter(page, "Opdracht erbij")
    first = {"title": "Met de toetsen", "number": f"T-{city.js}", "manager_id": "Stads",
             "scheme": "Utrecht (nieuwe", "value_cents": "480.000", "percent": "5",
             "from_on": "2026-01-01", "until_on": "2026-12-31"}  # fmt: skip
    type_in(page, first)
    enter(page, "Opslaan")
    enter(page, "Met de toetsen")
    for tariff, values, amount in LINES:
        enter(page, "Regel erbij")
        tab_to(page, '[name="what"]')
        page.keyboard.type(GROUPS[tariff])
        enter(page, "Kies")
        ours = {name: value.replace("Yusuf", "Yara") for name, value in values.items()}
        if "number" in ours:
            ours["number"] = f"2026-78-{city.js}"
        if "who" in ours:
            ours["who"] += f" {city.js}"
        order = ("hours", "time", "costs", "from_on", "until_on", "who", "born_on", "number",
                 "words", "seen_by")  # fmt: skip
        ours |= {"from_on": "2026-01-01", "seen_by": "J. Vos"}
        type_in(page, {name: ours[name] for name in order if name in ours})
        enter(page, "Opslaan")
        expect(page.locator("main")).to_contain_text(f"€ {amount}")
    expect(page.locator("main")).to_contain_text("is € 20.203,33 opgegeven.")
    enter(page, "Stuur naar de gemeente")
    expect(page.locator("main .tag", has_text="Bij de gemeente")).to_have_count(4)
    if city.js:
        assert not scrolls_sideways(page)
        assert axe(page) == []


def test_she_is_visible_and_then_not_by_keyboard_alone(city, browsers):
    """The employer's pages, its file and what waits there forget her, and know her again."""
    employer = browsers.as_one_of(city, "employer")

    def known() -> list[bool]:
        paths = ("/work/introductions", "/work", "/work/introductions.csv")
        return ["Samira" in employer.request.get(path).text() for path in paths]

    assert known() == [True, True, True]
    page = browsers.as_one_of(city, "participant", viewport=PHONE)
    page.goto("/my")
    enter(page, "Werk dat bij mij past")
    enter(page, "U bent zichtbaar")
    while page.get_by_role("button", name="Stop nu").count():
        enter(page, "Stop nu")
    expect(page.locator("main")).to_contain_text("Geen bedrijf weet van u")
    assert known() == [False, False, False]

    tab_to(page, '[name="employer_id"]')
    page.keyboard.type("Kade")
    tab_to(page, '[name="shown"]')
    page.keyboard.press("Space")
    tab_to(page, '[name="days"]')
    enter(page, "Zichtbaar", "button")
    expect(page.locator("main")).to_contain_text("Kadeklaar Logistiek")
    assert known() == [True, True, True]
    if city.js:
        assert not scrolls_sideways(page)
        assert axe(page) == []
