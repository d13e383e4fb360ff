"""From a period's figures to a report that another organisation recognises, and its check."""

import csv
import io
import json
import re
import zlib
from datetime import timedelta

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Page, expect

from portal.core import clock
from tests.browser.browsers import axe, go_to_part, press, tick
from tests.browser.kitchen import forgets

pytestmark = pytest.mark.browser

_REMARK = "Kijk nog eens naar de uren."


def downloaded(page: Page, name: str) -> bytes:
    """What a link gives as a file; the browser itself shows some of them."""
    link = page.locator("main").get_by_role("link", name=name, exact=True)
    answer = page.request.get(f"{link.get_attribute('href')}")
    assert answer.ok, answer.status_text
    return answer.body()


def hand_in(page: Page) -> None:
    press(page, "Indienen")
    tick(page, "Stadsbestuur Demo-Rotterdam")
    press(page, "Indienen")
    expect(page.locator(".flash")).to_have_text("Ingediend.")


def open_latest(page: Page) -> None:
    """The report of this journey, the only one of De Kaapstander that waits for an answer."""
    page.goto("/work")
    go_to_part(page, "Verslagen om te bekijken")
    waiting = page.locator("main li", has_text="Wacht op u").filter(has_text="De Kaapstander")
    press(waiting, "De Kaapstander")


def test_a_report_is_returned_made_again_recognised_and_checked(city, browsers, tmp_path):
    until = clock.today() - timedelta(days=1)
    admin = browsers.as_one_of(city, "admin")
    admin.goto("/work/reports")
    press(admin, "Geld erin, per maand")
    admin.locator('[name="costs_rent_cents"]').fill("1250,50")
    admin.locator('[name="paid_fund_cents"]').fill("1000")
    press(admin, "Opslaan")
    expect(admin.locator(".flash")).to_contain_text("Bewaard")
    expect(admin.locator('[name="costs_rent_cents"]')).to_have_value("1250,50")
    admin.goto("/work/reports")
    press(admin, "Verslag maken")
    admin.locator('[name="from_on"]').fill((until - timedelta(days=27)).isoformat())
    admin.locator('[name="until_on"]').fill(until.isoformat())
    press(admin, "Maak het verslag")
    expect(admin.locator("main")).to_contain_text("sha256")
    expect(admin.locator("main")).to_contain_text("niet ingevuld")  # no whole months
    hand_in(admin)

    judge = browsers.as_one_of(city, "recogniser")
    open_latest(judge)
    expect(judge.locator("main")).to_contain_text("Wie deed mee?")
    expect(judge.locator("main")).not_to_contain_text("Samira")
    press(judge, "Terugsturen")  # not without a word why
    expect(judge).to_have_title(re.compile("^Fout: "))
    judge.locator('[name="remark"]').fill(_REMARK)
    press(judge, "Terugsturen")
    expect(judge.locator(".flash")).to_have_text("Teruggestuurd.")

    admin.goto("/work/reports")
    press(admin.locator("main li", has_text="Teruggestuurd"), "")
    press(admin, "Lees de opmerking")
    expect(admin.locator("main")).to_contain_text(_REMARK)
    press(admin, "Opnieuw maken")
    press(admin, "Maak het verslag")
    hand_in(admin)

    open_latest(judge)
    press(judge, "Erkennen")  # its sample was not looked at: not without a word why
    expect(judge).to_have_title(re.compile("^Fout: "))
    judge.locator('[name="remark"]').fill("Wij waren er zelf bij.")
    press(judge, "Erkennen")
    expect(judge.locator(".flash")).to_have_text("Erkend.")

    anyone = browsers.as_one_of(city)
    anyone.goto("/organisations/de-kaapstander")
    newest = max(re.findall(r"WW-\d{4}-\d{4}", anyone.locator("main").inner_text()))
    press(anyone, newest)
    expect(anyone).to_have_url(f"{city.url}/reports/{newest}")
    expect(anyone.locator("main")).to_contain_text("niet ingevuld")

    paper = pypdf.PdfReader(io.BytesIO(downloaded(anyone, "PDF")))
    assert newest in "".join(page.extract_text() for page in paper.pages)
    sheet = openpyxl.load_workbook(io.BytesIO(downloaded(anyone, "XLSX")))
    assert sheet.sheetnames
    rows = list(csv.DictReader(io.StringIO(downloaded(anyone, "CSV").decode("utf-8-sig"))))
    document = json.loads(downloaded(anyone, "JSON"))
    assert {row["id"] for row in rows} >= {figure["id"] for figure in document["figures"]}
    assert document["number"] == newest
    assert document["recognition"]["by"] == "Stadsbestuur Demo-Rotterdam"

    file = tmp_path / "report.json"
    file.write_bytes(downloaded(anyone, "JSON"))
    said = city.flask("verify-report", file)
    assert (said.returncode, said.stdout.strip()) == (0, newest), said
    figure = next(row for row in document["figures"] if row["value"])
    before = re.search(rb'"value": ?%d\b' % figure["value"], file.read_bytes())
    assert before, file.read_bytes()[:500]
    changed = file.read_bytes().replace(before[0], b'"value": %d' % (figure["value"] + 1), 1)
    file.write_bytes(changed)
    said = city.flask("verify-report", file)
    assert said.returncode == 1, said
    assert "sha256" in said.stdout.lower()


def test_a_reader_compares_a_file_on_her_own_machine(city, browsers):
    page = browsers.open(city.url, js=city.js)
    page.goto("/organisations/de-kaapstander")
    page.locator("main a[href^='/reports/']").first.click()
    box = page.locator("[data-check]")
    expect(box).to_be_attached()
    if not city.js:
        expect(box).to_be_hidden()
        return
    name = page.url.rsplit("/", 1)[1].partition("?")[0]
    untouched = "Er is geen letter en geen getal veranderd.Het is ondertekend."
    of_another = b'{"number": "WW-2019-0001", "sha256": ""}'
    paper, text = (page.request.get(f"/reports/{name}.{kind}").body() for kind in ("pdf", "json"))
    whole = json.loads(text)
    head, body, tail = whole["signature"].split(".")
    forged = json.dumps(whole | {"signature": f"{head}.{body}.{tail[::-1]}"}).encode()
    unsigned = json.dumps({key: whole[key] for key in whole if key != "signature"}).encode()
    document = json.loads(text)
    people = document["figures"][0]
    people["value"] += 1
    changed = json.dumps(document, ensure_ascii=False).encode()
    attached = b"%PDF-1.7\n1 0 obj\nstream\n" + zlib.compress(changed) + b"\nendstream endobj"
    for file, says in (
        (text, "Dit is het verslag dat is erkend." + untouched),
        (paper, "Dit is het verslag dat is erkend." + untouched),
        (json.dumps(json.loads(text), indent=1).encode(), "Deze cijfers zijn erkend."),
        (unsigned, "Dit bestand heeft geen handtekening"),
        (forged, "Dit bestand is veranderd."),
        (paper + b"\n", "Op de bladzijden kan iets anders staan."),
        (changed, f"{people['label']}{people['value']}{people['value'] - 1}"),
        (attached, f"{people['label']}{people['value']}{people['value'] - 1}"),
        (of_another, "Dit is een ander verslag."),
        (b"%PDF-1.7 een scan", "Dit is geen verslag van dit portaal."),
    ):
        box.locator("[type=file]").set_input_files(
            {"name": "verslag", "mimeType": "application/octet-stream", "buffer": file}
        )
        expect(box.locator("[role=status]")).to_contain_text(says)
        expect(box.locator("[role=status]")).to_be_focused()
    assert axe(page) == []
    page.context.set_offline(True)
    box.locator("[type=file]").set_input_files(
        {"name": "verslag", "mimeType": "application/json", "buffer": text}
    )
    expect(box.locator("[role=status]")).to_contain_text("Het bestand kon niet worden vergeleken.")
    page.context.set_offline(False)
    forgets(browsers)
