"""Suspended: nothing of it is offered, its people are told, and what runs is finished."""

import pytest
from sqlalchemy import select

from portal.core.errors import RuleBroken
from portal.core.guard import as_house
from portal.notices.models import Notice
from portal.organisations import commands
from portal.organisations.rules import (
    AT_WORK,
    RULINGS,
    OrganisationStatus,
    Ruling,
    check_may_invite,
    read_kvk,
)

WORDS = "De brandweer keurde de keuken af."


def decide(session, cast, ruling, words=WORDS):
    commands.decide(session, cast.actor("operator"), cast.enterprise.slug, ruling, words=words)
    session.commit()


def told(session, kind):
    with as_house(session):
        return session.scalars(select(Notice).where(Notice.kind == f"organisations/{kind}")).all()


@pytest.mark.slow
def test_nothing_is_offered_the_team_is_told_and_registers_are_finished(session, cast):
    decide(session, cast, Ruling.SUSPEND)
    visitor = cast.client("visitor")
    offering = f"/offerings/{cast.offering.slug}"
    assert cast.offering.title not in visitor.page("/offerings").words
    for path in (offering, f"/organisations/{cast.enterprise.slug}"):
        assert visitor.get(path).status_code == 404
    assert len(told(session, "suspended")) >= 4  # all who work there, not only the admins
    assert WORDS in cast.client("admin").page("/work/organisation").words
    assert "opgeschort" in cast.client("admin").page("/work").words
    guide = cast.client("guide")
    register = f"/registers/{cast.offering_session.uuid}"
    assert guide.page(register).status == 200
    page = guide.submit(register, button="Iedereen is er")
    assert page.status_code < 400
    decide(session, cast, Ruling.LIFT, "Alles is hersteld.")
    assert cast.offering.title in visitor.page("/offerings").words
    assert len(told(session, "verified")) >= 4
    assert cast.enterprise.suspended_for == ""


def test_what_suspension_does_is_said_for_every_state():
    assert set(OrganisationStatus) - AT_WORK == {OrganisationStatus.REFUSED}
    for status in OrganisationStatus:
        if status is OrganisationStatus.VERIFIED:
            check_may_invite(status)
        else:
            with pytest.raises(RuleBroken):
                check_may_invite(status)
    assert {said for _, said in RULINGS} == set(Ruling)
    assert {state for state, _ in RULINGS} == set(OrganisationStatus)


def test_a_decision_on_what_was_decided_meanwhile_is_refused(session, cast):
    decide(session, cast, Ruling.REFUSE)
    decide(session, cast, Ruling.REFUSE)  # a second press of the button
    with pytest.raises(RuleBroken):
        decide(session, cast, Ruling.SUSPEND)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12345678", "12345678"), ("1234 5678", "12345678"), ("12.345.678", "12345678"),
        ("1234567", ""), ("123456789", ""), ("00000000", ""), ("1234567a", ""),
        ("\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_number_in_the_trade_register_has_eight_digits(typed, kept):
    assert read_kvk(typed) == kept


def test_the_operator_searches_and_looks_it_up(session, cast):
    cast.enterprise.kvk, cast.enterprise.website = "12345678", "https://kook.example"
    session.commit()
    client = cast.client("operator")
    for q in ("2345", cast.enterprise.name[2:7].upper()):
        page = client.page(f"/operator/organisations?q={q}")
        assert cast.enterprise.name in page.words
        assert page.select('a[href*="kvk.nl"][href*="12345678"]')
    assert cast.enterprise.name not in client.page("/operator/organisations?q=%25").words
    assert (
        cast.enterprise.name
        not in client.page("/operator/organisations?q=2345&status=refused").words
    )


def test_who_registers_says_what_it_can_be_verified_on(cast):
    client = cast.client("visitor")
    page = client.submit("/organisations/register", kvk="1234", website="kook", guided_by="")
    assert page.status_code == 422
    for words in ("acht cijfers", "https://www.voorbeeld.nl", "Zeg wie hen begeleidt"):
        assert words in page.text
