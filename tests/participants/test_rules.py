"""Contact, cards and dates, as decisions."""

from datetime import date

import pytest

from portal.core.errors import RuleBroken
from portal.participants.rules import (
    ContactWay,
    card_hash,
    check_dates,
    kept_contact,
    new_card_token,
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
    assert kept_contact(way, "+31612345678", "a@example.org") == kept


@pytest.mark.parametrize(
    ("way", "field"), [(ContactWay.PHONE, "phone"), (ContactWay.EMAIL, "email")]
)
def test_the_chosen_way_must_be_filled_in(way, field):
    with pytest.raises(RuleBroken) as broken:
        kept_contact(way, "", "")
    assert broken.value.field == field


def test_a_card_has_128_bits_and_only_its_hash_is_kept():
    token = new_card_token()
    assert len(token) == 22  # 16 bytes in base64
    assert token != new_card_token()
    assert len(card_hash(token)) == 64
    assert token not in card_hash(token)


def test_the_last_day_is_not_before_the_first():
    day = date(2026, 3, 2)
    check_dates(day, None, "until_on")
    check_dates(day, day, "until_on")
    with pytest.raises(RuleBroken):
        check_dates(day, date(2026, 3, 1), "until_on")
