"""When two entries look like one person."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.core.names import folded
from portal.duplicates.rules import (
    UNDO_WITHIN,
    Entry,
    MergeStatus,
    Sign,
    may_undo,
    overlap,
    pairs,
    sign_of,
)

PHONE = "+31612345678"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        (("Fatma A.", PHONE), ("fátma a", PHONE), Sign.NAME_AND_CONTACT),
        (("Fatma A.", "", "f@x.nl"), ("Fatma A.", "", "F@X.nl"), Sign.NAME_AND_CONTACT),
        (("Fatma A.", PHONE), ("Fatma A.",), Sign.NAME),
        (("Fatma A.",), ("Fatma A.",), Sign.NAME),
        (("Fatma A.", PHONE), ("Fatma A.", "+31687654321"), None),
        (("Fatma A.", "", "a@x.nl"), ("Fatma A.", "", "b@x.nl"), None),
        (("Fatma A.", PHONE), ("Fatna A.", PHONE), Sign.CONTACT),
        (("Fatma A.", PHONE), ("Fatma Aydin", PHONE), Sign.CONTACT),
        (("Fatma A.", PHONE), ("Fatma B.", PHONE), None),
        (("Fatma A.", PHONE), ("Hassan A.", PHONE), None),  # a telephone for two
        (("Semhar G.", "", "", 1980), ("Semhaar G.", "", "", 1980), Sign.BIRTH_YEAR),
        (("Semhar G.", "", "", 1980), ("Semhaar G.",), None),
        (("Semhar G.", PHONE, "", 1980), ("Semhar G.", PHONE, "", 1981), None),
        (("...",), ("!!!",), None),
        (("de Vries, Jan", PHONE), ("Jan De-Vries", PHONE), Sign.NAME_AND_CONTACT),
    ],
)
def test_why_two_entries_may_be_one_person(one, other, sign):
    one, other = (Entry(id_, folded(name), *rest) for id_, (name, *rest) in enumerate((one, other)))
    assert sign_of(one, other) is sign_of(other, one) is sign


def test_pairs_are_found_once_with_the_older_first():
    entries = [
        Entry(9, "Fatma A.", PHONE, "", 1980),
        Entry(4, "Hassan B.", "+31600000001"),
        Entry(2, "Fatma A.", PHONE, "", 1980),
        Entry(5, "Fatna A.", PHONE),
    ]
    assert pairs(entries) == [
        (2, 5, Sign.CONTACT),
        (2, 9, Sign.NAME_AND_CONTACT),
        (5, 9, Sign.CONTACT),
    ]


def test_a_number_that_many_people_have_says_nothing():
    desk = [Entry(n, "Fatma A." if n % 2 else "Fatna A.", PHONE, "", 1950 + n) for n in range(40)]
    assert pairs(desk) == []


def test_a_merge_is_undone_for_thirty_days():
    assert may_undo(MergeStatus.DONE, NOW, NOW + UNDO_WITHIN)
    assert not may_undo(MergeStatus.DONE, NOW, NOW + UNDO_WITHIN + timedelta(seconds=1))
    assert not may_undo(MergeStatus.ASKED, None, NOW)
    assert not may_undo(MergeStatus.UNDONE, NOW, NOW)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((1, 5), (5, 9), True), ((1, 4), (5, 9), False), ((1, None), (9, None), True),
     ((6, None), (1, 5), False), ((5, None), (1, 5), True)],
)  # fmt: skip
def test_stretches_of_days(one, other, expected):
    (begin, end), (from_on, until) = (
        (date(2026, 1, first), date(2026, 1, last) if last else None)
        for first, last in (one, other)
    )
    assert overlap(begin, end, from_on, until) is expected
    assert overlap(from_on, until, begin, end) is expected
