"""axe finds nothing on any page, light or dark; none scrolls sideways, no buttons touch."""

import pytest
from flask import Flask, url_for
from playwright.sync_api import Page, ViewportSize
from sqlalchemy import update

from portal.core import clock
from portal.core.browser_session import BrowserSession
from tests.browser.browsers import (
    NARROWEST,
    PHONE,
    WIDE,
    Colors,
    axe,
    bring_axe,
    sideways_in,
    touching,
)  # fmt: skip
from tests.cast import CAST, VISITOR
from tests.house.access_matrix import MATRIX

pytestmark = pytest.mark.browser

# What isn't a page.
_LEFT_OUT = {
    "accounts.sign_out", "accounts.kept",  # below: it opens only to who has a text there
    "catalogue.calendar", "home.calendar", "home.calendar_of_weeks", "home.healthz", "home.readyz",
    "impact.report_pdf", "impact.picture", "home.letters_to_all",
    "recognition.people_file", "recognition.public_file",
    "recognition.public_reports_csv", "recognition.public_log",
    "recognition.public_reports_json", "work_places.feed",
    "participants.card_sign_in",
    "profile.paper", "profile.take_along", "profile.own_photo", "profile.shown_photo",
    "introductions.export", "profile.photo_shown",
    "presentation.picture", "catalogue.poster", "feeds.concepts", "feeds.offerings",
    "feeds.page_of", "feeds.schema", "phones.worker", "phones.app",
    "phones.state", "phones.offline",
    "attendance.paper", "hours.own_pdf", "hours.person_pdf", "hours.check_json", "hours.jwks",
    "participants.worker", "participants.app", "credentials.own_pdf", "credentials.own_jwt",
    "credentials.own_json", "credentials.status", "assessments.paper",
    "social_return.statement_file", "calls.feed", "tenders.paper",
}  # fmt: skip
# Forms sent as they stand, or as they say here, so that their errors come; nothing is changed.
_WRONG: dict[str, dict[str, str]] = {
    "accounts.sign_in": {"email": "nobody@example.org", "password": "wrong"},
    "organisations.register": {},
    "organisations.invite": {"email": "no address"},
    "offerings.new": {},
    "offerings.edit": {"summary": "Her number is 111222333."},
    "participants.add_programme": {"name": " "},
    "enrolments.sign_up_at_desk": {},
    "progress.observe": {"example": "Her number is 111222333."},
    "progress.observe_own": {},
    "impact.compile_report": {"from_on": "2020-01-01"},
    "recognition.review": {},
}
_PRESS = {"recognition.review": '[value="return"]'}
# What axe does not see on a phone: words cut in a narrow column, spaces underlined, icons adrift.
_AWRY = """() => [
  ...[...document.querySelectorAll("dl.facts dd")].filter(
    one => one.checkVisibility() && one.offsetWidth < 120),
  ...[...document.querySelectorAll("a:has(> .icon)")].filter(
    one => one.checkVisibility() && !getComputedStyle(one).display.includes("flex")),
  ...[...document.querySelectorAll(".subnav summary > .icon, .tools summary > .icon:first-child")]
    .filter(one => one.checkVisibility() && parseFloat(getComputedStyle(one).marginLeft) > 0),
].map(one => "awry: " + one.outerHTML.slice(0, 80))"""
_ERRORS = {"/nowhere": 404, "/card/no-such-card": 404, "/work/team": 403}


def pages(app: Flask) -> list[tuple[str, str]]:
    """Each page that can be opened, and the first of the cast who may."""
    with_get = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return [
        (endpoint, next(name for name in CAST if name in row.who))
        for endpoint, row in MATRIX.items()
        if endpoint in with_get and endpoint not in _LEFT_OUT
    ]


@pytest.fixture
def windows(house, browsers):
    """A window of each of the cast."""
    opened: dict[str, Page] = {}

    def window_of(who: str) -> Page:
        if who not in opened:
            cookies = [] if who == VISITOR else [house.cookie_of(who)]
            opened[who] = browsers.open(house.url, cookies=cookies)
            bring_axe(opened[who])
        return opened[who]

    return window_of


def address(house, endpoint):
    with house.app.test_request_context():
        return url_for(endpoint, **MATRIX[endpoint].url_values(house.world))


def test_every_page(house, windows):
    found: list[str] = []
    for endpoint, who in pages(house.app):
        page, path = windows(who), address(house, endpoint)
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            found.append(f"{path}: {answer and answer.status}")
            continue
        found += _look_at(page, path)
    assert not found, "\n".join(found)


def test_what_was_kept_of_a_form(house, browsers):
    """Her session ended while she wrote; then she signed in again."""
    page = browsers.open(house.url, cookies=[house.cookie_of("guide")])
    path = f"/participants/{house.world.participant.uuid}/observations/new"
    page.goto(path)
    page.locator("[name=example]").fill("Hielp vandaag twee nieuwe mensen op weg.")
    for moment in (clock.now(), None):
        house.world.session.execute(update(BrowserSession).values(ended_at=moment))
        house.world.session.commit()
        if moment:
            with page.expect_navigation():
                page.locator("main form button.primary").last.click()
    page.goto("/work")
    assert page.url.endswith("?kept=yes")
    found = _look_at(page, "the form")
    assert page.goto("/kept").status == 200
    assert not found + _look_at(page, "/kept")


def test_every_kind_of_error(house, windows):
    found: list[str] = []
    for path, status in _ERRORS.items():
        page = windows("guide" if status == 403 else VISITOR)
        answer = page.goto(path)
        assert answer.status == status, path
        found += _look_at(page, path)
    assert not found, "\n".join(found)


def test_forms_that_come_back_with_errors(house, windows):
    found: list[str] = []
    for endpoint, values in _WRONG.items():
        who = next(name for name in CAST if name in MATRIX[endpoint].who)
        page, path = windows(who), address(house, endpoint)
        page.goto(path)
        form = page.locator("main form").filter(has=page.locator('[name="csrf_token"]')).first
        form.evaluate("form => form.noValidate = true")
        for name, value in values.items():
            form.locator(f'[name="{name}"]').fill(value)
        with page.expect_navigation():  # a password takes a while to check
            form.locator(_PRESS.get(endpoint, "button.primary")).last.click()
        page.locator(".error-summary").wait_for()  # where nothing was wrong it never comes
        found += _look_at(page, path)
    assert not found, "\n".join(found)


def _look_at(page: Page, path: str) -> list[str]:
    """What is wrong with a page on a phone in the light, and on a wide screen in the dark.

    Each width is there once, with both directions, as drawing a page anew is most of the work; it
    ends on a phone, where the next page comes.
    """
    found: list[str] = []

    def see(size: ViewportSize, *directions: str, colors: Colors | None = None) -> None:
        page.set_viewport_size(size)
        if colors:
            page.emulate_media(color_scheme=colors)
            found.extend(f"{path}, {colors}: {line}" for line in axe(page))
            found.extend(f"{path}, {size['width']} px: {line} touch" for line in touching(page))
        found.extend(
            f"{path}: scrolls sideways at {size['width']} px, {direction}"
            for direction in sideways_in(page, *directions)
        )

    see(PHONE, "ltr", colors="light")
    found.extend(f"{path}: {line}" for line in page.evaluate(_AWRY))
    see(WIDE, "ltr", "rtl", colors="dark")
    see(NARROWEST, "rtl", "ltr")
    see(PHONE, "rtl")
    page.emulate_media(color_scheme="light")
    return found
