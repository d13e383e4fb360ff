"""The calculation that everybody may make."""

from urllib.parse import urlencode

import pytest

from portal.social_return.rules.schemes import schemes

JOB = {
    "scheme": "den-haag", "what": "participatiewet", "hours": "24", "from_on": "2026-01-01",
    "until_on": "2026-06-30", "count": "yes",
}  # fmt: skip


def shown(client, status=200, **values):
    return client.page(f"/social-return?{urlencode({**JOB, **values})}", status=status)


def test_it_shows_the_amount_its_formula_and_whose_it_is(cast):
    page = shown(cast.client(), value="480.000", percent="5", bonuses="55-plus")
    assert "€\N{NO-BREAK SPACE}16.666,67" in page.select_one(".big").text
    blocks = [" ".join(one.get_text(" ").split()) for one in page.select(".formula li")]
    assert blocks == [
        "( € 40.000 een jaar van 36 uur in de week", "+", "€ 10.000 ) 55+", "×",
        "24 / 36 uur in de week", "×", "6 / 12 maanden", "=", "€ 16.666,67 afgerond op de cent",
    ]  # fmt: skip
    assert "Uw plicht: € 24.000. Nog te gaan: € 7.333,33." in page.words
    assert "Geldig vanaf 1 juli 2023." in page.words
    assert "Indicatief. De accountmanager van de gemeente beslist." in page.words
    assert "Sociaal inkopen Geen bedrag in dit schema: vraag het de accountmanager." in page.words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"until_on": "2028-06-30"}, "Hier tellen 24 van de 30 maanden mee."),
        ({"scheme": "harlingen", "what": "participatiewet-tot-2-jaar", "hours": "11"},
         "Dit telt vanaf 12 uur in de week. Daarom telt dit voor niets."),
        ({"scheme": "leiden", "what": "ww"}, "We rekenen met 36."),
        ({"hours": "40"}, "Meer dan voltijd telt als voltijd."),
        ({"from_on": "2026-01-15"}, "17 dagen van januari zijn 17/31."),
        ({"scheme": "utrecht", "what": "ww", "bonuses": "50-plus"}, "We tellen het één keer."),
        ({"scheme": "utrecht", "what": "uren", "time": "7,5"}, "€ 750"),
        ({"scheme": "leiden", "what": "maatschappelijke-activiteit", "days": "2"}, "€ 2.000"),
        ({"scheme": "utrecht", "what": "kosten-project", "costs": "99,95"}, "€ 99,95"),
        ({"scheme": "hilversum", "what": "ww-tot-1-jaar"}, "niet sinds wanneer het geldt"),
    ],
)  # fmt: skip
def test_it_says_what_cut_it_and_what_the_source_leaves_open(cast, values, words):
    assert words in shown(cast.client(), **values).words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"from_on": "2023-06-30"}, "Deze bedragen gelden vanaf 01-07-2023."),
        ({"until_on": "2025-12-31"}, "De laatste dag ligt vóór de eerste."),
        ({"hours": ""}, "Zeg hoeveel uur."),
        ({"hours": "x"}, "Geef een getal"),
        ({"scheme": "harlingen", "what": "ww-boven-1-jaar", "bonuses": ["50-plus", "55-plus"]},
         "telt er één"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast, values, words):
    query = urlencode({**JOB, **values}, doseq=True)
    page = cast.client().page(f"/social-return?{query}", status=422)
    assert words in page.select_one(".error-summary").text
    assert page.select_one("#from_on")["value"] == values.get("from_on", JOB["from_on"])


def test_it_asks_only_for_what_the_tariff_needs(cast):
    client = cast.client()
    asked = {}
    for key, what in (
        ("den-haag", "ww"),
        ("oost-nederland", "bbl-niveau-1-2"),
        ("utrecht", "uren"),
    ):
        page = shown(client, count="", scheme=key, what=what)
        asked[key] = {tag["name"] for tag in page.select("main [name]")}
    always = {"scheme", "what", "from_on", "until_on", "value", "percent", "count"}
    assert asked == {
        "den-haag": always | {"hours", "bonuses"},
        "oost-nederland": always,
        "utrecht": always | {"time"},
    }


@pytest.mark.slow
def test_every_tariff_of_every_scheme_can_be_calculated(cast):
    client = cast.client()
    client.audits = False
    given = {"time": "1", "days": "1", "costs": "1", "from_on": "2026-01-01"}
    for key, versions in schemes().items():
        for what in versions[-1].tariffs:
            answer = client.get(
                "/social-return", query_string={**JOB, "scheme": key, "what": what, **given}
            )
            assert answer.status_code == 200, (key, what)
            assert 'class="big"' in answer.text, (key, what)


def test_another_scheme_without_that_tariff_shows_what_it_counts(cast):
    """What is shown as chosen is what is counted, also where the address names something else."""
    page = shown(cast.client(), scheme="utrecht-oud", what="none")
    assert page.select_one("#what option[selected]")["value"] == "participatiewet-tot-2-jaar"
    assert "€\N{NO-BREAK SPACE}10.000" in page.select_one(".big").text


def test_every_page_leads_to_the_calls_and_they_lead_to_it(cast):
    assert cast.client().page("/privacy").select_one("footer a[href='/calls']")
    assert cast.client().page("/calls").select_one("main a[href='/social-return']")
