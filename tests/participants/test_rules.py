"""Contact, cards and dates, as decisions."""

import uuid
from datetime import date, timedelta

import pytest

from portal.core.clock import is_within
from portal.core.errors import RuleBroken
from portal.core.tokens import hash_of
from portal.participants.rules import (
    ONLY_SHE,
    PROVE_IT,
    Contact,
    ContactWay,
    Reached,
    check_dates,
    check_left_alone,
    is_told_at,
    new_card_token,
    opened_by,
    token_of_one,
)


@pytest.mark.parametrize(
    ("way", "kept"),
    [
        (ContactWay.PHONE, ("+31612345678", "")),
        (ContactWay.EMAIL, ("", "a@example.org")),
        (ContactWay.VISIT, ("", "")),
    ],
)
def test_only_the_chosen_way_is_kept(way, kept):
    assert Contact.of(way, "+31612345678", "a@example.org") == Contact(way, *kept)


@pytest.mark.parametrize(
    ("way", "field"), [(ContactWay.PHONE, "phone"), (ContactWay.EMAIL, "email")]
)
def test_the_chosen_way_must_be_filled_in(way, field):
    with pytest.raises(RuleBroken) as broken:
        Contact.of(way, "", "")
    assert broken.value.field == field


def test_a_card_has_128_bits_and_only_its_hash_is_kept():
    token = new_card_token()
    assert len(token) == 22  # 16 bytes in base64
    assert token != new_card_token()
    assert len(hash_of(token)) == 64
    assert token not in hash_of(token)


def test_the_last_day_is_not_before_the_first():
    day = date(2026, 3, 2)
    check_dates(day, None, "until_on")
    check_dates(day, day, "until_on")
    with pytest.raises(RuleBroken):
        check_dates(day, date(2026, 3, 1), "until_on")


@pytest.mark.parametrize(
    ("known", "opens", "whose"),
    [
        ([Reached(1, None)], {1}, None),
        ([Reached(1, None), Reached(2, 5)], {1, 2}, None),  # it is hers
        ([Reached(1, 5)], {5}, 5),  # of staff of 5, where 1 only copied it
        ([Reached(1, 5), Reached(2, 5)], {5}, 5),
        ([Reached(1, 5), Reached(2, 6)], {5, 6}, None),
        ([], set(), None),
    ],
)
def test_a_link_opens_what_was_known_there_by_herself_or_theirs(known, opens, whose):
    assert opened_by(known) == (opens, whose)


@pytest.mark.parametrize("way", ContactWay)
@pytest.mark.parametrize("phone", ["", "+31612345678", "+31102345678", "+48600100200"])
def test_news_about_her_keys_goes_by_sms_to_who_would_be_called(way, phone):
    contact = Contact(way, phone, "a@example.org")
    by_sms = way is ContactWay.CALL and phone in ("+31612345678", "+48600100200")
    expected = Contact(ContactWay.PHONE, phone) if by_sms else contact
    assert is_told_at(contact) == expected
    assert not by_sms or is_told_at(contact).email == ""


def test_a_contact_keeps_what_belongs_to_its_way():
    both = "+31612345678", "a@example.org"
    assert Contact.of(ContactWay.CALL, *both) == Contact(ContactWay.CALL, both[0], "")
    assert Contact.of(ContactWay.EMAIL, *both) == Contact(ContactWay.EMAIL, "", both[1])
    assert Contact.of(ContactWay.VISIT, *both) == Contact()


@pytest.mark.parametrize(
    ("why", "words"), [(ONLY_SHE, "others use it too"), (PROVE_IT, "that it is you")]
)
@pytest.mark.parametrize(
    ("renamed", "speaks", "field"),
    [(True, False, "name"), (True, True, "name"), (False, True, "language")],
)
def test_what_others_use_too_is_hers_to_change(why, words, renamed, speaks, field):
    check_left_alone(why, False, False)
    with pytest.raises(RuleBroken, match=words) as refusal:
        check_left_alone(why, renamed, speaks)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(0, None, True), (0, 0, True), (1, None, False), (-9, -1, False), (-1, 1, True)],
)
def test_both_ends_of_a_time_in_a_programme_count(first, last, holds):
    day = date(2026, 3, 2)
    until = None if last is None else day + timedelta(days=last)
    assert is_within(day, day + timedelta(days=first), until) is holds


def test_one_of_many_cards_has_its_token_from_the_secret_and_whose_it_is():
    """What is printed today opens tomorrow, so the way to make it never changes."""
    fatma, saida = uuid.UUID(int=7), uuid.UUID(int=8)
    assert token_of_one("zaad", fatma) == "1FM407opNlH-wdOW7tvfQA"
    assert len({token_of_one(seed, of) for seed in ("zaad", "kiem") for of in (fatma, saida)}) == 4
