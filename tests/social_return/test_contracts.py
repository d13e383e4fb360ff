"""Contracts, their lines, what is left, who sees an amount, and nothing twice."""

import io
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import Permission
from portal.core.audit import AuditEvent
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import reading_as
from portal.social_return import commands, queries
from portal.social_return.models import Contract, ContractLine
from portal.social_return.rules.contracts import LINE, LineMove, LineStatus, mark_of
from portal.social_return.rules.counting import count
from portal.social_return.rules.schemes import schemes
from tests.cast import CAST
from tests.pages import page_of
from tests.social_return.made import contract, line, promised_line, sent_line

HALF_2: dict[str, Any] = {"from_on": date(2026, 7, 1), "until_on": date(2026, 12, 31)}


def stated(session, actor, of):
    with reading_as(session, actor):
        return queries.state(session, [of])[0]


def test_a_duty_of_24_000_fulfilled_four_ways(session, cast):
    """By hand: 40,000 x 20/36 x 5/12 = 9,259.26; 25,000 x 24/36 x 4/12 = 5,555.56;
    5,000 x 32/36 x 5/12 = 1,851.85; costs 3,200.00; together 19,866.67; left 4,133.33."""
    employer = cast.actor("employer")
    of = contract(session, cast)
    five = {"from_on": date(2026, 1, 1), "until_on": date(2026, 5, 31)}
    four = {"from_on": date(2026, 1, 1), "until_on": date(2026, 4, 30)}
    line(session, employer, of, "a", week_minutes=20 * 60, **five)
    line(session, employer, of, "b", tariff="bbl-t-m-niveau-2", week_minutes=24 * 60, **four)
    line(session, employer, of, "c", tariff="stagiair-mbo-hbo", week_minutes=32 * 60, **five)
    costs = {"tariff": "opleidings-en-bijzondere-begeleidingskosten", "given": 3_200_00}
    line(session, employer, of, "d", week_minutes=0, **costs)
    found = stated(session, employer, of)
    assert sorted(one.cents for _, one in found.lines) == [1_851_85, 3_200_00, 5_555_56, 9_259_26]
    assert (of.duty_cents, found.cents(), found.left_cents) == (24_000_00, 19_866_67, 4_133_33)
    assert found.cents(LineStatus.ACCEPTED) == 0
    with reading_as(session, employer):
        commands.send(session, employer, queries.state(session, [of])[0])
    manager = cast.actor("recogniser")
    with reading_as(session, manager):
        for row, _ in queries.state(session, [of])[0].lines[:1]:
            commands.decide(session, manager, row, LineMove.ACCEPT)
        session.flush()
        assert queries.state(session, [of])[0].cents(LineStatus.ACCEPTED) in (9_259_26, 5_555_56,
            1_851_85, 3_200_00)  # fmt: skip


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(chance=st.randoms(use_true_random=False))
def test_no_order_of_entering_lines_changes_a_sum(session, cast, chance: random.Random):
    """Two people, one of them over the longest time of her tariff in three lines."""
    parts = [
        ("a", {"from_on": date(2026, 1, 1), "until_on": date(2026, 8, 15), "tariff": "ww"}),
        ("a", {"from_on": date(2026, 8, 16), "until_on": date(2027, 3, 1), "tariff": "ww",
               "week_minutes": 36 * 60}),
        ("a", {"from_on": date(2027, 3, 2), "until_on": date(2027, 12, 31), "tariff": "ww"}),
        ("b", {}),
    ]  # fmt: skip
    sums = set()
    for order in (parts, chance.sample(parts, len(parts))):
        nested = session.begin_nested()
        of = contract(session, cast)
        for name, values in order:
            line(session, cast.actor("employer"), of, name, **values)
        sums.add(stated(session, cast.actor("employer"), of).cents())
        nested.rollback()
    # 7 15/31 months of 24 hours, then 4 16/31 of 36: 12 in all; and the half year of the other
    assert sums == {8_315_41 + 7_526_88 + 13_333_33}


def test_a_line_that_was_not_sent_cuts_none_that_was(session, cast):
    """The account manager can't see it, and agrees to what she sees."""
    employer = cast.actor("employer")
    of = contract(session, cast)
    year: dict[str, Any] = {"from_on": date(2027, 1, 1), "until_on": date(2027, 12, 31)}
    later = line(session, employer, of, **year, tariff="ww", week_minutes=36 * 60)
    with reading_as(session, employer):
        commands.decide(session, employer, later, LineMove.SEND)
        session.flush()
    line(session, employer, of, from_on=date(2026, 1, 1), until_on=date(2026, 12, 31), tariff="ww")
    for name in ("employer", "recogniser"):
        counted = dict(stated(session, cast.actor(name), of).lines)
        assert counted[later].cents == 20_000_00


def test_what_was_agreed_keeps_its_amount_whatever_comes_before_it(session, cast):
    employer, manager = cast.actor("employer"), cast.actor("recogniser")
    of = contract(session, cast)
    later = line(session, employer, of, from_on=date(2027, 1, 1), until_on=date(2027, 12, 31),
                 tariff="ww", week_minutes=36 * 60)  # fmt: skip
    for actor, move in ((employer, LineMove.SEND), (manager, LineMove.ACCEPT)):
        with reading_as(session, actor):
            commands.decide(session, actor, later, move)
            session.flush()
    earlier = line(session, employer, of, tariff="ww")
    counted = dict(stated(session, employer, of).lines)
    assert (counted[later].cents, counted[earlier].cents) == (20_000_00, 0)


def test_the_statement_and_the_calculation_agree_to_the_cent(session, cast):
    made = line(session, cast.actor("employer"), contract(session, cast), week_minutes=23 * 60)
    [(_, counted)] = stated(session, cast.actor("employer"), made.contract).lines
    assert counted == count(schemes()["den-haag"][0], made.claim)


def test_an_amount_is_seen_by_who_declares_it_and_who_agrees_to_it_only(session, cast):
    """An amount names a target group: nobody else, the provider and the operator neither."""
    of = contract(session, cast)
    made, uuid = line(session, cast.actor("employer"), of), of.uuid

    def who_sees(model):
        found = set()
        for name in CAST:
            with reading_as(session, cast.actor(name)):
                if session.scalars(select(model)).all():
                    found.add(name)
        return found

    assert who_sees(ContractLine) == {"employer"}  # the municipality not before it is sent
    assert who_sees(Contract) == {"employer", "recogniser"}
    with reading_as(session, cast.actor("employer")):
        commands.decide(session, cast.actor("employer"), made, LineMove.SEND)
        session.flush()
    assert who_sees(ContractLine) == {"employer", "recogniser"}
    with reading_as(session, cast.actor("coordinator")), pytest.raises(NotFound):
        queries.get_contract(session, uuid)


def test_only_who_may_keep_contracts_sees_those_of_her_own_organisation(cast):
    may = {name for name in CAST if cast.actor(name).may(Permission.KEEP_CONTRACTS)}
    assert may == {
        "coordinator", "admin", "cooperative", "referrer", "employer", "recogniser", "stranger",
    }  # fmt: skip


@pytest.mark.parametrize("on_own", [True, False])
@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ({}, {"tariff": "wia"}, True),  # the same person, the same days, whatever the tariff
        ({}, HALF_2, False),
        ({}, {"from_on": date(2026, 6, 30), "until_on": date(2026, 6, 30)}, True),
        ({"tariff": "opleidings-en-bijzondere-begeleidingskosten", "given": 1},
         {"tariff": "opleidings-en-bijzondere-begeleidingskosten", "given": 2, **HALF_2}, True),
    ],
)  # fmt: skip
def test_nothing_is_claimed_twice_and_the_refusal_does_not_say_whose(
    session, cast, on_own: bool, first: dict[str, Any], second: dict[str, Any], is_same: bool
):
    of = contract(session, cast)
    line(session, cast.actor("employer"), of, "Yusuf", **first)
    other = of if on_own else contract(session, cast, "stranger", title="Een andere")
    actor = cast.actor("employer" if on_own else "stranger")
    if not is_same:
        assert line(session, actor, other, "Yusuf", **second)
        return
    with pytest.raises(RuleBroken) as refused:
        line(session, actor, other, "Yusuf", **second)
    assert str(refused.value) == "This was declared already, and counts once only."


def test_a_mark_tells_a_person_again_and_no_name(session, cast):
    made = line(session, cast.actor("employer"), contract(session, cast), "Yusuf Öz")
    assert made.mark == mark_of(b"secret", " yusuf  oz", "1990-01-01")
    assert made.mark != mark_of(b"other", "Yusuf Öz", "1990-01-01")
    assert made.mark != mark_of(b"secret", "Yusuf Öz", "1990-01-02")
    kept = {str(value) for column, value in vars(made).items() if not column.startswith("_")}
    assert not any("Yusuf" in value or "1990" in value for value in kept)


@pytest.mark.parametrize("status", LineStatus)
@pytest.mark.parametrize("move", LineMove)
def test_who_may_do_what_with_a_line(session, cast, status, move):
    """The contractor sends and removes, the account manager agrees and asks, nobody the other's."""
    made = line(session, cast.actor("employer"), contract(session, cast))
    made.status = status
    session.flush()
    theirs = {True: cast.actor("recogniser"), False: cast.actor("employer")}
    is_managers = move in (LineMove.ACCEPT, LineMove.ASK)
    with reading_as(session, theirs[not is_managers]), pytest.raises((NotAllowed, NotFound)):
        commands.decide(session, theirs[not is_managers], made, move)
    if move is LineMove.CONFIRM:  # is for who gets it
        with reading_as(session, theirs[False]), pytest.raises(NotAllowed):
            commands.decide(session, theirs[False], made, move)
        return
    if (status, move) not in LINE:
        with reading_as(session, theirs[is_managers]), pytest.raises((RuleBroken, NotFound)):
            commands.decide(session, theirs[is_managers], made, move, "Wie zag dit?")
        return
    with reading_as(session, theirs[is_managers]):
        commands.decide(session, theirs[is_managers], made, move, "Wie zag dit?")
        session.flush()
    event = select(AuditEvent.event).where(AuditEvent.subject == "contract_line")
    with reading_as(session, theirs[False]):
        assert session.scalars(event.order_by(AuditEvent.id.desc())).first() == (
            f"contract_line.{LINE[status, move].value}"
        )


def test_what_a_contract_refuses(session, cast):
    for values in (
        {"duty_cents": 1}, {"percent": None}, {"until_on": date(2025, 12, 31)},
        {"manager_id": cast.enterprise.id},
    ):  # fmt: skip
        with pytest.raises(RuleBroken):
            contract(session, cast, **values)
    assert contract(session, cast, percent=None, duty_cents=5).duty_cents == 5
    of = contract(session, cast)
    with pytest.raises(NotAllowed):
        line(session, cast.actor("recogniser"), of)
    for values in ({"from_on": date(2025, 12, 31)}, {"until_on": date(2028, 1, 1)}):
        with pytest.raises(RuleBroken):
            line(session, cast.actor("employer"), of, "Yusuf", **values)


@pytest.mark.slow
def test_from_a_contract_to_what_is_agreed_in_a_browser(cast, session):
    session.commit()
    employer, manager = cast.client("employer"), cast.client("recogniser")
    made = employer.submit(
        "/work/contracts", form="main form", title="Inpakwerk", number="7", value_cents="480.000",
        percent="5", scheme="den-haag", manager_id=str(cast.municipality.id),
        from_on="2026-01-01", until_on="2027-12-31",
    )  # fmt: skip
    assert "Nog te gaan: € 24.000 van € 24.000" in employer.page(made).words
    url = employer.page(made).select_one("main .lines a")["href"]
    page = employer.page(url)
    assert "Van de plicht van € 24.000 is € 0 opgegeven." in page.words
    declared = employer.submit(
        f"{url}/lines/new?what=participatiewet", form="main form[method=post]",
        hours="24", from_on="2026-01-01", until_on="2026-06-30", who="Yusuf", born_on="1990-01-01",
        seen_by="J. Vos", seen_on="2026-06-04",
    )  # fmt: skip
    page = employer.page(declared)
    assert "€ 13.333,33" in page.words
    assert "Bewijs gezien door J. Vos op 4 juni 2026." in page.words
    assert "Participatiewet" not in page.words
    assert "Yusuf" not in page.words
    assert employer.submit(page, form="form:has([value=send])", follow=False).status_code == 303
    assert "regels social return om te bekijken" in manager.page("/work").words
    agreed = manager.page(manager.submit(manager.page(url), form="form:has([value=accept])"))
    assert "Akkoord: € 13.333,33" in agreed.words
    assert not employer.page(url).select("[value=remove]")
    refused = employer.submit(
        f"{url}/lines/new?what=wia", form="main form[method=post]",
        hours="24", from_on="2026-06-30", until_on="2026-07-01", who="yusuf", born_on="1990-01-01",
        seen_by="J. Vos", seen_on="2026-06-04",
    )  # fmt: skip
    assert refused.status_code == 422
    assert "Dit is al opgegeven" in refused.text


@pytest.mark.slow
def test_nobody_goes_through_names_to_learn_who_was_declared(session, cast):
    """A refusal counts too: sixty tries a day, for all of an organisation."""
    of = contract(session, cast)
    line(session, cast.actor("employer"), of, "Yusuf")
    session.commit()
    client, url = cast.client("employer"), f"/work/contracts/{of.uuid}/lines/new"
    data = {
        "what": "participatiewet", "hours": "24", "from_on": "2026-01-01", "who": "Yusuf",
        "until_on": "2026-06-30", "born_on": "1990-01-01", "seen_by": "J. Vos",
        "seen_on": "2026-06-04", "csrf_token": client.csrf_token(),
    }  # fmt: skip
    tries = [client.post(f"{url}?what=participatiewet", data=data) for _ in range(61)]
    assert [one.status_code for one in tries[-2:]] == [422, 429]


def test_a_statement_decides_about_its_own_lines_only(session, cast):
    of, other = contract(session, cast), contract(session, cast, number="8")
    made = line(session, cast.actor("employer"), other)
    session.commit()
    client = cast.client("employer")
    data = {"do": "remove", "line": str(made.uuid), "csrf_token": client.csrf_token()}
    assert client.post(f"/work/contracts/{of.uuid}", data=data).status_code == 404


def test_a_question_is_asked_in_words_answered_in_words_and_kept_when_refused(session, cast):
    made = sent_line(session, cast)
    session.commit()
    url = f"/work/contracts/{made.contract.uuid}"
    manager, employer = cast.client("recogniser"), cast.client("employer")
    ask = "main form:has([value=ask])"
    refused = page_of(manager.submit(url, form=ask, words=""))
    assert "Schrijf wat u wilt weten." in refused.select_one(".error-summary").text
    page = manager.page(manager.submit(url, form=ask, words="Welke maanden?"))
    assert "Welke maanden?" in page.words
    assert "Welke maanden?" in employer.page(url).words
    employer.submit(url, form="main form:has([name=words])", words="Januari tot juni.")
    said = manager.page(url).words
    assert "de Rotte: Welke maanden? Bakkerij Zuiderzon: Januari tot juni." in said


def test_the_page_the_paper_and_the_spreadsheet_say_the_same_to_the_cent(session, cast):
    made = sent_line(session, cast)
    session.commit()
    url = f"/work/contracts/{made.contract.uuid}"
    client = cast.client("employer")
    page = client.page(url)
    paper = PdfReader(io.BytesIO(client.get(f"{url}/statement.pdf").data))
    words = " ".join("".join(one.extract_text() for one in paper.pages).split())
    book = load_workbook(io.BytesIO(client.get(f"{url}/statement.xlsx").data))
    lines, sums = book.worksheets
    assert lines["E2"].value == 13_333.33
    assert [row[1].value for row in sums.iter_rows(min_row=2)] == [13_333.33, 0, 24_000, 10_666.67]
    for said in ("13.333,33", "24.000", "10.666,67", "J. Vos"):
        assert said in words
        assert said in page.words
    assert not any(name in words for name in ("Yusuf", "Participatiewet"))


def test_what_a_provider_gets_counts_once_it_says_so_and_it_never_sees_for_how_much(session, cast):
    """Both confirm: the contractor by declaring, the provider by its word, which is the evidence.

    By hand: 3 days at 1,000."""
    made = promised_line(session, cast)
    employer, provider = cast.actor("employer"), cast.actor("coordinator")
    for name in ("recogniser", "stranger", "operator", "guide"):
        with reading_as(session, cast.actor(name)):
            assert session.scalar(select(ContractLine)) is None, name
    with reading_as(session, employer), pytest.raises(RuleBroken):
        commands.decide(session, employer, made, LineMove.SEND)
    with reading_as(session, employer), pytest.raises(NotAllowed):
        commands.decide(session, employer, made, LineMove.CONFIRM)
    session.commit()
    client = cast.client("coordinator")
    assert "zegt dat u dit krijgt" in client.page("/work").words
    page = client.page("/work/got")
    assert "Drie dagen helpen in de keuken." in page.words
    assert "€" not in page.select_one("main").text
    assert "maatschappelijke" not in page.text.lower()
    assert client.get(f"/work/contracts/{made.contract.uuid}").status_code == 404
    done = page_of(client.submit("/work/got", form="main form"))
    assert "U kreeg het" in done.words
    session.rollback()
    with reading_as(session, employer):
        [stated] = queries.state(session, [made.contract])
    [(row, counted)] = stated.lines
    assert (row.status, counted.cents) == (LineStatus.DECLARED, 3_000_00)
    assert (row.seen_by, row.seen_on) == (cast.enterprise.name, clock.today())
    with reading_as(session, provider), pytest.raises(NotAllowed):
        commands.decide(session, provider, made, LineMove.REMOVE)


def test_who_did_not_get_it_takes_it_off_the_contract(session, cast):
    made = promised_line(session, cast)
    provider = cast.actor("coordinator")
    with reading_as(session, provider):
        commands.decide(session, provider, made, LineMove.REMOVE)
        session.flush()
    assert stated(session, cast.actor("employer"), made.contract).lines == []


def test_a_person_is_no_gift(session, cast):
    """A placement goes past no provider, which would learn of a group."""
    to: dict[str, Any] = {"provider_id": cast.enterprise.id, "words": "Yusuf"}
    with pytest.raises(RuleBroken):
        line(session, cast.actor("employer"), contract(session, cast), **to)
    given: dict[str, Any] = {"tariff": "maatschappelijke-activiteit", "given": 3, "week_minutes": 0}
    of = contract(session, cast, scheme="leiden")
    for wrong in ({"provider_id": cast.municipality.id}, {"words": ""}):
        with pytest.raises(RuleBroken):
            line(session, cast.actor("employer"), of, **given, **(to | wrong))
