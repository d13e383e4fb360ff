"""A contractor fulfils a duty of EUR 24,000 in four ways; provider and account manager have a say.

By hand, under Utrecht's amounts of now, all in 2026: work 40,000 x 18/36 x 6/12 = 10,000.00;
learning 20,000 x 24/36 x 3/12 = 3,333.33; a bill of 2,870.00; 40 hours at 100 = 4,000.00.
Together 20,203.33; left 3,796.67.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import axe, press, scrolls_sideways

pytestmark = pytest.mark.browser

WHO = {"who": "Yusuf", "born_on": "1990-01-01"}
LINES = [
    ("participatiewet", {"hours": "18", "until_on": "2026-06-30", **WHO}, "10.000"),
    ("bol-niveau-2-4", {"hours": "24", "until_on": "2026-03-31", "who": "Ana",
                        "born_on": "2001-05-05"}, "3.333,33"),
    ("inkoop-bij-sociale-bedrijven", {"costs": "2870", "who": "De Derde Pan", "number": "2026-77"},
     "2.870"),
    ("uren", {"time": "40", "until_on": "2026-02-28", "who": "planners",
              "words": "Veertig uur oefenen met solliciteren."}, "4.000"),
]  # fmt: skip


def fill(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.locator(f'main form[method=post] [name="{name}"]').fill(value)


def test_a_duty_of_24_000_is_fulfilled_in_four_ways(city, browsers):
    page = browsers.as_one_of(city, "employer")
    page.goto("/work/contracts")
    page.get_by_text("Opdracht erbij").click()
    page.locator('[name="scheme"]').select_option("utrecht")
    fill(page, {"title": "Vier manieren", "number": "4-2026", "value_cents": "480.000",
                "percent": "5", "from_on": "2026-01-01", "until_on": "2026-12-31"})  # fmt: skip
    press(page, "Opslaan")
    press(page, "Vier manieren")
    statement = page.url
    expect(page.locator("main")).to_contain_text("Van de plicht van € 24.000 is € 0 opgegeven.")
    for tariff, values, amount in LINES:
        page.goto(f"{statement}/lines/new?what={tariff}")
        if tariff == "uren":
            page.locator('[name="provider_id"]').select_option(label="De Kaapstander")
        fill(page, {"from_on": "2026-01-01", "seen_by": "J. Vos", "seen_on": "2026-07-01"} | values)
        press(page, "Opslaan")
        expect(page.locator("main")).to_contain_text(f"€ {amount}")
    expect(page.locator("main")).to_contain_text(
        "is € 20.203,33 opgegeven. Nog te gaan: € 3.796,67"
    )
    if city.js:  # what looks at it is a script
        assert not scrolls_sideways(page)
        assert axe(page) == []
    press(page, "Stuur naar de gemeente")
    expect(page.locator("main")).to_contain_text("Wacht op wie het krijgt")

    provider = browsers.as_one_of(city, "coordinator")
    provider.goto("/work/got")
    expect(provider.locator("main")).not_to_contain_text("€")
    press(provider.locator("main li", has_text="solliciteren"), "Wij kregen het")
    page.reload()
    press(page, "Stuur naar de gemeente")

    manager = browsers.as_one_of(city, "recogniser")
    manager.goto(statement)
    for _ in LINES:
        press(manager, "Akkoord")
    expect(manager.locator("main")).to_contain_text("Akkoord: € 20.203,33")
    page.reload()
    expect(page.locator("main")).not_to_contain_text("Bij de gemeente")
    pdf = page.request.get(f"{statement}/statement.pdf")
    assert pdf.body().startswith(b"%PDF")
