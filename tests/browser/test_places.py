"""A place in a group that is really somebody's: got with a name only, freed late, left, moved."""

import json
import re
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.core import clock
from tests.browser.browsers import axe, press, scrolls_sideways, tick
from tests.browser.city import City
from tests.browser.test_coordinator import write_offering

pytestmark = pytest.mark.browser

_TODAY = clock.today()


@pytest.fixture
def city(timed_city: City) -> City:
    """The clock of these journeys is set by them."""
    return timed_city


def look(city: City, page: Page) -> None:
    """What no page may be: wider than its window, or closed to somebody."""
    page.wait_for_load_state()
    assert not scrolls_sideways(page), page.url
    if city.js:  # which axe needs itself
        assert axe(page) == [], page.url


def sign_up(city: City, page: Page, slug: str, name: str, phone: str = "") -> None:
    """All pages of signing up; she gets an SMS, or comes along."""
    page.goto(f"/offerings/{slug}/sign-up")
    press(page, "Begin")
    page.locator('[name="name"]').fill(name)
    press(page, "Verder")
    tick(page, "Met een sms" if phone else "Ik kom langs")
    if phone:
        page.locator('[name="phone"]').fill(phone)
    press(page, "Verder")
    expect(page.locator("main")).to_contain_text(name)
    city.let_pass(2.1)  # who is quicker than a person is asked again
    press(page, "Meld mij aan")
    expect(page).to_have_url(re.compile("/sign-up/done$"))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment on an Amsterdam clock, so many days from now."""
    return clock.from_local(_TODAY + timedelta(days=day), time(hour, minute))


def texts_to(city: City, phone: str) -> list[str]:
    """What left the house for one phone."""
    files = sorted(
        (city.instance / "outbox").glob("*.sms.json"), key=lambda path: path.stat().st_mtime
    )
    sent = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return [one["text"] for one in sent if one["to"].endswith(phone[1:])]


def link_in(text: str) -> str:
    found = re.search(r"/a/[\w-]+", text)
    assert found, text
    return found[0]


def test_a_name_is_enough_for_a_place_and_a_card(city, browsers):
    page = browsers.as_one_of(city)
    page.goto("/offerings/naaien-met-de-deur-open")
    look(city, page)
    press(page, "Doe mee")
    expect(page).to_have_url(re.compile("/sign-up$"))
    look(city, page)
    press(page, "Begin")
    expect(page).to_have_url(re.compile(r"/name\?run="))
    look(city, page)
    expect(page.locator("main input:visible")).to_have_count(1)
    page.locator('[name="name"]').fill("Mina Q.")  # all that is typed
    press(page, "Verder")
    expect(page).to_have_url(re.compile(r"/reach\?run="))
    look(city, page)
    tick(page, "Ik kom langs")
    press(page, "Verder")
    expect(page).to_have_url(re.compile(r"/check\?run="))
    look(city, page)
    expect(page.locator("main")).to_contain_text("Mina Q.")
    city.let_pass(2.1)  # who is quicker than a person is asked again
    press(page, "Meld mij aan")
    expect(page.locator("h1")).to_have_text("U hebt een plek")
    look(city, page)

    card = page.locator(".pass")
    address = card.locator("bdi", has_text="/card/").inner_text()
    page.emulate_media(media="print")
    expect(card).to_be_visible()
    expect(card.locator("[role=img] svg")).to_be_visible()
    expect(card).to_contain_text("Mina Q.")
    expect(page.get_by_role("link", name="Naar mijn pagina")).to_be_hidden()
    expect(page.get_by_role("button", name="Print de kaart")).to_be_hidden()

    phone = browsers.as_one_of(city)
    phone.goto(address)
    expect(phone).to_have_url(f"{city.url}/my")
    expect(phone.locator(".greet")).to_have_text("Dag Mina Q.")
    expect(phone.locator("main")).to_contain_text("Naaien met de deur open")
    look(city, phone)


def test_a_place_freed_at_23_is_offered_at_once_and_told_in_the_morning(city, browsers):
    title, slug = "Soep na elven", "soep-na-elven"
    second, third = "0612000002", "0612000003"
    city.set_clock(at(1, 12))
    coordinator = browsers.as_one_of(city, "coordinator")
    write_offering(
        coordinator, ("kind", "day_activity"), ("work_word", "helpen"), ("intake", "direct"),
        ("weekdays", str(at(5, 12).weekday())), title=title, starts="09:30", ends="12:00",
        places="1", times="8", first_on=clock.to_local(at(5, 0)).date().isoformat(),
    )  # fmt: skip
    press(coordinator, "Publiceer nu")
    expect(coordinator.locator("main")).to_contain_text("Gepubliceerd")
    amina, bea, cora = (browsers.as_one_of(city) for _ in range(3))
    sign_up(city, amina, slug, "Amina F.")
    sign_up(city, bea, slug, "Bea F.", second)
    sign_up(city, cora, slug, "Cora F.", third)
    expect(bea.locator("h1")).to_have_text("U staat op de wachtlijst")
    expect(cora.locator("main")).to_contain_text("U bent nummer 2")
    city.work()
    assert [len(texts_to(city, phone)) for phone in (second, third)] == [1, 1]

    city.set_clock(at(1, 23))
    amina.goto("/my/activities")
    press(amina, "Ik wil stoppen")
    expect(amina.locator("h1")).to_have_text("Wilt u stoppen?")
    look(city, amina)
    press(amina, "Ja, ik stop")
    expect(amina.locator("#activities")).not_to_contain_text(title)
    bea.goto("/my/activities")
    hers = bea.locator("#activities li").filter(has_text=title)
    expect(hers.get_by_role("button", name="Ja, ik neem deze plek")).to_be_visible()
    until = re.search(r"(\d\d)\.\d\d\suur", hers.locator("p b").inner_text())
    assert until
    assert 8 <= int(until[1]) < 21
    look(city, bea)

    city.set_clock(at(1, 23, 5))
    before = set((city.instance / "outbox").iterdir())
    city.work()
    assert set((city.instance / "outbox").iterdir()) == before
    city.set_clock(at(2, 9, 5))
    city.work()
    told = texts_to(city, second)[1:]
    assert len(told) == 1
    assert f"Een plek voor u: {title}" in told[0]
    assert until[1] in told[0].partition("Zeg ja")[2]
    assert len(texts_to(city, third)) == 1

    city.set_clock(at(4, 10, 5))  # she did not answer
    city.work()
    told = texts_to(city, third)[1:]
    assert len(told) == 1
    late = browsers.open(city.url, js=city.js)
    late.goto(link_in(texts_to(city, second)[1]))
    expect(late.locator("h1")).to_have_text("Er is nu geen plek voor u")
    expect(late.get_by_role("button", name="Ja, ik neem deze plek")).to_have_count(0)
    look(city, late)

    other_phone = browsers.open(city.url, js=city.js)
    other_phone.goto(link_in(told[0]))
    expect(other_phone.locator("h1")).to_have_text("Er is een plek voor u")
    look(city, other_phone)
    press(other_phone, "Ja, ik neem deze plek")
    expect(other_phone.locator("h1")).to_have_text("U hebt een plek")
    look(city, other_phone)
    coordinator = browsers.as_one_of(city, "coordinator")
    coordinator.goto("/registers")
    press(coordinator, title)
    expect(coordinator.locator("main")).to_contain_text("Cora F.")
    for name in ("Amina F.", "Bea F."):
        expect(coordinator.locator("main")).not_to_contain_text(name)

    press(other_phone, "Ik wil stoppen")  # and now nobody waits who was not asked before
    expect(other_phone.locator("h1")).to_have_text("Wilt u stoppen?")
    look(city, other_phone)
    press(other_phone, "Ja, ik stop")
    expect(other_phone.locator("h1")).to_have_text("U staat niet meer op de lijst")
    city.work()
    late.reload()
    expect(late.locator("h1")).to_have_text("Er is nu geen plek voor u")
    for phone in (second, third):
        offers = [text for text in texts_to(city, phone) if "Een plek voor u" in text]
        assert len(offers) == 1, phone


def test_the_line_is_left_on_her_page_and_by_a_message(city, browsers):
    slug, title = "kleren-wassen-en-sorteren", "Kleren wassen en sorteren"
    phone = "0612000005"
    first, second = browsers.as_one_of(city), browsers.as_one_of(city)
    sign_up(city, first, slug, "Dina L.")
    number = int(re.search(r"nummer (\d+)", first.locator("main").inner_text())[1])  # type: ignore[index]
    sign_up(city, second, slug, "Esra L.", phone)
    second.goto("/my/activities")
    expect(second.locator("#activities")).to_contain_text(f"U bent nummer {number + 1} in de rij")

    press(first, "Naar mijn pagina")
    press(first, "Mijn activiteiten")
    press(first, "Ik wil dit niet meer")
    expect(first.locator("h1")).to_have_text("Wilt u van de lijst af?")
    look(city, first)
    press(first, "Nee, ik blijf")
    expect(first.locator("#activities")).to_contain_text(f"U bent nummer {number} in de rij")
    press(first, "Ik wil dit niet meer")
    press(first, "Ja, haal mij van de lijst")
    expect(first.locator("#activities")).not_to_contain_text(title)
    look(city, first)
    second.reload()
    expect(second.locator("#activities")).to_contain_text(f"U bent nummer {number} in de rij")

    city.work()
    message = browsers.open(city.url, js=city.js)
    message.goto(link_in(texts_to(city, phone)[-1]))
    look(city, message)
    press(message, "Ik wil dit niet meer")
    expect(message.locator("h1")).to_have_text("Wilt u van de lijst af?")
    look(city, message)
    press(message, "Ja, haal mij van de lijst")
    expect(message.locator("h1")).to_have_text("U staat niet meer op de lijst")
    second.reload()
    expect(second.locator("#activities")).not_to_contain_text(title)


def choose_elsewhere(page: Page, here: str, words: str, there: str) -> None:
    """From her own page to the question whether she agrees to go on with another provider."""
    page.goto("/my/activities")
    mine = page.locator("#activities li").filter(has_text=here)
    press(mine, "Ergens anders verder")
    page.locator('main [name="q"]').fill(words)
    press(page, "Zoeken")
    press(page.locator("main li").filter(has_text=there), "Kies")


def test_she_goes_on_with_another_provider_who_reads_what_she_agrees_to(city, browsers):
    here, there = "Vrijdag is fietsdag", "Werken met een dienblad"
    name = f"Farah {'M' if city.js else 'N'}."
    page = browsers.as_one_of(city)
    sign_up(city, page, "vrijdag-is-fietsdag", name)
    choose_elsewhere(page, here, "dienblad", there)
    look(city, page)
    expect(page.locator("main")).to_contain_text(
        "U houdt uw plek bij Fietsenkelder De Bandenlichter"
    )
    tick(page, "Zij mogen lezen wat ik hier deed")
    press(page, "Meld mij daar aan")
    expect(page.locator("#activities")).to_contain_text(here)
    expect(page.locator("#referrals")).to_contain_text("mag lezen wat u deed bij")
    look(city, page)

    coordinator = browsers.as_one_of(city, "coordinator")
    coordinator.goto("/work/applications")
    row = coordinator.locator("main li").filter(has_text=name)
    expect(row).to_contain_text("Komt van Fietsenkelder De Bandenlichter")
    press(row, "Plek geven")
    city.work()  # ends the old place on the day of the new one
    page.goto("/my/activities")
    expect(page.locator("#activities")).to_contain_text(there)
    open_now = page.locator("#activities > ul > li")
    expect(open_now.filter(has_text=here)).to_have_count(0)

    coordinator.goto("/participants")
    coordinator.locator('[name="name"]').first.fill(name)
    coordinator.keyboard.press("Enter")
    press(coordinator, name)
    earlier = coordinator.get_by_role("heading", name="Eerder, bij Fietsenkelder De Bandenlichter")
    expect(earlier).to_be_visible()
    look(city, coordinator)
    press(page, "Zij mogen dat niet meer lezen")
    coordinator.reload()
    expect(earlier).to_have_count(0)
    expect(page.locator("#activities")).to_contain_text(there)


def what_she_did(page: Page) -> list[str]:
    """Her hours, examples and steps, as her pages show them; she comes back to her activities."""
    seen = []
    for path in ("/my/hours", "/my/can", "/my/steps", "/my/activities"):
        page.goto(path)
        said = page.locator(".skill" if path == "/my/can" else "main")  # not what she does now
        seen.append("\n".join(said.all_inner_texts()))
    return seen[:-1]


def test_her_history_stays_hers_when_she_goes_on(city, browsers):
    """Somebody with hours, examples and steps, who gets the new place at once."""
    page = browsers.as_one_of(city, "participant")
    page.goto("/my/activities")
    here = page.locator("#activities li b").first.inner_text()
    before = what_she_did(page)
    choose_elsewhere(page, here, "fietsdag", "Vrijdag is fietsdag")
    press(page, "Meld mij daar aan")
    expect(page.locator("main, .flash").first).to_contain_text("Uw oude plek stopt vandaag")
    expect(page.locator("#activities > ul")).to_contain_text("Vrijdag is fietsdag")
    city.work()
    page.goto("/my/activities")
    open_now = page.locator("#activities > ul > li")
    expect(open_now.filter(has_text=here)).to_have_count(0)
    page.get_by_text("Wat ik eerder deed").click()
    expect(page.locator("#activities details")).to_contain_text(here)
    assert what_she_did(page) == before
    look(city, page)
