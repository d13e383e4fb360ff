"""A code is good inside its window, for its session, for a minute; each refusal has its reason."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from portal.check_in.rules import (
    OPENS_BEFORE,
    STEP,
    TOLERANCE,
    Candidate,
    Judgement,
    Verdict,
    as_typed,
    card_tokens,
    code_at,
    judge,
    minutes_from,
    next_code_in,
)

SECRET = b"s" * 32
START = datetime(2026, 3, 3, 9, tzinfo=UTC)
END = START + timedelta(hours=2)
HERS = Candidate(uuid.UUID(int=1), START, END)
OTHER = Candidate(uuid.UUID(int=2), START, END, is_hers=False)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TOKEN = "kZy-0a_BcDeFgHiJkLmN-9"


def verdict(shown_at, typed_at, *candidates, of=HERS):
    code = code_at(SECRET, of.uuid, shown_at)
    return judge(SECRET, code, candidates or (HERS, OTHER), typed_at)


@given(
    shown=st.integers(-2 * 3600, 4 * 3600),
    typed=st.integers(-2 * 3600, 4 * 3600),
    starts=st.integers(0, 10_000_000),
    minutes=st.integers(15, 300),
    other=st.uuids(version=4),
)
def test_a_code_is_accepted_only_inside_its_window_and_only_for_its_session(
    shown, typed, starts, minutes, other
):
    starts_at = START + timedelta(seconds=starts)
    hers = Candidate(uuid.UUID(int=7), starts_at, starts_at + timedelta(minutes=minutes))
    shown_at, typed_at = (starts_at + timedelta(seconds=one) for one in (shown, typed))
    code = code_at(SECRET, hers.uuid, shown_at)
    found = judge(SECRET, code, [hers], typed_at)
    steps = typed_at.timestamp() // 30 - shown_at.timestamp() // 30
    is_inside = starts_at - OPENS_BEFORE <= typed_at <= hers.ends_at
    if is_inside and abs(steps) <= TOLERANCE:
        assert found == Judgement(Verdict.ACCEPTED, hers)
    elif code not in {code_at(SECRET, hers.uuid, typed_at + n * STEP) for n in (-1, 0, 1)}:
        assert found.verdict is not Verdict.ACCEPTED
    # Of another session it is good only by a chance of one in a million, which is looked at here.
    mixed = judge(SECRET, code, [Candidate(other, hers.starts_at, hers.ends_at)], typed_at)
    chances = {code_at(SECRET, other, typed_at + n * STEP) for n in (-1, 0, 1)}
    assert (mixed.verdict is Verdict.ACCEPTED) == (is_inside and code in chances)


def test_a_code_is_good_for_90_seconds_of_which_it_stands_30_on_the_screen():
    assert verdict(START, START - 30 * SECOND).verdict is Verdict.ACCEPTED
    assert verdict(START, START + 59 * SECOND).verdict is Verdict.ACCEPTED
    assert verdict(START, START + 60 * SECOND).verdict is Verdict.TOO_OLD
    assert verdict(START, START - 31 * SECOND).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("shown_at", "typed_at", "of", "expected"),
    [
        (START - 30 * MINUTE, START - 30 * MINUTE, HERS, Verdict.ACCEPTED),
        (END, END, HERS, Verdict.ACCEPTED),
        (START - 31 * MINUTE, START - 31 * MINUTE, HERS, Verdict.TOO_EARLY),
        (END, END + SECOND, HERS, Verdict.OVER),
        (START, START + timedelta(days=7), HERS, Verdict.OVER),
        (START - 29 * MINUTE, END, HERS, Verdict.TOO_OLD),
        (START, START, OTHER, Verdict.OTHER_GROUP),
        (START, START + 9 * MINUTE, OTHER, Verdict.OTHER_GROUP),
        (START, START + 20 * MINUTE, OTHER, Verdict.UNKNOWN),
    ],
)
def test_each_refusal_has_its_reason(shown_at, typed_at, of, expected):
    found = verdict(shown_at, typed_at, of=of)
    assert found.verdict is expected
    assert found.about == (None if expected is Verdict.UNKNOWN else of)


def test_her_own_session_comes_before_another_with_the_same_code():
    same = Candidate(HERS.uuid, START, END, is_hers=False)
    assert verdict(START, START, same, HERS) == Judgement(Verdict.ACCEPTED, HERS)


def test_whatever_she_types_before_her_session_she_hears_from_when():
    assert judge(SECRET, "junk", [HERS], START - timedelta(hours=3)) == Judgement(
        Verdict.TOO_EARLY, HERS
    )
    assert judge(SECRET, "junk", [], START).verdict is Verdict.UNKNOWN


def test_a_session_that_is_to_come_beside_one_that_goes_on():
    later = Candidate(uuid.UUID(int=9), END, END + timedelta(hours=1))
    found = verdict(START, START, HERS, later, of=later)
    assert found == Judgement(Verdict.TOO_EARLY, later)


def test_another_secret_makes_other_codes():
    codes = {code_at(secret, HERS.uuid, START) for secret in (b"a" * 32, b"b" * 32)}
    assert len(codes) == 2
    assert all(len(code) == 6 and code.isdigit() for code in codes)


@pytest.mark.parametrize(
    "text",
    [
        "012345", " 012 345 ", "012-345", "0 1 2 3 4 5", "٠١٢٣٤٥", "۰۱۲۳۴۵", "０１２３４５",
        "https://portal.example/check-in/012345", "012–345", "01234\u200f5",
        "scanned:\nhttps://portal.example/check-in/012345\r\n",
    ],
)  # fmt: skip
def test_a_code_may_be_typed_in_many_ways(text):
    assert as_typed(text) == "012345"


@pytest.mark.parametrize("text", ["", "01234", "0123456", "abcdef", "0l2345", "²12345", "12345½"])
def test_what_is_no_code(text):
    assert as_typed(text) == ""


@pytest.mark.slow
@given(st.text())
def test_nothing_that_is_typed_breaks_it(text):
    assert len(as_typed(text)) in {0, 6}
    assert all(len(token) <= 64 for token in card_tokens(text))


@pytest.mark.parametrize(
    ("after", "minutes"),
    [(-30, None), (0, None), (15, None), (16, 105), (20, 100), (43, 80), (119, 5), (120, 5)],
)
def test_who_comes_late_has_what_is_left_rounded_up(after, minutes):
    assert minutes_from(START, END, START + after * MINUTE) == minutes


@given(st.integers(1, 600), st.integers(0, 36_000))
def test_minutes_never_exceed_the_session(whole, seconds):
    ends_at = START + timedelta(minutes=whole)
    at = min(START + timedelta(seconds=seconds), ends_at)
    minutes = minutes_from(START, ends_at, at)
    assert minutes is None or 0 < minutes <= whole


def test_when_the_next_code_comes():
    assert [next_code_in(START + n * SECOND) for n in (0, 1, 29, 30)] == [30, 29, 1, 30]


@pytest.mark.parametrize(
    "typed",
    [
        f"https://portal.example/card/{TOKEN}",
        f"https://portal.example/card/{TOKEN}/\r\n",
        f"HTTPS>&&PORTAL.EXAMPLE&CARD&{TOKEN}",
        f"httpsÖ--portal.example-card-{TOKEN}",
        TOKEN,
        f"httpsÖ--portal.eyample-card-{TOKEN.translate(str.maketrans('yzYZ-_', 'zyZYß?'))}",
        f"HTTPS://PORTAL.EXAMPLE/CARD/{TOKEN.swapcase()}",
    ],
)
def test_the_secret_of_a_card_is_found_whatever_the_keyboard(typed):
    assert TOKEN in card_tokens(typed)


def test_between_two_sessions_each_edge_has_its_own_word():
    later = Candidate(uuid.UUID(int=9), END + 30 * MINUTE, END + 90 * MINUTE)
    assert verdict(END, END, HERS, later, of=HERS) == Judgement(Verdict.ACCEPTED, HERS)
    assert verdict(END, END, HERS, later, of=later) == Judgement(Verdict.ACCEPTED, later)
    code = code_at(SECRET, HERS.uuid, END + 31 * SECOND)
    assert judge(SECRET, code, [HERS], END + 90 * SECOND).verdict is Verdict.UNKNOWN


@given(st.integers(0, 7200), st.integers(1, 120))
def test_who_is_late_has_the_rest_in_whole_fives(after, whole):
    ends_at = START + timedelta(minutes=whole)
    found = minutes_from(START, ends_at, min(START + timedelta(seconds=after), ends_at))
    late = min(after, whole * 60)
    if late <= 15 * 60:
        assert found is None
    else:
        fives = max(-(-(whole * 60 - late) // 300), 1)
        assert found == min(fives * 5, whole)


def test_a_code_is_what_it_was_yesterday():
    """Screens and phones of two versions must agree while one of them is renewed."""
    assert code_at(b"s" * 32, uuid.UUID(int=7), START) == "105280"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("https://portal.example/CARD/abcdefgh", ["abcdefgh"]),
        ("https://portal.example/card/abcdefg", []),
        (f"https://portal.example/card/{'k' * 30}", ["k" * 30, "k" * 22, "K" * 22]),
        (f"a b {'k' * 20} ", [f"ab{'k' * 20}", f"AB{'K' * 20}"]),
        (f"X{'k' * 21}/X", None), ("", []),
        (f"https://portal.example/card/{'k' * 21}X/", [f"{'k' * 21}X"]),
    ],
)  # fmt: skip
def test_which_secrets_are_tried_in_which_order(typed, found):
    if found is not None:
        assert card_tokens(typed)[: len(found) or None] == found
    else:
        assert f"{'k' * 20}/X" not in card_tokens(typed)
