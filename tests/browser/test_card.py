"""Her card on her phone: without a signal, and gone with who signs out."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import NARROWEST, axe, press, scrolls_sideways
from tests.browser.kitchen import comes_true, forgets

pytestmark = pytest.mark.browser

IS_KEPT = "() => caches.keys().then(names => names.some(name => name.startsWith('card-')))"
IS_GONE = "() => caches.keys().then(names => !names.some(name => name.startsWith('card-')))"


def test_it_opens_without_a_signal_on_a_phone_of_her_own_and_goes_with_her(city, browsers):
    page = browsers.open(city.url, js=city.js, viewport=NARROWEST)
    page.goto(city.card)
    press(page, "Mijn kaart")
    expect(page.locator(".shown svg")).to_be_visible()
    assert not scrolls_sideways(page)
    press(page, "Ja, dit is mijn eigen telefoon")
    page.goto("/my/card")
    if not city.js:
        return
    expect(page.locator("[data-kept]")).to_be_visible()
    assert axe(page) == []
    comes_true(page, IS_KEPT)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".shown svg")).to_be_visible()
    expect(page.locator("[data-kept]")).to_be_visible()
    page.context.set_offline(False)
    forgets(browsers)

    page.goto("/my/data")
    page.locator("summary", has_text="Samira").click()
    page.get_by_role("button", name="Uitloggen").click()
    comes_true(page, IS_GONE)
