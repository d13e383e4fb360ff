"""A BSN is known however somebody types it; what else people write with digits stays."""

import uuid
from datetime import date, time

import pytest
from hypothesis import assume, given, settings, strategies as st
from stdnum.nl import bsn

from portal.core.bsn import holds_bsn

MANY = 300
SIGNS = (
    "", " ", "  ", "\u00a0", "\u2009", "\u202f", "\u3000", "\t", "\n", ".", "-", "\u2013", "\u2014",
    "\u2011", "\u2212", "/", "\\", "\u2044", "_", "\u00b7", "\u2022", "\u30fb", ",", " - ", " / ",
    " \u00b7 ", "'", "\u2019", "|", "*", ":", ";", "+", "=", "~", "\u200b", "\u2060",
)  # fmt: skip
GROUPS = ((9,), (3, 3, 3), (4, 2, 3), (1,) * 9)
# By two and in any other way only by one sign, and where no other number stands beside it.
RARE_GROUPS = ((2, 2, 2, 3), (3, 2, 2, 2), (2, 2, 2, 2, 1), (4, 5), (5, 4), (6, 3), (1, 8))
RARE_SIGNS = (" ", ".", "-", "\u2013", "/", "_", "\u00a0", "\u00b7")
DIGITS = {
    "ascii": "0123456789",
    "arabic": "٠١٢٣٤٥٦٧٨٩",
    "persian": "۰۱۲۳۴۵۶۷۸۹",
    "devanagari": "०१२३४५६७८९",
    "bengali": "০১২৩৪৫৬৭৮৯",
    "fullwidth": "０１２３４５６７８９",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "subscript": "₀₁₂₃₄₅₆₇₈₉",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "letter O": "O123456789",
    "letter o": "o123456789",
}
ASCII = st.characters(max_codepoint=127)
BEFORE = (
    "", "BSN: ", "bsn ", "BSN", "bsn=", "Burgerservicenummer ", "sofinummer: ", "Sofi-nr. ",
    "s.n. ", "nr. ", "nr", "no.", "#", "Zij heeft nummer ", "(", "\u00ab", "van 2001 ", "id:", "x",
    "BSN:\n",
)  # fmt: skip
AFTER = ("", ".", " is haar nummer", ")", "x", " 2026", ", geboren 1-2-1980", "\n06-12345678")


def with_check(eight: str) -> str | None:
    """The eight digits and the ninth that makes them pass, if one does."""
    return next((eight + last for last in "0123456789" if bsn.is_valid(eight + last)), None)


EIGHT = st.integers(1_000_000, 99_999_999).map("{:08}".format)


@st.composite
def typed(draw):
    number = draw(EIGHT.map(with_check).filter(bool))
    script = DIGITS[draw(st.sampled_from(sorted(DIGITS)))]
    assume(script[0] not in "Oo" or "00" not in number)
    is_rare = script[0] not in "Oo" and draw(st.booleans())
    sign = draw(st.sampled_from(RARE_SIGNS if is_rare else SIGNS))
    groups = draw(
        st.sampled_from(RARE_GROUPS if is_rare else GROUPS[: 3 if script[0] in "Oo" else 4])
    )
    before, after = draw(st.sampled_from(BEFORE)), draw(st.sampled_from(AFTER))
    if is_rare and any(letter.isdigit() for letter in before + after):
        before, after = "bsn ", ""
    if script[0] in "Oo":  # beside another letter it is one
        before, after = f"{before} ", f" {after}"
    written, at, parts = number.translate(str.maketrans("0123456789", script)), 0, []
    for size in groups:
        parts.append(written[at : at + size])
        at += size
    return before + sign.join(parts) + after


@pytest.mark.slow
@settings(max_examples=MANY)
@given(typed())
def test_it_is_known_however_it_is_typed(text):
    assert holds_bsn(text), text


PHONES = st.one_of(
    st.from_regex(r"06[ -]?\d{8}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"06 \d{2} \d{2} \d{2} \d{2}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"06 \d{4} \d{4}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"010[ -]?\d{3} ?\d{2} ?\d{2}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"010 \d{3} \d{3} \d", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"01[1-9]1[ -]\d{6}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"\+31 ?6 ?\d{8}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"\+31 \(0\)6 \d{4} \d{4}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"00316\d{8}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"\+32 4\d\d \d\d \d\d \d\d", fullmatch=True, alphabet=ASCII),
)
DAYS = st.tuples(
    st.dates(date(1930, 1, 1), date(2099, 12, 31)),
    st.sampled_from(("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d-%m-%y")),
).map(lambda found: found[0].strftime(found[1]))
TIMES = st.times().map(lambda at: at.strftime("%H:%M"))
OTHERS = st.one_of(
    PHONES,
    st.tuples(PHONES, PHONES).map(" / ".join),
    DAYS,
    st.tuples(DAYS, TIMES).map(" ".join),
    st.tuples(DAYS, DAYS).map(" - ".join),
    st.tuples(DAYS, st.integers(1, 99).map(str)).map(" ".join),
    st.tuples(TIMES, TIMES).map("-".join),
    st.tuples(DAYS, TIMES).map("T".join),
    st.uuids().map(str),
    st.from_regex(r"[1-9]\d{7}", fullmatch=True, alphabet=ASCII).map("KvK {}".format),
    st.from_regex(r"[1-9]\d{7}", fullmatch=True, alphabet=ASCII),
    st.from_regex(r"[1-9]\d{3} ?[A-Z]{2} \d{1,3}", fullmatch=True, alphabet=ASCII),
    st.integers(0, 10**8).map(lambda cents: f"€ {cents / 100:,.2f}".translate({44: 46, 46: 44})),
    st.integers(0, 999_999_999).map("€ {}".format),
    st.sampled_from(("NL91 ABNA 0417 1643 00", "NL91ABNA0417164300", "DE89370400440532013000")),
    st.lists(st.integers(1, 99).map(str), min_size=2, max_size=12).map(", ".join),
)


@pytest.mark.slow
@settings(max_examples=MANY)
@given(st.sampled_from(("", "Bel ", "Op ", "Van ", "tel. ", "Vanaf ")), OTHERS, st.just(""))
def test_what_else_people_write_with_digits_is_left_alone(before, text, after):
    assert not holds_bsn(before + text + after), before + text


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("BSN 11122233", False),
        ("bsn: " + "12345672"[:8], bsn.is_valid("012345672")),
        ("KvK 11122233", False),
        ("NL91 ABNA 0417 1643 00 en 111222333", True),
        ("IBAN NL91ABNA0417164300 t.n.v. 111222333", True),
        ("€ 12,50 voor 111222333", True),
        ("12-05-2026 111222333", True),
        ("om 09:30 111222333", True),
        ("06-12345678 111222333", True),
        ("1️⃣1️⃣1️⃣2️⃣2️⃣2️⃣3️⃣3️⃣3️⃣", True),
        ("NL111222333B01", True),  # of somebody who works for herself, this is her BSN
        ("Wij waren er met 3 o 4, of zo", False),
        ("route 11, 12, 22, 23, 3", False),
        (str(uuid.UUID(int=111222333)), False),
        (time(9, 30).isoformat(), False),
    ],
)
def test_wordings(text, is_one):
    assert holds_bsn(text) is is_one
