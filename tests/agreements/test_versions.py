"""Who says yes says so to the version that was read, and what was agreed stays as it was."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select, text

from portal.agreements import commands
from portal.agreements.models import Agreement
from portal.agreements.queries import facts_of
from portal.agreements.rules.facts import Facts, HalfDay
from portal.core import clock
from portal.core.guard import as_house, set_actor
from portal.core.links import Purpose
from portal.migration import downgrade, upgrade
from portal.offerings.rules import OfferingKind
from portal.schedule.models import Series
from portal.schedule.rules import Pattern
from tests.links import link_to

OLD_TITLE, OLD_HOUSE, OLD_PLACE = "Koken voor de buurt", "Keuken aan de Kade", "Kade 1"
NEW = ("Bakken voor de wijk", "Keuken aan de Maas", "Maaskade 99")


@pytest.fixture
def agreed(session, cast):
    """Write versions as the guide, with the texts that are given in order."""
    cast.offering.kind = OfferingKind.PRE_TRAJECTORY
    cast.offering.address = OLD_PLACE
    pattern = Pattern((1, 3), time(9, 30), time(12), clock.today() - timedelta(days=7))
    session.add(Series(offering_id=cast.offering.id, pattern=pattern))
    session.flush()

    def write(*goals):
        set_actor(session, cast.actor("guide"))
        for one in goals:
            commands.write(
                session, cast.actor("guide"), cast.enrolment,
                goals=one, minutes_per_week=600, from_on=clock.today(), until_on=None,
                participant_does="Ik kom op dinsdag.", guide_does="Wij praten elke maand.",
            )  # fmt: skip
        session.commit()

    return write


@pytest.fixture
def doors(session, cast):
    """The four who say yes: who, on which page, with which button."""
    work = f"/work/enrolments/{cast.enrolment.uuid}/agreement"
    link = f"/a/{link_to(cast.enrolment, Purpose.ENROLMENT)}?ask=agreement"
    session.commit()
    return {
        "card": ("participant", f"/my/enrolments/{cast.enrolment.uuid}/agreement", 0),
        "link": ("visitor", link, 0),
        "guide": ("guide", work, "form[action$='/confirm']"),
        "paper": ("guide", work, "form[action$='/paper']"),
    }


def said_yes(session):
    """Of each version: in what way she said yes, and whether the guide did."""
    session.rollback()
    with as_house(session):
        rows = session.scalars(select(Agreement).order_by(Agreement.version)).all()
        found = [(r.participant_confirmed_how, r.guide_confirmed_at is not None) for r in rows]
    session.rollback()
    return found


@pytest.mark.parametrize("door", ["card", "link", "guide"])
@pytest.mark.parametrize("newer", [1, 2])
def test_a_yes_to_what_was_replaced_meanwhile_is_refused(session, cast, agreed, doors, door, newer):
    agreed("Eerst.")
    name, address, form = doors[door]
    client = cast.client(name)
    page = client.page(address)
    agreed(*[f"Daarna {number}." for number in range(newer)])
    answer = client.submit(page, form=form)
    assert answer.status_code == 422
    assert f"Daarna {newer - 1}." in answer.text
    assert said_yes(session) == [(None, False)] * (1 + newer)
    answer = client.submit(address, form=form)  # and the page that it shows now is good
    assert answer.status_code == 200
    assert said_yes(session)[-1] == ({"card": "card", "link": "link"}.get(door), door == "guide")


def test_paper_counts_for_the_version_at_its_foot(session, cast, agreed, doors):
    agreed("Eerst.", "Daarna.")
    guide = cast.client("guide")
    _, address, form = doors["paper"]
    foot = guide.page(f"{address}/print").main.text
    assert "Version 2" in foot or "Versie 2" in foot
    page = guide.page(address)
    assert not page.select(f"{form} input[name='version'][checked]")
    agreed("Nog later.")
    guide.submit(page, form=form, version="2")
    assert said_yes(session) == [(None, False), ("paper", False), (None, False)]
    assert not guide.page(address).select_one(".tag.ok")


def test_paper_asks_which_version(session, cast, agreed, doors):
    agreed("Eerst.", "Daarna.")
    _, address, form = doors["paper"]
    guide = cast.client("guide")
    answer = guide.submit(address, form=form)
    assert answer.status_code == 422
    assert guide.submit(address, form=form, version="7").status_code == 422
    assert said_yes(session) == [(None, False)] * 2


def test_the_only_version_is_chosen_and_still_the_one_that_was_signed(session, cast, agreed, doors):
    agreed("Eerst.")
    _, address, form = doors["paper"]
    guide = cast.client("guide")
    page = guide.page(address)
    agreed("Daarna.")
    guide.submit(page, form=form)
    assert said_yes(session) == [("paper", False), (None, False)]


def test_the_paper_leads_to_its_own_version(session, cast, agreed, doors):
    agreed("Eerst.", "Daarna.")
    _, address, form = doors["paper"]
    page = cast.client("guide").page(f"{address}?version=1")
    assert [box["value"] for box in page.select(f"{form} input[name='version'][checked]")] == ["1"]


def change_everything(session, cast):
    set_actor(session, cast.actor("operator"))
    cast.offering.title, cast.enterprise.name, cast.offering.address = NEW
    with as_house(session):
        series = session.scalars(select(Series)).one()
    series.starts, series.ends, series.weekdays = time(13), time(15), [4]
    session.commit()


@pytest.mark.parametrize("door", ["card", "link", "guide", "print"])
def test_what_was_agreed_is_a_copy(session, cast, agreed, doors, door):
    agreed("Eerst.")
    work = doors["guide"][1]
    name, address, _ = {**doors, "print": ("guide", f"{work}/print", 0)}[door]
    client = cast.client(name)
    before = client.page(address).main.text
    change_everything(session, cast)
    after = client.page(address).main
    for words in (OLD_TITLE, OLD_HOUSE, OLD_PLACE, "09.30"):
        assert words in before
        assert words in after.text
    notices = " ".join(box.text for box in after.select(".notice"))
    for words in (*NEW, "13.00"):
        assert (words in notices) is (door != "print")


def test_the_guide_may_make_a_version_of_how_it_is_now(session, cast, agreed, doors):
    agreed("Eerst.")
    change_everything(session, cast)
    guide = cast.client("guide")
    address = doors["guide"][1]
    page = guide.page(address)
    assert page.select_one(".row a[href$='/edit'], p a[href$='/edit']")
    page = guide.submit(f"{address}/edit")  # the same words, about what is now
    session.rollback()
    with as_house(session):
        old, new = session.scalars(select(Agreement).order_by(Agreement.version)).all()
        assert (old.facts.title, new.facts.title) == (OLD_TITLE, NEW[0])
        assert old.replaced_at is not None
        assert new.facts.half_days == (HalfDay((4,), time(13), time(15)),)
    session.rollback()
    guide.submit(f"{address}/edit")  # nothing is different now
    assert len(said_yes(session)) == 2


@pytest.mark.slow
def test_a_guide_who_gets_another_name_said_yes_as_she_was_called(session, cast, agreed, doors):
    agreed("Eerst.")
    guide = cast.client("guide")
    _, address, form = doors["guide"]
    guide.submit(address, form=form)
    session.execute(text("UPDATE user_account SET name = 'Anders' WHERE name = 'Guide'"))
    session.commit()
    assert "Anders" not in guide.page(f"{address}/print").main.text


def test_the_copy_is_kept_as_it_is(session, cast, agreed):
    agreed("Eerst.")
    with as_house(session):
        row = session.scalars(select(Agreement)).one()
        series = session.scalars(select(Series)).all()
        assert row.facts == facts_of(cast.offering, series, row.from_on, None)
        assert Facts.of(row.facts.data) == row.facts
    assert Facts.of(None) == Facts()


@pytest.mark.parametrize(
    ("first", "last", "is_in"),
    [(-9, None, True), (-9, -1, False), (-9, 0, True), (30, None, False)],
)
def test_half_days_of_other_days_are_not_in_it(session, cast, first, last, is_in):
    today = clock.today()
    until = None if last is None else today + timedelta(days=last)
    series = Series(pattern=Pattern((0,), time(9), time(10), today + timedelta(days=first), until))
    copied = facts_of(cast.offering, [series], today, today + timedelta(days=20))
    assert bool(copied.half_days) is is_in


@pytest.mark.slow
def test_an_agreement_of_before_gets_the_copy_of_today(app, session, cast, agreed, doors):
    agreed("Eerst.")
    _, address, form = doors["guide"]
    cast.client("guide").submit(address, form=form)
    kept = "SELECT copied, guide_name FROM agreement"
    before = session.execute(text(kept)).one()
    session.rollback()
    with app.app_context():
        downgrade(revision="0004")
        upgrade()
    with as_house(session):
        row = session.scalars(select(Agreement).execution_options(populate_existing=True)).one()
        assert (row.facts.title, row.facts.organisation) == (OLD_TITLE, OLD_HOUSE)
        assert row.facts.half_days == (HalfDay((1, 3), time(9, 30), time(12)),)
    session.rollback()
    assert session.execute(text(kept)).one() == before
    session.rollback()
