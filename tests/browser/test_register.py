"""The register with a signal: few taps, two guides at once, no JavaScript, nothing kept."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import axe
from tests.browser.kitchen import person, says, tap

pytestmark = pytest.mark.browser


def test_twenty_five_people_with_two_exceptions_take_four_taps(kitchen):
    path = kitchen.register(25)
    page = kitchen.phone()
    page.goto(path)
    page.evaluate(  # at the document: what the tool holds back at the window, to try again, is none
        "taps = 0; document.addEventListener('click', event => { taps += event.isTrusted }, true)"
    )
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


def test_two_guides_see_each_others_taps(kitchen):
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


def test_without_a_place_to_keep_taps_the_buttons_are_plain_forms(kitchen):
    path = kitchen.register(2)
    page = kitchen.phone()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page.goto(path)
    with page.expect_navigation():
        person(page, "Fatma").get_by_role("button", name="Aanwezig").click()
    says(page, "Fatma", "Aanwezig")
    assert kitchen.marks(path) == {"Fatma A.": "present"}


def test_without_javascript(kitchen):
    path = kitchen.register(3)
    page = kitchen.phone(js=False)
    page.goto(path)
    page.locator('[name="all"]').click()
    tap(page, "Semhar", "Afwezig")
    page.locator('[name="close"]').click()
    expect(page.locator("#register")).to_have_attribute("data-closed", "true")
    assert sorted(kitchen.marks(path).values()) == ["absent", "present", "present"]


def test_all_that_a_guide_does_without_a_signal(kitchen):
    path = kitchen.register(3)
    page = kitchen.phone()
    page.goto(path)
    page.context.set_offline(True)
    expect(page.locator("#on-phone")).to_contain_text("Geen internet")
    page.locator('[name="all"]').click()
    expect(page.locator("#register-count")).to_contain_text("3 van 3 ingevuld, aanwezig: 3")
    expect(page.locator("#undo-here button")).to_be_focused()
    page.locator('[name="undo"]').click()
    expect(page.locator("#register-count")).to_have_text("0 van 3 ingevuld")
    tap(page, "Fatma", "Aanwezig")
    person(page, "Fatma").locator("summary").click()
    person(page, "Fatma").locator("details input").fill("90")
    page.keyboard.press("Enter")
    expect(person(page, "Fatma").locator("summary")).to_contain_text("1 uur 30 min")
    page.locator('a[href$="/walk-in"]').click()
    page.locator("#walk-in").fill("Zahra")
    page.keyboard.press("Enter")
    says(page, "Zahra", "Aanwezig")
    expect(page.locator("#register-count")).to_contain_text("2 van 4 ingevuld, aanwezig: 2")
    page.locator('[name="close"]').click()
    expect(page.locator("#closing")).to_be_focused()
    assert axe(page) == []
    assert kitchen.marks(path) == {}

    page.context.set_offline(False)
    expect(page.locator("#register")).to_have_attribute("data-closed", "true")
    expect(person(page, "Zahra")).to_have_count(1)
    expect(page.locator("#register > .notice")).to_be_focused()
    expect(page.locator("#register > .notice")).to_be_in_viewport()
    assert kitchen.marks(path) == {"Fatma A.": "present", "Zahra": "present"}
    changes = kitchen.changes(path)
    assert {change.minutes for change in changes if not change.is_cleared} == {90, 120}

    person(page, "Zahra").get_by_role("button", name="Afwezig").click()  # what counts asks why
    expect(page.locator("#reason-error")).to_be_visible()
    page.locator("#reason").select_option("wrong_tap")
    tap(page, "Zahra", "Afwezig")
    expect(page.locator('[data-status="absent"]')).to_have_count(1)
    assert kitchen.marks(path)["Zahra"] == "absent"


def test_what_could_not_be_drawn_is_drawn_after_all(kitchen):
    """The taps are with the portal, and the pages that should show them get lost."""
    path = kitchen.register(2)
    page = kitchen.phone()
    page.goto(path)
    page.evaluate(
        """() => {
          const ask = window.fetch;
          window.lost = 0;
          window.fetch = (path, how) =>
            path === location.pathname && window.lost++ < 3 ? Promise.reject() : ask(path, how);
        }"""
    )
    page.locator('[name="all"]').click()
    page.locator('[name="close"]').click()
    expect(page.locator("#register")).to_have_attribute("data-closed", "true")
    assert page.evaluate("lost") > 3


def test_a_tap_as_the_answer_to_another_comes_in_knows_what_it_replaces(kitchen):
    """Between the phone that has it no more and the page that has it from the portal is no gap."""
    path = kitchen.register(3)
    page = kitchen.phone()
    page.goto(path)
    page.evaluate(  # keeping what the portal says takes its time, and the next tap comes meanwhile
        """() => {
          const has = caches.has.bind(caches);
          const hers = (button) => [...document.querySelectorAll(".register > li")]
            .find((one) => one.textContent.includes("Fatma")).querySelector(button);
          caches.has = async (name) => {
            if (!hers("[aria-pressed=true]")) return has(name);
            caches.has = has;
            setTimeout(() => hers("[value=excused]").click(), 50);
            await new Promise((done) => { setTimeout(done, 500); });
            return has(name);
          };
        }"""
    )
    person(page, "Fatma").get_by_role("button", name="Aanwezig").click()
    says(page, "Fatma", "Afgemeld")
    page.locator('[name="all"]').click()
    page.locator('[name="close"]').click()
    expect(page.locator("#register")).to_have_attribute("data-closed", "true")
    assert kitchen.marks(path)["Fatma A."] == "excused"
