"""The way of a person through the portal, with and without JavaScript, on a phone."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.extensions import db
from portal.offerings.models import Offering
from tests import factories as make
from tests.browser.conftest import PASSWORD, House, axe

pytestmark = pytest.mark.browser


def press(page: Page, selector: str = "main form:has(input[name=csrf_token]) button") -> None:
    """Press the first button of the page's own form."""
    page.locator(selector).first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_a_visitor_signs_up_without_an_account(house, open_page, js):
    slug = house.world.offering.slug
    page = open_page(f"/offerings/{slug}", js=js)
    page.locator(f'main a[href*="/offerings/{slug}/sign-up"]').first.click()
    seen = []
    for _step in range(6):
        page.wait_for_load_state()
        if page.url.endswith("/done"):
            break
        seen.append(page.url.rpartition("/")[2])
        if page.locator('main input[name="name"]').count():
            page.fill('main input[name="name"]', "Zahra B.")
        visit = page.locator('main input[name="contact_way"][value="visit"]')
        if visit.count():
            page.locator(f'label[for="{visit.get_attribute("id")}"]').click()
        page.wait_for_timeout(1100)  # who is quicker than a person is asked again
        press(page)
    assert page.url.endswith("/done"), seen
    if js:
        assert axe(page) == []
    assert page.locator('main a[href*=".ics"]').count()
    card = page.locator('main a[href*="/card/"]')
    assert page.locator("main svg, main img").count()
    assert card.count() or "/card/" in page.inner_text("main")
    page.goto("/my")
    expect(page.locator("main")).to_contain_text("Koken voor de buurt")


@pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])
def test_a_guide_signs_in_and_records_everybody_in_one_tap(house, open_page, js):
    page = open_page("/sign-in", js=js)
    page.fill('input[name="email"]', "guide@example.org")
    page.fill('input[name="password"]', PASSWORD)
    press(page)
    expect(page).to_have_url(f"{house.url}/work")
    page.goto(f"/registers/{_another_register(house, hours_ago=2 + js)}")
    expect(page.locator("main")).to_contain_text("Fatma A.")
    press(page, 'main button[name="all"]')
    expect(page.locator('main [aria-pressed="true"]').first).to_be_visible()
    page.reload()
    expect(page.locator('main [aria-pressed="true"]').first).to_be_visible()


def _another_register(house: House, *, hours_ago: int) -> UUID:
    """A session of today in which nobody was marked yet."""
    with house.app.app_context(), Session(db.engine) as session:
        set_actor(session, HOUSE)
        offering = session.get_one(Offering, house.world.offering.id)
        starts_at = clock.now() - timedelta(hours=hours_ago)
        found = make.offering_session(session, offering, starts_at).uuid
        session.commit()
    return found
