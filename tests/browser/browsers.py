"""Browser windows of people, and what goes wrong in them that no page shows."""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
)

from tests.browser.city import City

Colors = Literal["light", "dark"]
PHONE: ViewportSize = {"width": 360, "height": 740}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 900}
PASSWORD = "warm-werkt-demo"
# As root there is no sandbox, and nothing may look for the world outside.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-software-rasterizer", "--in-process-gpu",  # no process that draws for a card
]  # fmt: skip
# Milliseconds for what a test waits for. Machines are slow: only what never comes fails by it.
PATIENCE = 180_000
expect.set_options(timeout=PATIENCE)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Browsers:
    """Opens windows, each with cookies of its own, and listens to all of them."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.faults: list[str] = []
        self._contexts: list[BrowserContext] = []

    def open(
        self,
        url: str,
        *,
        viewport: ViewportSize = PHONE,
        colors: Colors = "light",
        js: bool = True,
        cookies: Any = (),
        language: str = "nl",
        scale: float = 1,
    ) -> Page:
        """A window on a server, with nothing in it yet."""
        context = self.chromium.new_context(
            base_url=url,
            viewport=viewport,
            color_scheme=colors,
            java_script_enabled=js,
            device_scale_factor=scale,
            reduced_motion="reduce",
            locale="nl-NL",
            timezone_id="America/New_York",  # what is shown is Amsterdam's time wherever one is
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "language", "value": language, "url": url}, *cookies])
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        return page

    def as_one_of(self, city: City, name: str | None = None, **options: Any) -> Page:
        """A window of one of the demo city's cast, signed in by her form the first time."""
        options = {"js": city.js, **options}
        if name and name not in city.signed_in:
            page = self.open(city.url, js=city.js)
            if name == "participant":
                page.goto(city.card)
            else:
                page.goto("/sign-in")
                page.fill('[name="email"]', f"{name}@demo.example")
                page.fill('[name="password"]', PASSWORD)
                press(page, "Inloggen")
            expect(page).to_have_url(f"{city.url}{'/my' if name == 'participant' else '/work'}")
            city.signed_in[name] = page.context.cookies()
        return self.open(city.url, cookies=city.signed_in.get(name or "", ()), **options)

    def close(self) -> None:
        """Close all windows."""
        for context in self._contexts:
            context.close()

    def _console(self, message: ConsoleMessage) -> None:
        """Errors in the console; Chromium also writes each 4xx there, which pages may answer."""
        is_answer = "the server responded with a status of 4" in message.text
        if message.type == "error" and not is_answer:
            self.faults.append(f"{message.page and message.page.url}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a download, or a page left early
            self.faults.append(f"{request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        is_part = response.request.resource_type in {"stylesheet", "script", "image", "font"}
        if response.status >= 500 or (is_part and response.status >= 400):
            self.faults.append(f"{response.url}: {response.status}")


def press(within: Page | Locator, name: str, *, nth: int = 0) -> None:
    """Press a button or follow a link by its words, as they begin; waits for a page to come."""
    main = within.locator("main") if isinstance(within, Page) else within
    found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
    found.nth(nth).click()
    found.page.wait_for_load_state("domcontentloaded")  # a page that has come may lack its end


def go_to_part(page: Page, name: str) -> int:
    """Go to a part of the work, by "Meer" where it has no place in the row; how many presses."""
    parts = page.get_by_role("navigation")
    presses = 1
    if not parts.get_by_role("link", name=name).first.is_visible():
        parts.get_by_text("Meer", exact=True).click()
        presses += 1
    parts.get_by_role("link", name=name).locator("visible=true").first.click()
    page.wait_for_load_state("domcontentloaded")
    return presses


def tick(page: Page, name: str) -> None:
    """Choose a tick or a radio by its words, as they begin; its label lies over all of it."""
    box = page.get_by_role("checkbox").or_(page.get_by_role("radio"))
    box.and_(page.get_by_label(re.compile(f"^{re.escape(name)}"))).check(force=True)


def bring_axe(page: Page) -> None:
    """Let each page that comes in this window have axe-core: sent once, not again for each."""
    page.context.add_init_script(_axe())


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


_FAULTS = """options => axe.run(options).then(({violations}) => violations.flatMap(
  ({id, help, nodes}) => nodes.map(({html}) => `${id}: ${help}: ${html.slice(0, 160)}`)))"""


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with a page, a line each.

    The page itself makes the lines: all that axe tells of a good page is 56 kB to send each time.
    """
    if not page.evaluate("typeof axe == 'object'"):
        page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
    found: list[str] = page.evaluate(_FAULTS, options)
    return found


_TOUCHING = """() => {
  const boxes = [...document.querySelectorAll("main .button, main .todo")]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect()])
    .filter(([, box]) => box.height > 30 && box.width > 30);
  const near = (a, b) => Math.max(
    a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
  return boxes.flatMap(([name, box], at) => boxes.slice(at + 1)
    .filter(([, other]) => near(box, other) < 4)
    .map(([other]) => `${name} / ${other}`));
}"""


def touching(page: Page) -> list[str]:
    """Buttons between which there is less than four pixels, so that a thumb may take the other."""
    found: list[str] = page.evaluate(_TOUCHING)
    return found


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


_SIDEWAYS = """directions => directions.filter(direction => {
  const root = document.documentElement;
  root.dir = direction;
  return root.scrollWidth > innerWidth;
})"""


def sideways_in(page: Page, *directions: str) -> list[str]:
    """The directions in which the page is wider than its window; it stays in the last one."""
    found: list[str] = page.evaluate(_SIDEWAYS, directions)
    return found
