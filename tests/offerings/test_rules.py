"""The life of an offering, and what it needs before the public sees it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from portal.core.canonical import fingerprint
from portal.core.errors import RuleBroken
from portal.offerings.rules import (
    BY_ITSELF,
    PUBLIC,
    TAKES_APPLICATIONS,
    TRANSITIONS,
    FormPage,
    Missing,
    OfferingStatus,
    Step,
    check_publish_day,
    is_unconfirmed,
    missing_to_publish,
    next_status,
    page_after,
    pages_done,
    slug_of,
    status_for_places,
    vacancy,
)
from portal.offerings.rules.competences import all_competences, competences, list_version
from portal.web.i18n import LANGUAGES

S = OfferingStatus


@given(st.sampled_from(S), st.sampled_from(Step))
def test_a_step_outside_the_table_is_refused(status, step):
    if (status, step) in TRANSITIONS:
        assert next_status(status, step) is TRANSITIONS[status, step]
    else:
        with pytest.raises(RuleBroken):
            next_status(status, step)


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_nothing_leaves_the_archive_and_nothing_is_a_draft_again(steps):
    status = S.DRAFT
    for step in steps:
        before = status
        try:
            status = next_status(status, step)
        except RuleBroken:
            continue
        assert before is not S.ARCHIVED
        assert status is not S.DRAFT


@given(st.sampled_from(S), st.integers(1, 20), st.data())
def test_an_open_offering_is_full_exactly_when_its_places_are_taken(status, places, data):
    taken = data.draw(st.integers(0, places))
    after = status_for_places(status, places, taken)
    if status in TAKES_APPLICATIONS:
        assert (after is S.FULL) == (taken == places)
    else:
        assert after is status


def test_a_coordinator_is_never_offered_what_happens_by_itself():
    for status in S:
        assert not BY_ITSELF & set(TRANSITIONS.open_from(status))
    assert TRANSITIONS.open_from(S.ARCHIVED) == []
    assert Step.PUBLISH in TRANSITIONS.open_from(S.DRAFT)
    assert S.DRAFT not in PUBLIC
    assert S.ARCHIVED not in PUBLIC


def test_publishing_asks_for_all_that_is_missing():
    whole: dict[str, Any] = {
        "is_verified": True,
        "texts": {"title": "a", "address": "b"},
        "learns": True,
        "has_session_to_come": True,
        "replaces_no_paid_work": True,
    }
    assert missing_to_publish(**whole) == []
    for name, value, missing in (
        ("is_verified", False, Missing.VERIFICATION),
        ("texts", {"title": " ", "address": "b"}, Missing.TEXTS),
        ("learns", False, Missing.LEARNED),
        ("texts", {"title": "a", "address": " "}, Missing.ADDRESS),
        ("has_session_to_come", False, Missing.SESSIONS),
        ("replaces_no_paid_work", False, Missing.NO_PAID_WORK),
    ):
        assert missing_to_publish(**{**whole, name: value}) == [missing]


def test_who_fills_in_goes_on_to_the_next_page_that_lacks_something():
    assert all(pages_done([]).values())
    assert all(pages_done([Missing.VERIFICATION]).values()), "nobody who posts can mend that"
    done = pages_done([Missing.TEXTS, Missing.SESSIONS, Missing.ADDRESS])
    assert [page for page, is_done in done.items() if not is_done] == ["words", "when", "where"]
    assert [page_after(page, done) for page in FormPage] == [
        "words", "when", "when", "where", None, None
    ]  # fmt: skip


def test_of_a_place_without_days_of_its_own_only_words_and_the_check_are_asked():
    """An employer posts a work place: nobody learns there by the week, and work is what it is."""
    texts = {"title": "a", "address": "b"}
    assert missing_to_publish(is_verified=True, texts=texts) == []
    assert missing_to_publish(is_verified=False, texts=texts) == [Missing.VERIFICATION]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Koken & zo", "koken-zo"),
        ("Café Élan: 't begin!", "cafe-elan-t-begin"),
        ("Łódź en Ødegård’s", "lodz-en-odegards"),
        ("طبخ", "aanbod"),
        ("--", "aanbod"),
    ],
)
def test_a_slug_is_plain(title, slug):
    assert slug_of(title) == slug


@given(st.text(max_size=80))
def test_any_title_gives_a_slug_that_an_address_holds(title):
    slug = slug_of(title)
    assert 0 < len(slug) <= 80
    assert slug.strip("-") == slug
    assert all(char in "abcdefghijklmnopqrstuvwxyz0123456789-" for char in slug)


def test_each_competence_has_its_address_and_plain_words():
    assert len(competences()) == 43
    for one in competences().values():
        assert one.is_practical or one.esco_uri.startswith("http://data.europa.eu/esco/skill/")
        assert bool(one.esco_uri) == bool(one.esco_label_nl)
        for said in (one.plain, one.looks_like):
            words = [said(language) for language in LANGUAGES]
            assert all(words)
            assert len(set(words)) == len(words), f"{one.key} is not said in every language"
        assert one.plain("nl").count(" ") < 7
        assert max(map(len, re.split(r"[.?:]", one.looks_like("nl")))) < 60, "one short sentence"


# SHA-256 of key, address and official label of all words of a version, as they were brought out.
BROUGHT_OUT = {
    1: "adb4af157e322bb46db2247b01e720be42c9ba560f25d75592fc91b4ee2ac07f",
    2: "7d15db75dcc4f29695731beb453948b2b4e5e25ba02f46aa3829efc3ae025885",
}


@pytest.mark.parametrize("version", BROUGHT_OUT)
def test_what_was_observed_keeps_its_meaning(version):
    """A word may be put in other words; with another meaning it is another word."""
    assert list_version() == max(BROUGHT_OUT), "a new version of the list is written down here"
    rows = sorted(
        [one.key, one.esco_uri, one.esco_label_nl, one.is_practical]
        for one in all_competences().values()
        if one.since == version
    )
    assert fingerprint(rows) == BROUGHT_OUT[version], "a word of this version changed or went"


NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("confirmed", "published", "is_long_ago"),
    [
        (None, 90, True), (None, 89.9, False), (90, 200, True), (89.9, 200, False),
        (200, 89.9, False), (200, 90, True),
    ],
)  # fmt: skip
def test_ninety_days_after_the_last_word_somebody_is_asked(confirmed, published, is_long_ago):
    """Days ago; None: nobody ever said so."""
    at = None if confirmed is None else NOW - timedelta(days=confirmed)
    assert is_unconfirmed(at, NOW - timedelta(days=published), NOW) is is_long_ago


@pytest.mark.parametrize(
    ("status", "days", "words"),
    [
        (OfferingStatus.DRAFT, None, None), (OfferingStatus.DRAFT, 1, None),
        (OfferingStatus.DRAFT, 366, None), (OfferingStatus.DRAFT, 367, "a year away"),
        (OfferingStatus.DRAFT, 0, "after today"), (OfferingStatus.CLOSED, None, "already"),
    ],
)  # fmt: skip
def test_a_draft_is_published_on_a_day_to_come(status, days, words):
    today = NOW.date()
    day = None if days is None else today + timedelta(days=days)
    if words is None:
        check_publish_day(status, day, today)
        return
    with pytest.raises(RuleBroken, match=words) as refusal:
        check_publish_day(status, day, today)
    assert refusal.value.field == ("" if words == "already" else "publish_on")


def test_an_address_is_as_long_as_it_may_be_and_keeps_its_letters():
    assert slug_of(f"{'a' * 79} b") == "a" * 79
    assert slug_of("b" * 90) == slug_of(f"?{'b' * 90}") == "b" * 80
    assert slug_of("-- X-ray X --") == "x-ray-x"
    assert slug_of("? xx ?") == "xx"


def test_of_free_places_everybody_knows_a_word_and_no_number():
    said = [vacancy(free) for free in (-1, 0, 1, 3, 4, 9)]
    assert said == ["full", "full", "few", "few", "room", "room"]
