"""Days of a placement as lines of a statement: what both agreed, once, and nothing of who it is."""

from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.guard import reading_as
from portal.introductions.rules import IntroductionMove as Move, WhyNot
from portal.social_return import commands, queries
from portal.social_return.models import ContractLine
from portal.social_return.rules.contracts import LineMove, LineStatus
from portal.social_return.rules.counting import Claim
from tests.cast import CAST
from tests.pages import page_of
from tests.social_return.made import contract, placed, worked

MARCH_2, SEPTEMBER_1 = date(2026, 3, 2), date(2026, 9, 1)


@pytest.fixture
def autumn():
    with clock.freeze(clock.from_local(SEPTEMBER_1, time(9))):
        yield


def declared(session, cast, of, work: queries.Worked, **values: Any) -> ContractLine:
    actor = cast.actor("employer")
    until = values.pop("until_on", work.until_on)
    claim = Claim("participatiewet", values.pop("from_on", work.from_on), until, 720, **values)
    with reading_as(session, actor):
        made = commands.declare(session, actor, of, claim, "of her name", work)
        session.flush()
    return made


@pytest.mark.slow
def test_a_placement_becomes_a_line_by_what_both_agreed(session, cast, autumn):
    """By hand: 12 of 36 hours, 2 March until 31 August: 30/31 + 5 months; 40,000 x 1/3 x
    (185/31) / 12 = 6,630.82."""
    placed(session, cast, MARCH_2)
    of = contract(session, cast)
    session.commit()
    client = cast.client("employer")
    page = client.page(f"/work/contracts/{of.uuid}")
    assert "2 maart 2026 – 1 september 2026, 12 uur per week" in page.words
    form = client.page(page.select_one("a[href*='placement=']")["href"])
    assert not form.select("[name=seen_by]")
    assert form.select_one("[name=who]")["value"] == cast.participant.name
    values = {"born_on": "1990-01-01", "until_on": "2026-08-31", "hours": "12"}
    done = page_of(client.submit(form, form="main form[method=post]", **values))
    assert "€ 6.630,82" in done.words
    assert "Beide kanten stemden in met dit werk" in done.words
    assert "1 september 2026 – 1 september 2026" in done.words, "the days after that may follow"
    client.submit(done, form="main form:has([value=send])")
    manager = cast.client("recogniser")
    for kind in ("", "/statement.xlsx"):
        seen = manager.get(f"/work/contracts/{of.uuid}{kind}")
        assert seen.status_code == 200
    words = manager.page(f"/work/contracts/{of.uuid}").words
    assert "€ 6.630,82" in words
    for hers in (cast.participant.name, "Brood inpakken", "Participatiewet"):
        assert hers not in words
    line_ = session.query(ContractLine).one()
    assert str(cast.participant.id) not in {line_.mark, line_.placement}


def test_only_days_and_hours_that_were_worked_count(session, cast, autumn):
    placed(session, cast, MARCH_2)
    of = contract(session, cast)
    [work] = worked(session, cast, of)
    for wrong in ({"from_on": date(2026, 3, 1)}, {"until_on": date(2026, 9, 2)}):
        with pytest.raises(RuleBroken):
            declared(session, cast, of, work, **wrong)
    actor = cast.actor("employer")
    for claim in (
        Claim("participatiewet", work.from_on, work.until_on, 721),
        Claim("opleidings-en-bijzondere-begeleidingskosten", work.from_on, work.from_on, 0, 100),
    ):
        with reading_as(session, actor), pytest.raises(RuleBroken):
            commands.declare(session, actor, of, claim, "of her name", work)


def test_a_placement_that_ends_early_counts_until_it_ended(session, cast, autumn):
    walk = placed(session, cast, MARCH_2, date(2026, 12, 31))
    of = contract(session, cast)
    with clock.freeze(clock.from_local(date(2026, 5, 15), time(9))):
        walk.step(walk.her, Move.END, why=WhyNot.NOT_SAID)
    [work] = worked(session, cast, of)
    assert (work.from_on, work.until_on) == (MARCH_2, date(2026, 5, 15))
    with pytest.raises(RuleBroken):
        declared(session, cast, of, work, until_on=date(2026, 5, 16))
    declared(session, cast, of, work)
    assert worked(session, cast, of) == []


def test_a_placement_stands_on_one_contract_whatever_name_is_typed(session, cast, autumn):
    placed(session, cast, MARCH_2)
    of, other = contract(session, cast), contract(session, cast, number="8")
    [work] = worked(session, cast, other)
    first = declared(session, cast, of, work, until_on=date(2026, 6, 30))
    with pytest.raises(RuleBroken, match="declared already"):
        declared(session, cast, other, work)
    actor = cast.actor("employer")
    claim = Claim("participatiewet", MARCH_2, MARCH_2, 720)
    with reading_as(session, actor), pytest.raises(RuleBroken, match="declared already"):
        commands.declare(session, actor, other, claim, "another name", work)
    [rest] = worked(session, cast, other)
    assert rest.from_on == date(2026, 7, 1)
    declared(session, cast, other, rest)
    with reading_as(session, actor):
        commands.decide(session, actor, first, LineMove.REMOVE)
        session.flush()
        assert queries.state(session, [of])[0].lines == []


def test_nobody_else_learns_of_a_placement(session, cast, autumn):
    placed(session, cast, MARCH_2)
    of = contract(session, cast)
    [work] = worked(session, cast, of)
    session.commit()
    url = f"/work/contracts/{of.uuid}/lines/new?placement={work.row.uuid}"
    for name in sorted(CAST):
        actor = cast.actor(name)
        with reading_as(session, actor):
            seen = queries.list_worked(session, actor, of, b"secret")
        if name != "employer":
            assert seen == [], name
            assert cast.client(name).get(url).status_code in {303, 403, 404}, name
    unknown = url.replace(str(work.row.uuid), str(uuid4()))
    assert cast.client("employer").get(unknown).status_code == 404


def test_what_becomes_of_an_offering_that_is_supported(session, cast):
    """A company buys of the enterprise: its line waits for the enterprise's word."""
    of = contract(session, cast, scheme="leiden")
    session.commit()
    client = cast.client("employer")
    offering = client.page(f"/offerings/{cast.offering.slug}")
    ways = [one for one in offering.select("a") if "way=" in one.get("href", "")]
    assert len(ways) == 4
    page = client.page(client.page(ways[1]["href"]).select_one("a[href*='lines/new']")["href"])
    assert page.select_one("main form[method=post] [name=what]")["value"] == (
        "maatschappelijke-activiteit"
    )
    assert cast.offering.title in page.select_one("[name=words]")["value"]
    values = {
        "who": "chauffeurs", "days": "2", "from_on": "2026-06-01", "until_on": "2026-06-02",
        "seen_by": "J. Vos", "seen_on": "2026-06-04",
    }  # fmt: skip
    client.submit(page, form="main form[method=post]", **values)
    session.rollback()
    with reading_as(session, cast.actor("employer")):
        [(made, counted)] = queries.state(session, [of])[0].lines
    assert (made.status, counted.cents) == (LineStatus.PROMISED, 2_000_00)
    assert made.provider_id == cast.enterprise.id
    assert (
        cast.client("coordinator")
        .page(f"/offerings/{cast.offering.slug}")
        .select("a[href*='way=']")
        == []
    )
