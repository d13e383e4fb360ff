"""A conversation about what she can: on her phone in Arabic by keyboard alone, and on paper."""

import pytest
from playwright.sync_api import Page, expect

from portal.assessments.rules import code_of
from tests.browser.browsers import NARROWEST, axe, press, scrolls_sideways
from tests.browser.kitchen import forgets

pytestmark = pytest.mark.browser
MINE, GO_ON, PAUSE = "هذا لي", "إلى البطاقات", "استراحة"
SAYS = "Dit doe ik thuis al jaren alleen."


def by_key(page: Page, name: str) -> None:
    """Walk to a button or a link by Tab alone, and press it."""
    wanted = page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first
    for _ in range(60):
        if wanted.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {name}")


def on_top(page: Page) -> str:
    return str(page.locator("[data-card]:not([hidden])").get_attribute("data-card"))


def test_she_lays_cards_pauses_loses_her_signal_and_does_not_agree(city, browsers):
    her = browsers.as_one_of(city, "participant")
    her.context.add_cookies([{"name": "language", "value": "ar", "url": city.url}])
    her.goto("/my")
    url = her.locator('a.todo[href*="/my/assessments/"]').get_attribute("href")
    her.goto(url)
    assert her.locator("html").get_attribute("dir") == "rtl"
    by_key(her, GO_ON)
    first = on_top(her)
    by_key(her, MINE)
    expect(her.locator(f'[data-card="{first}"]')).to_be_hidden()
    second = on_top(her)
    if city.js:  # a page that is open goes on without a signal
        assert axe(her) == []
        assert not scrolls_sideways(her)
        her.context.set_offline(True)
        by_key(her, MINE)
        expect(her.locator("[data-waits]")).to_be_visible()
        her.context.set_offline(False)
        expect(her.locator("[data-waits]")).to_be_hidden()
        expect(her.locator("[data-kept]")).to_be_visible()
        forgets(browsers)
    else:
        by_key(her, MINE)
    expect(her.locator(f'[data-card="{second}"]')).to_be_hidden()
    her.reload()
    assert on_top(her) not in (first, second)
    by_key(her, PAUSE)
    expect(her).to_have_url(f"{city.url}{url}")
    her.goto("/my")
    expect(her.locator(f'a.todo[href="{url}"]')).to_contain_text("تابع من حيث توقفت")
    her.locator(f'a.todo[href="{url}"]').focus()
    her.keyboard.press("Enter")
    by_key(her, GO_ON)
    assert on_top(her) not in (first, second)

    her = browsers.as_one_of(city, "participant")
    her.goto(url)
    press(her, "Wij zijn klaar")
    told = her.locator(".told > li", has_text="Gloria Windster").first
    press(told, "Verander")
    example = her.locator('[name="example"]').input_value()
    her.locator('[name="objection"]').fill(SAYS)
    press(her, "Opslaan")
    press(her, "Ja, dit klopt")
    her.goto("/my/can/preview")
    line = her.locator(".skill", has_text=example).locator(".expert", has_text=SAYS)
    expect(line.first).to_contain_text("Ik ben het niet eens")


def test_an_expert_types_the_paper_set_back(city, browsers):
    expert = browsers.as_one_of(city, "expert", viewport={"width": 1280, "height": 900})
    expert.goto("/work")
    waits = expert.locator(".board li", has_text="de kaarten wachten").last
    expert.goto(waits.locator("a").get_attribute("href"))
    press(expert, "Naar de kaarten")
    expert.get_by_text("De codes van de papieren kaarten typen").click()
    expert.locator('[name="mine"]').fill(f"{code_of('hout')} {code_of('gasten').lower()}")
    expert.locator('[name="learn"]').fill(code_of("bezorgen"))
    press(expert, "Deze kaarten leggen")
    piles = expert.locator("#laid section")
    for pile, word in ((0, "hout"), (0, "Gasten"), (1, "Brengen")):
        expect(piles.nth(pile)).to_contain_text(word)
    if city.js:
        assert axe(expert) == []
        assert not scrolls_sideways(expert)


def test_three_sit_at_the_table_where_she_wants_a_third(city, browsers):
    expert = browsers.as_one_of(city, "expert", viewport={"width": 1280, "height": 900})
    expert.goto("/work")
    waits = expert.locator('.board a[href*="/work/assessments/"]').all()
    for url in [str(one.get_attribute("href")) for one in waits]:
        expert.goto(url)
        if expert.get_by_text("Karin van Bakkerij Zonderdak").count():
            break
    press(expert, "Naar de kaarten")
    seats = expert.locator(".seats li")
    expect(seats).to_have_count(3)
    expect(seats.nth(0)).to_contain_text("heeft het laatste woord")
    expect(seats.nth(2)).to_contain_text("Karin van Bakkerij Zonderdak zit erbij")
    if city.js:
        assert axe(expert) == []
        assert not scrolls_sideways(expert)


def test_after_she_left_one_tap_reaches_her_guide(house, browsers):
    """It stands as it stood when all is done: others read this house too."""
    url = f"/my/aftercare/{house.world.aftercare.uuid}"
    waits = "ging verder, en zegt dat het moeilijk is"
    her = browsers.open(house.url, cookies=[house.cookie_of("participant")], viewport=NARROWEST)
    her.goto(url)
    by_key(her, "Ja, ik ben er nog")
    expect(her.get_by_role("status").first).to_contain_text("Opgeslagen.")
    guide = browsers.open(house.url, cookies=[house.cookie_of("guide")], viewport=NARROWEST)
    guide.goto("/work")
    expect(guide.locator("main")).not_to_contain_text(waits)
    her.goto(url)
    by_key(her, "Ja, maar het is moeilijk")
    expect(her.get_by_role("status").first).to_contain_text("Opgeslagen.")
    guide.goto("/work")
    waiting = guide.locator(".board li", has_text=waits).locator("a").first
    guide.goto(str(waiting.get_attribute("href")))
    expect(guide.locator("main q")).to_have_text("Ja, maar het is moeilijk")
    expect(guide.get_by_role("button", name="Wij hebben contact gehad")).to_be_visible()
    assert axe(guide) == []
    assert not scrolls_sideways(guide)
