"""Amounts that an operator enters: a version more, and nothing that was stated changes."""

from datetime import date

import pytest

from portal.core.errors import RuleBroken
from portal.core.guard import reading_as
from portal.social_return import commands, queries
from portal.social_return.rules.counting import Claim, count
from portal.social_return.rules.schemes import (
    Tariff,
    version_on,
    written,
)
from tests.social_return.made import contract, line


def test_new_amounts_count_from_their_day_on_and_change_nothing_that_was_stated(session, cast):
    """By hand: 40,000 x 24/36 x 6/12 = 13,333.33; from July at 60,000: 20,000.00."""
    employer, of = cast.actor("employer"), contract(session, cast)
    line(session, employer, of, "a")
    [newest] = queries.list_schemes(session)["den-haag"]
    dearer = written(newest.tariffs, Tariff).replace(";40000;", ";60000;")
    values = {
        "name": newest.name, "source": "https://example.org", "tariffs": dearer, "bonuses": "",
        "valid_from": date(2026, 7, 1),
    }  # fmt: skip
    commands.enter_scheme(session, cast.actor("operator"), newest, **values)
    half = {"from_on": date(2026, 7, 1), "until_on": date(2026, 12, 31)}
    line(session, employer, of, "b", **half)
    line(session, employer, of, "c")
    with reading_as(session, employer):
        [stated] = queries.state(session, [of])
        found = queries.list_schemes(session)["den-haag"]
    amounts = {(one.version, counted.cents) for one, counted in stated.lines}
    assert amounts == {(1, 13_333_33), (2, 20_000_00)}
    assert [one.version for one in stated.schemes] == [1, 2]
    claim = Claim("participatiewet", half["from_on"], half["until_on"], 24 * 60)
    assert count(version_on(found, claim.from_on), claim).cents == 20_000_00
    for wrong in ({"valid_from": date(2026, 7, 1)}, {"tariffs": "key"}):
        with pytest.raises(RuleBroken):
            commands.enter_scheme(session, cast.actor("operator"), found[-1], **values | wrong)


def test_an_operator_enters_a_municipality_that_everybody_can_calculate_with(cast):
    client = cast.client("operator")
    new = {
        "name": "Gemeente Nergenshuizen", "valid_from": "2026-01-01", "bonuses": "",
        "source": "https://example.org/bouwblokken",
        "tariffs": "key;way;group;euros;per\nbijstand;work;Bijstand;36000;year",
    }  # fmt: skip
    refused = client.submit("/operator/schemes", form="main form", **new | {"source": "ergens"})
    assert refused.status_code == 422
    assert "Bijstand;36000" in refused.text
    page = client.page(client.submit("/operator/schemes", form="main form", **new))
    assert "Gemeente Nergenshuizen" in page.words
    shown = cast.client().page(
        "/social-return?scheme=gemeente-nergenshuizen&what=bijstand&hours=36&count=yes"
        "&from_on=2026-01-01&until_on=2026-12-31"
    )
    assert "36.000" in shown.select_one(".big").text
