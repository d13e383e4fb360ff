"""Make the pictures of the README and the handbook again: `python -m tests.browser.screenshots`."""

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from portal.config import ROOT
from tests.browser.browsers import FLAGS, WIDE, Browsers, press
from tests.browser.city import City, prepare, serving
from tests.browser.handbook import JOURNEYS, walk

_FOLDER = ROOT / "docs" / "pictures"
_HELP = ROOT / "static" / "img" / "help"  # the handbook's
_BASE_URL = "https://meedoen.example.org"  # on the card
_MOST = 150 * 1024  # bytes a picture


def main() -> None:
    """Walk through the demo city as a visitor, a guide and a reader, and keep what is seen."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    _HELP.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        prepared = Path(name) / "prepared"
        card = prepare(prepared)
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with serving(prepared, Path(name) / "served", card, base_url=_BASE_URL) as city:
            browsers = Browsers(chromium)
            _find(browsers, city)
            _sign_up(browsers, city)
            _my(browsers, city)
            _register(browsers, city)
            _report(browsers, city)
            _work(browsers, city)
            _handbook(browsers, city)
            browsers.close()
        chromium.close()


def _find(browsers: Browsers, city: City) -> None:
    page = browsers.as_one_of(city, scale=2)
    page.goto("/")
    _keep(page, "find")


def _sign_up(browsers: Browsers, city: City) -> None:
    page = browsers.as_one_of(city, scale=2)
    page.goto("/offerings/soep-voor-de-straat/sign-up")
    press(page, "Begin")
    page.locator('[name="name"]').fill("Zahra B.")
    press(page, "Verder")
    page.locator('[name="contact_way"][value="visit"]').check(force=True)
    press(page, "Verder")
    page.wait_for_timeout(2100)  # who is quicker than a person is asked again
    press(page, "Meld mij aan")
    expect(page.locator("h1")).to_have_text("U hebt een plek")
    _keep(page, "signed-up", page.get_by_role("link", name="Zet het in mijn agenda"))


def _my(browsers: Browsers, city: City) -> None:
    page = browsers.as_one_of(city, "participant", scale=2)
    page.goto("/my")
    _keep(page, "my")


def _register(browsers: Browsers, city: City) -> None:
    page = browsers.as_one_of(city, "guide", scale=2)
    page.goto("/work")
    press(page.locator(".times li", has_text="Soep voor de straat").first, "Lijst")
    press(page, "Iedereen is er")
    people = page.locator(".register > li")
    for person, words in ((1, "Afgemeld"), (2, "Afwezig")):
        press(people.nth(person), words)
        pressed = people.nth(person).get_by_role("button", name=words)
        expect(pressed).to_have_attribute("aria-pressed", "true")
    _keep(page, "register", page.locator("h1"))


def _report(browsers: Browsers, city: City) -> None:
    page = browsers.as_one_of(city, scale=2)
    page.goto("/organisations/de-kaapstander")
    press(page, "WW-")
    _keep(page, "report", page.locator("#part-taking_part"))


def _work(browsers: Browsers, city: City) -> None:
    page = browsers.as_one_of(city, "coordinator", viewport=WIDE)
    page.set_viewport_size({"width": WIDE["width"], "height": 800})
    page.goto("/work")
    _keep(page, "wide-work")


def _handbook(browsers: Browsers, city: City) -> None:
    for name in JOURNEYS:
        page = walk(browsers, city, name)
        page.evaluate("document.activeElement?.blur()")
        _keep(page, name, folder=_HELP)


def _keep(page: Page, name: str, top: Locator | None = None, *, folder: Path = _FOLDER) -> None:
    """Picture what the window shows, from its top or from a part of the page on."""
    if top is not None:
        top.evaluate("part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 16)")
    file = folder / f"{name}.png"
    shot = page.screenshot(path=file, animations="disabled", caret="hide")
    print(f"{file.relative_to(ROOT)}: {len(shot) // 1024} KB")
    if len(shot) > _MOST:
        raise SystemExit("That is too heavy for a page that many people open.")


if __name__ == "__main__":
    main()
