"""A BSN is found however it is typed, and other numbers are left alone."""

import pytest

from portal.core.bsn import holds_bsn

# 111222333 and 123456782 pass the elfproef; nobody has them.


@pytest.mark.parametrize(
    "text",
    [
        "111222333",
        "Haar nummer is 111 222 333.",
        "1112.22.333",
        "111-222-333",
        "111\u2011222\u2011333",
        "111/222/333",
        "111,222,333",
        "111_222_333",
        "111  222\n333",
        "1 1 1 2 2 2 3 3 3",
        "BSN111222333",
        "111222333x",
        "(111222333)",
        "+111222333",
        "111222333 2026",
        "zij is van 2001 111222333",
        "111 222 333 5 mei",
        "111\u00a0222\u202f333",
        "111\u200b222\u2060333",
        "١١١٢٢٢٣٣٣",
        "१११२२२३३३",
        "１１１２２２３３３",
        "123456789 of 123456782",
        "111\u2028222\u2029333",
        "111\u203f222\u203f333",
        "NL91 ABNA 0417 1643 00 111222333",
        "NL91 ABNA 0417 1643 01 111222333",
        "rekening NL91ABNA0417164300 en 111222333",
    ],
)
def test_a_bsn_is_found(text):
    assert holds_bsn(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789",  # fails the elfproef
        "0111222333",
        "01 11 22 23 33",
        "1112223334",
        "+31 111222333",
        "0031 1 11222333",
        "+31 (0)111 222 333",
        "om 09.30 uur",
        "25-08-2026 tot 26-08-2026",
        "€ 1.250.000,00",
        "IBAN NL91 ABNA 0417 1643 00",
        "NL91 ABNA 0417 1643 00 op naam van A",
        "GB33BUKB20201555555555 of DE89 3704 0044 0532 0130 00",
        "BE71 0961 2345 6769 11",
    ],
)
def test_another_number_is_left_alone(text):
    assert not holds_bsn(text)


@pytest.mark.parametrize(
    "text", ["1 " * 3_000, "1" * 6_000, "+" * 6_000, "00" * 3_000, "+31" + "(" * 6_000]
)
def test_a_long_text_is_read_to_its_end(text):
    """One that is looked at again from each of its signs would take hours."""
    assert not holds_bsn(f"{text} ?")
    assert holds_bsn(f"{text} ? 111222333")


@pytest.mark.parametrize(
    "account",
    [
        "MT88MALT01100A111222333BCDEFGHI", "SM80U0322509800A111222333BC", "LU60001A111222333BCD",
        "LB190999A111222333BCDEFGHIJK",
    ],
)  # fmt: skip
def test_an_account_may_hold_what_alone_would_be_a_bsn(account):
    """In one or by four; its own check says that it is one, and what follows is no part of it."""
    for text in (account, " ".join(account[at : at + 4] for at in range(0, len(account), 4))):
        for after in ("", ".", " op", " op naam", " t.n.v. A", " 12"):
            assert not holds_bsn(f"IBAN {text}{after}")
        assert holds_bsn(f"IBAN {text} 111222333")
        assert holds_bsn(text.replace(text[2:4], "01", 1)), "another check"


def test_whatever_parts_words_parts_digits():
    for between in filter(str.isspace, map(chr, range(0x3001))):
        assert holds_bsn(f"111{between}222{between}333"), hex(ord(between))
