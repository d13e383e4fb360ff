"""Signing up in a browser that others use: the next person meets nothing of the last."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.participants.models import Participant

LATER = timedelta(seconds=30)


@pytest.fixture
def slug(cast):
    return cast.offering.slug


def count_people(engine):
    with Session(engine) as session:
        set_actor(session, HOUSE)
        return session.scalar(select(func.count()).select_from(Participant))


def test_what_somebody_left_is_not_shown_to_the_next_at_a_shared_screen(cast, slug):
    browser = cast.client()
    name = browser.page(browser.submit(f"/offerings/{slug}/sign-up"))
    left = browser.page(browser.submit(name, name="Amina B."))
    assert browser.page(name.url).select_one("[name=name]")["value"] == "Amina B."  # she goes back
    start = browser.page(f"/offerings/{slug}/sign-up")
    assert "Iemand begon hier net. Bent u dat?" in start.words
    assert "Amina" not in start.body_text
    for step in ("name", "reach", "check"):
        assert "Amina" not in browser.get(f"/offerings/{slug}/sign-up/{step}").text
    following = browser.page(browser.submit(start))
    assert not following.select_one("[name=name]").get("value")
    # A page of hers that was still open answers for her, and not for the next.
    browser.submit(following, name="Zahra D.")
    check = browser.page(browser.submit(left, contact_way="phone", phone="06 12 34 56 78"))
    assert "Amina B." in check.words
    check = browser.page(browser.submit(f"/offerings/{slug}/sign-up/reach", contact_way="visit"))
    assert "Amina" not in check.words
    assert "12 34" not in check.words


def test_whoever_left_goes_on_for_twenty_minutes(cast, slug):
    browser = cast.client()
    browser.submit(browser.submit(f"/offerings/{slug}/sign-up"), name="Amina B.")
    link = browser.page(f"/offerings/{slug}/sign-up").select_one("a[href*='run=']")["href"]
    with clock.freeze(clock.now() + timedelta(minutes=19)):
        assert browser.page(link).select_one("[name=name]")["value"] == "Amina B."
    with clock.freeze(clock.now() + timedelta(minutes=21)):
        assert "Iemand begon" not in browser.page(f"/offerings/{slug}/sign-up").words
        assert "Amina" not in browser.get(link, follow_redirects=True).text


def test_after_a_sign_up_the_next_person_begins_with_an_empty_page(cast, engine, slug):
    browser = cast.client()
    name = browser.page(browser.submit(f"/offerings/{slug}/sign-up"))
    reach = browser.page(browser.submit(name, name="Amina B."))
    check = browser.submit(reach, contact_way="phone", phone="06 12 34 56 78")
    for page in (name, reach, browser.page(check)):
        assert browser.get(page.url).headers["Cache-Control"] == "no-store"
    with clock.freeze(clock.now() + LATER):
        done = browser.page(browser.submit(check))
    # Back, to a page that the browser kept all the same: what is typed there is not taken for her.
    answer = browser.submit(reach, contact_way="phone", phone="06 87 65 43 21")
    assert "06 87 65 43 21" in browser.page(answer, status=409).words
    assert count_people(engine) == 2  # she, and the cast's
    browser.submit(done, form="form[action='/sign-out']")
    assert browser.get(name.url).status_code == 303  # it is over, and led to the start
    following = browser.page(browser.submit(f"/offerings/{slug}/sign-up"))
    assert "Amina" not in following.body_text


def test_nobody_is_offered_what_was_typed_at_a_desk_before(cast, slug):
    page = cast.client("coordinator").page(f"/work/offerings/{slug}/sign-up")
    fields = [page.select_one(f"[name={name}]") for name in ("name", "phone", "email")]
    assert [field["autocomplete"] for field in fields] == ["off"] * 3
    home = cast.client()
    name = home.page(home.submit(f"/offerings/{slug}/sign-up"))
    reach = home.page(home.submit(name, name="Amina B."))
    assert name.select_one("[name=name]")["autocomplete"] == "given-name"
    assert reach.select_one("[name=phone]")["autocomplete"] == "tel"
    assert reach.select_one("[name=email]")["autocomplete"] == "email"
