"""The register with a signal: few taps, two guides at once, no JavaScript, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browsers import Browsers, axe
from tests.browser.kitchen import Kitchen, cooking, forgets, person, says, tap

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def portal(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with cooking(tmp_path_factory.mktemp("kitchen")) as portal:
        yield portal


@pytest.fixture
def kitchen(portal: Any, browsers: Browsers) -> Iterator[Kitchen]:
    yield Kitchen(*portal, browsers)
    forgets(browsers)


def test_twenty_five_people_with_two_exceptions_take_four_taps(kitchen):
    path = kitchen.register(25)
    page = kitchen.phone()
    page.goto(path)
    page.evaluate("taps = 0; addEventListener('click', (event) => { taps += event.isTrusted }, true)")
    page.locator('[name="all"]').click()
    expect(page.locator("#register-count")).to_contain_text("25 van 25 ingevuld")
    tap(page, "Semhar C.", "Afgemeld")
    tap(page, "Emre D.", "Afwezig")
    page.locator('[name="close"]').click()
    expect(page.locator("#register")).to_have_attribute("data-closed", "true")
    assert page.evaluate("taps") == 4
    marks = kitchen.marks(path)
    assert len(marks) == 25
    assert {name: status for name, status in marks.items() if status != "present"} == {
        "Semhar C.": "excused",
        "Emre D.": "absent",
    }


def test_two_guides_see_each_other_within_five_seconds(kitchen):
    path = kitchen.register(3)
    one, two = kitchen.phone("guide"), kitchen.phone("coordinator")
    for page in (one, two):
        page.goto(path)
    tap(one, "Fatma", "Aanwezig")
    says(two, "Fatma", "Aanwezig")
    tap(two, "Fatma", "Afwezig")  # she saw it, so this is no contradiction
    tap(two, "Semhar", "Afgemeld")
    says(one, "Fatma", "Afwezig")
    says(one, "Semhar", "Afgemeld")
    expect(one.locator("#register-count")).to_contain_text("2 van 3 ingevuld")
    expect(one.locator(".notice")).to_have_count(0)
