"""Each task of the handbook is done as its page says, and its page leads there and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import axe
from tests.browser.handbook import JOURNEYS, walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_task_is_done_as_its_page_says(city, browsers, name):
    page = walk(browsers, city, name)
    page.locator("footer").get_by_role("link", name="Hulp: ").click()
    expect(page).to_have_url(f"{city.url}/help/{name}")
    assert axe(page) == []
