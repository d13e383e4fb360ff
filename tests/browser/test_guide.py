"""A guide keeps the register and tells what she sees; the participant has the last word."""

import pytest
from playwright.sync_api import expect

from tests.browser.browsers import press, tick

pytestmark = pytest.mark.browser


def test_everyone_is_here_but_two_and_a_correction_keeps_its_history(city, browsers):
    page = browsers.as_one_of(city, "guide")
    page.goto("/work")
    today = page.locator("section", has_text="Presentielijsten van vandaag")
    press(today.locator("li", has_text="Soep voor de straat"), "Lijst")
    press(page, "Iedereen is er")
    count = page.locator("#register-count")
    everyone = page.locator(".register > li")
    people = everyone.count()
    expect(count).to_contain_text(f"{people} van {people} ingevuld, aanwezig: {people}")

    def mark(person: int, words: str) -> None:
        press(everyone.nth(person), words)
        button = everyone.nth(person).get_by_role("button", name=words)
        expect(button).to_have_attribute("aria-pressed", "true")

    mark(0, "Afgemeld")
    mark(1, "Afwezig")
    expect(count).to_contain_text(f"aanwezig: {people - 2}, afgemeld: 1, afwezig: 1")

    minutes = everyone.nth(2)
    minutes.locator("summary").click()
    minutes.get_by_label("Aantal minuten aanwezig").fill("999")
    press(minutes, "Opslaan")
    expect(page.locator(".error-summary")).to_contain_text("210")
    expect(minutes.get_by_label("Aantal minuten aanwezig")).to_have_value("999")
    minutes.get_by_label("Aantal minuten aanwezig").fill("150")
    press(minutes, "Opslaan")
    expect(minutes.locator("summary")).to_contain_text("2 uur 30 min")
    expect(everyone.nth(3).locator("summary")).to_contain_text("3 uur 30 min")

    mark(1, "Aanwezig")  # she came after all
    name = everyone.nth(1).locator("b").first.inner_text()
    page.reload()
    expect(count).to_contain_text(f"aanwezig: {people - 1}, afgemeld: 1")
    press(page, "Wat er is gewijzigd")
    said = page.locator(".timeline > li", has_text=name)
    expect(said).to_have_count(3)
    expect(said.nth(0)).to_contain_text("Aanwezig")
    expect(said.nth(0)).to_contain_text("afwezig")
    expect(said.nth(1)).to_contain_text("Afwezig")

    page.goto("/participants")
    page.locator('[name="name"]').fill(name)
    press(page, "Zoeken")
    press(page, name)
    expect(page.locator("#hours")).to_contain_text("uur in totaal")
    page.get_by_text("De laatste keren").click()
    expect(page.locator("#hours li").first).to_contain_text("Soep voor de straat")
    # What is still to come is not there: just after midnight the last time is a week ago.
    expect(page.locator("#hours li").first).to_contain_text("uur")


def test_an_example_and_a_step_are_hers_to_see_and_to_hide(city, browsers):
    guide = browsers.as_one_of(city, "guide")
    guide.goto("/participants")
    guide.locator('[name="name"]').fill("Samira A.")
    press(guide, "Zoeken")
    press(guide, "Samira A.")
    person = guide.url
    press(guide, "Schrijf een voorbeeld op")
    if guide.locator('[name="enrolment_id"][type="radio"]').count():
        guide.locator('[name="enrolment_id"]').first.check(force=True)
    guide.locator('[name="competence"]').select_option(index=2)
    guide.locator('[name="example"]').fill("Zij legde Emre uit hoe de oven werkt.")
    tick(guide, "kan het anderen leren")
    press(guide, "Opslaan")
    expect(guide.locator("#observations")).to_contain_text("Emre uit hoe de oven werkt")

    press(guide, "Noteer een trede op de ladder")
    if guide.locator('[name="enrolment_id"][type="radio"]').count():
        guide.locator('[name="enrolment_id"]').first.check(force=True)
    guide.locator('[name="step"][value="4"]').check(force=True)
    press(guide, "Opslaan")
    expect(guide.locator("#ladder [aria-current]")).to_contain_text(["4. "])

    her = browsers.as_one_of(city, "participant")
    her.goto("/my")
    expect(her.locator("#hours")).to_contain_text("uur in totaal")
    press(her, "Mijn treden")
    expect(her.locator("#ladder")).to_contain_text("4. ")
    her.goto("/my/can")
    example = her.locator("#observations li", has_text="hoe de oven werkt")
    expect(example).to_contain_text("kan het anderen leren")
    press(her, "Vertel wat u kunt")
    if her.locator('[name="enrolment_id"][type="radio"]').count():
        her.locator('[name="enrolment_id"]').first.check(force=True)
    her.locator('[name="competence"]').select_option(index=3)
    her.locator('[name="example"]').fill("Ik opende de keuken alleen.")
    tick(her, "zelf")
    press(her, "Opslaan")
    own = her.locator("#observations li", has_text="Ik opende de keuken alleen.")
    expect(own).to_contain_text("zelf")

    press(example, "Anderen zien dit")
    expect(example).to_contain_text("Alleen u ziet dit")
    guide.goto(person)
    expect(guide.locator("#observations")).not_to_contain_text("hoe de oven werkt")
    expect(guide.locator("#observations")).to_contain_text("Ik opende de keuken alleen.")
    press(example, "Alleen u ziet dit")
    guide.reload()
    expect(guide.locator("#observations")).to_contain_text("hoe de oven werkt")
