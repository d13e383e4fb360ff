"""For how long an agreement holds, who may refer, and when the old place ends."""

from datetime import UTC, date, datetime

import pytest

from portal.core.errors import RuleBroken
from portal.referrals import rules

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "withdrawn_at", "expected"),
    [
        (date(2026, 3, 11), None, True),
        (TODAY, None, True),
        (date(2026, 3, 9), None, False),
        (None, None, False),
        (date(2026, 3, 11), NOW, False),
    ],
)
def test_an_agreement_holds_to_its_last_day_and_not_once_withdrawn(until, withdrawn_at, expected):
    assert rules.holds(TODAY, until, withdrawn_at) is expected


def test_history_is_shared_for_a_choice_of_months():
    untils = [rules.history_until(TODAY, months) for months in (1, 3, 12)]
    assert untils == [date(2026, 4, 9), date(2026, 6, 9), date(2027, 3, 10)]
    with pytest.raises(RuleBroken):
        rules.history_until(TODAY, 120)


@pytest.mark.parametrize(
    ("ours", "theirs", "we_are_checked", "they_are_checked", "is_fine"),
    [
        (1, 2, True, True, True),
        (1, 1, True, True, False),
        (1, 2, False, True, False),
        (1, 2, True, False, False),
    ],
)
def test_two_checked_organisations(ours, theirs, we_are_checked, they_are_checked, is_fine):
    def check():
        rules.check_referral(
            ours, theirs, is_from_verified=we_are_checked, is_to_verified=they_are_checked
        )

    if is_fine:
        check()
    else:
        with pytest.raises(RuleBroken):
            check()


@pytest.mark.parametrize(
    ("old_began", "new_began", "asked", "expected"),
    [
        (date(2026, 1, 5), date(2026, 3, 9), date(2026, 2, 1), date(2026, 3, 9)),
        # She had a place there before she asked: it ends on the day on which she asked.
        (date(2026, 1, 5), date(2026, 1, 20), date(2026, 3, 8), date(2026, 3, 8)),
        # Never before its first day, and never after today.
        (TODAY, date(2026, 2, 1), date(2026, 2, 1), TODAY),
        (date(2026, 1, 5), date(2026, 3, 12), date(2026, 2, 1), TODAY),
        (None, None, date(2026, 2, 1), date(2026, 2, 1)),
    ],
)
def test_the_old_place_ends_when_she_has_the_new_one(old_began, new_began, asked, expected):
    assert rules.last_day_at_old(TODAY, old_began, new_began, asked) == expected


BY_WORD = rules.AgreedHow.SPOKEN


@pytest.mark.parametrize(
    ("reference", "how"), [("", None), ("", BY_WORD), ("W-12/3.a", BY_WORD), ("7", BY_WORD)]
)
def test_a_number_stands_once_she_agreed_to_it(reference, how):
    rules.check_reference(reference, how)


@pytest.mark.parametrize(
    ("reference", "how", "field", "says"),
    [
        ("7", None, "agreed_how", "Choose how she agreed"),
        ("Fatma", None, "reference", "Only letters and figures"),
        ("W 12", BY_WORD, "reference", "Only letters and figures"),
        ("-12", BY_WORD, "reference", "Only letters and figures"),
    ],
)
def test_a_number_is_no_name_and_she_agreed_to_it(reference, how, field, says):
    with pytest.raises(RuleBroken) as broken:
        rules.check_reference(reference, how)
    assert broken.value.field == field
    assert broken.value.message.startswith(says)
