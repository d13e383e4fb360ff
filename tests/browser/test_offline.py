"""The register without a signal: kept on the phone, sent by itself, settled by a person."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.core import clock
from tests.browser.browsers import axe, scrolls_sideways
from tests.browser.kitchen import Kitchen, comes_true, kept_pages, person, says, tap

pytestmark = pytest.mark.browser


def still_here(page: Page, count: int) -> None:
    """The page says how much is still on this phone."""
    words = page.get_by_text("Staat nog op deze telefoon:")
    if count:
        expect(words).to_have_text(f"Staat nog op deze telefoon: {count}")
        return
    comes_true(page, "() => Outbox.rows().then(rows => !rows.length)")
    expect(words).to_have_count(0)


def wait_until_kept(page: Page, path: str) -> None:
    """The register opens without a signal from now on."""
    comes_true(page, "path => caches.match(path, {cacheName: 'registers-names-1'})", path)


def loses_signal(page: Page, has: bool = False) -> None:
    page.context.set_offline(not has)


def open_and_keep(kitchen: Kitchen, name: str, path: str) -> Page:
    page = kitchen.phone(name)
    page.goto(path)
    wait_until_kept(page, path)
    return page


def test_two_phones_contradict_each_other_and_a_person_settles_it(kitchen):
    path = kitchen.register(4)
    one = open_and_keep(kitchen, "guide", path)
    two = open_and_keep(kitchen, "coordinator", path)
    for page in (one, two):
        loses_signal(page)
    one.locator('[name="all"]').click()
    says(one, "Semhar", "Aanwezig")
    tap(two, "Semhar", "Afwezig")
    still_here(one, 4)
    still_here(two, 1)
    expect(one.locator("#on-phone")).to_contain_text("Geen internet. U kunt gewoon doorgaan.")
    expect(person(one, "Semhar")).to_contain_text("op deze telefoon")
    assert axe(one) == []
    assert not scrolls_sideways(one)
    assert kitchen.marks(path) == {}

    loses_signal(one, has=True)
    still_here(one, 0)
    loses_signal(two, has=True)
    for page in (one, two):  # both see who said what, and when
        dispute = person(page, "Semhar").locator(".notice")
        expect(dispute).to_contain_text("Guide")
        expect(dispute).to_contain_text("Coordinator")
        expect(dispute.locator("button")).to_have_count(2)
        expect(dispute).to_contain_text(re.compile(r"\d\d\.\d\d\suur"))
    assert axe(one) == []
    still_here(two, 0)
    two.locator('[data-status="absent"][name^="settle-"]').click()
    for page in (one, two):
        expect(person(page, "Semhar").locator(".notice")).to_have_count(0)
        says(page, "Semhar", "Afwezig")
        says(page, "Fatma", "Aanwezig")
    marks = kitchen.marks(path)
    assert sorted(marks.values()) == ["absent", "present", "present", "present"]
    assert marks["Semhar C."] == "absent"


def test_taps_survive_a_reload_and_a_closed_tab_without_a_signal(kitchen):
    path = kitchen.register(3)
    page = open_and_keep(kitchen, "guide", path)
    tap(page, "Fatma", "Afgemeld")  # with a signal, after the page was kept
    expect(page.locator('[data-status="excused"]')).to_have_count(1)
    loses_signal(page)
    tap(page, "Mohammed", "Aanwezig")
    tap(page, "Mohammed", "Afwezig")  # what the second replaces is what the first made
    page.reload()
    says(page, "Fatma", "Afgemeld")
    says(page, "Mohammed", "Afwezig")
    still_here(page, 2)
    page.close()
    page = page.context.new_page()
    page.goto("/registers")
    still_here(page, 2)
    page.locator(f'a[href="{path}"]').first.click()
    says(page, "Mohammed", "Afwezig")
    tap(page, "Mohammed", "Afwezig")  # says nothing new
    tap(page, "Semhar", "Aanwezig")
    still_here(page, 3)
    loses_signal(page, has=True)
    still_here(page, 0)
    marks = {"Fatma A.": "excused", "Mohammed B.": "absent", "Semhar C.": "present"}
    assert kitchen.marks(path) == marks
    assert len(kitchen.changes(path)) == 4
    expect(page.locator('[data-status="present"]')).to_have_count(1)
    expect(page.locator('[name^="settle-"]')).to_have_count(0)  # she did not contradict herself


def test_signed_out_with_taps_on_the_phone_they_wait_for_who_made_them(kitchen):
    path = kitchen.register(2)
    page = open_and_keep(kitchen, "guide", path)
    page.route("**/registers/events", lambda route: route.abort())
    tap(page, "Fatma", "Aanwezig")
    still_here(page, 1)
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page).to_have_url(f"{kitchen.url}/sign-in")
    assert path in kept_pages(page)  # her taps are laid over it
    page.unroute("**/registers/events")

    kitchen.sign_in(page, "coordinator")
    page.goto(path)
    expect(page.locator("#on-phone")).to_contain_text("van een collega")
    assert kitchen.marks(path) == {}

    page.context.clear_cookies()
    kitchen.sign_in(page, "guide")
    page.goto("/participants")  # sent from any page; the first answer may be that it asks again
    comes_true(page, "() => !localStorage.getItem('unsent')")
    assert kitchen.marks(path) == {"Fatma A.": "present"}
    page.goto(path)
    says(page, "Fatma", "Aanwezig")
    assert kitchen.marks(path) == {"Fatma A.": "present"}
    wait_until_kept(page, path)
    still_here(page, 0)
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page).to_have_url(f"{kitchen.url}/sign-in")
    assert kept_pages(page) == []  # all is sent, so no name stays
    loses_signal(page)
    page.goto(path)
    expect(page.locator("h1")).to_have_text("Niet op deze telefoon")


def test_a_phone_whose_clock_is_a_day_ahead(kitchen):
    path = kitchen.register(2)
    page = kitchen.phone()
    page.add_init_script(
        """(() => {
            const now = Date.now;
            Date = class extends Date {
                constructor(...of) { of.length ? super(...of) : super(now() + 86400000) }
            };
            Date.now = () => now() + 86400000;
        })()"""
    )
    page.goto(path)
    wait_until_kept(page, path)
    loses_signal(page)
    tap(page, "Fatma", "Aanwezig")
    page.reload()
    says(page, "Fatma", "Aanwezig")
    loses_signal(page, has=True)
    still_here(page, 0)
    [change] = kitchen.changes(path)
    assert abs(change.tapped_at - clock.now()) < timedelta(hours=12)  # it was a day off


def test_names_leave_the_phone_after_a_day(kitchen):
    path = kitchen.register(2)
    page = open_and_keep(kitchen, "guide", path)
    loses_signal(page)
    tap(page, "Fatma", "Aanwezig")
    page.evaluate(
        """async () => {
            const names = await caches.open("registers-names-1");
            const about = await (await names.match("/registers/offline.json")).json();
            about.kept_at -= 24 * 60 * 60 * 1000;
            await names.put("/registers/offline.json", Response.json(about));
        }"""
    )
    page.goto("/registers")
    expect(page.locator("h1")).to_have_text("Niet op deze telefoon")
    still_here(page, 1)  # a tap holds no name
    assert kept_pages(page) == []
    assert axe(page) == []
    loses_signal(page, has=True)
    page.goto(path)
    says(page, "Fatma", "Aanwezig")
    still_here(page, 0)
    assert kitchen.marks(path) == {"Fatma A.": "present"}
