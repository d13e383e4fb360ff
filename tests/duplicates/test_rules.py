"""When two entries look like one person."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from portal.core.clock import share_a_day
from portal.core.names import folded
from portal.duplicates.rules import (
    UNDO_WITHIN,
    Entry,
    MergeStatus,
    Sign,
    may_undo,
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
    assert share_a_day(begin, end, from_on, until) is expected
    assert share_a_day(from_on, until, begin, end) is expected


NAMES = st.sampled_from(["Fatma A.", "Fatna A.", "Fatma", "fatma b", "Hassan A.", "", "A", "..."])
ENTRIES = st.lists(
    st.builds(
        Entry, st.integers(), NAMES, st.sampled_from(["", PHONE, "+31600000001"]),
        st.sampled_from(["", "a@x.nl", "A@X.nl", "b@x.nl"]), st.sampled_from([None, 1980, 1981]),
    ),
    max_size=7, unique_by=lambda entry: entry.id,
)  # fmt: skip


@given(ENTRIES)
def test_every_two_that_have_a_sign_are_found(entries):
    """Read slowly: each with each. What is compared less often than that leaves nobody out."""
    expected = []
    for one, other in combinations(sorted(entries, key=lambda entry: entry.id), 2):
        sign = sign_of(one, other)
        starts = {folded(entry.name)[:1] for entry in (one, other)}
        if sign and (sign is not Sign.BIRTH_YEAR or len(starts) == 1):
            expected.append((one.id, other.id, sign))
    assert pairs(entries) == expected


def test_a_number_of_thirty_says_something_and_of_more_hides_no_other():
    desk = [Entry(n, "Fatma A.", PHONE, "", 1900 + n) for n in range(31)]
    assert pairs(desk[:30]) == []  # their years of birth deny it
    alike = [Entry(n, "Fatma A.") for n in range(30)]
    assert len(pairs(alike)) == 435
    assert pairs([*alike, Entry(30, "Fatma A.")]) == []
    two = [Entry(40, "Semhar G."), Entry(41, "Semhar G.")]
    assert pairs([*alike, Entry(30, "Fatma A."), *two]) == [(40, 41, Sign.NAME)]


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        (("Fatma A.", "", "a@x.nl"), ("Fatma A.", PHONE), Sign.NAME),  # they differ in nothing
        (("Fatma", PHONE), ("Fatma A.", PHONE), Sign.CONTACT),
        (("Fatma Rosa Aydin", PHONE), ("Fatma Cosa Aydin", PHONE), Sign.CONTACT),
        (("Fatma Rosa A.", PHONE), ("Fatma Rosa B.", PHONE), None),
        (("Ann", PHONE), ("Anna", PHONE), Sign.CONTACT),
        (("abba", PHONE), ("abbbaaa", PHONE), Sign.CONTACT),  # as alike as it takes, no more
    ],
)
def test_the_last_name_tells_two_of_one_family_apart(one, other, sign):
    assert sign_of(Entry(1, *one), Entry(2, *other)) is sign
